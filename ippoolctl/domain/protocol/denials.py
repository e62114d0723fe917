"""What a denial by the webhook means, in view of the pools that are really there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ippoolctl.domain.addresses.ranges import BadRange
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.messages import Denial, DenialKind
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.conflicts import held_as
from ippoolctl.domain.protocol.creation import ALL_LINES, Refuse, Wait, in_the_way, reasons
from ippoolctl.domain.protocol.reports import Cause, CauseKind
from ippoolctl.domain.protocol.request import Request


@dataclass(frozen=True, slots=True)
class Stale:
    """Nothing that is live explains the denial: the webhook's cache is behind."""

    holds: Cause
    """What it still holds."""


_OF_A_RANGE: Final = (DenialKind.PARSE, DenialKind.FAMILY, DenialKind.ORDER)


def after_denial(request: Request, denial: Denial, pools: Sequence[Pool]) -> Refuse | Wait | Stale:
    """Whether to give up, to wait for others, or to wait for the cache.

    Status codes say nothing here: the webhook denies everything with 400 and no reason.
    """
    others = [each for each in pools if each.name != request.name]
    found = request.conflicts(others)
    settled = held_as(found, HoldState.SETTLED)
    if settled:
        return Refuse((), settled)
    if denial.sentence in _own_sentences(request.pool):
        return Refuse((Cause(CauseKind.DENIED, text=denial.sentence),))
    if denial.kind is DenialKind.OVERLAP and _is_live(denial, others):
        return Refuse((Cause(CauseKind.DENIED, text=denial.sentence),))
    if denial.kind is DenialKind.OVERLAP and denial.pool is not None:
        return Wait(in_the_way(found), found) if found else Stale(_still_held(denial, others))
    return (
        _poisoned(denial, others)
        if denial.kind in _OF_A_RANGE
        else Refuse((Cause(CauseKind.DENIED, text=denial.sentence),))
    )


def _is_live(denial: Denial, others: Sequence[Pool]) -> bool:
    """Whether exactly the named range exists: before 2.4.3, Antrea compares also ranges as typed
    that no parser reads.
    """
    return any(
        each.name == denial.pool
        and denial.other in each.texts
        and marks.hold_state(each) is HoldState.SETTLED
        for each in others
    )


def _own_sentences(pool: Pool) -> set[str]:
    """All that any release would say about the pool if no other existed."""
    return {each.message for line in ALL_LINES for each in reasons(pool, KnownPools(), line)}


def _still_held(denial: Denial, others: Sequence[Pool]) -> Cause:
    pool, held = denial.pool or "", denial.other or ""
    if any(each.name == pool for each in others):
        return Cause(CauseKind.CACHE_HOLDS_OLD, pool=pool, text=held)
    return Cause(CauseKind.CACHE_HOLDS_DELETED, pool=pool, text=held)


def _poisoned(denial: Denial, others: Sequence[Pool]) -> Refuse | Stale:
    """A sentence about a range that is not ours: Antrea 2.4.3 and later reads all pools first."""
    poisonous = [
        each.name
        for each in others
        if marks.hold_state(each) is not HoldState.TERMINATING
        and any(isinstance(found, BadRange) for found in each.ranges)
    ]
    if poisonous:
        pools = tuple(sorted(poisonous))
        return Refuse((Cause(CauseKind.UNREADABLE_POOLS, text=denial.sentence, pools=pools),))
    return unreadable(denial)


def unreadable(denial: Denial) -> Stale:
    """The cause of a denial for a pool with an unreadable range, after that pool is gone."""
    return Stale(Cause(CauseKind.CACHE_HOLDS_UNREADABLE, text=denial.sentence))
