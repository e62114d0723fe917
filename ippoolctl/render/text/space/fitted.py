"""A table that fits a terminal: long texts are shortened, then columns left out."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from ippoolctl.render.styles import Line, Segment, table

Cell = str | Segment


class Concession(NamedTuple):
    """What a table does without on a terminal that is too narrow for it."""

    header: str
    shortest: int = 0
    """The characters that stay of each text of the column; 0: the column is left out."""
    end: int = 0
    """As many of them are the last ones of the text."""


def fitted_table(
    headers: list[str],
    cells: Sequence[list[Cell]],
    right: Collection[str],
    width: int,
    concessions: Sequence[Concession],
) -> Sequence[Line]:
    """The table, with as many of the concessions, in their order, as this width needs.

    Changes ``headers`` and ``cells``. ``right`` are the headers of columns that are aligned to the
    right.
    """
    lines = table(headers, cells, right)
    for concession in concessions:
        excess = text_width(lines) - width
        if excess <= 0:
            break
        if concession.header in headers:
            _concede(concession, headers, cells, excess)
            lines = table(headers, cells, right)
    return lines


def _concede(
    concession: Concession, headers: list[str], cells: Sequence[list[Cell]], excess: int
) -> None:
    """Shorten the column by the excess, as far as it may be; or leave it out."""
    column = headers.index(concession.header)
    if not concession.shortest:
        del headers[column]
        for row in cells:
            del row[column]
        return
    longest = max(len(str(row[column])) for row in cells)
    length = max(longest - excess, concession.shortest)
    for row in cells:
        row[column] = _cut(str(row[column]), length, concession.end)


def text_width(lines: Sequence[Line]) -> int:
    """The number of characters of the longest line."""
    return max(len("".join(part.text for part in each.segments).rstrip()) for each in lines)


def _cut(text: str, length: int, end: int) -> str:
    """The text with at most this length; its last ``end`` characters stay."""
    if len(text) <= length:
        return text
    return f"{text[: length - 1 - end]}…{text[len(text) - end :]}"
