"""The findings of a check, for people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.antrea.pool import Places
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.runner import Report
from ippoolctl.render.quantities import counted
from ippoolctl.render.styles import Line, Segment, Style, line

STYLES: Final = {
    Severity.ERROR: Style.ERROR,
    Severity.WARNING: Style.WARNING,
    Severity.INFO: Style.PLAIN,
}
_NOUNS: Final = {
    Severity.ERROR: ("error",),
    Severity.WARNING: ("warning",),
    Severity.INFO: ("info", "info"),
}
_INDENT: Final = "    "


def finding_lines(report: Report, places: Places, titles: Mapping[str, str]) -> Iterator[Line]:
    """Each finding with its place, the other side, what both have, and what to do."""
    for finding in report.findings:
        yield from _finding(finding, places, titles)
    if report.unlisted:
        yield line(f"and {report.unlisted} more overlapping pairs, not listed")


def _finding(finding: Finding, places: Places, titles: Mapping[str, str]) -> Iterator[Line]:
    word = "accepted" if finding.accepted else finding.severity.value
    style = Style.DIM if finding.accepted else STYLES[finding.severity]
    where = _where(finding.subject, places)
    yield line(
        Segment(f"{where}: " if where else "", Style.STRONG),
        Segment(f"{word} {finding.rule}", style),
        f": {finding.message}",
        hanging=4,
    )
    if finding.other is not None:
        yield _detail("the other side:", _where(finding.other, places) or finding.other.pool.label)
    if finding.intersection is not None:
        span = finding.intersection
        size = counted(span.size, "address", "addresses")
        yield _detail("both have:", f"{span_text(*span)} ({size})")
    if finding.answer:
        yield _detail("the API server will say:", finding.answer)
    for rule in finding.consequences:
        yield _detail("what follows:", f"{titles.get(rule, '')} ({rule})")
    if finding.accepted is not None:
        until = f", until {finding.accepted.expires}" if finding.accepted.expires else ""
        yield _detail("accepted:", finding.accepted.reason + until)
    elif finding.hint:
        yield _detail("to do:", finding.hint)


def _detail(label: str, text: str) -> Line:
    return line(_INDENT, Segment(f"{label} ", Style.DIM), text, hanging=8)


def _where(subject: Subject, places: Places) -> str:
    place = places.get((id(subject.pool), subject.path))
    return str(place) if place else ""


def summary_lines(
    report: Report, release: Release, read: str, next_step: str, unread: int
) -> Iterator[Line]:
    """How many findings of what, in what; and what to do next, as the last line."""
    counts = {each: report.count(each) for each in Severity}
    worst = next((each for each in Severity if counts[each]), None)
    accepted = sum(each.accepted is not None for each in report.findings)
    parts = [counted(counts[each], *_NOUNS[each]) for each in Severity if counts[each]]
    parts += [f"{accepted} accepted"] if accepted else []
    if unread:
        worst = Severity.ERROR
        parts.append(f"{counted(unread, 'input')} not read")
    style = STYLES[worst] if worst else Style.GOOD
    yield line(
        Segment(", ".join(parts) or "no findings", style),
        f" in {read} (Antrea {release})",
        hanging=4,
    )
    if next_step:
        yield line(Segment("next: ", Style.STRONG), next_step, hanging=4)


def skipped_lines(report: Report) -> Sequence[Line]:
    """The rules that could not run, and why."""
    return [line(f"skipped {each.rule.id}: {each.reason}") for each in report.skipped]
