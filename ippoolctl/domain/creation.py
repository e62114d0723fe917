"""Creating a pool: what is known decides what is done next.

Every function here takes what was seen of the cluster and gives the next step; none has an
effect. The protocol is that of two writers who cannot lock: write with a mark, look at the moment
of the own write, and of two that overlap the one that was there first stays. A pool that was
reported as done is never taken back, and nothing foreign is ever touched.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ippoolctl.domain import marks
from ippoolctl.domain.admission import Operation, Refused, verdict
from ippoolctl.domain.known_pools import KnownPools
from ippoolctl.domain.marks import Standing
from ippoolctl.domain.outcome import Outcome, State
from ippoolctl.domain.pool import Pool
from ippoolctl.domain.ranges import BadRange
from ippoolctl.domain.reason import Reason
from ippoolctl.domain.releases import LATEST, Release
from ippoolctl.domain.rivals import Rival, rivals, standing_as
from ippoolctl.errors import ExitCode

_OVERLAP: Final = "EIP209"
ALL_LINES: Final = (Release(1, 15, 0), Release(2, 4, 2), LATEST)
"""One release of each line, the newest last."""


@dataclass(frozen=True, slots=True)
class Request:
    """A pool that shall exist."""

    pool: Pool
    """With the ranges that were asked for."""
    id: str
    """See :func:`ippoolctl.domain.marks.request_id`."""
    release: Release | None = None
    """Which Antrea will judge it; ``None`` if nobody said."""

    @property
    def name(self) -> str:
        """Its name, chosen by us and never by the server."""
        return self.pool.name

    def owns(self, pool: Pool) -> bool:
        """Whether a live pool was made by this very request and still stands."""
        return (
            pool.annotations.get(marks.REQUEST_ID) == self.id
            and pool.live is not None
            and pool.live.deleted is None
        )

    def rivals(self, pools: Iterable[Pool]) -> tuple[Rival, ...]:
        """What overlaps the ranges that were asked for."""
        return rivals(self.pool.ranges, pools, self.name)


@dataclass(frozen=True, slots=True)
class Send:
    """Nothing is in the way: write it."""


@dataclass(frozen=True, slots=True)
class Adopt:
    """It is there, pending, of this request: a killed predecessor's or a twin's."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class Done:
    """It is there, settled, of this request, and nothing overlaps it."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class Keep:
    """It is there, settled, of this request, and a settled pool overlaps it: it stays."""

    pool: Pool
    rivals: tuple[Rival, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Something is in the way that may go away."""

    reason: str
    rivals: tuple[Rival, ...] = ()
    exists: Pool | None = None
    """Our own pool, where it is there already and settled."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """It will never do, as long as nobody else changes anything."""

    reasons: tuple[str, ...]
    rivals: tuple[Rival, ...] = ()


FirstStep = Send | Adopt | Done | Keep | Wait | Refuse


def first_step(request: Request, pools: Sequence[Pool]) -> FirstStep:
    """What to do in view of all live pools at one moment."""
    present = next((each for each in pools if each.name == request.name), None)
    going = present is not None and marks.standing(present) is Standing.TERMINATING
    if present is not None and not going:
        return _in_view_of_the_same_name(request, present, pools)
    found = request.rivals(pools)
    settled = standing_as(found, Standing.SETTLED)
    reasons = tuple(_other_reasons(request, pools))
    if settled or reasons:
        return Refuse(reasons, settled)
    if present is not None:
        return Wait(terminating(present))
    return Wait(in_the_way(found), found) if found else Send()


def _in_view_of_the_same_name(request: Request, present: Pool, pools: Sequence[Pool]) -> FirstStep:
    if not request.owns(present):
        return Refuse((f"a pool {request.name} exists that was not made by this request",))
    if not set(request.pool.texts) <= set(present.texts):
        return Refuse((f"pool {request.name} exists and lacks ranges that were asked for",))
    if marks.is_pending(present):
        return Adopt(present)
    found = request.rivals(pools)
    settled = standing_as(found, Standing.SETTLED)
    if settled:
        return Keep(present, settled)
    return Wait(in_the_way(found), found, present) if found else Done(present)


def in_the_way(found: Sequence[Rival]) -> str:
    """What is waited for, in words that stay the same while the pools do."""
    names = sorted({(each.pool.name, each.standing.value) for each in found})
    pools = ", ".join(f"{name} ({how})" for name, how in names)
    return f"its ranges are still taken by {pools}"


def terminating(pool: Pool) -> str:
    """What keeps a pool that is being deleted."""
    held = pool.live.finalizers if pool.live is not None else ()
    by = f", held by the finalizers {', '.join(held)}" if held else ""
    return f"pool {pool.name} is being deleted{by}"


def _other_reasons(request: Request, pools: Iterable[Pool]) -> Iterator[str]:
    """Permanent reasons beside an overlap, of the release if it is known, else of all lines."""
    faulty = KnownPools(
        each
        for each in pools
        if marks.standing(each) is Standing.SETTLED
        and any(found.__class__ is BadRange for found in each.ranges)
    )
    lines = (request.release,) if request.release else ALL_LINES
    answers = [reasons(request.pool, faulty, each) for each in lines]
    shared = set.intersection(*({(each.rule, each.path) for each in found} for found in answers))
    for reason in answers[-1]:
        if (reason.rule, reason.path) in shared and reason.rule != _OVERLAP:
            yield f"{reason.message} ({reason.rule})"


def reasons(pool: Pool, known: KnownPools, release: Release) -> tuple[Reason, ...]:
    """Every reason of that release to refuse the creation of a pool; empty if there is none."""
    result = verdict(Operation.CREATE, pool, None, known, release)
    return result.reasons if isinstance(result, Refused) else ()


def among_themselves(pools: Sequence[Pool]) -> list[Outcome]:
    """Refusals for pools of one command that overlap each other or have one name; else empty.

    The whole set is judged before anything is written.
    """
    outcomes = []
    for position, pool in enumerate(pools):
        found = rivals(pool.ranges, pools[:position], pool.name)
        twice = any(each.name == pool.name for each in pools[:position])
        if found or twice:
            reason = "is given twice" if twice else "overlaps another pool of this command"
            message = f"pool {pool.name} {reason}; nothing was written"
            outcomes.append(Outcome(pool.name, State.REFUSED, ExitCode.REFUSED, message, "", found))
    return outcomes


@dataclass(frozen=True, slots=True)
class Won:
    """Nothing that overlaps was there before ours: settle it."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that overlaps was there before ours: withdraw it."""

    rivals: tuple[Rival, ...]


def after_write(request: Request, at_our_revision: Iterable[Pool]) -> Won | Lost:
    """Who was first, by the snapshot at the very revision of our own write.

    Whoever is in it came before us; whoever is not sees us in its own.
    """
    found = request.rivals(at_our_revision)
    return Lost(found) if found else Won()


def after_adoption(
    request: Request, now: Iterable[Pool], at_its_revision: Iterable[Pool] | None
) -> Won | Lost:
    """The same for a pending pool whose write we did not see ourselves.

    Its revision may be later than its creation, so what is in that snapshot was there first only if
    it still stands. ``at_its_revision`` is ``None`` where the server has forgotten it; then
    anything that overlaps now was first.
    """
    found = request.rivals(now)
    settled = standing_as(found, Standing.SETTLED)
    if settled:
        return Lost(settled)
    if at_its_revision is None:
        return Lost(found) if found else Won()
    before = {_identity(each.pool) for each in request.rivals(at_its_revision)}
    both = tuple(each for each in found if _identity(each.pool) in before)
    return Lost(both) if both else Won()


def _identity(pool: Pool) -> str:
    return pool.live.uid if pool.live is not None else ""


@dataclass(frozen=True, slots=True)
class Settle:
    """It stands, pending: go on from here with the object as it is now."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class Again:
    """It is not there any more, is another object, or a twin settled it: look at everything."""


def after_conflict(request: Request, uid: str, present: Pool | None) -> Settle | Again:
    """What a write to our own pool means that met a changed object."""
    same = present is not None and present.live is not None and present.live.uid == uid
    if present is None or not same or not request.owns(present):
        return Again()
    return Settle(present) if marks.is_pending(present) else Again()


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
