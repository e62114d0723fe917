"""Appending ranges to a pool that is there: what is known decides what is done next.

Every function here takes what was seen of the cluster and gives the next step; none has an effect.
An append cannot be taken back, so the ranges are claimed first, and appended by the patch that
takes the claim away once it has been seen that nothing that overlaps was there before the claim.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ippoolctl.domain.addresses.ranges import BadRange, IPRange
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.claims import Claim, claim_of
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.protocol.cancellation import Committed, Gone, Held
from ippoolctl.domain.protocol.conflicts import held_as
from ippoolctl.domain.protocol.creation import (
    Adopt,
    Done,
    Keep,
    Refuse,
    Reserve,
    Wait,
    in_the_way,
    other_reasons,
    terminating,
)
from ippoolctl.domain.protocol.reports import Cause, CauseKind
from ippoolctl.domain.protocol.request import Request


@dataclass(frozen=True, slots=True)
class Extension:
    """Ranges that a pool shall have as well."""

    name: str
    ranges: tuple[IPRange | BadRange, ...]
    id: str
    """See :func:`ippoolctl.domain.annotations.marks.request_id`."""
    release: Release | None = None
    """The Antrea release of the cluster; ``None`` if not given."""

    def missing(self, pool: Pool) -> tuple[IPRange | BadRange, ...]:
        """Those that the pool has not got, by their text, as Antrea compares ranges."""
        there = set(pool.texts)
        return tuple(each for each in self.ranges if each.text not in there)

    def owns(self, claim: Claim | None) -> bool:
        """Whether a claim was written by this very request: one that claims anything else was
        written by another command that was given the same id.
        """
        if claim is None or claim.request_id != self.id:
            return False
        return {*claim.texts} <= {each.text for each in self.ranges}

    def alone(self, ranges: Sequence[IPRange | BadRange]) -> Request:
        """These ranges of it as a request, to find what overlaps them and not the pool as it is."""
        return Request(Pool(self.name, tuple(ranges)), self.id, self.release)

    def whole(self, pool: Pool) -> Request:
        """The pool as it is to be: that is what Antrea judges."""
        ranges = (*pool.ranges, *self.missing(pool))
        return Request(pool._replace(ranges=ranges, live=None), self.id, self.release)

    def as_it_is(self, pool: Pool) -> Request:
        """The pool without what is to be appended: what Antrea judges when a claim is given up."""
        return Request(pool._replace(live=None), self.id, self.release)


@dataclass(frozen=True, slots=True)
class Absent:
    """There is no such pool."""


@dataclass(frozen=True, slots=True)
class UnusableClaim:
    """A claim of this request is on it that must not be appended as it is: remove it.

    Some of its ranges are there already, and Antrea 1.15 would take them twice.
    """

    pool: Pool


ExtensionStep = Absent | Reserve | Adopt | UnusableClaim | Done | Keep | Wait | Refuse


def next_step(extension: Extension, pools: Sequence[Pool]) -> ExtensionStep:
    """What to do in view of all live pools at one moment."""
    present = next((each for each in pools if each.name == extension.name), None)
    if present is None:
        return Absent()
    if marks.hold_state(present) is HoldState.TERMINATING:
        return _going(present)
    missing, claim = extension.missing(present), claim_of(present)
    if claim is not None and extension.owns(claim):
        whole = missing and not _is_partly_there(present, claim)
        return Adopt(present) if whole else UnusableClaim(present)
    if not missing:
        return _all_there(extension, present, pools)
    return _before_a_claim(extension, present, pools, claim) or Reserve(present)


def _all_there(extension: Extension, present: Pool, pools: Sequence[Pool]) -> Done | Keep | Wait:
    found = extension.alone(extension.ranges).conflicts(pools)
    settled = held_as(found, HoldState.SETTLED)
    if settled:
        return Keep(present, settled)
    if found:
        return Wait(in_the_way(found), found, present)
    if marks.is_pending(present):
        return Wait(Cause(CauseKind.STILL_PENDING, pool=present.name), (), present)
    return Done(present)


def _before_a_claim(
    extension: Extension, present: Pool, pools: Sequence[Pool], claim: Claim | None
) -> Wait | Refuse | None:
    request = extension.whole(present)
    found = request.conflicts(pools)
    settled = held_as(found, HoldState.SETTLED)
    reasons = tuple(other_reasons(request, pools))
    if settled or reasons:
        return Refuse(reasons, settled)
    if claim is not None:
        return Wait(Cause(CauseKind.BEING_EXTENDED, pool=present.name))
    if marks.is_pending(present):
        return Wait(Cause(CauseKind.STILL_PENDING, pool=present.name))
    if present.annotations.get(marks.STATE, marks.PENDING) != marks.PENDING:
        return Refuse((Cause(CauseKind.INVALID_STATE, pool=present.name),))
    return Wait(in_the_way(found), found) if found else None


def _is_partly_there(pool: Pool, claim: Claim) -> bool:
    return not {*claim.texts}.isdisjoint(pool.texts)


def of_the_claim(extension: Extension, uid: str, present: Pool | None) -> Held | Gone | Committed:
    """What is left of our claim on the pool of that uid; ``present`` is what has its name now."""
    if present is None or present.live is None or present.live.uid != uid:
        return Gone()
    claim = claim_of(present)
    if claim is not None and extension.owns(claim):
        return Held(present)
    return Gone() if extension.missing(present) else Committed(present)


def after_failed_append(
    extension: Extension, uid: str, present: Pool | None
) -> Held | Gone | Committed | UnusableClaim | Refuse:
    """The same after an append: a terminating pool takes no more ranges, and another writer may
    have appended some ranges of the claim.
    """
    found = of_the_claim(extension, uid, present)
    if not isinstance(found, Held):
        return found
    if marks.hold_state(found.pool) is HoldState.TERMINATING:
        return _going(found.pool)
    claim = claim_of(found.pool)
    assert claim is not None
    return UnusableClaim(found.pool) if _is_partly_there(found.pool, claim) else found


def _going(pool: Pool) -> Refuse:
    return Refuse((terminating(pool, extends=True),))
