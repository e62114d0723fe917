"""A map of the address space, for people: bars of characters below each other."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.numbers import address_text
from ippoolctl.domain.addresses.ranges import Span, size
from ippoolctl.domain.space.charts import Chart, SpaceMap
from ippoolctl.domain.space.occupancy import AddressSpace, Cell, Occupancy, Occupation
from ippoolctl.render.quantities import counted, short_number
from ippoolctl.render.styles import Line, Segment, Style, escape, line


class Glyphs(NamedTuple):
    """The characters of each occupation, from the smallest share of a cell to all of it."""

    overlapping: str
    used: str
    reserved: str
    held: str
    free: str


UNICODE: Final = Glyphs("╳", "▁▂▃▄▅▆▇█", "╎╱", "░▒", "·")  # noqa: RUF001  drawn, not read
ASCII: Final = Glyphs("X", "123456789#", ",/", "-=", ".")

MEANINGS: Final = {
    Occupation.OVERLAPPING: "overlapping",
    Occupation.USED: "used",
    Occupation.RESERVED: "reserved",
    Occupation.HELD: "held by a pool",
    Occupation.FREE: "free",
}
"""What the parts of a picture mean."""

_STYLES: Final = {
    Occupation.OVERLAPPING: Style.ERROR,
    Occupation.USED: Style.STRONG,
    Occupation.RESERVED: Style.PLAIN,
    Occupation.HELD: Style.GOOD,
    Occupation.FREE: Style.DIM,
}
_BLANK: Final = Segment(" ")
_SHORTEST_BAR: Final = 8
_RANGES_SHOWN: Final = 2


def map_lines(shown: SpaceMap, columns: int, *, unicode: bool) -> Iterator[Line]:
    """A bar for each chart and below it one for each of its pools, then the legend.

    A bar has a power of two of characters, so that they stand for CIDRs where the area is one.
    """
    layout = _layout(shown.charts, columns)
    glyphs = UNICODE if unicode else ASCII
    found: set[Occupation] = set()
    for chart in shown.charts:
        found |= _occurring(shown.space.occupancy(chart.area))
        yield from _chart_lines(chart, shown.space, layout, glyphs)
        yield line()
    yield from _legend([each for each in Occupation if each in found], columns, glyphs)


def _legend(kinds: Iterable[Occupation], columns: int, glyphs: Glyphs) -> Iterator[Line]:
    """The characters of these kinds with their meaning, in as few rows as fit."""
    row: list[Segment] = []
    width = 0
    for kind in kinds:
        characters: str = getattr(glyphs, kind.value)
        meaning = f" {MEANINGS[kind]}   "
        if row and width + len(characters) + len(meaning.rstrip()) > columns:
            yield line(*row)
            row, width = [], 0
        row += [Segment(characters, _STYLES[kind]), Segment(meaning)]
        width += len(characters) + len(meaning)
    if row:
        yield line(*row)


class _Layout(NamedTuple):
    columns: int
    labels: int
    """Columns in front of the bars."""
    bar: int


def _layout(charts: Iterable[Chart], columns: int) -> _Layout:
    bar = max(1 << (columns * 4 // 5).bit_length() - 1, _SHORTEST_BAR)
    labels = [each.label for each in charts]
    labels += [f"  {row.pool.label}" for each in charts if each.block for row in each.pools]
    longest = max((len(escape(each)) for each in labels), default=0)
    return _Layout(columns, max(min(longest + 2, columns - bar), 0), bar)


def _chart_lines(
    chart: Chart, space: AddressSpace, layout: _Layout, glyphs: Glyphs
) -> Iterator[Line]:
    indent = " " * layout.labels
    if chart.block is not None:
        yield line(Segment(indent + _axis(chart.area[0], layout.bar), Style.DIM))
    cells = space.cells(chart.area, layout.bar)
    yield from _bar_lines(Segment(chart.label, Style.STRONG), cells, layout, glyphs)
    for row in chart.pools if chart.block else ():
        part = space.part(chart.area[0], layout.bar, row.spans)
        yield from _bar_lines(Segment(f"  {row.pool.label}"), part, layout, glyphs)
    for text in _folded(_numbers(chart, space, layout), layout.columns - layout.labels, ", "):
        yield line(Segment(indent + text, Style.DIM))


def _bar_lines(
    label: Segment, cells: Sequence[Cell], layout: _Layout, glyphs: Glyphs
) -> Iterator[Line]:
    """The label in front of its bar, or above it if it is too long."""
    text = escape(label.text)
    if len(text) >= layout.labels:
        yield line(Segment(text, label.style))
        text = ""
    drawn = bar_segments(cells, layout.bar, glyphs)
    yield line(Segment(text.ljust(layout.labels), label.style), *drawn)


def bar_segments(cells: Sequence[Cell], width: int, glyphs: Glyphs) -> Iterator[Segment]:
    """A bar of ``width`` characters; fewer cells are each drawn several times."""
    parts: list[Segment] = []
    for each in cells:
        parts += [_glyph(each.occupancy, each.size, glyphs)] * each.columns
    drawn = [parts[place * len(parts) // width] for place in range(width) if parts]
    for style, run in groupby(drawn, key=lambda each: each.style):
        yield Segment("".join(each.text for each in run), style)


@lru_cache(maxsize=4096)
def _glyph(occupancy: Occupancy, whole: int, glyphs: Glyphs) -> Segment:
    """The character of the first occupation that occurs, however small its share of the cell is."""
    found = next((kind for kind in _SHOWN_FIRST if occupancy.number(kind)), None)
    if found is None:
        return _BLANK
    characters: str = getattr(glyphs, found.value)
    part = occupancy.number(found) * 2
    if found is Occupation.USED:
        # Of the addresses that a pool can assign, those in use.
        part, whole = occupancy.used, occupancy.used + occupancy.held
    last = len(characters) - 1
    return Segment(characters[min(last * part // whole, last)], _STYLES[found])


_SHOWN_FIRST: Final = (
    Occupation.OVERLAPPING,
    Occupation.USED,
    Occupation.HELD,
    Occupation.RESERVED,
    Occupation.FREE,
)
"""A cell with a part of a pool shows the pool, even if more of it is reserved."""


def _axis(area: Span, bar: int) -> str:
    texts = list(map(address_text, axis_addresses(area, bar)))
    return "".join(each.ljust(bar // len(texts)) for each in texts).rstrip()


def axis_addresses(area: Span, width: int) -> list[int]:
    """Where parts of a bar begin: 8 or fewer of the same size, as many as have room for the text
    of their first address; ``width`` is that of the bar in characters.
    """
    for parts in (8, 4, 2, 1):
        firsts = [area.first + part * area.size // parts for part in range(parts)]
        longest = max(len(address_text(each)) for each in firsts)
        if longest + 2 <= width // parts and parts <= area.size:
            break
    return firsts


def _numbers(chart: Chart, space: AddressSpace, layout: _Layout) -> list[str]:
    if not chart.area:
        return ["no range that can be read"]
    whole = size(chart.area)
    parts = []
    if chart.block is None:
        texts = [escape(each) for row in chart.pools for each in row.pool.texts]
        more = len(texts) - _RANGES_SHOWN - 1
        parts += texts if more < 1 else [*texts[:_RANGES_SHOWN], f"{more + 1} more ranges"]
    if whole > layout.bar and whole % layout.bar == 0:
        parts.append(f"{short_number(whole // layout.bar)} addresses per character")
    elif whole <= layout.bar and layout.bar % whole == 0:
        parts.append(f"{counted(layout.bar // whole, 'character')} per address")
    else:
        parts.append(f"{short_number(whole)} addresses")
    return [*parts, *occupancy_texts(space.occupancy(chart.area))]


def occupancy_texts(occupancy: Occupancy) -> list[str]:
    """The numbers that are not 0, each with its word."""
    return [
        f"{short_number(occupancy[place])} {word}"
        for place, word in _READ_FIRST
        if occupancy[place]
    ]


_READ_FIRST: Final = tuple(
    (Occupancy._fields.index(kind), kind.value)
    for kind in (
        Occupation.USED,
        Occupation.HELD,
        Occupation.OVERLAPPING,
        Occupation.RESERVED,
        Occupation.FREE,
    )
)
"""The numbers by their place, with their words."""


def _occurring(occupancy: Occupancy) -> set[Occupation]:
    return {kind for kind in Occupation if occupancy.number(kind)}


def _folded(parts: Iterable[str], width: int, between: str) -> Iterator[str]:
    """The parts in as few rows as fit into the width."""
    row = ""
    for each in parts:
        longer = f"{row}{between}{each}" if row else each
        if row and len(longer) > width:
            yield row.rstrip() + between.rstrip()
            longer = each
        row = longer
    if row:
        yield row
