"""Lines for people: segments of text with a meaning, painted at the end.

Color never carries meaning alone. Every segment is escaped when it is painted for a terminal, so no
foreign string reaches it unescaped.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import Enum
from typing import Final, NamedTuple

from ippoolctl.render.escape import escape


class Style(Enum):
    """The meaning of a text segment; :mod:`ippoolctl.render.terminal` assigns the color."""

    PLAIN = "plain"
    STRONG = "strong"
    ERROR = "error"
    WARNING = "warning"
    GOOD = "good"
    DIM = "dim"


class Segment(NamedTuple):
    """A piece of a line."""

    text: str
    style: Style = Style.PLAIN


class Line(NamedTuple):
    """One line of output."""

    segments: tuple[Segment, ...]
    hanging: int = 0
    """Indentation of continuation lines on a narrow terminal; 0: the line is never broken."""
    exact: bool = False
    """Not escaped or stripped in a file or a pipe, where another program reads it; a terminal never
    gets it that way."""


def line(*parts: str | Segment, hanging: int = 0) -> Line:
    """A line of plain and styled parts."""
    segments = (Segment(part) if isinstance(part, str) else part for part in parts)
    return Line(tuple(segments), hanging)


def paint(lines: Iterable[Line]) -> str:
    """The lines as plain text, each ended by a line break, none of them cut or broken."""
    return "".join(f"{_row(each)}\n" for each in lines)


def _row(each: Line) -> str:
    text = "".join(segment.text for segment in each.segments)
    return text if each.exact else escape(text).rstrip(" ")


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[str | Segment]],
    right: Collection[str] = (),
) -> list[Line]:
    """A table as kubectl prints it: columns three spaces apart, no lines, nothing cut off.

    ``right`` are the headers of the columns that are aligned to the right.
    """
    # Most cells are plain texts with nothing to escape: a table can have a million of them.
    cells = [
        [cell if type(cell) is str and cell.isprintable() else _escaped(cell) for cell in row]
        for row in (header, *rows)
    ]
    columns = [*zip(*cells, strict=True)]
    widths = [
        max(len(cell) if type(cell) is str else len(_text(cell)) for cell in column)
        for column in columns
    ]
    to_right = [each in right for each in header]
    return [Line(tuple(_padded(row, widths, to_right))) for row in cells]


def _escaped(cell: str | Segment) -> str | Segment:
    return escape(cell) if isinstance(cell, str) else Segment(escape(cell.text), cell.style)


def _text(cell: str | Segment) -> str:
    return cell if isinstance(cell, str) else cell.text


def _padded(
    row: Sequence[str | Segment], widths: Sequence[int], to_right: Sequence[bool]
) -> Iterable[Segment]:
    """The cells with the space between them; adjacent plain cells are joined."""
    plain = ""
    for cell, width, right in zip(row, widths, to_right, strict=True):
        if type(cell) is str:
            plain += (cell.rjust(width) if right else cell.ljust(width)) + _GAP
            continue
        space = " " * (width - len(_text(cell)))
        before, after = (space, _GAP) if right else ("", space + _GAP)
        plain += before
        if plain:
            yield Segment(plain)
        yield cell if isinstance(cell, Segment) else Segment(cell)
        plain = after
    yield Segment(plain)


_GAP: Final = " " * 3
