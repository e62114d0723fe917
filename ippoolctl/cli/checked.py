"""What a check looked at, and its report."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ippoolctl.cli.context import AppContext, problem_documents
from ippoolctl.domain.antrea.capacity import capacity
from ippoolctl.domain.antrea.pool import Places
from ippoolctl.domain.lint.finding import Finding, Subject
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rules import RULES
from ippoolctl.domain.lint.runner import Report
from ippoolctl.render.quantities import counted

if TYPE_CHECKING:
    from ippoolctl.manifests.read import Manifests


@dataclass(frozen=True)
class Checked:
    """What was looked at."""

    manifests: "Manifests"
    inventory: Inventory
    live: int | None
    """How many live pools were read; ``None`` if nobody looked."""

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


def emit_report(
    app: AppContext, report: Report, checked: Checked, again: Sequence[str], *, skipped: bool
) -> None:
    """Write the findings, and for people what to do next.

    ``again`` are the arguments that name the same input; ``skipped`` tells which rules did not run.
    """
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
        next_step = _next_step(report, manifests, shlex.join(again))
        unread = len(manifests.problems)
        app.emitter.lines(summary_lines(report, app.release, read, next_step, unread))
    if not checked.inventory.pools and not manifests.problems:
        where = "input" if checked.live is None else "cluster"
        app.emitter.warning(f"there are no ExternalIPPools in the {where}")


def _read(counts: dict[str, int]) -> str:
    others = counts["otherObjects"]
    left_alone = f", {others} of other kinds left alone" if others else ""
    pools, ranges = counted(counts["pools"], "pool"), counted(counts["ranges"], "range")
    files = counted(counts["files"], "file")
    cluster = ["the cluster"] if "livePools" in counts else []
    where = " and ".join([*([files] if counts["files"] or not cluster else []), *cluster])
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
