"""Who was first: what a pending pool's snapshot decides, and what settles it.

Every function here takes what was seen and gives the next step; none has an effect.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.cancellation import Committed, Gone, Held
from ippoolctl.domain.protocol.conflicts import Conflict, held_as
from ippoolctl.domain.protocol.request import Request


@dataclass(frozen=True, slots=True)
class Won:
    """Nothing that overlaps was there before ours: settle it."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that overlaps was there before ours: withdraw it."""

    conflicts: tuple[Conflict, ...]


def after_write(request: Request, at_our_revision: Iterable[Pool]) -> Won | Lost:
    """Who was first, by the snapshot at the very revision of our own write.

    A pool in it was there before ours; a pool that is not in it has ours in its own snapshot.
    """
    found = request.conflicts(at_our_revision)
    return Lost(found) if found else Won()


def after_adoption(
    request: Request, now: Iterable[Pool], at_its_revision: Iterable[Pool] | None
) -> Won | Lost:
    """The same for a pending pool whose write we did not see ourselves.

    Its revision may be later than its creation, so what is in that snapshot was there first only if
    it still stands. ``at_its_revision`` is ``None`` where the server has forgotten it; then
    anything that overlaps now was first.
    """
    found = request.conflicts(now)
    settled = held_as(found, HoldState.SETTLED)
    if settled:
        return Lost(settled)
    if at_its_revision is None:
        return Lost(found) if found else Won()
    before = {each.identity for each in request.conflicts(at_its_revision)}
    both = tuple(each for each in found if each.identity in before)
    return Lost(both) if both else Won()


def after_conflict(request: Request, uid: str, present: Pool | None) -> Held | Gone | Committed:
    """What is left of our own pool after a write to it failed or was not answered."""
    same = present is not None and present.live is not None and present.live.uid == uid
    if present is None or not same or not request.owns(present):
        return Gone()
    return Held(present) if marks.is_pending(present) else Committed(present)


def settling_patch(pool: Pool) -> list[dict[str, object]]:
    """The patch that takes the mark off this very object, and fails on any other or if it is gone.

    The controller's writes to the status move the resource version within milliseconds, so that one
    is not tested. A test for null matches a missing key whose map exists (RFC 6902 as Kubernetes
    v1.36 carries it out).
    """
    state = f"/metadata/annotations/{marks.STATE.replace('/', '~1')}"
    assert pool.live is not None
    return [
        {"op": "test", "path": "/metadata/uid", "value": pool.live.uid},
        {"op": "test", "path": "/metadata/deletionTimestamp", "value": None},
        {"op": "test", "path": state, "value": marks.PENDING},
        {"op": "remove", "path": state},
    ]
