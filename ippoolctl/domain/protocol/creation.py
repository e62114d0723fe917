"""Creating a pool: the next step for a given state of the cluster.

Every function returns a decision and has no side effects. The protocol serves writers that cannot
lock: write with a mark, list all pools at the revision of this write, and of two overlapping pools
the first one stays. A pool that was reported as done is never canceled, and objects of other
clients are never changed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from ippoolctl.domain.addresses.ranges import BadRange, lacking, texts_of
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.admission import creation_reasons
from ippoolctl.domain.antrea.messages import Reason
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.domain.characters import quoted
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.decisions import (
    Adopt,
    Done,
    Enough,
    FirstStep,
    Keep,
    Refuse,
    Reserve,
    Wait,
)
from ippoolctl.domain.protocol.outcome import Outcome, Report, ReportKind, State
from ippoolctl.domain.protocol.request import Conflict, Request, conflicts, held_as, other_fields
from ippoolctl.errors import ExitCode

if TYPE_CHECKING:
    from ippoolctl.domain.antrea.known_pools import KnownPools

_OVERLAP: Final = "EIP209"


def not_as_asked(request: Request, made: Pool) -> Refuse | None:
    """Why the stored pool cannot be used; ``None`` if it has the requested ranges.

    A mutating webhook may store other ranges, which were not verified.
    """
    return None if made.texts == request.pool.texts else changed_by_others(made)


def changed_by_others(made: Pool) -> Refuse:
    """The cluster stores other ranges than were written."""
    return Refuse((Cause(CauseKind.CHANGED_BY_CLUSTER, ranges=made.texts),))


def first_step(request: Request, pools: Sequence[Pool], *, suffices: bool = False) -> FirstStep:
    """The next step for these live pools, listed at one moment.

    ``suffices``: whether the existing pool of that name has enough addresses for a request for any
    range of a size.
    """
    present = next((each for each in pools if each.name == request.name), None)
    if present is not None and marks.hold_state(present) is not HoldState.TERMINATING:
        if not request.owns(present) or _missing(request, present):
            return _name_taken(request, present, suffices=suffices)
        return created_differently(request, present) or _if_ours_exists(request, present, pools)
    found = request.conflicts(pools)
    settled = held_as(found, HoldState.SETTLED)
    reasons = tuple(other_reasons(request, pools))
    if settled or reasons:
        return Refuse(reasons, settled)
    if present is not None:
        return Wait(terminating(present))
    return Wait(in_the_way(found), found) if found else Reserve()


def _if_ours_exists(request: Request, present: Pool, pools: Sequence[Pool]) -> FirstStep:
    if marks.is_pending(present):
        return Adopt(present)
    found = conflicts(present.ranges, pools, request.name)
    settled = held_as(found, HoldState.SETTLED)
    if settled:
        return Keep(present, settled)
    return Wait(in_the_way(found), found, present) if found else Done(present)


def _missing(request: Request, present: Pool) -> tuple[str, ...]:
    return texts_of(lacking(present.ranges, request.pool.ranges))


def _name_taken(request: Request, present: Pool, *, suffices: bool) -> Refuse:
    """The pool of that name belongs to another request, or has other ranges."""
    from ippoolctl.domain.antrea.capacity import counts  # rare: only this cause counts addresses

    if request.owns(present):
        return Refuse((Cause(CauseKind.OTHER_RANGES_BEFORE, ranges=present.texts),))
    missing = _missing(request, present)
    has_all = not missing if request.pool.texts else suffices
    if marks.is_of_lease(request.id, request.name):
        kind = CauseKind.NAME_TAKEN_FOR_LEASE
    elif has_all and not other_fields(request.pool, present):
        kind = CauseKind.NAME_TAKEN_WITH_ALL
    else:
        kind = CauseKind.NAME_TAKEN
    cause = Cause(
        kind,
        pool=request.name,
        ranges=present.texts,
        missing=missing,
        count=0 if request.pool.texts else counts(present.ranges).usable,
        cause=_other_origin(request, present),
    )
    return Refuse((cause,))


def _other_origin(request: Request, present: Pool) -> Cause:
    """What makes the pool that of another request, as far as it is known."""
    name, theirs = request.name, str(present.annotations.get(marks.REQUEST_ID, ""))
    if not theirs:
        return Cause(CauseKind.BY_ANOTHER_CLIENT)
    if marks.is_of_lease(theirs, name):
        return Cause(CauseKind.BY_LEASE)
    if not marks.is_derived(theirs, name):
        return Cause(CauseKind.OTHER_REQUEST_ID, text=theirs)
    if not marks.is_derived(request.id, name):
        return Cause(CauseKind.OTHER_REQUEST_ID)
    return _difference(request, present) or Cause(CauseKind.OTHER_ARGUMENTS)


def created_differently(
    request: Request, present: Pool, lack: Cause | None = None
) -> Refuse | None:
    """Why the pool that an earlier run with the same ID created is not the requested one: what it
    lacks, or another difference than its ranges; ``None`` if it is.
    """
    # A derived ID has the arguments in it, and other clients may have changed fields since.
    if lack is None and request.given_id:
        lack = _difference(request, present)
    if lack is None:
        return None
    return Refuse((Cause(CauseKind.CREATED_DIFFERENTLY, pool=request.name, cause=lack),))


def _difference(request: Request, present: Pool) -> Cause | None:
    had, wanted = (str(each.annotations.get(marks.TTL, "")) for each in (present, request.pool))
    if had != wanted:
        return Cause(CauseKind.OTHER_TTL, text=had, reason=wanted)
    if fields := other_fields(request.pool, present):
        return Cause(CauseKind.OTHER_FIELDS, missing=fields)
    return None


def next_step(request: Request, pools: Sequence[Pool]) -> Enough | FirstStep:
    """The next step for these live pools; a pool of another request may do."""
    return if_not_exists(request, pools, partial(lacking_ranges, request)) or first_step(
        request, pools
    )


def if_not_exists(
    request: Request, pools: Sequence[Pool], lacking: Callable[[Pool], Cause | None]
) -> Enough | Wait | Refuse | None:
    """The result of an existing pool of another request, if one is accepted; ``None`` to continue.

    ``lacking`` returns what a pool lacks of the request. The run that created a pending pool may
    still cancel it.
    """
    present = next((each for each in pools if each.name == request.name), None)
    if not request.if_not_exists or present is None or request.owns(present):
        return None
    if marks.hold_state(present) is HoldState.TERMINATING:
        return None
    lack = lacking(present)
    if lack is None and (fields := other_fields(request.pool, present)):
        lack = Cause(CauseKind.OTHER_FIELDS, missing=fields)
    if lack is not None:
        return Refuse((Cause(CauseKind.DOES_NOT_MATCH, pool=request.name, cause=lack),))
    # Also if it is in use: if its run was killed, sweep deletes the pool once it is unused.
    if marks.is_pending(present):
        return Wait(Cause(CauseKind.STILL_PENDING, pool=request.name))
    return Enough(present)


def lacking_ranges(request: Request, present: Pool) -> Cause | None:
    """The requested ranges that a pool lacks; ``None`` if it has them all."""
    missing = _missing(request, present)
    return Cause(CauseKind.LACKS_RANGES, missing=missing, ranges=present.texts) if missing else None


def in_the_way(found: Sequence[Conflict]) -> Cause:
    """The pools that hold the ranges; equal as long as they do not change."""
    holders = tuple(sorted({(each.pool.name, each.hold_state) for each in found}))
    return Cause(CauseKind.RANGES_TAKEN, holders=holders)


def terminating(pool: Pool, *, extends: bool = False) -> Cause:
    """The pool is terminating; ``extends`` if ranges were to be appended to it."""
    held = pool.live.finalizers if pool.live is not None else ()
    kind = CauseKind.EXTENDED_BEING_DELETED if extends else CauseKind.BEING_DELETED
    return Cause(kind, pool=pool.name, finalizers=held)


def other_reasons(request: Request, pools: Iterable[Pool]) -> Iterator[Cause]:
    """Permanent reasons other than an overlap: of the release if it is known, else of all lines.

    An append is judged like a new pool with all ranges: Antrea compares with the old pool only for
    removed ranges.
    """
    faulty = [
        each
        for each in pools
        if marks.hold_state(each) is HoldState.SETTLED
        and any(found.__class__ is BadRange for found in each.ranges)
    ]
    known = None
    if faulty:  # rare: most clusters have none
        from ippoolctl.domain.antrea.known_pools import KnownPools

        known = KnownPools(faulty)
    for reason in shared_reasons(request.pool, known, request.release):
        if reason.path in request.pool.unquoted:
            value = quoted(request.pool.unquoted[reason.path])
            field = (reason.field,)
            yield Cause(CauseKind.UNQUOTED, missing=field, text=value, reason=reason.rule)
        elif reason.rule != _OVERLAP:
            yield Cause(CauseKind.DENIED, text=reason.message, reason=reason.rule)


def shared_reasons(
    pool: Pool, known: "KnownPools | None", release: Release | None
) -> tuple[Reason, ...]:
    """Every reason to deny the creation of the pool; those of all lines for an unknown release."""
    answers = creation_reasons(pool, known, (release.line,) if release else Line)
    shared = set.intersection(*({(each.rule, each.path) for each in found} for found in answers))
    return tuple(each for each in answers[-1] if (each.rule, each.path) in shared)


def depends_on_release(pools: Iterable[Pool]) -> bool:
    """Whether releases differ in the reasons to deny one of these pools, whatever else exists."""
    for pool in pools:
        answers = creation_reasons(pool, None, Line)
        if len({frozenset((each.rule, each.path) for each in found) for found in answers}) > 1:
            return True
    return False


def refusals_among(pools: Sequence[Pool]) -> list[Outcome]:
    """Refusals of pools of one command that overlap each other or have the same name; else empty.

    All pools are checked before anything is written.
    """
    outcomes = []
    for position, pool in enumerate(pools[1:], 1):
        found = conflicts(pool.ranges, pools[:position], pool.name)
        twice = any(each.name == pool.name for each in pools[:position])
        if found or twice:
            kind = ReportKind.DUPLICATE if twice else ReportKind.OVERLAPS_WITHIN
            refused = Outcome(pool.name, State.REFUSED, ExitCode.REFUSED, Report(kind), found)
            outcomes.append(refused)
    return outcomes
