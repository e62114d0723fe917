"""How ``extend`` holds ranges: a claim on the pool, which is appended or removed.

An append cannot be undone, since Antrea does not allow removing a range; a claim can be removed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ippoolctl.crd.patches.claims import (
    appending_patch,
    claiming_patch,
    dry_run_patch,
    releasing_patch,
)
from ippoolctl.domain.addresses.ranges import lacking
from ippoolctl.domain.annotations.claims import Claim, claim_of, made_claim, without_claim
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Command
from ippoolctl.domain.protocol.creation import changed_by_others
from ippoolctl.domain.protocol.decisions import Committed, Gone, Held, Refuse, UnusableClaim
from ippoolctl.domain.protocol.extension import (
    Extension,
    after_failed_append,
    find_claim,
    next_step,
)
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.request import Request
from ippoolctl.engine.reservation import Reservation, TheseRanges
from ippoolctl.engine.session import Session
from ippoolctl.engine.steps import Decision
from ippoolctl.engine.writer import Effect, Write


@dataclass(frozen=True, slots=True)
class RangeClaim:
    """See :class:`ippoolctl.engine.steps.Holding`."""

    extension: Extension
    command = Command.EXTEND

    @property
    def name(self) -> str:
        """The name of the pool."""
        return self.extension.name

    @property
    def request_id(self) -> str:
        """The request ID."""
        return self.extension.id

    def with_existing_ranges(self, pools: Sequence[Pool]) -> "RangeClaim":
        """Unchanged: a claim has only the requested ranges."""
        return self

    def decide(self, pools: Sequence[Pool]) -> Decision:
        """The next step, given all pools."""
        return next_step(self.extension, pools)

    def decide_without(self, held: Pool, pools: Sequence[Pool]) -> Decision:
        """The next step as if the claim did not exist."""
        others = [without_claim(each) if each is held else each for each in pools]
        return next_step(self.extension, others)

    def contested(self, held: Pool) -> Request:
        """Only the claimed ranges are verified: the pool already has the others."""
        return self.extension.alone(_claim(held).ranges)

    def validated_request(self, effect: Effect, pool: Pool | None) -> Request:
        """The webhook validates the extended pool; for a cancellation, the current pool."""
        assert pool is not None
        extension = self.extension
        return extension.as_it_is(pool) if effect is Effect.CANCEL else extension.whole(pool)

    def reserve(self, base: Pool | None, date: str, random: Callable[[], float]) -> Write:
        """Write the claim, with a new nonce."""
        assert base is not None
        nonce = "".join(f"{int(random() * 2**32):08x}" for _ in range(3))
        ranges = self.extension.missing(base)
        claim = made_claim(self.extension.id, nonce, date, ranges)
        return Write.patch(self.name, claiming_patch(base, claim), Effect.RESERVE)

    def dry_run(self, base: Pool | None) -> Write:
        """Append as a dry run, without a claim."""
        assert base is not None
        claim = made_claim(self.extension.id, "", "", self.extension.missing(base))
        return Write.patch(self.name, dry_run_patch(base, claim), Effect.DRY_RUN)

    def commit(self, held: Pool) -> Write:
        """Append the ranges and remove the claim."""
        patch = appending_patch(held, _claim(held), remember=self.extension.any_range)
        return Write.patch(self.name, patch, Effect.COMMIT)

    def cancel(self, held: Pool) -> Write:
        """Remove only this claim."""
        return Write.patch(self.name, releasing_patch(held, _claim(held)), Effect.CANCEL)

    def not_as_asked(self, effect: Effect, asked: Pool | None, made: Pool) -> Refuse | None:
        """A mutating webhook may change the appended ranges."""
        if effect is not Effect.COMMIT:
            return None
        assert asked is not None
        missing = lacking(made.ranges, _claim(asked).ranges)
        return changed_by_others(made) if missing else None

    def lacks(self, pool: Pool) -> bool:
        """Whether the claim had only some of the ranges."""
        return bool(self.extension.missing(pool))

    def what_is_left(self, uid: str, present: Pool | None) -> Held | Gone | Committed:
        """What is left of the claim."""
        return find_claim(self.extension, uid, present)

    def after_commit(
        self, uid: str, present: Pool | None
    ) -> Held | Gone | Committed | UnusableClaim | Refuse:
        """What is left after an append that failed or got no response."""
        return after_failed_append(self.extension, uid, present)

    def appeared(self, base: Pool | None, present: Pool | None) -> bool:
        """Whether the pool has a claim of this request, or all ranges."""
        assert base is not None
        assert base.live is not None
        return not isinstance(find_claim(self.extension, base.live.uid, present), Gone)

    def ours(self, present: Pool | None) -> Pool | None:
        """The pool, if it has a claim of this request."""
        claim = claim_of(present) if present is not None else None
        return present if self.extension.owns(claim) else None

    def cannot_appear(self, present: Pool | None) -> bool:
        """A deleted pool cannot get a claim."""
        return present is None


def _claim(pool: Pool) -> Claim:
    claim = claim_of(pool)
    assert claim is not None
    return claim


def extend(session: Session, extension: Extension, *, dry_run: bool = False) -> Outcome:
    """Append the ranges exactly once, without an overlap.

    With ``dry_run`` the server only validates the change. See
    :meth:`ippoolctl.engine.reservation.Reservation.run`.
    """
    claim = RangeClaim(extension)
    return Reservation(session, TheseRanges(claim), claim, dry_run=dry_run).run()
