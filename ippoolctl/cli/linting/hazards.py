"""Hazards of new ranges: refusing pools that cannot exist, or that Antrea admits and cannot handle,
before any write; and warning about addresses that something else in the cluster has, after it.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.declaration import require_one_of, split_values
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.surroundings import Objects, known_objects
from ippoolctl.domain.protocol.creation import shared_reasons
from ippoolctl.domain.protocol.outcome import Outcome, Report, ReportKind, State
from ippoolctl.domain.space.plain import are_plain_to_create
from ippoolctl.domain.space.reserved import KINDS, are_reserved
from ippoolctl.domain.surroundings.known import Unknown
from ippoolctl.errors import ExitCode, InputError, StoppedError
from ippoolctl.render.notes import info, warning
from ippoolctl.render.sentences.unread import unread_text

if TYPE_CHECKING:
    from ippoolctl.cluster.surroundings import SurroundingsReading
    from ippoolctl.domain.lint.finding import Finding
    from ippoolctl.ports.gateway import PoolList

PATIENCE: Final = 2.0
"""Seconds after the first list of pools in which the other objects have to be read."""
_DONE: Final = {"create": "created", "extend": "extended", "apply": "applied"}
_THERE: Final = (State.CREATED, State.EXTENDED, State.UNCHANGED, State.EXISTS, State.DRY_RUN)


def find_hazards(app: AppContext, pools: Sequence[Pool]) -> "list[Finding]":
    """What blocks these new pools, or is worth a warning, whatever else exists.

    Nothing is found about the ranges of a pool that has none yet.
    """
    if are_plain_to_create(pools):
        return []
    from ippoolctl.domain.lint.creation import creation_hazards

    return [
        each
        for each in creation_hazards(pools, app.release)
        if each.subject.pool.ranges or each.subject.path[:2] != ("spec", "ipRanges")
    ]


def refuse_hazards(
    app: AppContext,
    pools: Sequence[Pool],
    hazards: "Collection[Finding]",
    allow: list[str] | None,
    release: Release | None,
    verb: str = "create",
    unusable: Mapping[str, InputError] | None = None,
) -> list[Outcome]:
    """An outcome for each pool that is refused, unless ``--allow`` names the rule; other hazards
    are warnings.

    ``verb`` is what does not happen to them, one of ``create``, ``extend`` and ``apply``;
    ``unusable`` are other errors, by the name of the pool. Of several pools, also those that the
    ``release`` denies whatever else exists, or without one those that every release denies. Raises
    the :class:`InputError` of a single pool that is unusable.
    """
    if not (hazards or allow or unusable or len(pools) > 1):
        return []
    blocking = _blocking()
    allowed = [each.upper() for each in split_values(allow)]
    for each in allowed:
        require_one_of(each, blocking, f"--allow {each}")
    problems: dict[int, list[Finding]] = defaultdict(list)
    for finding in hazards:
        if finding.rule in blocking and finding.rule not in allowed:
            problems[id(finding.subject.pool)].append(finding)
        else:
            app.presenter.note(warning(f"{finding.message} ({finding.rule}); {finding.hint}"))
    unusable = unusable or {}
    errors = {id(each): unusable[each.label] for each in pools if each.label in unusable}
    if len(pools) > 1:
        for finding in _denied(app, pools, release):
            problems[id(finding.subject.pool)].append(finding)
    elif errors:
        raise next(iter(errors.values()))
    return [
        _outcome(each, problems[id(each)], errors.get(id(each)), verb)
        for each in pools
        if problems[id(each)] or id(each) in errors
    ]


def _denied(app: AppContext, pools: Sequence[Pool], release: Release | None) -> "list[Finding]":
    """What the API server or the webhook denies in these pools, whatever other pools exist."""
    from ippoolctl.domain.lint.facts import Facts
    from ippoolctl.domain.lint.rules import Group, in_group
    from ippoolctl.domain.lint.runner import lint

    reasons = {
        (id(pool), reason.rule, reason.path)
        for pool in pools
        for reason in shared_reasons(pool, None, release)
    }
    found = lint(Facts(pools, release or app.release), in_group(Group.ADMISSION)).findings
    return [
        each for each in found if (id(each.subject.pool), each.rule, each.subject.path) in reasons
    ]


def _outcome(
    pool: Pool, problems: "Sequence[Finding]", error: InputError | None, verb: str
) -> Outcome:
    texts = [f"{each.message} ({each.rule})" for each in problems]
    texts += [error.message] if error else []
    what = "; ".join(each.removeprefix(f"pool {pool.label}").lstrip(": ") for each in texts)
    hints = [_hint(problems, verb)] if problems else []
    hint = "; ".join(hints + ([error.hint] if error else []))
    report = Report(
        ReportKind.TEXT, text=f"pool {pool.label} was not {_DONE[verb]}: {what}", hint=hint
    )
    code = ExitCode.USAGE if error else ExitCode.REFUSED
    return Outcome(pool.name, State.REFUSED, code, report)


def _hint(problems: "Sequence[Finding]", verb: str) -> str:
    fixes = "; ".join(dict.fromkeys(each.hint for each in problems))
    rules = ",".join(dict.fromkeys(each.rule for each in problems))
    blocking = _blocking()
    can_be_allowed = all(each.rule in blocking for each in problems)
    return f"{fixes}, or {verb} it anyway with --allow {rules}" if can_be_allowed else fixes


def _blocking() -> tuple[str, ...]:
    """The ids of rules whose findings refuse a pool unless they are allowed."""
    from ippoolctl.domain.lint.rules import Group, load_rules

    return tuple(rule.id for rule in load_rules(Group.CREATION) if rule.blocks_create)


class HeldAddresses:
    """Reads what has addresses while the engine works, and never delays or fails its work.

    The reading begins with the first list of pools of the engine: then the server has been reached,
    and the credentials are there.
    """

    def __init__(self, app: AppContext, pools: Sequence[Pool], told: "Iterable[Finding]") -> None:
        """``pools`` are those to warn about, with the ranges that the user gave; ``told`` is what
        was found without a look at other objects.
        """
        self._app = app
        self._pools = pools
        self._told = {(each.rule, each.message) for each in told}
        self._live: tuple[Pool, ...] = ()
        self._reading: SurroundingsReading | None = None
        self._until = 0.0

    def begin(self, listed: "PoolList") -> None:
        """Remember the live pools; the first time, begin to read."""
        from ippoolctl.cluster.surroundings import SurroundingsReading

        self._live = listed.pools
        if self._pools and not self._until:
            self._until = time.monotonic() + PATIENCE
            try:
                self._reading = SurroundingsReading(self._app.gateway, KINDS, within=PATIENCE)
            except RuntimeError as error:  # there are no more threads
                self._tell(f"the addresses of other objects are not compared: {error}")

    def warn(self, outcomes: Iterable[Outcome]) -> None:
        """Warn about the pools that exist now; with ``-v``, say what could not be read."""
        names = {each.pool for each in outcomes if each.state in _THERE}
        pools = [each for each in self._pools if each.name in names]
        if pools and self._reading is not None:
            with suppress(StoppedError):  # the pools are there
                self._compare(pools, self._reading.result_in_time(self._until))

    def _compare(self, pools: Sequence[Pool], around: Objects) -> None:
        for _, found in sorted(around.items()):
            if isinstance(found, Unknown) and found.hides_objects:
                self._tell(f"{unread_text(found)}; their addresses are not compared")
        if not (
            any(each.subnet for each in (*self._live, *pools))
            or are_reserved(pools, known_objects(around))
        ):
            return
        from ippoolctl.domain.lint.creation import hazards_beside_others

        for each in hazards_beside_others(pools, self._live, around, self._app.release):
            if (each.rule, each.message) not in self._told:
                text = f"{each.message} ({each.rule}); {each.hint}"
                self._app.presenter.note(warning(text))

    def _tell(self, text: str) -> None:
        if self._app.options.verbose:
            self._app.presenter.note(info(text))
