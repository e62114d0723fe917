"""The strategies of a suggestion: which place in free space comes first.

A *gap* is the free space between two taken addresses. Every strategy names at most one place in
each gap, so a suggestion costs one look at every gap, however large the networks are.
"""

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from operator import itemgetter
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.ranges import Span, subtract


class PlacementStrategy(StrEnum):
    """Which free range comes first."""

    BEST = "best"
    """The one that leaves the largest free blocks: the smallest block or gap that fits."""
    FIRST = "first"
    """The lowest addresses."""
    LAST = "last"
    """The highest addresses."""
    RANDOM = "random"
    """Any, by a seed."""
    SPARSE = "sparse"
    """The one with the most room around it: the middle of the largest gap."""


class ReasonKind(StrEnum):
    """Why a range was placed where it is."""

    SMALLEST_BLOCK = "smallest-block"
    """``space`` is the smallest free CIDR that fits."""
    SMALLEST_GAP = "smallest-gap"
    """``space`` is the smallest gap that fits."""
    LOWEST = "lowest"
    HIGHEST = "highest"
    RANDOM = "random"
    LARGEST_GAP = "largest-gap"
    """``space`` is the largest gap; the range divides it."""
    NEAREST = "nearest"
    """``space`` is the range that this one is near to."""


@dataclass(frozen=True, slots=True)
class Order:
    """The order of free ranges."""

    strategy: PlacementStrategy = PlacementStrategy.BEST
    seed: int = 0
    """Of the random strategy."""
    near: tuple[Span, ...] = ()
    """The nearest ranges to these come first, whatever the strategy; it remains for a family that
    has none of them."""
    near_label: str = ""
    """What ``near`` is, such as ``pool edge``."""


class Fits(NamedTuple):
    """What is placed: ranges of ``size`` addresses that begin at multiples of ``step``."""

    size: int
    step: int
    begins: frozenset[int]
    """Where a gap begins that no range is before: the first addresses of the networks."""

    def places(self, gap: Span) -> tuple[int, int] | None:
        """The lowest and the highest place in a gap."""
        first = -(-gap.first // self.step) * self.step
        last = (gap.last - self.size + 1) // self.step * self.step
        return (first, last) if first <= last else None


class Pick(NamedTuple):
    """A place in a gap; the lowest key comes first."""

    key: tuple[int, ...]
    start: int
    reason: ReasonKind
    space: Span
    gap: Span


class _Choice(NamedTuple):
    """A strategy."""

    bound: Callable[[Fits, Span], tuple[int, ...]]
    """The lowest key that a place in a gap could have, at the cost of a comparison."""
    place: Callable[[Fits, Span], Pick | None]
    """The place in a gap; ``None`` if nothing fits."""


def picks(
    fits: Fits, gaps: Sequence[Span], order: Order, near: list[Span], count: int
) -> Iterator[Pick]:
    """Up to ``count`` disjoint places, the best first.

    The place in a gap is only computed when its bound is the lowest of all.
    """
    if not near and order.strategy is PlacementStrategy.RANDOM:
        yield from _random(fits, gaps, order.seed, count)
        return
    bound, place = _nearest_to(near) if near else _CHOICES[order.strategy]
    heap: list[tuple[tuple[int, ...], Span, Pick | None]]
    heap = [(bound(fits, gap), gap, None) for gap in gaps if gap.size >= fits.size]
    heapq.heapify(heap)
    while heap and count:
        _, gap, pick = heapq.heappop(heap)
        if pick is not None:
            yield pick
            count -= 1
            for rest in subtract([gap], [(pick.start, pick.start + fits.size - 1)]):
                heapq.heappush(heap, (bound(fits, rest), rest, None))
        elif (found := place(fits, gap)) is not None:
            heapq.heappush(heap, (found.key, gap, found))


def _best(fits: Fits, gap: Span) -> Pick | None:
    """A CIDR goes to the smallest free block of the gap that can hold it, at its begin, where its
    right sibling stays free; a start-end range to the begin of the gap.
    """
    places = fits.places(gap)
    if places is None:
        return None
    first, last = places
    if fits.step == 1:
        return Pick((gap.size, first), first, ReasonKind.SMALLEST_GAP, gap, gap)
    end = last + fits.size
    # Blocks grow from the begin of a gap and shrink towards its end: the smallest stand there.
    begin_size, end_size = largest_block(first, gap.size), largest_block(end, gap.size)
    start, size = min((first, begin_size), (end - end_size, end_size), key=itemgetter(1))
    block = Span(start, start + size - 1)
    sibling_taken = gap.last - start + 1 < 2 * fits.size
    key = (size, gap.size, sibling_taken, start)
    return Pick(key, start, ReasonKind.SMALLEST_BLOCK, block, gap)


def largest_block(at: int, addresses: int) -> int:
    """How many addresses the largest aligned block has that begins or ends at an address and is not
    larger than so many addresses.
    """
    most = 1 << addresses.bit_length() - 1
    return min(at & -at or most, most)


def _best_bound(fits: Fits, gap: Span) -> tuple[int, ...]:
    size = gap.size
    if fits.step == 1:
        return (size, gap.first)
    return (fits.size, size, size < 2 * fits.size, gap.first)


def _lowest(fits: Fits, gap: Span) -> Pick | None:
    places = fits.places(gap)
    return places and Pick((gap.first,), places[0], ReasonKind.LOWEST, gap, gap)


def _highest(fits: Fits, gap: Span) -> Pick | None:
    places = fits.places(gap)
    return places and Pick((-gap.last,), places[1], ReasonKind.HIGHEST, gap, gap)


def _sparse(fits: Fits, gap: Span) -> Pick | None:
    """The middle of a gap, so that this range and the one before it can both grow; the begin of a
    gap that no range is before.
    """
    places = fits.places(gap)
    if places is None:
        return None
    first, last = places
    middle = (gap.first + gap.size // 2) // fits.step * fits.step
    start = first if gap.first in fits.begins else min(max(middle, first), last)
    return Pick((-gap.size, start), start, ReasonKind.LARGEST_GAP, gap, gap)


_CHOICES: Final[dict[PlacementStrategy, _Choice]] = {
    PlacementStrategy.BEST: _Choice(_best_bound, _best),
    PlacementStrategy.FIRST: _Choice(lambda fits, gap: (gap.first,), _lowest),
    PlacementStrategy.LAST: _Choice(lambda fits, gap: (-gap.last,), _highest),
    PlacementStrategy.SPARSE: _Choice(lambda fits, gap: (-gap.size, gap.first), _sparse),
}


def _nearest_to(near: list[Span]) -> _Choice:
    """The place with the fewest addresses between it and one of these disjoint spans; after it
    rather than before it, since ranges can only be appended.
    """
    lasts = [each.last for each in near]
    begin, end = near[0].first, lasts[-1]

    def bound(fits: Fits, gap: Span) -> tuple[int, ...]:
        first, last = gap
        return (max(first - end, begin - last, 0), False, first)

    def place(fits: Fits, gap: Span) -> Pick | None:
        places = fits.places(gap)
        if places is None:
            return None
        position = bisect_left(lasts, gap.first)
        # A gap has at most free spans in it: its neighbors are the nearest ones otherwise.
        inside = bisect_left(lasts, gap.last)
        return min(_at(fits, gap, places, each) for each in near[max(position - 1, 0) : inside + 1])

    return _Choice(bound, place)


def _at(fits: Fits, gap: Span, places: tuple[int, int], target: Span) -> Pick:
    first, last = places
    start = min(max(target.first // fits.step * fits.step, first), last)
    distance = max(start - target.last, target.first - start - fits.size + 1, 0)
    key = (distance, start < target.first, start)
    return Pick(key, start, ReasonKind.NEAREST, target, gap)


def _random(fits: Fits, gaps: Iterable[Span], seed: int, count: int) -> Iterator[Pick]:
    """Places of one pattern that fills every gap, so any two of them are disjoint."""
    from random import Random

    roomy = [(gap, places[0]) for gap in gaps if (places := fits.places(gap))]
    fitting = ((gap.last - first + 1) // fits.size for gap, first in roomy)
    before = list(accumulate(fitting, initial=0))
    total = before[-1]
    source, drawn = Random(seed), set[int]()  # noqa: S311 - repeatable, not secret
    while len(drawn) < min(count, total):
        number = source.randrange(total)
        if number not in drawn:
            drawn.add(number)
            index = bisect_right(before, number) - 1
            gap, first = roomy[index]
            start = first + (number - before[index]) * fits.size
            yield Pick((), start, ReasonKind.RANDOM, gap, gap)
