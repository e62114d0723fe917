"""After a write: whether ours was first, what is left of it, and whether it may still take effect.

Every function returns a decision and has no side effects.
"""

from collections.abc import Iterable
from enum import Enum, auto

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.decisions import Committed, Gone, Held, InUse, Lost, Won
from ippoolctl.domain.protocol.request import Request, held_as


def after_write(request: Request, at_our_revision: Iterable[Pool]) -> Won | Lost:
    """Which pool was first, by the snapshot at the revision of our write.

    A pool in that snapshot existed before ours; any other pool finds ours in its own snapshot.
    """
    found = request.conflicts(at_our_revision)
    return Lost(found) if found else Won()


def after_adoption(
    request: Request, now: Iterable[Pool], at_its_revision: Iterable[Pool] | None
) -> Won | Lost:
    """Which pool was first, for a pending pool whose creation this run did not see.

    Its revision may be later than its creation, so a pool in that snapshot counts as first only if
    it still exists. ``at_its_revision`` is ``None`` if the server has compacted that revision; then
    anything that overlaps now counts as first.
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


def cancellation(
    request: Request, uid: str, present: Pool | None
) -> Gone | Committed | InUse | Held:
    """What is left of the pending pool of that uid; ``present`` is the pool of its name now.

    Only a pool of this request may be deleted. A terminating pool needs no deletion by us.
    """
    if present is None or present.live is None or present.live.uid != uid:
        return Gone()
    if not request.owns(present):
        return Gone()
    if not marks.is_pending(present):
        return Committed(present)
    return InUse(present) if marks.in_use(present) else Held(present)


def after_conflict(request: Request, uid: str, present: Pool | None) -> Held | Gone | Committed:
    """What is left of our pool after a write to it failed or got no response."""
    same = present is not None and present.live is not None and present.live.uid == uid
    if present is None or not same or not request.owns(present):
        return Gone()
    return Held(present) if marks.is_pending(present) else Committed(present)


class Unanswered(Enum):
    """What to do after a write without a response, which may have taken effect."""

    WAIT = auto()
    """It may still take effect: neither send it again nor end."""
    LOOK = auto()
    """A result was seen: list all pools again."""
    AGAIN = auto()
    """It had no effect and can no longer have one: retrying is safe."""


def after_unanswered_write(*, there: bool, over: bool) -> Unanswered:
    """What to do after a write without a response.

    ``there``: the intended object, or another one in its place, was seen. ``over``: the server's
    time limit for the write had passed before that read.
    """
    if there:
        return Unanswered.LOOK
    return Unanswered.AGAIN if over else Unanswered.WAIT
