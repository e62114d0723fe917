"""``-o github``: findings as workflow commands, which GitHub shows at the lines of a change.

GitHub shows at most 10 annotations of each level and step; the worst findings come first, and one
line tells how many more there are.
"""

from collections.abc import Iterator
from typing import Final

from ippoolctl.domain.lint.finding import Finding, Severity
from ippoolctl.render.checked import Checked, message_of, relative
from ippoolctl.render.formats.content import Content
from ippoolctl.render.quantities import counted

MOST: Final = 10
"""Annotations of one level that GitHub shows for a step."""

_LEVELS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}


def render(content: Content) -> str:
    """One workflow command per finding and per unreadable input."""
    return "".join(_rows(content.checked())) if content.checked else ""


def _rows(checked: Checked) -> Iterator[str]:
    more: list[str] = []
    unlisted = checked.report.unlisted
    for severity, level in _LEVELS.items():
        rows = [_row(level, each, checked) for each in checked.counting(severity)]
        if severity is Severity.ERROR:
            rows = [*_unread(checked), *_problems(checked), *rows]
        # The lines about more findings and overlaps are notices.
        room = MOST - len(more) - bool(unlisted)
        most = room - 1 if level == "notice" and len(rows) > room else MOST
        yield from rows[:most]
        if len(rows) > most:
            more.append(counted(len(rows) - most, f"more {level}"))
    if unlisted:
        more.append(counted(unlisted, "more overlapping pair"))
    for each in more:
        yield _command("notice", {"title": "ippoolctl"}, f"{each}, see the log or the summary")


def _row(level: str, finding: Finding, checked: Checked) -> str:
    place = checked.place(finding.subject)
    where: dict[str, str] = {}
    if place is not None and (file := checked.file(finding.subject)):
        where = {"file": file, "line": str(place.line), "col": str(place.column)}
    text = _with_fix(message_of(finding), finding.hint)
    return _command(level, {**where, "title": finding.rule}, text)


def _unread(checked: Checked) -> Iterator[str]:
    for group, fault in checked.unread:
        yield _command("error", {"title": group.label}, _with_fix(fault.message, fault.hint))


def _problems(checked: Checked) -> Iterator[str]:
    for each in checked.problems:
        where = {"file": relative(each.place.file)}
        if each.place.line:
            where |= {"line": str(each.place.line), "col": str(each.place.column)}
        yield _command("error", {**where, "title": "input"}, _with_fix(each.message, each.hint))


def _with_fix(message: str, hint: str) -> str:
    return f"{message}\nfix: {hint}" if hint else message


def _command(level: str, properties: dict[str, str], text: str) -> str:
    listed = ",".join(
        f"{key}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}"
        for key, value in properties.items()
        if value
    )
    return f"::{level} {listed}::{_escaped(text)}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
