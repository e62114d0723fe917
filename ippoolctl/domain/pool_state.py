"""How things stand with each live pool, in a word or two."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from ippoolctl.domain import capacity, marks
from ippoolctl.domain.inventory import Inventory
from ippoolctl.domain.marks import Standing
from ippoolctl.domain.pool import Pool
from ippoolctl.domain.ranges import BadRange
from ippoolctl.domain.rehearsal import UNSETTLED
from ippoolctl.domain.releases import Line, Release
from ippoolctl.domain.rule import Rule


class PoolState(StrEnum):
    """What deserves attention about a live pool; ``ok`` where nothing does."""

    OK = "ok"
    TERMINATING = "terminating"
    """It is being deleted, and finalizers hold it."""
    PENDING = "pending"
    """It carries our mark: a run of ippoolctl is verifying it, or was killed."""
    OVERLAP = "overlap"
    """Another pool has some of its addresses."""
    FROZEN = "frozen"
    """Antrea refuses every change of it, by reason of its own or another pool's ranges."""
    NO_STATUS = "no-status"
    """The pool controller has written no status, and should have."""
    STALE_STATUS = "stale-status"
    """The total in its status is not what its ranges come to."""


States = Mapping[str, tuple[PoolState, ...]]
"""States by the name of the pool; never empty."""


def pool_states(inventory: Inventory, release: Release, rules: tuple[Rule, ...]) -> States:
    """The states of all pools of an inventory, which are the live ones."""
    overlapping = {
        pool.name
        for each in inventory.overlaps.pairs
        if not each.within
        for pool in (each.earlier, each.later)
    }
    frozen = _frozen(inventory, release) | (
        overlapping if release.line is not Line.V1_15 else set()
    )
    unsettled = {
        finding.subject.pool.name
        for rule in rules
        if rule.id in UNSETTLED
        for finding in rule.find(inventory, release)
    }
    return {
        pool.name: tuple(_states(pool, overlapping, frozen, unsettled)) or (PoolState.OK,)
        for pool in inventory.pools
    }


def _states(
    pool: Pool, overlapping: set[str], frozen: set[str], unsettled: set[str]
) -> Iterator[PoolState]:
    standing = marks.standing(pool)
    if standing is Standing.TERMINATING:
        yield PoolState.TERMINATING
    if marks.is_pending(pool):
        yield PoolState.PENDING
    if pool.name in overlapping:
        yield PoolState.OVERLAP
    if pool.name in frozen:
        yield PoolState.FROZEN
    if pool.live is None or pool.name in unsettled:
        return
    if pool.live.usage is None:
        if capacity.total(pool.spellings) != 0:
            yield PoolState.NO_STATUS
    elif pool.live.usage.total != capacity.total(pool.spellings):
        yield PoolState.STALE_STATUS


def _frozen(inventory: Inventory, release: Release) -> set[str]:
    """Pools whose update is refused by reason of ranges that cannot be read.

    From 2.4.3 on one such pool freezes all others as well.
    """
    if release.line is Line.V1_15:
        return set()
    faulty = {
        pool.name
        for pool in inventory.pools
        if any(isinstance(each, BadRange) for each in pool.ranges)
    }
    if faulty and release.line is Line.V2_4_3:
        return {pool.name for pool in inventory.pools}
    return faulty
