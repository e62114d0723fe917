"""How the addresses of any part of the address space are occupied, as exact numbers.

Every address has one :class:`Occupation`. Numbers are those of whole spans, so that a /32 of IPv6
costs what a /28 of IPv4 costs.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.numbers import IPV6
from ippoolctl.domain.addresses.ranges import Span, merge, size, subtract, unmapped
from ippoolctl.domain.annotations.claims import claimed
from ippoolctl.domain.antrea.capacity import allocatable
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.taken import gateway_of, taken_in


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


NOTHING: Final = Occupancy()
"""No addresses."""
_FREE: Final = Occupancy._fields.index(Occupation.FREE)


class Cell(NamedTuple):
    """A part of an area, as one character or one rectangle of a picture shows it; or several parts
    side by side, if all their addresses are of one occupation.
    """

    first: int
    """Ordinal of its first address; 0, like ``last``, if none of its addresses was asked for."""
    last: int
    """Ordinal of its last address; between both may be addresses that are not of the area."""
    size: int
    """How many addresses of the area it has."""
    occupancy: Occupancy
    """The numbers; of a part of the cell, if only a part was asked for."""
    columns: int
    """How many parts."""


class AddressSpace:
    """All pools, and what else has addresses: disjoint segments in ascending order, each of one
    occupation; between them all addresses are free.
    """

    def __init__(
        self, pools: Sequence[Pool], used: Iterable[Span] = (), reserved: Iterable[Span] = ()
    ) -> None:
        """``used`` are the addresses of consumers, ``reserved`` those that pools should avoid."""
        every = [span for pool in pools for span in spans_of(pool)]
        spans = merge(every)
        overlapping = merge(_in_two_of(every))
        known_used = subtract(used, overlapping)
        known_reserved = subtract([*reserved, *_never_assigned(pools, spans)], overlapping)
        known_reserved = subtract(known_reserved, known_used)
        held = subtract(spans, merge([*overlapping, *known_used, *known_reserved]))
        self._segments = sorted(
            (*span, kind)
            for kind, layer in enumerate((overlapping, known_used, known_reserved, held))
            for span in layer
        )
        self._lasts = [last for _, last, _ in self._segments]

    def occupancy(self, spans: Iterable[Span]) -> Occupancy:
        """The numbers of these spans, which are disjoint."""
        numbers = [0] * len(Occupancy._fields)
        for span in spans:
            for first, last, kind in self._pieces(span):
                numbers[kind] += last - first + 1
        return Occupancy._make(numbers)

    def cells(self, area: Sequence[Span], columns: int) -> list[Cell]:
        """The area in cells of the same size, as far as whole addresses allow, from left to right.

        ``area`` is ascending and disjoint, as :func:`.merge` makes it. There are ``columns`` cells,
        or one for each address if there are fewer.
        """
        cells = _Cells(size(area), columns)
        position = 0
        for span in area:
            cells.add(position, self._pieces(span))
            position += span.size
        return cells.all()

    def part(self, area: Span, columns: int, only: Iterable[Span]) -> list[Cell]:
        """The cells of one span with the numbers of these of its addresses alone, ascending."""
        cells = _Cells(area.size, columns)
        for span in only:
            cells.add(span.first - area.first, self._pieces(span))
        return cells.all()

    def _pieces(self, span: Span) -> Iterator[tuple[int, int, int]]:
        """The span in parts of one occupation: first, last, and its place in :class:`Occupancy`."""
        first, end = span
        for place in range(bisect_left(self._lasts, first), len(self._lasts)):
            begin, last, kind = self._segments[place]
            if begin > end:
                break
            if first < begin:
                yield first, begin - 1, _FREE
                first = begin
            yield first, min(last, end), kind
            first = last + 1
        if first <= end:
            yield first, end, _FREE


class _Cells:
    """The cells of a bar, while addresses are added from its begin to its end.

    The cell of a position is the one whose end, rounded down, is the first one beyond it. What
    fills several cells is added once.
    """

    def __init__(self, whole: int, columns: int) -> None:
        self._whole, self._columns = whole, min(columns, whole)
        # Of each cell with addresses: its number, their first and last one, and the numbers.
        self._found: list[tuple[int, int, int, list[int]]] = []
        self._filled: dict[int, int] = {}  # how many cells begin there that one piece fills

    def add(self, position: int, pieces: Iterable[tuple[int, int, int]]) -> None:
        """Add pieces that follow each other, the first one at this position of the bar."""
        whole, columns, found = self._whole, self._columns, self._found
        for first, last, kind in pieces:
            while first <= last:
                place = ((position + 1) * columns - 1) // whole
                begin, end = place * whole // columns, (place + 1) * whole // columns
                stop = min(position + last - first + 1, end)
                if position == begin and stop == end:
                    until = ((position + last - first + 2) * columns - 1) // whole
                    self._filled[place] = until - place
                    stop = until * whole // columns
                after = first + stop - position
                if found and found[-1][0] == place:
                    _, left, _, numbers = found.pop()
                else:
                    left, numbers = first, [0] * len(Occupancy._fields)
                numbers[kind] += stop - position
                found.append((place, left, after - 1, numbers))
                first, position = after, stop

    def all(self) -> list[Cell]:
        """All cells from left to right, also those without addresses."""
        cells: list[Cell] = []
        done = 0
        for place, first, last, numbers in self._found:
            cells += self._empty(done, place)
            done = place + self._filled.get(place, 1)
            size_ = self._size(place, done)
            cells.append(Cell(first, last, size_, Occupancy._make(numbers), done - place))
        return [*cells, *self._empty(done, self._columns)]

    def _empty(self, begin: int, end: int) -> Iterator[Cell]:
        if begin < end:
            yield Cell(0, 0, self._size(begin, end), NOTHING, end - begin)

    def _size(self, begin: int, end: int) -> int:
        """How many addresses the cells between these places have."""
        whole, columns = self._whole, self._columns
        return end * whole // columns - begin * whole // columns


def spans_of(pool: Pool) -> list[Span]:
    """The addresses of a pool and of the ranges that are claimed for it, ascending and disjoint."""
    return merge(taken_in((*pool.ranges, *claimed(pool))))


def _in_two_of(spans: Iterable[Span]) -> Iterator[Span]:
    """The addresses that two or more of the spans have."""
    reach = -1
    for first, last in sorted(spans):
        if first <= reach:
            yield Span(first, min(last, reach))
        reach = max(reach, last)


def _never_assigned(pools: Iterable[Pool], spans: Sequence[Span]) -> Iterator[Span]:
    """The addresses of pools that Antrea does not assign, and the gateways of these pools.

    An address that another pool assigns is in both, so overlapping, whatever this says.
    """
    assigned: list[Span] = []
    for pool in pools:
        yield from gateway_of(pool)
        for each in (*pool.ranges, *claimed(pool)):
            found = allocatable(each)
            if found is not None:
                assigned += unmapped(found) if found.first >= IPV6 else (found,)
    yield from subtract(spans, assigned)
