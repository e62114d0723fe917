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
    lines = [line(Segment("error", Style.ERROR), f": {message}", hanging=4), *details]
    if hint:
        lines.append(line(Segment("hint", Style.STRONG), f": {hint}", hanging=4))
    return Note(tuple(lines), essential=True)


def warning(message: str) -> Note:
    """A warning."""
    return info(Segment("warning", Style.WARNING), f": {message}")


def info(*parts: str | Segment) -> Note:
    """Information."""
    return Note((line(*parts, hanging=4),))
