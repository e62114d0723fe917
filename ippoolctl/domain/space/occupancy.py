"""How the addresses of any part of the address space are occupied, as exact numbers.

Every address has one :class:`Occupation`. The numbers come from sorted disjoint spans with running
totals, so that a /32 of IPv6 costs what a /28 of IPv4 costs.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from ippoolctl.domain.addresses.numbers import as_ipv4
from ippoolctl.domain.addresses.ranges import Span, intersect, merge, size, subtract
from ippoolctl.domain.annotations.claims import claimed
from ippoolctl.domain.antrea.capacity import capacity
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.suggest import gateway_of, taken_in


class Occupation(StrEnum):
    """What has an address; the first one that applies, in this order."""

    OVERLAPPING = "overlapping"
    """Two pools or more span it."""
    USED = "used"
    """An Egress or a Service has it."""
    RESERVED = "reserved"
    """Something beside the pools has it, or its pool never assigns it."""
    HELD = "held"
    """A pool spans it, or claims it, and can assign it."""
    FREE = "free"


class Occupancy(NamedTuple):
    """Numbers of addresses by their occupation."""

    overlapping: int = 0
    used: int = 0
    reserved: int = 0
    held: int = 0
    free: int = 0

    def number(self, kind: Occupation) -> int:
        """The number of one occupation."""
        found: int = getattr(self, kind.value)
        return found


class Cell(NamedTuple):
    """A part of an area, as one character or one rectangle of a picture shows it."""

    first: int
    """Ordinal of its first address."""
    last: int
    """Ordinal of its last address; between both may be addresses that are not of the area."""
    size: int
    """How many addresses of the area it has."""
    occupancy: Occupancy
    """The numbers; of a part of the cell, if only a part was asked for."""


class AddressSpace:
    """All pools, and what else has addresses."""

    def __init__(
        self, pools: Iterable[Pool], used: Iterable[Span] = (), reserved: Iterable[Span] = ()
    ) -> None:
        """``used`` are the addresses of consumers, ``reserved`` those that pools should avoid."""
        pools = list(pools)
        every = [span for pool in pools for span in spans_of(pool)]
        overlapping = merge(_covered_twice(every))
        known_used = subtract(used, overlapping)
        never = [span for pool in pools for span in _never_assigned(pool)]
        known_reserved = subtract([*reserved, *never], [*overlapping, *known_used])
        held = subtract(every, [*overlapping, *known_used, *known_reserved])
        self._layers = [_Layer(each) for each in (overlapping, known_used, known_reserved, held)]

    def occupancy(self, spans: Iterable[Span]) -> Occupancy:
        """The numbers of these spans, which are disjoint."""
        spans = list(spans)
        numbers = [sum(layer.count(*span) for span in spans) for layer in self._layers]
        return Occupancy._make([*numbers, size(spans) - sum(numbers)])

    def cells(
        self, area: Sequence[Span], columns: int, only: Sequence[Span] | None = None
    ) -> list[Cell]:
        """The area in cells of the same size, as far as whole addresses allow.

        ``area`` is ascending and disjoint, as :func:`.merge` makes it. There are ``columns`` cells,
        or one for each address if there are fewer. With ``only``, which is like ``area``, their
        numbers are those of these addresses alone.
        """
        found = []
        for parts in _parts(area, columns):
            counted = parts if only is None else [*_common(parts, only)]
            numbers = self.occupancy(counted)
            found.append(Cell(parts[0].first, parts[-1].last, size(parts), numbers))
        return found


def spans_of(pool: Pool) -> list[Span]:
    """The addresses of a pool and of the ranges that are claimed for it, ascending and disjoint."""
    return merge(taken_in((*pool.ranges, *claimed(pool))))


def _covered_twice(spans: Iterable[Span]) -> Iterator[Span]:
    reach = -1
    for first, last in sorted(spans):
        if first <= reach:
            # Of the spans before, the one that reaches farthest covers all of this.
            yield Span(first, min(last, reach))
        reach = max(reach, last)


def _never_assigned(pool: Pool) -> Iterator[Span]:
    """The addresses of a pool that Antrea does not assign, and its gateway, which it does."""
    ranges = (*pool.ranges, *claimed(pool))
    assigned = [found for each in ranges if (found := capacity(each.spelling).allocatable)]
    plain = [Span(as_ipv4(each.first), as_ipv4(each.last)) for each in assigned]
    yield from subtract(spans_of(pool), [*assigned, *plain])
    yield from gateway_of(pool)


class _Layer:
    """Disjoint spans in ascending order, with the number of addresses before each."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._firsts = [first for first, _ in spans]
        self._before = [0, *accumulate(last - first + 1 for first, last in spans)]

    def count(self, first: int, last: int) -> int:
        """How many addresses from ``first`` to ``last`` it has."""
        return self._below(last + 1) - self._below(first)

    def _below(self, ordinal: int) -> int:
        begun = bisect_left(self._firsts, ordinal)
        if begun == 0:
            return 0
        return self._before[begun] - max(self._spans[begun - 1].last + 1 - ordinal, 0)


def _parts(area: Sequence[Span], columns: int) -> Iterator[list[Span]]:
    """The spans of each cell."""
    whole = size(area)
    columns = min(columns, whole)
    rest = iter(area)
    first, last = next(rest, Span(0, -1))
    done = 0
    for column in range(1, columns + 1):
        end = column * whole // columns
        parts = []
        while done < end:
            if first > last:
                first, last = next(rest)
            taken = min(last - first + 1, end - done)
            parts.append(Span(first, first + taken - 1))
            first += taken
            done += taken
        yield parts


def _common(parts: Sequence[Span], only: Sequence[Span]) -> Iterator[Span]:
    """The addresses in both; a cell has few parts, and a look-up in ``only`` is O(log n)."""
    for part in parts:
        position = max(bisect_left(only, part) - 1, 0)
        while position < len(only) and only[position].first <= part.last:
            found = intersect(part, only[position])
            if found:
                yield found
            position += 1
