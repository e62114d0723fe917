"""The existing pools by name and by address, with which the webhook compares a request."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ippoolctl.domain.addresses.range_index import Entry, RangeIndex
from ippoolctl.domain.addresses.ranges import BadRange, IPRange
from ippoolctl.domain.antrea.pool import Condition, Pool


class KnownRange(NamedTuple):
    """A range of an existing pool."""

    pool: Pool
    position: int


class KnownPools:
    """A changing set of pools with lookups by key and by address."""

    def __init__(self, pools: Iterable[Pool] = ()) -> None:
        self._pools: dict[object, Pool] = {}
        self._faulty: dict[object, Pool] = {}
        for pool in pools:
            self._remember(pool)
        self._reindex()

    def __iter__(self) -> Iterator[Pool]:
        return iter(self._pools.values())

    def __len__(self) -> int:
        return len(self._pools)

    def get(self, key: object) -> Pool | None:
        """The pool of that name, or of that :attr:`~ippoolctl.domain.antrea.pool.Pool.key`."""
        return self._pools.get(key)

    def put(self, pool: Pool) -> None:
        """Add the pool, or replace the one of the same key."""
        self.discard(pool.key)
        self._remember(pool)
        self._index.add(_entries(pool))

    def discard(self, key: object) -> None:
        """Remove the pool of that key, if there is one."""
        pool = self._pools.pop(key, None)
        self._faulty.pop(key, None)
        if pool is not None:
            self._stale += len(pool.ranges)
            # Ranges of removed pools stay in the index until they are the majority.
            if self._stale * 2 > len(self._index) + 64:
                self._reindex()

    def faulty(self) -> Iterator[Pool]:
        """Pools with a range that is invalid for the webhook of 2.0 and later."""
        return iter(self._faulty.values())

    def overlapping(self, first: int, last: int) -> Iterator[KnownRange]:
        """Ranges with addresses between two ordinals, both included, in no particular order.

        Reversed ranges and ranges across families are included as typed, as in Antrea 2.0 to 2.4.2;
        for other releases, the caller has to skip them.
        """
        for found in self._index.meeting(first, last):
            if self._pools.get(found.pool.key) is found.pool:
                yield found

    def _remember(self, pool: Pool) -> None:
        self._pools[pool.key] = pool
        if any(each.__class__ is BadRange for each in pool.ranges):
            self._faulty[pool.key] = pool

    def _reindex(self) -> None:
        self._index = RangeIndex(entry for pool in self for entry in _entries(pool))
        self._stale = 0


def _entries(pool: Pool) -> Iterator[Entry[KnownRange]]:
    for position, each in enumerate(pool.ranges):
        if each.first is not None and each.last is not None:
            yield Entry(each.first, each.last, KnownRange(pool, position))


def overlapping(pool: Pool, known: KnownPools) -> list[str]:
    """The names of the known pools that overlap this one, in order."""
    found = {
        other.pool.name
        for each in pool.ranges
        if isinstance(each, IPRange)
        for other in known.overlapping(each.first, each.last)
    }
    return sorted(found - {pool.name})


def overlap_condition(pool: Pool, known: KnownPools) -> Condition:
    """The condition ``Ready``: false for a pool that overlaps another one.

    No release of Antrea writes it; pull request 8413 of antrea-io/antrea would.
    """
    others = overlapping(pool, known)
    if not others:
        return Condition("Ready", "True", "Ready", "")
    message = f"IP ranges overlap with ExternalIPPool {', '.join(others)}"
    return Condition("Ready", "False", "IPRangeOverlap", message)
