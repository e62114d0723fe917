"""Messages beside a result, for standard error: errors, warnings, information."""

from collections.abc import Iterable
from typing import NamedTuple

from ippoolctl.render.styles import Line, Segment, Style, line


class Note(NamedTuple):
    """One message."""

    lines: tuple[Line, ...]
    essential: bool = False
    """Whether it is written with ``--quiet``."""


def error(message: str, hint: str = "", details: Iterable[Line] = ()) -> Note:
    """An error, and the hint."""
    lines = (line(Segment("error", Style.ERROR), f": {message}", hanging=4), *details)
    return Note((*lines, *_hint(hint)), essential=True)


def warning(message: str, hint: str = "") -> Note:
    """A warning, and the hint."""
    note = info(Segment("warning", Style.WARNING), f": {message}")
    return Note((*note.lines, *_hint(hint)))


def info(*parts: str | Segment, hint: str = "") -> Note:
    """Information, and the hint."""
    return Note((line(*parts, hanging=4), *_hint(hint)))


def _hint(hint: str) -> tuple[Line, ...]:
    return (line(Segment("hint", Style.STRONG), f": {hint}", hanging=4),) if hint else ()
