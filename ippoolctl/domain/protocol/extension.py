"""Appending ranges to an existing pool: the next step for a given state of the cluster.

Every function returns a decision and has no side effects. An append cannot be undone, so the ranges
are claimed first. If nothing that overlaps existed before the claim, one patch appends them and
removes the claim.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ippoolctl.domain.addresses.ranges import BadRange, IPRange, lacking
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.claims import Claim, claim_of
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.creation import in_the_way, other_reasons, terminating
from ippoolctl.domain.protocol.decisions import (
    Absent,
    Adopt,
    Committed,
    Done,
    ExtensionStep,
    Gone,
    Held,
    Keep,
    Refuse,
    Reserve,
    UnusableClaim,
    Wait,
)
from ippoolctl.domain.protocol.request import Request, held_as


@dataclass(frozen=True, slots=True)
class Extension:
    """Ranges to append to a pool."""

    name: str
    ranges: tuple[IPRange | BadRange, ...]
    id: str
    """See :func:`ippoolctl.domain.annotations.marks.request_id`."""
    release: Release | None = None
    """The Antrea release of the cluster; ``None`` if not given."""
    any_range: bool = False
    """Whether any range of a size will do: then the request ID alone identifies the request."""
    given_id: bool = False
    """Whether the user chose the ID: then it does not depend on the other arguments."""
    approved: tuple[str, tuple[str, ...]] | None = None
    """The uid and the texts of the pool to which alone the ranges may be appended; ``None`` if it
    does not matter what else the pool has."""

    def may_extend(self, pool: Pool) -> bool:
        """Whether the pool is the one to which the ranges may be appended."""
        uid = pool.live.uid if pool.live is not None else ""
        return self.approved is None or self.approved == (uid, pool.texts)

    def missing(self, pool: Pool) -> tuple[IPRange | BadRange, ...]:
        """The ranges that the pool lacks."""
        return lacking(pool.ranges, self.ranges)

    def owns(self, claim: Claim | None) -> bool:
        """Whether this request wrote the claim: one with other ranges is another command's, with
        the same request ID.
        """
        if claim is None or claim.request_id != self.id:
            return False
        return self.any_range or not lacking(self.ranges, claim.ranges)

    def alone(self, ranges: Sequence[IPRange | BadRange]) -> Request:
        """A request for these ranges only, to find their conflicts without those of the pool."""
        return Request(Pool(self.name, tuple(ranges)), self.id, self.release)

    def whole(self, pool: Pool) -> Request:
        """The pool with the ranges appended, which Antrea validates."""
        ranges = (*pool.ranges, *self.missing(pool))
        return Request(pool._replace(ranges=ranges, live=None), self.id, self.release)

    def as_it_is(self, pool: Pool) -> Request:
        """The current pool, which Antrea validates when a claim is canceled."""
        return Request(pool._replace(live=None), self.id, self.release)


def next_step(extension: Extension, pools: Sequence[Pool]) -> ExtensionStep:
    """The next step for these live pools, listed at one moment."""
    present = next((each for each in pools if each.name == extension.name), None)
    if present is None:
        return Absent()
    if marks.hold_state(present) is HoldState.TERMINATING:
        return _refuse_terminating(present)
    missing, claim = extension.missing(present), claim_of(present)
    approved = extension.may_extend(present)
    if claim is not None and extension.owns(claim):
        whole = missing and approved and not _is_partly_appended(present, claim)
        return Adopt(present) if whole else UnusableClaim(present)
    if not missing:
        return _has_all(extension, present, pools)
    if not approved:
        return Refuse((Cause(CauseKind.NOT_AS_APPROVED, pool=present.name),))
    return _before_claim(extension, present, pools, claim) or Reserve(present)


def _has_all(extension: Extension, present: Pool, pools: Sequence[Pool]) -> Done | Keep | Wait:
    found = extension.alone(extension.ranges).conflicts(pools)
    settled = held_as(found, HoldState.SETTLED)
    if settled:
        return Keep(present, settled)
    if found:
        return Wait(in_the_way(found), found, present)
    if marks.is_pending(present):
        return Wait(Cause(CauseKind.STILL_PENDING, pool=present.name), (), present)
    return Done(present)


def _before_claim(
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


def _is_partly_appended(pool: Pool, claim: Claim) -> bool:
    return len(lacking(pool.ranges, claim.ranges)) < len(claim.ranges)


def find_claim(extension: Extension, uid: str, present: Pool | None) -> Held | Gone | Committed:
    """What is left of our claim on the pool of that uid; ``present`` now has the pool's name."""
    if present is None or present.live is None or present.live.uid != uid:
        return Gone()
    claim = claim_of(present)
    if claim is not None and extension.owns(claim):
        return Held(present)
    return Gone() if extension.missing(present) else Committed(present)


def after_failed_append(
    extension: Extension, uid: str, present: Pool | None
) -> Held | Gone | Committed | UnusableClaim | Refuse:
    """What is left of our claim after a failed append: the pool may be terminating, or another
    writer may have appended some ranges of the claim.
    """
    found = find_claim(extension, uid, present)
    if not isinstance(found, Held):
        return found
    if marks.hold_state(found.pool) is HoldState.TERMINATING:
        return _refuse_terminating(found.pool)
    claim = claim_of(found.pool)
    assert claim is not None
    usable = extension.may_extend(found.pool) and not _is_partly_appended(found.pool, claim)
    return found if usable else UnusableClaim(found.pool)


def _refuse_terminating(pool: Pool) -> Refuse:
    return Refuse((terminating(pool, extends=True),))
