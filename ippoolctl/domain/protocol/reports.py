"""What an outcome tells beyond its state, as values; :mod:`ippoolctl.render.sentences` has the
words.
"""

from dataclasses import dataclass
from enum import StrEnum

from ippoolctl.domain.protocol.causes import Cause, NoRoomLeft, NothingFreeYet


class Kind(StrEnum):
    """Which command reserves the ranges."""

    CREATE = "create"
    EXTEND = "extend"


@dataclass(frozen=True, slots=True)
class Limit:
    """The time limit that ended a run."""

    seconds: float
    waits: bool
    """Whether it is that of ``--wait``, and not that of a single request."""


@dataclass(frozen=True, slots=True)
class Report:
    """Base of all reports."""


@dataclass(frozen=True, slots=True)
class Text(Report):
    """Words as they are: those of a fault, and those that have no value of their own yet."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Duplicate(Report):
    """Two pools of one command have the same name."""


@dataclass(frozen=True, slots=True)
class OverlapsWithin(Report):
    """Two pools of one command overlap."""


@dataclass(frozen=True, slots=True)
class Matches(Report):
    """A pool of another request has all that was asked for."""


@dataclass(frozen=True, slots=True)
class NotFound(Report):
    """There is no pool to extend."""


@dataclass(frozen=True, slots=True)
class NoFreeRange(Report):
    """No range of that size is free, whatever may go away."""

    cause: NoRoomLeft | NothingFreeYet


@dataclass(frozen=True, slots=True)
class Refused(Report):
    """A real reason stands against it; the conflicts are those of the outcome."""

    kind: Kind
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class DeniedByStaleCache(Report):
    """No live pool is in the way, but the webhook does not know that yet."""

    kind: Kind
    holds: Cause


@dataclass(frozen=True, slots=True)
class Busy(Report):
    """Something that may go away is in the way."""

    kind: Kind
    cause: Cause


@dataclass(frozen=True, slots=True)
class Unavailable(Report):
    """The server or its webhook could not do it now."""

    kind: Kind
    message: str


@dataclass(frozen=True, slots=True)
class TimedOut(Report):
    """The time limit passed, and nothing was done."""

    kind: Kind
    cause: Cause
    limit: Limit


@dataclass(frozen=True, slots=True)
class LostRace(Report):
    """Another run was first, and ours was canceled."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Kept(Report):
    """Ours overlaps and cannot be canceled."""

    kind: Kind
    pending: bool


@dataclass(frozen=True, slots=True)
class InUseAndPending(Report):
    """Our pool is in use and could not be settled in time."""

    cause: Cause


@dataclass(frozen=True, slots=True)
class OverlapsNotRuledOut(Report):
    """Ours is committed, and a pool that may go away still overlaps."""

    kind: Kind
    cause: Cause
    may_wait: bool
    """Whether the run did not wait, and could have."""


@dataclass(frozen=True, slots=True)
class MayRemain(Report):
    """Our pending pool or our claim may still be there."""

    kind: Kind
    cause: Cause


@dataclass(frozen=True, slots=True)
class ResultUnknown(Report):
    """A write was sent, and its result is unknown."""

    kind: Kind
    cause: Cause


@dataclass(frozen=True, slots=True)
class NotChecked(Report):
    """The pool was not looked at before the time limit."""

    cause: Cause
    limit: Limit


@dataclass(frozen=True, slots=True)
class Stopped(Report):
    """A signal ended it; ``left`` is what exists, ``None`` if the pool was not looked at again."""

    left: Report | None


# --- after a signal ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NothingSent(Report):
    """The signal came before the first look."""


@dataclass(frozen=True, slots=True)
class NothingLeft(Report):
    """Nothing of ours is in the cluster."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Stays(Report):
    """The pool, or the ranges, are there and stay."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class StillThere(Report):
    """The pool of a deletion exists."""

    late: bool
    """Whether an unanswered deletion may still take effect."""


@dataclass(frozen=True, slots=True)
class Terminating(Report):
    """The pool is being deleted."""


@dataclass(frozen=True, slots=True)
class Gone(Report):
    """The pool does not exist any more."""


@dataclass(frozen=True, slots=True)
class ClaimStillThere(Report):
    """The pool still has the claim that was to be removed."""

    late: bool
    """Whether an unanswered request to remove it may still take effect."""


@dataclass(frozen=True, slots=True)
class ClaimGone(Report):
    """The pool has no claim any more."""


@dataclass(frozen=True, slots=True)
class UnknownAfterSignal(Report):
    """The server could not be asked; ``claim`` if it is about the claim on the pool."""

    claim: bool


# --- wait, delete and sweep ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NotReached(Report):
    """The pool is not what was waited for."""

    until: str
    cause: Cause
    limit: Limit


@dataclass(frozen=True, slots=True)
class DoneBut(Report):
    """The change is done, and what was to follow is not."""

    done: str
    """What was done, such as ``created``."""
    rest: Report


@dataclass(frozen=True, slots=True)
class DoneAndStopped(Report):
    """The change is done, and a signal ended the wait."""

    done: str


@dataclass(frozen=True, slots=True)
class CannotAskWebhook(Report):
    """What the webhook's cache holds cannot be found out."""

    cause: Cause


@dataclass(frozen=True, slots=True)
class RangesUnknown(Report):
    """The pool does not exist, and its ranges are not known."""

    waits: bool
    """Whether the command is ``wait``, which takes them as an option."""


@dataclass(frozen=True, slots=True)
class NoLongerExists(Report):
    """The pool does not exist any more."""


@dataclass(frozen=True, slots=True)
class WebhookDeniesAll(Report):
    """Pools with invalid ranges make the webhook deny every pool."""

    pools: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllCovered(Report):
    """Other pools have all ranges of this one, so the webhook cannot be asked about it."""

    others: tuple[str, ...]
    made_again: bool
    """Whether one of them is a new pool of the same name."""


@dataclass(frozen=True, slots=True)
class MayStillExist(Report):
    """The time limit passed before the deletion was done."""

    cause: Cause
    limit: Limit


@dataclass(frozen=True, slots=True)
class DeletionStarted(Report):
    """The end of the deletion was not waited for."""


@dataclass(frozen=True, slots=True)
class PoolInUse(Report):
    """Egresses or Services hold addresses of the pool."""

    users: tuple[str, ...]
    used: int
    deleted: bool
    """Whether it was deleted all the same."""


@dataclass(frozen=True, slots=True)
class UsageFromStatus(Report):
    """Some users may not be listed: the pool's status tells its use."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedMeanwhile(Report):
    """What was to be swept is not what it was."""


@dataclass(frozen=True, slots=True)
class ClaimMayRemain(Report):
    """The time limit passed before the claim was removed."""

    cause: Cause
    limit: Limit


@dataclass(frozen=True, slots=True)
class ClaimNotRemoved(Report):
    """The webhook denies the removal of the claim."""

    message: str
