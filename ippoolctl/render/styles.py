"""Lines for people: segments of text with a meaning, painted at the end.

Color never carries meaning alone. Every segment is escaped when it is painted for a terminal, so no
foreign string reaches it unescaped.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import Enum
from functools import cached_property
from typing import Final, NamedTuple, cast, overload

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


_OF_DIFF: Final = {"+": Style.GOOD, "-": Style.ERROR, "@": Style.DIM}


def diff_row(row: str, *, exact: bool = False) -> Line:
    """A row of a unified difference with its usual color."""
    return Line((Segment(row, _OF_DIFF.get(row[:1], Style.PLAIN)),), exact=exact)


def paint(lines: Iterable[Line]) -> str:
    """The lines as plain text, each ended by a line break, none of them cut or broken."""
    if isinstance(lines, Table):
        return lines.text
    return "".join(f"{_row(each)}\n" for each in lines)


def _row(each: Line) -> str:
    text = "".join([segment[0] for segment in each.segments])
    return text if each.exact else escape(text).rstrip(" ")


class _Column(NamedTuple):
    """A column of a table, its header first."""

    texts: Sequence[str]
    """Escaped."""
    segments: Sequence[Segment] | None
    """The same with their styles; ``None`` if they have none."""
    width: int
    to_right: bool

    @property
    def template(self) -> str:
        """A cell and the gap behind it, for ``%``."""
        return f"%{self.width}s{_GAP}" if self.to_right else f"%-{self.width}s{_GAP}"


class Table(Sequence[Line]):
    """The lines of a table, made when they are asked for: as text, it is written without them."""

    def __init__(self, columns: Sequence[_Column]) -> None:
        self._columns = columns

    @property
    def text(self) -> str:
        """The lines as plain text, each ended by a line break."""
        template = "".join([each.template for each in self._columns])
        rows = map(template.__mod__, zip(*[each.texts for each in self._columns], strict=True))
        return "".join([f"{row.rstrip(' ')}\n" for row in rows])

    @cached_property
    def _lines(self) -> list[Line]:
        # Column by column: a table can have a million cells, and most columns are plain text.
        pieces: list[Iterable[Segment]] = []
        template, plain = "", list[Sequence[str]]()  # the columns after the last piece
        for column in self._columns:
            texts, segments, width, to_right = column
            if segments is None:
                template += column.template
                plain.append(texts)
                continue
            spaces = [" " * (width - len(text)) for text in texts]
            nothing = [""] * len(texts)
            pieces.append(_filled(f"{template}%s", [*plain, spaces if to_right else nothing]))
            pieces.append(segments)
            template, plain = f"%s{_GAP}", [nothing if to_right else spaces]
        return [Line(each) for each in zip(*pieces, _filled(template, plain), strict=True)]

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> list[Line]: ...
    def __getitem__(self, index: int | slice) -> Line | list[Line]:
        return self._lines[index]

    def __len__(self) -> int:
        return len(self._columns[0].texts)


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[str | Segment]],
    right: Collection[str] = (),
) -> Table:
    """A table as kubectl prints it: columns three spaces apart, no lines, nothing cut off.

    ``right`` are the headers of the columns that are aligned to the right.
    """
    return Table(
        [_column(each, to_right=each[0] in right) for each in zip(header, *rows, strict=True)]
    )


def _column(cells: Sequence[str | Segment], *, to_right: bool) -> _Column:
    segments = None
    texts = cast("Sequence[str]", cells)
    if Segment in set(map(type, cells)):
        segments = [Segment(each) if isinstance(each, str) else each for each in cells]
        texts = [each.text for each in segments]
    if not "".join(texts).isprintable():
        texts = list(map(escape, texts))
        if segments is not None:
            segments = list(map(Segment, texts, [each.style for each in segments]))
    return _Column(texts, segments, max(map(len, texts)), to_right)


def _filled(template: str, columns: Sequence[Sequence[str]]) -> Iterable[Segment]:
    """The template with the cells of each row."""
    return map(Segment, map(template.__mod__, zip(*columns, strict=True)))


_GAP: Final = "   "
