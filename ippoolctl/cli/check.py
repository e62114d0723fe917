"""Find what is wrong with pools: conflicts with both places, what Antrea would refuse, and the
hazards that it does not notice.

\b
Examples:
  ippoolctl check manifests/ -R
  kustomize build . | ippoolctl check -
  ippoolctl check pools.yaml --ignore EIP109 --fail-on warning -o json
"""

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from ippoolctl.cli.context import AppContext, input_code, problem_documents
from ippoolctl.cli.options import (
    ENVIRONMENT,
    Files,
    Paths,
    Recursive,
    listed,
    offering,
    require_known,
)
from ippoolctl.domain.capacity import capacity
from ippoolctl.domain.finding import Finding, Severity, Subject
from ippoolctl.domain.inventory import Inventory
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
) -> ExitCode:
    """Check the manifests."""
    app: AppContext = context.obj
    threshold = _threshold(fail_on)
    asked_for = listed(select_)
    chosen = _known(asked_for or app.config.select)
    rules = select(RULES, chosen, _known([*listed(ignore), *app.config.ignore]))
    manifests = app.manifests(paths, filename, recursive=recursive)
    report = lint(Inventory(manifests.pools), rules, app.release, app.config.accepted, app.today())
    for each in app.config.accepted:
        if each.expires and each.expires < app.today():
            pair = " and ".join(sorted(each.pools))
            app.emitter.warning(f"the accepted overlap of {pair} expired on {each.expires}")
    inputs = shlex.join([*(paths or ()), *(filename or ()), *(["-R"] if recursive else [])])
    missed = _named(report, asked_for)
    _emit(app, report, manifests, inputs, skipped=require_all or missed)
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


def _emit(
    app: AppContext, report: Report, manifests: "Manifests", inputs: str, *, skipped: bool
) -> None:
    sides = [each.subject for each in report.findings]
    sides += [each.other for each in report.findings if each.other is not None]
    places = manifests.locate((each.pool, each.path) for each in sides)
    report = replace(report, findings=_by_place(report, places))
    ranges = sum(len(pool.ranges) for pool in manifests.pools)
    counts = {
        "pools": len(manifests.pools),
        "ranges": ranges,
        "otherObjects": manifests.others,
        "files": manifests.files,
    }
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
        next_step = _next_step(report, manifests, inputs)
        unread = len(manifests.problems)
        app.emitter.lines(summary_lines(report, app.release, read, next_step, unread))
    if not manifests.pools and not manifests.problems:
        app.emitter.warning("there are no ExternalIPPools in the input")


def _read(counts: dict[str, int]) -> str:
    others = counts["otherObjects"]
    left_alone = f", {others} of other kinds left alone" if others else ""
    pools, ranges = counted(counts["pools"], "pool"), counted(counts["ranges"], "range")
    return f"{pools} with {ranges} in {counted(counts['files'], 'file')}{left_alone}"


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
            f" ippoolctl suggest {_size(overlap.subject)} --within CIDR {inputs}"
        )
    return "do what is said under each finding, and check again" if counting else ""


def _size(subject: Subject) -> str:
    """The option that asks for as many addresses as a range can hand out."""
    each = subject.pool.ranges[int(subject.path[-1])]
    usable = capacity(each.spelling).usable
    return f"--ips {usable}" if usable else f"--prefix {(each.spelling.cidr or '/0').split('/')[1]}"
