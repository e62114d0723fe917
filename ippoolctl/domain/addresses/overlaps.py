"""All pairs of spans that overlap, by a sweep: O(n log n + pairs)."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

Numbered = tuple[int, int, int]
"""First and last ordinal of a span, and the caller's number for it."""

Pair = tuple[Numbered, Numbered]


def overlapping_pairs(
    spans: Iterable[Numbered],
    matters: Callable[[int, int], bool] = lambda one, other: True,
    partners: int | None = None,
) -> Iterator[Pair]:
    """Every pair of spans that have addresses in common, once each, in the order of addresses.

    ``matters`` decides by their numbers which pairs count. With ``partners`` each span is paired
    with at most that many spans that begin before it: every span that overlaps another is still in
    some pair, since all spans that are active at one address overlap each other.

    A long span stays in the active set of the sweep, but each comparison there is either a pair or
    the end of a span, so the work is bounded by the number of pairs.
    """
    active: list[Numbered] = []
    reach = -1
    for span in sorted(spans):
        first, last, number = span
        if first > reach:
            # The usual case: disjoint ranges cost only the sorting.
            active, reach = [span], last
            continue
        active = [each for each in active if each[1] >= first]
        meant = ((each, span) for each in active if matters(each[2], number))
        yield from islice(meant, partners)
        active.append(span)
        reach = max(reach, last)


def count_pairs(spans: Iterable[Numbered]) -> int:
    """The number of all pairs, in O(n log n) for any number of them."""
    spans = list(spans)
    lasts = sorted(last for _, last, _ in spans)
    # In the order of first addresses, a span overlaps all earlier ones that have not ended.
    return sum(
        index - bisect_left(lasts, first)
        for index, first in enumerate(sorted(first for first, _, _ in spans))
    )
