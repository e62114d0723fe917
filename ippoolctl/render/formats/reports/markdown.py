"""``-o markdown``: findings as a table, for a comment or the summary of a job."""

from collections.abc import Iterator

from ippoolctl.domain.lint.finding import Finding, Severity
from ippoolctl.render.checked import Checked, message_of, unlisted_text
from ippoolctl.render.formats.content import Content
from ippoolctl.render.sentences.check import skip_text
from ippoolctl.render.styles import paint
from ippoolctl.render.text.check import summary_lines


def render(content: Content) -> str:
    """The summary, a table of the findings, unreadable inputs and skipped rules."""
    return "".join(f"{row}\n" for row in _rows(content.checked())) if content.checked else ""


def _rows(checked: Checked) -> Iterator[str]:
    report = checked.report
    summary = paint(summary_lines(checked, ())).splitlines()
    yield f"### ippoolctl check: {_escaped(summary[0])}"
    shown = [each for severity in Severity for each in checked.counting(severity)]
    if shown:
        yield ""
        yield "| Severity | Rule | Place | Finding | Fix |"
        yield "| --- | --- | --- | --- | --- |"
        yield from (_row(each, checked) for each in shown)
    if report.unlisted:
        yield ""
        yield f"{unlisted_text(report.unlisted)}."
    unread = list(checked.unread)
    if unread:
        yield ""
        yield "Unreadable clusters:"
        yield ""
        yield from (f"* {_escaped(f'{group.label}: {fault}')}" for group, fault in unread)
    if checked.problems:
        yield ""
        yield "Unreadable input:"
        yield ""
        yield from (f"* {_escaped(str(each))}" for each in checked.problems)
    if report.skipped:
        yield ""
        yield "Skipped rules:"
        yield ""
        yield from (f"* {_escaped(skip_text(each))}" for each in report.skipped)


def _row(finding: Finding, checked: Checked) -> str:
    place = checked.place(finding.subject)
    file = checked.file(finding.subject)
    where = f"{file}:{place.line}" if place and file else finding.subject.label
    cells = (finding.severity.value, finding.rule, where, message_of(finding), finding.hint)
    return f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(text: str) -> str:
    """Text without the meaning that Markdown and HTML give to some of its characters."""
    for each in "\\`*_[]|":
        text = text.replace(each, f"\\{each}")
    return " ".join(text.replace("&", "&amp;").replace("<", "&lt;").split())
