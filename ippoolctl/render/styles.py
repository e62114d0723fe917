"""Lines for people: segments of text with a meaning, painted at the end.

Color never carries meaning alone. Every segment is escaped when it is painted for a terminal, so no
foreign string reaches it unescaped.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import Enum
from typing import Final, NamedTuple

_NAMED: Final = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


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


def escape(text: str) -> str:
    r"""The text with escapes for all characters that could move a cursor, hide or reorder text.

    These are control and format characters, line separators, unusual spaces and lone surrogates.
    A line break becomes ``\n``: one string stays on one line.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _visible(each) for each in text)


def _visible(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def line(*parts: str | Segment, hanging: int = 0) -> Line:
    """A line of plain and styled parts."""
    segments = (Segment(part) if isinstance(part, str) else part for part in parts)
    return Line(tuple(segments), hanging)


def detail(label: str, text: str) -> Line:
    """A line below another one, with what its text is about."""
    return line("    ", Segment(f"{label} ", Style.DIM), text, hanging=8)


def paint(lines: Iterable[Line]) -> str:
    """The lines as plain text, each ended by a line break, none of them cut or broken."""
    return "".join(f"{_row(each)}\n" for each in lines)


def _row(each: Line) -> str:
    text = "".join([segment[0] for segment in each.segments])
    return text if each.exact else escape(text).rstrip(" ")


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[str | Segment]],
    right: Collection[str] = (),
) -> list[Line]:
    """A table as kubectl prints it: columns three spaces apart, no lines, nothing cut off.

    ``right`` are the headers of the columns that are aligned to the right.
    """
    # Column by column: a table can have a million cells, and most columns are plain text.
    pieces: list[Iterable[Segment]] = []
    template, plain = "", list[Sequence[str]]()  # the columns after the last piece
    for column in zip(header, *rows, strict=True):
        cells, to_right = _escaped(column), column[0] in right
        texts = [cell if isinstance(cell, str) else cell[0] for cell in cells]
        width = max(map(len, texts))
        if Segment not in set(map(type, cells)):
            template += f"%{width}s{' ' * _GAP}" if to_right else f"%-{width + _GAP}s"
            plain.append(texts)
            continue
        spaces = [" " * (width - len(text)) for text in texts]
        before, after = (spaces, [""] * len(texts)) if to_right else ([""] * len(texts), spaces)
        pieces.append(_filled(f"{template}%s", [*plain, before]))
        pieces.append([Segment(cell) if isinstance(cell, str) else cell for cell in cells])
        template, plain = f"%s{' ' * _GAP}", [after]
    return [Line(each) for each in zip(*pieces, _filled(template, plain), strict=True)]


def _escaped(column: Sequence[str | Segment]) -> Sequence[str | Segment]:
    texts = "".join([cell if isinstance(cell, str) else cell[0] for cell in column])
    if texts.isprintable():
        return column
    return [
        escape(cell) if isinstance(cell, str) else Segment(escape(cell.text), cell.style)
        for cell in column
    ]


def _filled(template: str, columns: Sequence[Sequence[str]]) -> Iterable[Segment]:
    """The template with the cells of each row."""
    return map(Segment, map(template.__mod__, zip(*columns, strict=True)))


_GAP: Final = 3
