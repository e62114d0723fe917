"""The states of live pools."""

from collections.abc import Container, Mapping, Sequence
from enum import StrEnum
from typing import Final

from ippoolctl.domain.addresses.overlaps import Numbered, are_disjoint, overlapping_groups
from ippoolctl.domain.addresses.ranges import BadRange, IPRange
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.canonical import has_stable_total
from ippoolctl.domain.antrea.capacity import NEARLY_FULL, Counts
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Line, Release


class PoolState(StrEnum):
    """A state of a live pool; ``ok`` if no other one applies."""

    OK = "ok"
    DELETED = "deleted"
    """It is gone; only a watch shows it."""
    TERMINATING = "terminating"
    """It is being deleted and waits for finalizers."""
    PENDING = "pending"
    """It has our mark: a run of ippoolctl is verifying it, or was killed."""
    CLAIMED = "claimed"
    """A run of ippoolctl is about to append ranges to it, or was killed."""
    OVERLAP = "overlap"
    """It has addresses in common with another pool."""
    FROZEN = "frozen"
    """Antrea denies every update of it because of its own ranges or those of another pool."""
    NO_STATUS = "no-status"
    """The pool controller has not written the status."""
    STALE_STATUS = "stale-status"
    """A number in its status is wrong: the total is not that of its ranges, or used not that of
    its Egresses and Services."""
    HAZARD = "hazard"
    """None of those above, but check reports an error about it."""
    FULL = "full"
    """Every address that Antrea can assign is in use."""
    NEARLY_FULL = "nearly-full"
    """As :attr:`FULL`, for a given share of them."""


States = Mapping[str, tuple[PoolState, ...]]
"""States by the name of the pool; never empty."""


def pool_states(
    pools: Sequence[Pool],
    numbers: Mapping[str, Counts],
    used: Mapping[str, int | None],
    release: Release,
    faulty: Container[str] = (),
    nearly_full: int = NEARLY_FULL,
    *,
    disjoint: bool = False,
) -> States:
    """The states of all live pools of a cluster; ``numbers`` by the name of the pool, and ``used``
    addresses, ``None`` if unknown.

    ``faulty`` are the names of pools that an error of a check is about. ``disjoint`` says that the
    caller knows that all ranges are valid and that no two of them overlap.
    """
    overlapping = set[str]() if disjoint else _overlapping(pools)
    frozen = set[str]() if disjoint else _frozen(pools, overlapping, release)
    found = {}
    for pool in pools:
        total, usable = numbers[pool.name]
        in_use = used[pool.name]
        states = _states(pool, overlapping, frozen, total, in_use)
        if not states and pool.name in faulty:
            states = (PoolState.HAZARD,)
        full = None if in_use is None else fullness(usable, in_use, nearly_full)
        found[pool.name] = (*states, full) if full else states or _FINE
    return found


_FINE: Final = (PoolState.OK,)


def fullness(usable: int, used: int, nearly_full: int) -> PoolState | None:
    """``FULL``, ``NEARLY_FULL`` from that many percent on, or ``None``.

    A pool without usable addresses is not full: it never had any.
    """
    if usable == 0 or used * 100 < usable * nearly_full:
        return None
    return PoolState.FULL if used >= usable else PoolState.NEARLY_FULL


def _states(
    pool: Pool, overlapping: set[str], frozen: set[str], total: int, used: int | None
) -> tuple[PoolState, ...]:
    found: list[PoolState] = []
    live = pool.live
    if live and live.deleted is not None:
        found.append(PoolState.TERMINATING)
    if pool.annotations:
        if marks.is_pending(pool):
            found.append(PoolState.PENDING)
        if pool.annotations.get(marks.CLAIM) is not None:
            found.append(PoolState.CLAIMED)
    if pool.name in overlapping:
        found.append(PoolState.OVERLAP)
    if pool.name in frozen:
        found.append(PoolState.FROZEN)
    usage = live and live.usage
    if usage is None:
        if live is not None and total != 0:  # a manifest has none
            found.append(PoolState.NO_STATUS)
    elif usage.used != used or (usage.total != total and all(map(has_stable_total, pool.ranges))):
        found.append(PoolState.STALE_STATUS)
    return tuple(found)


def _overlapping(pools: Sequence[Pool]) -> set[str]:
    """Names of the pools with addresses in common with another one."""
    ranges = [each for pool in pools for each in pool.ranges if each.__class__ is IPRange]
    if are_disjoint([each.first for each in ranges], [each.last for each in ranges]):
        return set()  # of most clusters, whose pools have a hundred thousand ranges
    spans: list[Numbered] = []
    for position, pool in enumerate(pools):
        spans += [
            (each.first, each.last, position) for each in pool.ranges if isinstance(each, IPRange)
        ]
    return {pools[position].name for position in overlapping_groups(spans, range(len(pools)))}


def _frozen(pools: Sequence[Pool], overlapping: set[str], release: Release) -> set[str]:
    """Pools whose every update the release denies.

    In 2.4.3 and later, one pool with an invalid range freezes all others as well.
    """
    if release.line is Line.V1_15:
        return set()
    if BadRange not in {each.__class__ for pool in pools for each in pool.ranges}:
        return overlapping
    if release.line is Line.V2_4_3:
        return {pool.name for pool in pools}
    return overlapping | {pool.name for pool in pools if BadRange in map(type, pool.ranges)}
