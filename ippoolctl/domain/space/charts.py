"""The rows of a map: blocks of addresses with their pools, and pools by themselves."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ippoolctl.domain.addresses.numbers import Network, network_text, outermost
from ippoolctl.domain.addresses.ranges import Span, size
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.occupancy import AddressSpace, spans_of


class PoolBar(NamedTuple):
    """A pool in a chart."""

    pool: Pool
    spans: tuple[Span, ...]
    """Its addresses in the area of the chart."""


class Chart(NamedTuple):
    """A part of the address space: a block, or the addresses of one pool."""

    label: str
    """The block as a CIDR, or the name of the pool."""
    area: tuple[Span, ...]
    """All its addresses, ascending and disjoint; empty for a pool without a readable range."""
    block: Network | None = None
    """``None`` if it is a pool."""
    pools: tuple[PoolBar, ...] = ()
    """The pools with addresses in the area, in the order of their first address."""


class SpaceMap(NamedTuple):
    """The rows, and the numbers behind them."""

    charts: tuple[Chart, ...]
    space: AddressSpace


def charts(pools: Iterable[Pool], blocks: Iterable[Network], *, outside: bool) -> list[Chart]:
    """A chart for each block, in ascending order, without blocks inside of others.

    ``outside``: then one for each pool with addresses in none of the blocks.
    """
    outer = list(outermost(blocks))
    areas = [Span(block.first, block.last) for block in outer]
    rows: dict[int, list[PoolBar]] = defaultdict(list)
    beside: list[Chart] = []
    for pool in pools:
        spans = spans_of(pool)
        inside = _inside(areas, spans)
        for number, parts in inside.items():
            rows[number].append(PoolBar(pool, tuple(parts)))
        if outside and (not spans or sum(map(size, inside.values())) < size(spans)):
            area = tuple(spans)
            beside.append(Chart(pool.label, area, None, (PoolBar(pool, area),)))
    for listed in rows.values():
        listed.sort(key=lambda row: row.spans[0])
    found = [
        Chart(network_text(block), (area,), block, tuple(rows[number]))
        for number, (block, area) in enumerate(zip(outer, areas, strict=True))
    ]
    return [*found, *beside]


def _inside(areas: Sequence[Span], spans: Iterable[Span]) -> Mapping[int, list[Span]]:
    """The parts of the spans in each of the areas, which are ascending and disjoint, by number."""
    inside: dict[int, list[Span]] = defaultdict(list)
    for each in spans:
        begin = bisect_left(areas, each.first, key=lambda area: area.last)
        end = bisect_right(areas, each.last, key=lambda area: area.first)
        for number in range(begin, end):
            area = areas[number]
            inside[number].append(Span(max(each.first, area.first), min(each.last, area.last)))
    return inside
