"""A map of the address space as SVG: a bar for each chart, and below it one for each pool.

A bar has cells of the same number of addresses. Each is filled from below by what it has, in
proportion but never invisibly low; cells side by side that look the same are one shape, with the
numbers of all of them as its tooltip.
"""

from collections.abc import Sequence
from functools import lru_cache
from html import escape as escape_markup
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from ippoolctl.domain.addresses.numbers import address_text, span_text
from ippoolctl.domain.addresses.ranges import Span, size
from ippoolctl.domain.space.charts import Chart, SpaceMap
from ippoolctl.domain.space.occupancy import AddressSpace, Cell, Occupancy, Occupation
from ippoolctl.render.quantities import short_number
from ippoolctl.render.styles import escape
from ippoolctl.render.text.space.map import MEANINGS, axis_addresses, occupancy_texts

CELLS: Final = 128
"""Cells of a bar."""
_CELL: Final = 6
_MARGIN: Final = 20
_LABELS: Final = 200
_LEFT: Final = _MARGIN + _LABELS
_BAR: Final = CELLS * _CELL
_WIDTH: Final = _LEFT + _BAR + _MARGIN
_CHART_BAR: Final = 30
_POOL_BAR: Final = 14
_LOWEST: Final = 3
"""Height of the smallest share, in pixels."""
_DESCRIBED: Final = 10
"""How many charts are summed up in the text for screen readers."""
_LONGEST_LABEL: Final = 20
_LONGEST_NUMBERS: Final = 100
_STACKED: Final = (
    Occupation.USED,
    Occupation.HELD,
    Occupation.RESERVED,
    Occupation.OVERLAPPING,
)
"""What fills a cell, from below; the rest is free."""

_DEFINITIONS: Final = """\
<defs>
<pattern id="map-reserved" width="5" height="5" patternUnits="userSpaceOnUse" \
patternTransform="rotate(45)"><rect class="reserved-ground" width="5" height="5"/>\
<line class="reserved-line" y2="5"/></pattern>
<pattern id="map-overlapping" width="6" height="6" patternUnits="userSpaceOnUse" \
patternTransform="rotate(45)"><rect class="overlapping-ground" width="6" height="6"/>\
<line class="overlapping-line" y2="6"/><line class="overlapping-line" x2="6"/></pattern>
</defs>
"""


def style() -> str:
    """The style sheet of the drawing, for light and dark screens."""
    return Path(__file__).with_name("map.css").read_text(encoding="utf-8")


def draw(shown: SpaceMap, css: str = "") -> str:
    """The element ``svg``; ``css`` is its own style sheet, where the page has none for it."""
    body: list[str] = []
    top = _legend(_MARGIN, body)
    for chart in shown.charts:
        top = _chart(chart, shown.space, top + 24, body)
    height = top + _MARGIN
    described = [_summary(each, shown.space) for each in shown.charts[:_DESCRIBED]]
    if len(shown.charts) > _DESCRIBED:
        described.append(f"and {len(shown.charts) - _DESCRIBED} more")
    label = escape_markup("; ".join(described))
    style_element = f"<style>\n{css}</style>\n" if css else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" role="img" aria-label="{label}"'
        f' viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}">\n'
        f"{style_element}{_DEFINITIONS}"
        f'<rect class="ground" width="{_WIDTH}" height="{height}"/>\n'
        f"{''.join(body)}</svg>\n"
    )


def _summary(chart: Chart, space: AddressSpace) -> str:
    numbers = ", ".join(occupancy_texts(space.occupancy(chart.area)))
    return f"{escape(chart.label)}: {numbers or 'no addresses'}"


def _legend(top: int, body: list[str]) -> int:
    left = _LEFT
    for kind in Occupation:
        word = MEANINGS[kind]
        body.append(_rectangle(kind.value, left, top, 16, 14))
        body.append(_text("dim", left + 22, top + 11, word))
        left += 22 + 8 * len(word) + 20
    return top + 14


def _chart(chart: Chart, space: AddressSpace, top: int, body: list[str]) -> int:
    """Draw a chart below ``top``; the bottom of it."""
    numbers = [_size_text(chart), *occupancy_texts(space.occupancy(chart.area))]
    top += 12
    body.append(_text("dim", _LEFT, top, _cut(", ".join(numbers), _LONGEST_NUMBERS)))
    top += 8
    if chart.block is not None:
        top += 10
        _axis(chart.area[0], top, body)
        top += 5
    body.append(_label("name", chart.label, top + _CHART_BAR // 2 + 5))
    cells = space.cells(chart.area, CELLS)
    _bar(cells, top, _CHART_BAR, "", body)
    top += _CHART_BAR
    for row in chart.pools if chart.block else ():
        top += 6
        body.append(_label("pool", row.pool.label, top + 11))
        part = space.part(chart.area[0], CELLS, row.spans)
        body.append(_track(top + _POOL_BAR))
        _bar(part, top, _POOL_BAR, f"{row.pool.label}: ", body)
        top += _POOL_BAR
    return top


def _size_text(chart: Chart) -> str:
    number = size(chart.area)
    text = f"{short_number(number)} {'address' if number == 1 else 'addresses'}"
    only = chart.block is None and len(chart.area) == 1
    return f"{span_text(*chart.area[0])}: {text}" if only else text


def _axis(area: Span, top: int, body: list[str]) -> None:
    addresses = axis_addresses(area, _BAR // 7)
    for number, address in enumerate(addresses):
        left = _LEFT + number * _BAR // len(addresses)
        body.append(
            f'<line class="scale" x1="{left}" x2="{left}" y1="{top - 8}" y2="{top + 5}"/>\n'
        )
        body.append(_text("tick", left + 4, top, address_text(address)))


def _track(bottom: int) -> str:
    return (
        f'<line class="scale" x1="{_LEFT}" x2="{_LEFT + _BAR}" y1="{bottom}.5" y2="{bottom}.5"/>\n'
    )


def _bar(cells: Sequence[Cell], top: int, height: int, prefix: str, body: list[str]) -> None:
    """One shape for each run of cells that look the same."""
    # In the row of a pool the place tells where it is, and the heights what it has there.
    looks = [
        _heights(each.occupancy, sum(each.occupancy) if prefix else each.size, height)
        for each in cells
    ]
    columns = sum(each.columns for each in cells)
    position = 0
    for heights, run in groupby(zip(looks, cells, strict=True), key=itemgetter(0)):
        same = [cell for _, cell in run]
        left = _LEFT + position * _BAR // columns
        position += sum(each.columns for each in same)
        right = _LEFT + position * _BAR // columns
        if heights is None:
            continue
        title = escape_markup(f"{escape(prefix)}{_title(same)}")
        body.append(f"<g><title>{title}</title>")
        width = right - left
        if not prefix:
            body.append(_rectangle("free", left, top, width, height).rstrip())
        bottom = top + height
        for kind, part in zip(_STACKED, heights, strict=True):
            if part:
                bottom -= part
                body.append(_rectangle(kind.value, left, bottom, width, part).rstrip())
        body.append("</g>\n")


@lru_cache(maxsize=4096)
def _heights(occupancy: Occupancy, whole: int, height: int) -> tuple[int, ...] | None:
    """The pixels of each kind in :data:`_STACKED`; ``None`` for a cell outside of the pool."""
    if not any(occupancy):
        return None
    numbers = [occupancy.number(kind) for kind in _STACKED]
    parts = [max(height * each // whole, _LOWEST) if each else 0 for each in numbers]
    # What is raised to the lowest height is taken from the largest part, as is a missing pixel.
    largest = max(range(len(parts)), key=parts.__getitem__)
    excess = sum(parts) - height
    if excess > 0 or sum(numbers) == whole:
        parts[largest] -= excess
    return tuple(parts)


def _title(cells: Sequence[Cell]) -> str:
    numbers = Occupancy(*map(sum, zip(*(each.occupancy for each in cells), strict=True)))
    return f"{span_text(cells[0].first, cells[-1].last)}: {', '.join(occupancy_texts(numbers))}"


def _rectangle(kind: str, left: int, top: int, width: int, height: int) -> str:
    return f'<rect class="{kind}" x="{left}" y="{top}" width="{width}" height="{height}"/>\n'


def _text(kind: str, left: int, bottom: int, text: str) -> str:
    return f'<text class="{kind}" x="{left}" y="{bottom}">{escape_markup(escape(text))}</text>\n'


def _label(kind: str, text: str, bottom: int) -> str:
    """A name to the left of a bar; a long one is cut, and whole in its tooltip."""
    whole = escape(text)
    shown = _cut(whole, _LONGEST_LABEL)
    title = f"<title>{escape_markup(whole)}</title>" if shown != whole else ""
    left = _MARGIN + (0 if kind == "name" else 12)
    return f'<text class="{kind}" x="{left}" y="{bottom}">{title}{escape_markup(shown)}</text>\n'


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
