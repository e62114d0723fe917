"""What a denial by the webhook means, given the live pools."""

from collections.abc import Sequence
from typing import Final

from ippoolctl.domain.addresses.ranges import BadRange
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.admission import creation_reasons
from ippoolctl.domain.antrea.messages import Denial, DenialKind
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Line
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.creation import in_the_way
from ippoolctl.domain.protocol.decisions import Refuse, Stale, Wait
from ippoolctl.domain.protocol.request import Request, held_as

_RANGE_DENIALS: Final = (DenialKind.PARSE, DenialKind.FAMILY, DenialKind.ORDER)


def after_denial(request: Request, denial: Denial, pools: Sequence[Pool]) -> Refuse | Wait | Stale:
    """Whether to refuse, to wait for other pools, or to wait for the cache.

    Status codes are of no use: the webhook denies everything with 400 and no reason.
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
        _of_another_range(denial, others)
        if denial.kind in _RANGE_DENIALS
        else Refuse((Cause(CauseKind.DENIED, text=denial.sentence),))
    )


def _is_live(denial: Denial, others: Sequence[Pool]) -> bool:
    """Whether a settled pool has the named range as typed: before 2.4.3, Antrea also compares
    ranges that no parser reads.
    """
    return any(
        each.name == denial.pool
        and denial.other in each.texts
        and marks.hold_state(each) is HoldState.SETTLED
        for each in others
    )


def _own_sentences(pool: Pool) -> set[str]:
    """All denials of the pool by any release if no other pool existed."""
    answers = creation_reasons(pool, None, Line)
    return {each.message for found in answers for each in found}


def _still_held(denial: Denial, others: Sequence[Pool]) -> Cause:
    pool, held = denial.pool or "", denial.other or ""
    if any(each.name == pool for each in others):
        return Cause(CauseKind.CACHE_HOLDS_OLD, pool=pool, text=held)
    return Cause(CauseKind.CACHE_HOLDS_DELETED, pool=pool, text=held)


def _of_another_range(denial: Denial, others: Sequence[Pool]) -> Refuse | Stale:
    """A denial for another pool's invalid range: Antrea 2.4.3 and later parses all pools first."""
    pools = sorted(
        each.name
        for each in others
        if marks.hold_state(each) is not HoldState.TERMINATING
        and any(isinstance(found, BadRange) for found in each.ranges)
    )
    if not pools:
        return unreadable(denial)
    cause = Cause(CauseKind.UNREADABLE_POOLS, text=denial.sentence, pools=tuple(pools))
    return Refuse((cause,))


def unreadable(denial: Denial) -> Stale:
    """The stale denial for a deleted pool with an invalid range."""
    return Stale(Cause(CauseKind.CACHE_HOLDS_UNREADABLE, text=denial.sentence))
