"""Why a run waits, ends or knows no better, as values; :mod:`ippoolctl.render.sentences` has the
words.

Equal values mean that nothing has changed. What servers say is kept as they said it.
"""

from dataclasses import dataclass

from ippoolctl.domain.annotations.marks import HoldState

Texts = tuple[str, ...]
"""Ranges as typed, or names of pools."""
Holder = tuple[str, HoldState]
"""A pool, and how firmly it holds its range."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Base of all causes."""


# --- what may go away ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RangesTaken(Cause):
    """Pools that may go away hold the ranges."""

    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class BeingDeleted(Cause):
    """The pool of that name is terminating."""

    pool: str
    finalizers: Texts
    extends: bool = False
    """Whether ranges were to be appended to it."""


@dataclass(frozen=True, slots=True)
class BeingExtended(Cause):
    """Another run has a claim on the pool."""

    pool: str


@dataclass(frozen=True, slots=True)
class StillPending(Cause):
    """The pool of that name is not settled yet."""

    pool: str


@dataclass(frozen=True, slots=True)
class CacheHoldsDeleted(Cause):
    """The webhook's cache still holds a deleted pool."""

    pool: str
    range: str


@dataclass(frozen=True, slots=True)
class CacheHoldsOld(Cause):
    """The webhook's cache holds a range that the pool does not have any more."""

    pool: str
    range: str


@dataclass(frozen=True, slots=True)
class CacheHoldsUnreadable(Cause):
    """The webhook's cache still holds a deleted pool with an invalid range."""

    sentence: str
    """What the webhook says about that range."""


@dataclass(frozen=True, slots=True)
class NothingFreeYet(Cause):
    """Every range of the size that is free was tried, or is held by what may go away."""

    size: str
    """The size and the networks that were searched."""
    holders: tuple[Holder, ...]
    stale: Cause | None
    """What the webhook's cache still holds, where that was the reason."""


# --- what stays ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Denied(Cause):
    """A rule of Antrea, a policy or another webhook refuses it."""

    sentence: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class UnreadablePools(Cause):
    """Pools with invalid ranges make the webhook deny every pool."""

    sentence: str
    pools: Texts


@dataclass(frozen=True, slots=True)
class ChangedByCluster(Cause):
    """A mutating webhook makes other ranges of what is written."""

    stored: Texts


@dataclass(frozen=True, slots=True)
class OtherRangesBefore(Cause):
    """An earlier run of this request created the pool with other ranges."""

    ranges: Texts


@dataclass(frozen=True, slots=True)
class NameTaken(Cause):
    """A pool of that name belongs to another request."""

    pool: str
    ranges: Texts
    has_all: bool
    """Whether it has all ranges that were asked for."""


@dataclass(frozen=True, slots=True)
class LacksRanges(Cause):
    """The pool does not have all ranges that were asked for."""

    missing: Texts
    ranges: Texts


@dataclass(frozen=True, slots=True)
class LacksAddresses(Cause):
    """The pool hands out fewer addresses than were asked for."""

    ranges: Texts
    has: int
    least: int


@dataclass(frozen=True, slots=True)
class DoesNotMatch(Cause):
    """A pool of that name falls short of what was asked for."""

    pool: str
    lack: Cause
    own: bool
    """Whether an earlier run of this request created it."""


@dataclass(frozen=True, slots=True)
class InvalidState(Cause):
    """The pool has a state annotation that no run writes."""

    pool: str


@dataclass(frozen=True, slots=True)
class NoRoomLeft(Cause):
    """Settled pools and exclusions leave no range of the size."""

    size: str
    free: int
    total: int
    largest: int
    """Addresses of the largest free block."""
    takers: Texts
    more: int
    """How many more pools take the room."""
    excluded: bool


# --- the server and the time ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutOfTime(Cause):
    """No time was left for a request."""


@dataclass(frozen=True, slots=True)
class ServerFailed(Cause):
    """A request failed in a way that may pass."""

    message: str


@dataclass(frozen=True, slots=True)
class StaleDenial(Cause):
    """The webhook denies because its cache is stale."""

    holds: Cause


@dataclass(frozen=True, slots=True)
class KeepsChanging(Cause):
    """Other writers change the pool again and again."""

    message: str


@dataclass(frozen=True, slots=True)
class JustAppeared(Cause):
    """A pool of that name was created just before ours."""

    pool: str


@dataclass(frozen=True, slots=True)
class JustChanged(Cause):
    """The pool was changed just before our write."""

    pool: str


@dataclass(frozen=True, slots=True)
class LostButInUse(Cause):
    """Our pool lost a race, and an address of it is handed out."""

    pool: str


@dataclass(frozen=True, slots=True)
class NoResponse(Cause):
    """A write was not answered."""

    write: str
    """What it was: ``create request`` or ``claim``."""
    message: str = ""
    """What the network said, where it is the last word."""
    earlier: bool = False
    """Whether it came before the write that is waited for now."""


@dataclass(frozen=True, slots=True)
class MayStillCommit(Cause):
    """A write that was not answered may still take effect."""


@dataclass(frozen=True, slots=True)
class NotCheckedAgain(Cause):
    """It could not be looked at again."""

    why: Cause


@dataclass(frozen=True, slots=True)
class EveryChangeDenied(Cause):
    """The webhook denies every change of the pool."""

    message: str


@dataclass(frozen=True, slots=True)
class Said(Cause):
    """What a server, the network or a component of ours said, word for word."""

    message: str
    hint: str = ""


# --- what is waited for after a change -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DoesNotExist(Cause):
    """There is no such pool."""


@dataclass(frozen=True, slots=True)
class StillExists(Cause):
    """The pool is there although it was deleted."""


@dataclass(frozen=True, slots=True)
class DeletionNotStarted(Cause):
    """The pool is there and not deleted."""


@dataclass(frozen=True, slots=True)
class IsTerminating(Cause):
    """The pool is being deleted."""

    finalizers: Texts = ()


@dataclass(frozen=True, slots=True)
class NotReadyCondition(Cause):
    """The condition ``Ready`` is False."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class StatusMissing(Cause):
    """The pool controller has not written the status yet."""


@dataclass(frozen=True, slots=True)
class StatusDiffers(Cause):
    """The status does not have the total that the ranges come to."""

    total: int
    expected: int


@dataclass(frozen=True, slots=True)
class NotInCache(Cause):
    """The webhook's cache does not hold the pool yet."""


@dataclass(frozen=True, slots=True)
class DeletedButInCache(Cause):
    """The pool is gone, and the webhook's cache still holds it."""


@dataclass(frozen=True, slots=True)
class StillDenied(Cause):
    """The webhook still denies an address of the deleted pool."""

    address: str
    pool: str
    """The pool that it names; may be empty."""


@dataclass(frozen=True, slots=True)
class NotYet(Cause):
    """The pool is not what is waited for."""

    pool: str
    until: str
    why: Cause


@dataclass(frozen=True, slots=True)
class NoOverlapChecks(Cause):
    """The webhook of that release does not compare pools with each other."""

    release: str


@dataclass(frozen=True, slots=True)
class NoWebhook(Cause):
    """Antrea's webhook for pools is not registered in the cluster."""
