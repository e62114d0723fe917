"""What the protocol decides, as values: the next step of a run, what a denial means, who was first,
and what is left of a reservation.
"""

from dataclasses import dataclass

from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Cause
from ippoolctl.domain.protocol.request import Conflict


@dataclass(frozen=True, slots=True)
class Reserve:
    """There is no conflict: write the pending pool, or a claim."""

    base: Pool | None = None
    """The pool to write the claim on."""


@dataclass(frozen=True, slots=True)
class Adopt:
    """A pending pool or a claim of this request exists, written by a killed run or a twin."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class Done:
    """The pool of this request is settled, and nothing overlaps it."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class Enough:
    """A pool of another request has all that was requested; it is never changed."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class Keep:
    """The pool of this request is settled, and another settled pool overlaps it: it stays."""

    pool: Pool
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """There is a conflict that may disappear."""

    cause: Cause
    conflicts: tuple[Conflict, ...] = ()
    exists: Pool | None = None
    """Our pool, if it is already settled."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """The request cannot succeed unless something else changes."""

    causes: tuple[Cause, ...]
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Absent:
    """The pool to extend does not exist."""


@dataclass(frozen=True, slots=True)
class UnusableClaim:
    """The pool has a claim of this request that must not be appended: remove it.

    The pool already has some of its ranges, and Antrea 1.15 would admit them twice; or it is no
    longer the pool to which they may be appended.
    """

    pool: Pool


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Every free range was tried, or is held by a pool or claim that may disappear."""

    cause: Cause


@dataclass(frozen=True, slots=True)
class NoRoom:
    """Settled pools and exclusions leave no free range of that size."""

    cause: Cause


FirstStep = Reserve | Adopt | Done | Keep | Wait | Refuse
ExtensionStep = Absent | Reserve | Adopt | UnusableClaim | Done | Keep | Wait | Refuse


@dataclass(frozen=True, slots=True)
class Tried:
    """Attempts with ranges of a size since the last wait."""

    times: int = 0
    """Number of all attempts, also before waits."""
    spans: tuple[Span, ...] = ()
    """Ranges that failed, and the ranges known to conflict with them."""
    stale: Cause | None = None
    """What the webhook's cache still held; ``None`` without a stale denial."""

    def forgotten(self) -> "Tried":
        """The state after a wait: every range can be tried again."""
        return Tried(self.times)


@dataclass(frozen=True, slots=True)
class Stale:
    """A stale denial: no live pool explains it, so the webhook's cache is stale."""

    holds: Cause
    """What the cache still holds."""


@dataclass(frozen=True, slots=True)
class Won:
    """No overlapping pool existed before ours: settle it."""


@dataclass(frozen=True, slots=True)
class Lost:
    """An overlapping pool existed before ours: cancel it."""

    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """The reservation exists and is not committed: the pool is pending, or has our claim."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing of the reservation exists."""


@dataclass(frozen=True, slots=True)
class Committed:
    """The pool is settled, or has all ranges: by a twin, or by a write without a response."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class InUse:
    """The pool is pending, and one of its addresses is assigned: it cannot be canceled."""

    pool: Pool


@dataclass(frozen=True, slots=True)
class Left:
    """The reservation could not be canceled, or not even read: it may exist."""

    cause: Cause
