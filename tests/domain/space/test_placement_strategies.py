"""The places of every strategy against a search over every place of small gaps, one by one."""

from random import Random
from typing import ClassVar

import pytest

from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.space.placement_strategies import (
    Fits,
    Order,
    PlacementStrategy,
    ReasonKind,
    largest_block,
    picks,
)
from tests.examples import TIMES

END = 96
Found = tuple[int, ReasonKind, Span, Span]
"""The start, the reason, and the space and the gap that it names."""


def spans(source: Random, most: int) -> list[Span]:
    """Disjoint spans below END that do not touch, in ascending order."""
    bounds = sorted(source.sample(range(END), 2 * source.randint(1, most)))
    pairs = zip(bounds[::2], bounds[1::2], strict=True)
    found: list[Span] = []
    for first, last in pairs:
        if not found or found[-1].last + 1 < first:
            found.append(Span(first, last))
    return found


def starts(fits: Fits, gap: Span) -> list[int]:
    return [at for at in range(gap.first, gap.last - fits.size + 2) if at % fits.step == 0]


def block(at: int, size: int, gap: Span) -> Span:
    """The largest aligned block of a gap around a place."""
    while True:
        first = at // (2 * size) * 2 * size
        if first < gap.first or first + 2 * size - 1 > gap.last:
            return Span(at // size * size, at // size * size + size - 1)
        size *= 2


def best(fits: Fits, gaps: list[Span]) -> Found:
    if fits.step == 1:
        gap = min(gaps, key=lambda each: (each.size, each.first))
        return gap.first, ReasonKind.SMALLEST_GAP, gap, gap

    def key(place: tuple[int, Span]) -> tuple[int, ...]:
        at, gap = place
        sibling_taken = at + 2 * fits.size - 1 > gap.last
        return block(at, fits.size, gap).size, gap.size, sibling_taken, at

    at, gap = min(((at, gap) for gap in gaps for at in starts(fits, gap)), key=key)
    return at, ReasonKind.SMALLEST_BLOCK, block(at, fits.size, gap), gap


def first(fits: Fits, gaps: list[Span]) -> Found:
    gap = min(gaps)
    return starts(fits, gap)[0], ReasonKind.LOWEST, gap, gap


def last(fits: Fits, gaps: list[Span]) -> Found:
    gap = max(gaps)
    return starts(fits, gap)[-1], ReasonKind.HIGHEST, gap, gap


def sparse(fits: Fits, gaps: list[Span]) -> Found:
    gap = min(gaps, key=lambda each: (-each.size, each.first))
    found = starts(fits, gap)
    below = [at for at in found if at <= gap.first + gap.size // 2]
    at = found[0] if gap.first in fits.begins or not below else below[-1]
    return at, ReasonKind.LARGEST_GAP, gap, gap


def nearest(fits: Fits, gaps: list[Span], near: list[Span]) -> Found:
    """Of each gap, the place at each span, or as near to it as the gap allows."""

    def key(place: tuple[int, Span, Span]) -> tuple[int, bool, int]:
        at, span, _ = place
        between = max(at - span.last, span.first - at - fits.size + 1, 0)
        return between, at < span.first, at

    def at_span(span: Span, gap: Span) -> int:
        found = starts(fits, gap)
        below = [at for at in found if at <= span.first]
        return below[-1] if below else found[0]

    places = ((at_span(span, gap), span, gap) for gap in gaps for span in near)
    at, span, gap = min(places, key=key)
    return at, ReasonKind.NEAREST, span, gap


SEARCHES = {
    PlacementStrategy.BEST: best,
    PlacementStrategy.FIRST: first,
    PlacementStrategy.LAST: last,
    PlacementStrategy.SPARSE: sparse,
}


def search(fits: Fits, gaps: list[Span], order: Order, near: list[Span], count: int) -> list[Found]:
    found = []
    while count and (able := [gap for gap in gaps if starts(fits, gap)]):
        one = nearest(fits, able, near) if near else SEARCHES[order.strategy](fits, able)
        found.append(one)
        at, _, _, gap = one
        parts = (Span(gap.first, at - 1), Span(at + fits.size, gap.last))
        gaps = sorted([*(each for each in gaps if each != gap), *(p for p in parts if p.size > 0)])
        count -= 1
    return found


def a_case(source: Random) -> tuple[Fits, list[Span], int]:
    gaps = spans(source, 6)
    size = source.choice((1, 2, 4, 8)) if source.random() < 0.6 else source.randint(1, 9)
    step = size if size & (size - 1) == 0 and source.random() < 0.8 else 1
    begins = frozenset(gap.first for gap in gaps if source.random() < 0.3)
    return Fits(size, step, begins), gaps, source.randint(0, 6)


@pytest.mark.parametrize("strategy", SEARCHES)
def test_the_places_of_a_strategy_are_those_of_a_search(strategy: PlacementStrategy) -> None:
    for seed in range(1000 * TIMES):
        fits, gaps, count = a_case(Random(seed))
        found = [each[1:] for each in picks(fits, gaps, Order(strategy), [], count)]
        assert found == search(fits, gaps, Order(strategy), [], count), (seed, fits, gaps, count)


def test_the_places_near_to_ranges_are_those_of_a_search() -> None:
    for seed in range(3000 * TIMES):
        source = Random(seed)
        fits, gaps, count = a_case(source)
        near, order = spans(source, 4), Order(source.choice([*PlacementStrategy]))
        found = [each[1:] for each in picks(fits, gaps, order, near, count)]
        assert found == search(fits, gaps, order, near, count), (seed, fits, gaps, near, count)


class Counted(Fits):
    """Counts the gaps in which a place is computed."""

    looked: ClassVar[list[Span]] = []

    def places(self, gap: Span) -> tuple[int, int] | None:
        self.looked.append(gap)
        return super().places(gap)


@pytest.mark.parametrize("step", [1, 4])
@pytest.mark.parametrize("near", [[], [Span(0, 3)], [Span(200, 203)]])
@pytest.mark.parametrize("strategy", SEARCHES)
def test_a_place_is_only_computed_in_the_best_gap(
    strategy: PlacementStrategy, near: list[Span], step: int
) -> None:
    """All gaps begin at multiples of the size, and each has another odd number of places."""
    for seed in range(100):
        source = Random(seed)
        gaps, at = [], 0
        for number in source.sample((1, 3, 5, 7), 4):
            gaps += [Span(at, at + 4 * number - 1), Span(at + 4 * number + 1, at + 4 * number + 2)]
            at += 4 * (number + source.randint(1, 3))
        fits = Counted(4, step, frozenset())
        fits.looked.clear()

        (found,) = picks(fits, gaps, Order(strategy), near, 1)

        assert fits.looked == [found.gap], (seed, gaps)


def test_random_places_are_disjoint_and_as_many_as_there_are() -> None:
    for seed in range(500 * TIMES):
        fits, gaps, count = a_case(Random(seed))
        order = Order(PlacementStrategy.RANDOM, seed)
        all_of = [
            (at, ReasonKind.RANDOM, gap, gap)
            for gap in gaps
            if (able := starts(fits, gap))
            for at in range(able[0], able[-1] + 1, fits.size)
        ]

        found = [each[1:] for each in picks(fits, gaps, order, [], count)]
        every = [each[1:] for each in picks(fits, gaps, order, [], END)]

        assert found == every[:count], seed
        if seed == 0:
            assert [each[1:] for each in picks(fits, gaps, Order(order.strategy), [], END)] == every
        assert sorted(every) == all_of, seed


@pytest.mark.parametrize(
    ("at", "addresses", "expected"),
    [(0, 5, 4), (0, 8, 8), (4, 9, 4), (12, 3, 2), (8, 8, 8), (7, 100, 1), (16, 1, 1)],
)
def test_the_largest_block_at_an_address(at: int, addresses: int, expected: int) -> None:
    assert largest_block(at, addresses) == expected
