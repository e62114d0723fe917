"""All pairs of spans that overlap, by a sweep: O(n log n + pairs)."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

Numbered = tuple[int, int, int]
"""First and last ordinal of a span, and a number by which the caller knows it."""

Pair = tuple[Numbered, Numbered]


def overlapping_pairs(spans: Iterable[Numbered]) -> Iterator[Pair]:
    """Every pair of spans that have addresses in common, once each, in the order of addresses.

    A span that covers much stays in the sweep's active set, but each comparison there is either a
    pair or its end, so the work is bounded by the answer.
    """
    active: list[Numbered] = []
    reach = -1
    for span in sorted(spans):
        first, last, _ = span
        if first > reach:
            # The usual case, and the reason why disjoint ranges cost nothing but the sorting.
            active, reach = [span], last
            continue
        active = [each for each in active if each[1] >= first]
        for each in active:
            yield each, span
        active.append(span)
        reach = max(reach, last)


def first_pairs(spans: Sequence[Numbered], limit: int) -> tuple[list[Pair], int]:
    """The first ``limit`` overlapping pairs, and how many there are in all.

    10,000 ranges on the same addresses make 50 million pairs: they are counted, in O(n log n), and
    not listed.
    """
    pairs = list(islice(overlapping_pairs(spans), limit))
    return pairs, len(pairs) if len(pairs) < limit else count_pairs(spans)


def count_pairs(spans: Iterable[Numbered]) -> int:
    """How many pairs :func:`overlapping_pairs` yields, in O(n log n) whatever their number."""
    spans = list(spans)
    lasts = sorted(last for _, last, _ in spans)
    # In the order of first addresses, a span meets all before it but those that have ended.
    return sum(
        index - bisect_left(lasts, first)
        for index, first in enumerate(sorted(first for first, _, _ in spans))
    )
