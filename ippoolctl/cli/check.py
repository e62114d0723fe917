"""Find what is wrong with pools: conflicts with both places, what Antrea would refuse, and the
hazards that it does not notice. Without PATHs the pools of the cluster are checked, with PATHs
these among themselves, and with --live as they would land in the cluster.

\b
Examples:
  ippoolctl check
  ippoolctl check manifests/ --live
  ippoolctl check manifests/ -R
  kustomize build . | ippoolctl check -
  ippoolctl check pools.yaml --ignore EIP109 --fail-on warning -o json
"""

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from ippoolctl.cli.context import AppContext, input_code, problem_documents
from ippoolctl.cli.options import (
    ENVIRONMENT,
    Files,
    Live,
    Paths,
    Recursive,
    listed,
    offering,
    require_known,
)
from ippoolctl.domain.capacity import capacity
from ippoolctl.domain.finding import Finding, Severity, Subject
from ippoolctl.domain.inventory import Inventory, landed
from ippoolctl.domain.lint import Report, lint, select
from ippoolctl.domain.pool import Places
from ippoolctl.domain.rules import RULES
from ippoolctl.errors import ExitCode, UsageError, worst
from ippoolctl.render.quantities import counted

if TYPE_CHECKING:
    from ippoolctl.manifests.read import Manifests

FORMATS = ("table", "json", "yaml")
NEVER = "never"

Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="RULE",
        envvar=f"{ENVIRONMENT}SELECT",
        autocompletion=offering(*(rule.id for rule in RULES)),
        help="Run only these rules; EIP2 stands for all of EIP2xx. May be repeated, takes commas.",
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="RULE",
        envvar=f"{ENVIRONMENT}IGNORE",
        autocompletion=offering(*(rule.id for rule in RULES)),
        help="Leave these rules out.",
    ),
]
FailOn = Annotated[
    str,
    typer.Option(
        "--fail-on",
        metavar="SEVERITY",
        envvar=f"{ENVIRONMENT}FAIL_ON",
        autocompletion=offering(*Severity, NEVER),
        help="Exit with 1 from this severity on: error, warning, info or never.",
    ),
]
RequireAll = Annotated[
    bool, typer.Option("--require-all", help="Exit with 3 if any rule could not run.")
]


def run(
    context: typer.Context,
    paths: Paths = None,
    filename: Files = None,
    recursive: Recursive = False,
    select_: Select = None,
    ignore: Ignore = None,
    fail_on: FailOn = Severity.ERROR.value,
    require_all: RequireAll = False,
    live: Live = False,
) -> ExitCode:
    """Check the pools."""
    app: AppContext = context.obj
    threshold = _threshold(fail_on)
    asked_for = listed(select_)
    chosen = _known(asked_for or app.config.select)
    rules = select(RULES, chosen, _known([*listed(ignore), *app.config.ignore]))
    manifests = app.manifests(paths, filename, recursive=recursive)
    of_files = bool(paths or filename)
    pools = app.live_pools() if live or not of_files else None
    inventory = landed(manifests.pools, pools) if pools is not None else Inventory(manifests.pools)
    today = app.now().date()
    report = lint(inventory, rules, app.release, app.config.accepted, today)
    if of_files and pools is not None:
        report = report.about({id(each) for each in manifests.pools}, always=("EIP211",))
    for each in app.config.accepted:
        if each.expires and each.expires < today:
            pair = " and ".join(sorted(each.pools))
            app.emitter.warning(f"the accepted overlap of {pair} expired on {each.expires}")
    inputs = shlex.join([*(paths or ()), *(filename or ()), *(["-R"] if recursive else [])])
    inputs = f"{inputs} --live" if live else inputs
    missed = _named(report, asked_for)
    checked = _Checked(manifests, inventory, len(pools) if pools is not None else None, inputs)
    _emit(app, report, checked, skipped=require_all or missed)
    return worst(
        ExitCode.NO if report.reaches(threshold) else ExitCode.YES,
        ExitCode.UNKNOWN if missed or (require_all and report.skipped) else ExitCode.YES,
        input_code(manifests),
    )


def _threshold(text: str) -> Severity | None:
    require_known(text, [*Severity, NEVER], f"--fail-on {text}")
    return None if text == NEVER else Severity(text)


def _known(ids: list[str] | tuple[str, ...]) -> list[str]:
    """The ids in upper case; raises :class:`UsageError` for one that no rule begins with."""
    found = [each.upper() for each in ids]
    for each in found:
        if not any(rule.id.startswith(each) for rule in RULES):
            from difflib import get_close_matches

            close = get_close_matches(each, [rule.id for rule in RULES], n=1, cutoff=0.8)
            hint = f"did you mean {close[0]}?" if close else "rules are EIP101 to EIP306"
            raise UsageError(f"there is no rule {each}", hint)
    return found


def _named(report: Report, chosen: list[str]) -> bool:
    """Whether a rule that could not run was asked for by its full id."""
    asked = {each.upper() for each in chosen}
    return any(each.rule.id in asked for each in report.skipped)


@dataclass(frozen=True)
class _Checked:
    """What was looked at."""

    manifests: "Manifests"
    inventory: Inventory
    live: int | None
    """How many live pools were read; ``None`` if nobody looked."""
    inputs: str
    """The arguments that name the same input again."""

    @property
    def counts(self) -> dict[str, int]:
        """What was read, as documents name it."""
        live = {} if self.live is None else {"livePools": self.live}
        return {
            "pools": len(self.inventory.pools),
            "ranges": sum(len(pool.ranges) for pool in self.inventory.pools),
            "otherObjects": self.manifests.others,
            "files": self.manifests.files,
            **live,
        }


def _emit(app: AppContext, report: Report, checked: _Checked, *, skipped: bool) -> None:
    manifests, counts = checked.manifests, checked.counts
    sides = [each.subject for each in report.findings]
    sides += [each.other for each in report.findings if each.other is not None]
    places = manifests.locate((each.pool, each.path) for each in sides)
    report = replace(report, findings=_by_place(report, places))
    if app.emitter.for_machines:
        from ippoolctl.render.documents import check_document

        problems = problem_documents(manifests)
        document = check_document(report, places, app.release, counts, problems)
        app.emitter.document(document)
        return
    from ippoolctl.render.text_check import finding_lines, skipped_lines, summary_lines

    titles = {rule.id: rule.title for rule in RULES}
    app.emitter.lines(finding_lines(report, places, titles))
    if app.options.verbose or skipped:
        for each in skipped_lines(report):
            app.emitter.talk(*each.segments)
    if not app.emitter.quiet:
        read = _read(counts)
        next_step = _next_step(report, manifests, checked.inputs)
        unread = len(manifests.problems)
        app.emitter.lines(summary_lines(report, app.release, read, next_step, unread))
    if not checked.inventory.pools and not manifests.problems:
        where = "cluster" if not manifests.files else "input"
        app.emitter.warning(f"there are no ExternalIPPools in the {where}")


def _read(counts: dict[str, int]) -> str:
    others = counts["otherObjects"]
    left_alone = f", {others} of other kinds left alone" if others else ""
    pools, ranges = counted(counts["pools"], "pool"), counted(counts["ranges"], "range")
    files = counted(counts["files"], "file")
    where = files if "livePools" not in counts else f"{files} and the cluster"
    where = where if counts["files"] else "the cluster"
    return f"{pools} with {ranges} in {where}{left_alone}"


def _by_place(report: Report, places: Places) -> tuple[Finding, ...]:
    """The findings in the order of documents and lines."""

    def order(finding: Finding) -> tuple[int, int, int]:
        subject = finding.subject
        place = places.get((id(subject.pool), subject.path))
        document = subject.pool.origin.document if subject.pool.origin else -1
        return (document, place.line, place.column) if place else (document, 0, 0)

    return tuple(sorted(report.findings, key=order))


def _next_step(report: Report, manifests: "Manifests", inputs: str) -> str:
    if manifests.problems:
        return "correct the input that could not be read (see the errors), and check again"
    counting = [each for each in report.findings if not each.accepted]
    overlap = next((each for each in counting if each.rule == "EIP209"), None)
    if overlap is not None:
        return (
            "give one pool of each overlapping pair other addresses; free ones for"
            f" {overlap.subject.pool.label}:"
            f" ippoolctl suggest {_size(overlap.subject)} --within CIDR {inputs}".rstrip()
        )
    return "do what is said under each finding, and check again" if counting else ""


def _size(subject: Subject) -> str:
    """The option that asks for as many addresses as a range can hand out."""
    each = subject.pool.ranges[int(subject.path[-1])]
    usable = capacity(each.spelling).usable
    return f"--ips {usable}" if usable else f"--prefix {(each.spelling.cidr or '/0').split('/')[1]}"
