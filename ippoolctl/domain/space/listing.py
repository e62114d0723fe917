"""The rows of a list of pools: numbers and states."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from ippoolctl.domain.annotations.marks import is_full_on_purpose
from ippoolctl.domain.antrea.capacity import NEARLY_FULL, counts
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.space.pool_state import PoolState, pool_states
from ippoolctl.domain.surroundings.kind import CONSUMERS

if TYPE_CHECKING:
    from ippoolctl.domain.space.holders import HeldAddress, Holders


class KnownConsumers(NamedTuple):
    """The Egresses and Services of a cluster that could be read."""

    kinds: frozenset[str]
    """The kinds that could be read."""
    found: "Holders"

    @property
    def is_complete(self) -> bool:
        """Whether all consumers are known."""
        return self.kinds >= {*CONSUMERS}


class PoolRow(NamedTuple):
    """One live pool."""

    pool: Pool
    usable: int
    """Addresses that Antrea can assign."""
    used: int | None
    """Addresses that are in use; ``None`` if neither consumers nor status tell it."""
    states: tuple[PoolState, ...]
    held: "tuple[HeldAddress, ...] | None" = None
    """The addresses in use with their holders; ``None`` if not all consumers are known."""
    waiting: Mapping[str, int] = MappingProxyType({})
    """How many consumers wait for an address, by each kind that is known."""
    full_on_purpose: bool = False
    """Whether it is expected that the pool is full."""
    cluster: str = ""
    """The name of its context, if pools of several clusters are listed."""

    @property
    def free(self) -> int | None:
        """Addresses that Antrea can still assign."""
        return None if self.used is None else max(self.usable - self.used, 0)

    @property
    def percent(self) -> int | None:
        """Used addresses in percent, rounded up, so that 0 means none."""
        if self.used is None or self.usable == 0:
            return None
        return -(-100 * self.used // self.usable)


def first_free(row: PoolRow) -> int | None:
    """The address that Antrea assigns next, if all holders are known; ``None`` without any."""
    if row.held is None:
        return None
    from ippoolctl.domain.antrea.ipam.allocator import PoolAllocator

    allocator = PoolAllocator(row.pool.spellings)
    for each in row.held:
        allocator.allocate(each.address)
    return allocator.allocate_next()


def pool_rows(
    pools: Sequence[Pool],
    release: Release,
    faulty: Container[str] = (),
    nearly_full: int = NEARLY_FULL,
    consumers: KnownConsumers | None = None,
    full_on_purpose: Container[str] = (),
    *,
    disjoint: bool = False,
) -> list[PoolRow]:
    """A row for each live pool of a cluster, in the order given.

    ``faulty`` are the names of pools that an error of a check is about; ``nearly_full`` is a
    percentage. Used addresses are those of ``consumers`` if these are complete, else those of the
    status. ``full_on_purpose`` are names of pools beside those with the annotation. ``disjoint``
    says that the caller knows that all ranges are valid and that no two of them overlap.
    """
    numbers = {pool.name: counts(pool.ranges) for pool in pools}
    all_held = consumers.found.held if consumers and consumers.is_complete else None
    held = {pool.name: None if all_held is None else all_held.get(pool.name, ()) for pool in pools}
    used = {pool.name: _used(pool, numbers[pool.name].usable, held[pool.name]) for pool in pools}
    states = pool_states(pools, numbers, used, release, faulty, nearly_full, disjoint=disjoint)
    kinds = sorted(consumers.kinds) if consumers else ()
    waiting = {
        name: Counter(each.request.by.kind for each in of_pool)
        for name, of_pool in (consumers.found.waiting if consumers else {}).items()
    }
    none_waits = dict.fromkeys(kinds, 0)
    return [
        PoolRow(
            pool,
            numbers[pool.name].usable,
            used[pool.name],
            states[pool.name],
            held[pool.name],
            {kind: waiting[pool.name][kind] for kind in kinds}
            if pool.name in waiting
            else none_waits,
            is_full_on_purpose(pool) or pool.name in full_on_purpose,
        )
        for pool in pools
    ]


def fuller(row: PoolRow, limit: int) -> bool:
    """Whether more than that many percent of its addresses are in use, and not on purpose."""
    return (row.used or 0) * 100 > row.usable * limit and not row.full_on_purpose


def deleted_row(pool: Pool) -> PoolRow:
    """The row of a pool that was deleted just now."""
    usable = counts(pool.ranges).usable
    return PoolRow(pool, usable, _used(pool, usable, None), (PoolState.DELETED,))


def _used(pool: Pool, usable: int, held: "Sequence[HeldAddress] | None") -> int | None:
    if held is not None:
        return len(held)
    if pool.live is not None and pool.live.usage is not None:
        return pool.live.usage.used
    # The controller never writes 0 of 0.
    return 0 if usable == 0 else None
