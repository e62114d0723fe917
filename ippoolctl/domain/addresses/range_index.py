"""Which ranges overlap a given range: a growing index, and a sweep for many at once."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

from ippoolctl.domain.addresses.numbers import BEYOND

Item = TypeVar("Item")


class Entry(NamedTuple, Generic[Item]):
    """One range of the index with its item."""

    first: int
    last: int
    item: Item


def meeting_each(
    spans: Sequence[tuple[int, int]], entries: Iterable[tuple[int, int, Item]]
) -> list[tuple[Item, ...]]:
    """The items of all ranges that each span meets, by the first addresses of the ranges; an entry
    is a range with its item.

    A sweep over both in ascending order: O(n log n) and the number of items found, so that a
    hundred thousand addresses among as many ranges take a fraction of a second.
    """
    ordered = sorted(entries, key=itemgetter(0))
    firsts = [*(each[0] for each in ordered), BEYOND]
    found: list[tuple[Item, ...]] = [()] * len(spans)
    active: list[tuple[int, int, Item]] = []
    items: tuple[Item, ...] = ()  # those of the active ranges, the first of which ends there:
    begun, end = 0, BEYOND
    for index in sorted(range(len(spans)), key=spans.__getitem__):
        first, last = spans[index]
        if first > end or firsts[begun] <= first:
            until = bisect_right(firsts, first, begun)
            active = [each for each in (*active, *ordered[begun:until]) if each[1] >= first]
            items = tuple([each[2] for each in active])
            begun, end = until, min([each[1] for each in active], default=BEYOND)
        found[index] = items
        if firsts[begun] <= last:
            later = ordered[begun : bisect_right(firsts, last, begun)]
            found[index] = (*items, *(each[2] for each in later))
    return found


class RangeIndex(Generic[Item]):
    """Ranges in sorted runs whose lengths double: two runs of one size are merged into one.

    Adding costs O(log n) each, a lookup O(log² n) and O(log n) for each range found.
    """

    def __init__(self, entries: Iterable[Entry[Item]] = ()) -> None:
        entries = list(entries)
        self._runs = [_Run(entries)] if entries else []

    def __len__(self) -> int:
        return sum(len(run.entries) for run in self._runs)

    def add(self, entries: Iterable[Entry[Item]]) -> None:
        """Add ranges; add ranges that come together in one call."""
        new = list(entries)
        if not new:
            return
        while self._runs and len(self._runs[-1].entries) <= len(new):
            new = [*self._runs.pop().entries, *new]
        self._runs.append(_Run(new))

    def meeting(self, first: int, last: int) -> Iterator[Item]:
        """Items of all ranges ``r`` with ``r.first <= last`` and ``first <= r.last``, unordered.

        Reversed ranges are found by the same comparison.
        """
        for run in self._runs:
            yield from run.meeting(first, last)


class _Run(Generic[Item]):
    """Ranges in the order of their first address, with a tree of the highest last addresses.

    Node ``n`` has the children ``2n`` and ``2n + 1``; the leaves are the ranges themselves. A wide
    range costs each lookup one path, not a walk over all ranges in between.
    """

    def __init__(self, entries: list[Entry[Item]]) -> None:
        self.entries = sorted(entries, key=lambda entry: entry.first)
        self._firsts = [entry.first for entry in self.entries]
        size = len(self.entries)
        self._reach = [0] * size + [entry.last for entry in self.entries]
        for node in range(size - 1, 0, -1):
            self._reach[node] = max(self._reach[2 * node], self._reach[2 * node + 1])

    def meeting(self, first: int, last: int) -> Iterator[Item]:
        size, reach = len(self.entries), self._reach
        nodes = list(self._covering(bisect_right(self._firsts, last)))
        while nodes:
            node = nodes.pop()
            if reach[node] < first:
                continue
            if node >= size:
                yield self.entries[node - size].item
            else:
                nodes += (2 * node, 2 * node + 1)

    def _covering(self, count: int) -> Iterator[int]:
        """Nodes that together cover exactly the first ``count`` ranges."""
        low, high = len(self.entries), len(self.entries) + count
        while low < high:
            if low & 1:
                yield low
                low += 1
            if high & 1:
                high -= 1
                yield high
            low >>= 1
            high >>= 1
