"""The rows of a list of pools: numbers and states."""

from collections.abc import Container, Sequence
from typing import NamedTuple

from ippoolctl.domain.antrea.capacity import counts
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.space.pool_state import NEARLY_FULL, PoolState, pool_states


class PoolRow(NamedTuple):
    """One live pool."""

    pool: Pool
    usable: int
    """Addresses that Antrea can assign."""
    used: int | None
    """Addresses that are in use; ``None`` if the status is not written."""
    states: tuple[PoolState, ...]

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


def pool_rows(
    pools: Sequence[Pool],
    release: Release,
    faulty: Container[str] = (),
    nearly_full: int = NEARLY_FULL,
) -> list[PoolRow]:
    """A row for each live pool of a cluster, in the order given.

    ``faulty`` are the names of pools that an error of a check is about; ``nearly_full`` is a
    percentage.
    """
    numbers = {pool.name: counts(pool.ranges) for pool in pools}
    states = pool_states(pools, numbers, release, faulty, nearly_full)
    return [
        PoolRow(pool, usable, _used(pool, usable), states[pool.name])
        for pool, (_, usable) in zip(pools, numbers.values(), strict=True)
    ]


def _used(pool: Pool, usable: int) -> int | None:
    if pool.live is not None and pool.live.usage is not None:
        return pool.live.usage.used
    # The controller never writes 0 of 0.
    return 0 if usable == 0 else None
