"""Refusing pools that cannot exist, or that Antrea admits and cannot handle, before any write."""

from collections import defaultdict
from collections.abc import Sequence

from ippoolctl.cli.context import AppContext
from ippoolctl.cli.options.declaration import require_one_of, split_values
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding
from ippoolctl.domain.lint.rules import Group, load_rules
from ippoolctl.domain.lint.runner import lint
from ippoolctl.domain.lint.simulation import creation_hazards
from ippoolctl.domain.protocol.creation import shared_reasons
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.protocol.reports import Report, ReportKind
from ippoolctl.errors import ExitCode, RefusedError
from ippoolctl.render.notes import warning


def refuse_hazards(
    app: AppContext, pools: Sequence[Pool], allow: list[str] | None, done: str = "created"
) -> list[Outcome]:
    """An outcome for each pool that is refused, unless ``--allow`` names the rule; other hazards
    are warnings.

    ``done`` is what does not happen to them. Of several pools, also those that every release, or
    the given one, denies whatever else exists.
    Raises :class:`RefusedError` if there is one hazard and nothing else to tell.
    """
    blocking = _blocking()
    allowed = [each.upper() for each in split_values(allow)]
    for each in allowed:
        require_one_of(each, blocking, f"--allow {each}")
    problems: dict[int, list[Finding]] = defaultdict(list)
    for finding in creation_hazards(pools, app.release):
        if finding.rule in blocking and finding.rule not in allowed:
            problems[id(finding.subject.pool)].append(finding)
        else:
            app.presenter.note(warning(f"{finding.message} ({finding.rule}); {finding.hint}"))
    found = [finding for each in problems.values() for finding in each]
    if len(pools) > 1:
        for finding in _denied(app, pools):
            problems[id(finding.subject.pool)].append(finding)
    elif len(found) == 1:
        raise RefusedError(f"{found[0].message} ({found[0].rule})", _hint(found))
    return [_outcome(each, problems[id(each)], done) for each in pools if problems[id(each)]]


def _denied(app: AppContext, pools: Sequence[Pool]) -> list[Finding]:
    """What the API server or the webhook denies in these pools, whatever other pools exist."""
    alone = KnownPools(())
    reasons = {
        (id(pool), reason.rule, reason.path)
        for pool in pools
        for reason in shared_reasons(pool, alone, app.explicit_release)
    }
    found = lint(Facts(pools, app.release), load_rules(Group.ADMISSION)).findings
    return [
        each for each in found if (id(each.subject.pool), each.rule, each.subject.path) in reasons
    ]


def _outcome(pool: Pool, problems: Sequence[Finding], done: str) -> Outcome:
    what = "; ".join(
        f"{each.message.removeprefix(f'pool {pool.label}: ')} ({each.rule})" for each in problems
    )
    text = f"pool {pool.label} was not {done}: {what}"
    report = Report(ReportKind.TEXT, text=text, hint=_hint(problems))
    return Outcome(pool.name, State.REFUSED, ExitCode.REFUSED, report)


def _hint(problems: Sequence[Finding]) -> str:
    fixes = "; ".join(dict.fromkeys(each.hint for each in problems))
    rules = ",".join(dict.fromkeys(each.rule for each in problems))
    blocking = _blocking()
    can_be_allowed = all(each.rule in blocking for each in problems)
    return f"{fixes}, or create it anyway with --allow {rules}" if can_be_allowed else fixes


def _blocking() -> tuple[str, ...]:
    """The ids of rules whose findings refuse a pool unless they are allowed."""
    return tuple(rule.id for rule in load_rules(Group.CREATION) if rule.blocks_create)
