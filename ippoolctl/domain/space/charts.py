"""The rows of a map: blocks of addresses with their pools, and pools by themselves."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ippoolctl.domain.addresses.numbers import Network, network_text
from ippoolctl.domain.addresses.ranges import Span, intersect, subtract
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
    spanned = [(pool, spans_of(pool)) for pool in pools]
    outermost = list(_outermost(blocks))
    areas = [Span(block.first, block.last) for block in outermost]
    rows = _rows(areas, spanned)
    found = [
        Chart(network_text(block), (area,), block, tuple(rows[number]))
        for number, (block, area) in enumerate(zip(outermost, areas, strict=True))
    ]
    for pool, spans in spanned if outside else ():
        if subtract(spans, areas) or not spans:
            area = tuple(spans)
            found.append(Chart(pool.label, area, None, (PoolBar(pool, area),)))
    return found


def _outermost(blocks: Iterable[Network]) -> Iterator[Network]:
    last = -1
    for block in sorted(set(blocks), key=lambda each: (each.first, each.bits)):
        if block.last > last:
            last = block.last
            yield block


def _rows(
    areas: Sequence[Span], spanned: Iterable[tuple[Pool, list[Span]]]
) -> Mapping[int, list[PoolBar]]:
    """The pools of each of the areas, which are ascending and disjoint, by its number."""
    firsts = [area.first for area in areas]
    rows: dict[int, list[PoolBar]] = defaultdict(list)
    for pool, spans in spanned:
        inside: dict[int, list[Span]] = defaultdict(list)
        for each in spans:
            number = max(bisect_right(firsts, each.first) - 1, 0)
            while number < len(areas) and areas[number].first <= each.last:
                if found := intersect(each, areas[number]):
                    inside[number].append(found)
                number += 1
        for number, parts in inside.items():
            rows[number].append(PoolBar(pool, tuple(parts)))
    for listed in rows.values():
        listed.sort(key=lambda row: row.spans[0])
    return rows
