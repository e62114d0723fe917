"""An index of ranges that grows: which of them meet a given range, in O(log² n)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Generic, NamedTuple, TypeVar

Item = TypeVar("Item")


class Entry(NamedTuple, Generic[Item]):
    """One range of the index, and what it stands for."""

    first: int
    last: int
    item: Item


class RangeIndex(Generic[Item]):
    """Ranges in sorted runs whose lengths double: two runs of one size are merged into one."""

    def __init__(self, entries: Iterable[Entry[Item]] = ()) -> None:
        entries = list(entries)
        self._runs = [_Run(entries)] if entries else []

    def __len__(self) -> int:
        return sum(len(run.entries) for run in self._runs)

    def add(self, entries: Iterable[Entry[Item]]) -> None:
        """Add ranges; those that come together should be added together."""
        new = list(entries)
        if not new:
            return
        while self._runs and len(self._runs[-1].entries) <= len(new):
            new = [*self._runs.pop().entries, *new]
        self._runs.append(_Run(new))

    def meeting(self, first: int, last: int) -> Iterator[Item]:
        """Items of all ranges ``r`` with ``r.first <= last`` and ``first <= r.last``, unordered.

        Ranges whose first address is greater than their last take part by the same comparison.
        """
        for run in self._runs:
            yield from run.meeting(first, last)


class _Run(Generic[Item]):
    """Ranges in the order of their first address, with the highest last address so far."""

    def __init__(self, entries: list[Entry[Item]]) -> None:
        self.entries = sorted(entries, key=lambda entry: entry.first)
        self._firsts = [entry.first for entry in self.entries]
        self._reach = list(accumulate((entry.last for entry in self.entries), max))

    def meeting(self, first: int, last: int) -> Iterator[Item]:
        index = bisect_right(self._firsts, last) - 1
        while index >= 0 and self._reach[index] >= first:
            entry = self.entries[index]
            if entry.last >= first:
                yield entry.item
            index -= 1
