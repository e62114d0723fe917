"""How ``create`` holds ranges: a pending pool, which is settled or deleted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ippoolctl.crd.patches.settling import settling_patch
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Command
from ippoolctl.domain.protocol.creation import first_step, next_step, not_as_asked
from ippoolctl.domain.protocol.decisions import Committed, Gone, Held, InUse, Refuse
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.protocol.verification import after_conflict, cancellation
from ippoolctl.engine.reservation import Reservation, TheseRanges
from ippoolctl.engine.session import Session
from ippoolctl.engine.steps import Decision
from ippoolctl.engine.writer import Effect, Write


@dataclass(frozen=True, slots=True)
class PendingPool:
    """See :class:`ippoolctl.engine.steps.Holding`."""

    request: Request
    manifest: Mapping[str, Any]
    """The object to create, with the mark and the request ID."""
    command = Command.CREATE

    @property
    def name(self) -> str:
        """The name of the pool."""
        return self.request.pool.name

    @property
    def request_id(self) -> str:
        """The request ID."""
        return self.request.id

    def with_existing_ranges(self, pools: Sequence[Pool]) -> "PendingPool":
        """With all ranges of the existing pool: an earlier run may have requested more."""
        return replace(self, request=self.request.with_existing_ranges(pools))

    def decide(self, pools: Sequence[Pool]) -> Decision:
        """The next step, given all pools."""
        return next_step(self.request, pools)

    def decide_without(self, held: Pool, pools: Sequence[Pool]) -> Decision:
        """The next step as if ``held`` did not exist."""
        return first_step(self.request, [each for each in pools if each.name != held.name])

    def contested(self, held: Pool) -> Request:
        """The whole pool is verified."""
        return self.request

    def validated_request(self, effect: Effect, pool: Pool | None) -> Request:
        """The webhook validates the whole pool."""
        return self.request

    def reserve(self, base: Pool | None, date: str, random: Callable[[], float]) -> Write:
        """Create the pending pool."""
        return Write.create(self.manifest, Effect.RESERVE)

    def dry_run(self, base: Pool | None) -> Write:
        """Create it as a dry run."""
        return Write.create(self.manifest, Effect.DRY_RUN)

    def commit(self, held: Pool) -> Write:
        """Remove the mark."""
        return Write.patch(held.name, settling_patch(held), Effect.COMMIT)

    def cancel(self, held: Pool) -> Write:
        """Delete only this object at its resource version."""
        return Write.delete(held, Effect.CANCEL)

    def not_as_asked(self, effect: Effect, asked: Pool | None, made: Pool) -> Refuse | None:
        """A mutating webhook may change the stored object."""
        return not_as_asked(self.request, made) if effect is not Effect.COMMIT else None

    def lacks(self, pool: Pool) -> bool:
        """A pool is reserved as a whole."""
        return False

    def what_is_left(self, uid: str, present: Pool | None) -> Held | Gone | Committed | InUse:
        """What is left of the pending pool."""
        return cancellation(self.request, uid, present)

    def after_commit(self, uid: str, present: Pool | None) -> Held | Gone | Committed:
        """What is left after a settling patch that failed or got no response."""
        return after_conflict(self.request, uid, present)

    def appeared(self, base: Pool | None, present: Pool | None) -> bool:
        """Whether a pool of that name exists, ours or not."""
        return present is not None

    def ours(self, present: Pool | None) -> Pool | None:
        """The pool, if this request created it."""
        return present if present is not None and self.request.owns(present) else None

    def cannot_appear(self, present: Pool | None) -> bool:
        """The pool cannot be created while its name is taken."""
        return present is not None


def create(
    session: Session, request: Request, manifest: Mapping[str, Any], *, dry_run: bool = False
) -> Outcome:
    """Create the pool exactly once, without an overlap.

    ``manifest`` is the object to create, with the mark and the request ID. With ``dry_run`` the
    server only validates it. See
    :meth:`ippoolctl.engine.reservation.Reservation.run`.
    """
    asked = PendingPool(request, manifest)
    return Reservation(session, TheseRanges(asked), asked, dry_run=dry_run).run()
