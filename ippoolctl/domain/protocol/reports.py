"""Why a run waits or ends, and what an outcome tells beyond its state, as values.

Every sentence has a kind here; its words are in :mod:`ippoolctl.render.sentences.outcome` and
:mod:`ippoolctl.render.sentences.causes`. Equal values mean that nothing has changed. What servers
say is kept as they said it.
"""

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum, auto

from ippoolctl.domain.annotations.marks import HoldState


class Command(StrEnum):
    """Which command reserves the ranges."""

    CREATE = "create"
    EXTEND = "extend"


class CauseKind(StrEnum):
    """Why a run waits, ends or cannot know; in brackets the fields of the cause."""

    # --- what may go away
    RANGES_TAKEN = auto()
    """Pools that may go away hold the ranges (holders)."""
    BEING_DELETED = auto()
    """The pool of that name is terminating (pool, finalizers)."""
    EXTENDED_BEING_DELETED = auto()
    """The same of a pool to which ranges were to be appended (pool, finalizers)."""
    BEING_EXTENDED = auto()
    """Another run has a claim on the pool (pool)."""
    STILL_PENDING = auto()
    """The pool of that name is not settled yet (pool)."""
    CACHE_HOLDS_DELETED = auto()
    """The webhook's cache still holds a deleted pool (pool; text: its range)."""
    CACHE_HOLDS_OLD = auto()
    """The webhook's cache holds a range that the pool no longer has (pool; text: the range)."""
    CACHE_HOLDS_UNREADABLE = auto()
    """The webhook's cache still holds a deleted pool with an invalid range (text: the denial)."""
    NOTHING_FREE_YET = auto()
    """Every free range of the size was tried, or is held by what may go away (text: the size and
    the networks that were searched; holders; cause: what the webhook's cache holds, if that was
    the reason).
    """

    # --- what stays
    DENIED = auto()
    """A rule of Antrea, a policy or another webhook refuses it (text; reason: the rule)."""
    UNREADABLE_POOLS = auto()
    """Pools with invalid ranges make the webhook deny every pool (text: the denial; pools)."""
    CHANGED_BY_CLUSTER = auto()
    """A mutating webhook stores other ranges than were written (ranges)."""
    OTHER_RANGES_BEFORE = auto()
    """An earlier run of this request created the pool with other ranges (ranges)."""
    NAME_TAKEN = auto()
    """A pool of that name belongs to another request (pool, ranges)."""
    NAME_TAKEN_WITH_ALL = auto()
    """The same, and it has all ranges that were asked for (pool, ranges)."""
    LACKS_RANGES = auto()
    """The pool does not have all ranges that were asked for (missing, ranges)."""
    LACKS_ADDRESSES = auto()
    """The pool has fewer usable addresses than were asked for (ranges, count, out_of)."""
    DOES_NOT_MATCH = auto()
    """A pool of that name lacks something that was asked for (pool, cause)."""
    CREATED_DIFFERENTLY = auto()
    """The same of a pool that an earlier run of this request created (pool, cause)."""
    INVALID_STATE = auto()
    """The pool has a state annotation that no run writes (pool)."""
    NO_ROOM_LEFT = auto()
    """Settled pools and exclusions leave no range of the size (text: the size; count: free
    addresses; out_of: all addresses; largest, pools, more, excluded).
    """

    # --- the server and the time
    OUT_OF_TIME = auto()
    """No time was left for a request."""
    SERVER_FAILED = auto()
    """A request failed in a way that may pass (text)."""
    STALE_DENIAL = auto()
    """The webhook denies because its cache is stale (cause)."""
    KEEPS_CHANGING = auto()
    """Other writers change the pool again and again (text)."""
    JUST_APPEARED = auto()
    """A pool of that name was created just before ours (pool)."""
    JUST_CHANGED = auto()
    """The pool was changed just before our write (pool)."""
    LOST_BUT_IN_USE = auto()
    """Our pool lost a race, and an address of it is in use (pool)."""
    NO_RESPONSE = auto()
    """A write got no response (command: whose reservation it was, if it was one; text: what the
    network said, if that is the last word).
    """
    NO_EARLIER_RESPONSE = auto()
    """The same of a write before the one that is waited for now (command)."""
    MAY_STILL_COMMIT = auto()
    """A write that got no response may still take effect."""
    NOT_CHECKED_AGAIN = auto()
    """It could not be looked at again (cause)."""
    EVERY_CHANGE_DENIED = auto()
    """The webhook denies every change of the pool (text)."""
    SAID = auto()
    """What a server, the network or a component of ours said, word for word (text)."""

    # --- what is waited for after a change
    DOES_NOT_EXIST = auto()
    """There is no such pool."""
    STILL_EXISTS = auto()
    """The pool exists although it was deleted."""
    DELETION_NOT_STARTED = auto()
    """The pool exists and is not being deleted."""
    IS_TERMINATING = auto()
    """The pool is being deleted (finalizers)."""
    NOT_READY = auto()
    """The condition ``Ready`` is False (reason, text)."""
    STATUS_MISSING = auto()
    """The pool controller has not written the status yet."""
    STATUS_DIFFERS = auto()
    """The total in the status is not that of the ranges (count: the status; out_of: the ranges)."""
    NOT_IN_CACHE = auto()
    """The webhook's cache does not hold the pool yet."""
    DELETED_BUT_IN_CACHE = auto()
    """The pool is gone, and the webhook's cache still holds it."""
    STILL_DENIED = auto()
    """The webhook still denies an address of the deleted pool (text: the address; pool: the one
    that the webhook names, if any).
    """
    NOT_YET = auto()
    """The pool is not what is waited for (pool; text: what is waited for; cause)."""
    NO_OVERLAP_CHECKS = auto()
    """The webhook of that release does not compare pools with each other (text: the release)."""
    NO_WEBHOOK = auto()
    """Antrea's webhook for pools is not registered in the cluster."""


Texts = tuple[str, ...]
Holder = tuple[str, HoldState]
"""A pool, and how firmly it holds its range."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a run waits, ends or cannot know; :class:`CauseKind` tells which fields are set."""

    kind: CauseKind
    _: KW_ONLY
    pool: str = ""
    pools: Texts = ()
    ranges: Texts = ()
    """As typed; those that the pool has."""
    missing: Texts = ()
    """Ranges that were asked for and that the pool does not have."""
    holders: tuple[Holder, ...] = ()
    finalizers: Texts = ()
    text: str = ""
    reason: str = ""
    """The id of a rule, or the reason of a condition."""
    count: int = 0
    """Addresses that there are."""
    out_of: int = 0
    """Addresses that were expected, or that there are in all."""
    largest: int = 0
    """Addresses of the largest free block."""
    more: int = 0
    """How many pools there are beyond those that are named."""
    excluded: bool = False
    """Whether exclusions take room as well."""
    cause: "Cause | None" = None
    command: Command | None = None


class ReportKind(StrEnum):
    """What an outcome tells beyond its state; in brackets the fields of the report."""

    TEXT = auto()
    """Words as they are: those of a fault, or of a sweep (text, hint)."""
    DUPLICATE = auto()
    """Two pools of one command have the same name."""
    OVERLAPS_WITHIN = auto()
    """Two pools of one command overlap."""
    MATCHES = auto()
    """A pool of another request has all that was asked for."""
    NOT_FOUND = auto()
    """The pool does not exist."""
    NO_FREE_RANGE = auto()
    """No range of that size is free (cause)."""
    REFUSED = auto()
    """There is a permanent reason against it; the conflicts are the outcome's (command, causes)."""
    DENIED_BY_STALE_CACHE = auto()
    """No live pool is in the way, but the webhook's cache is stale (command, cause)."""
    BUSY = auto()
    """Something that may go away is in the way (command, cause)."""
    UNAVAILABLE = auto()
    """The server or its webhook could not do it now (command, text)."""
    TIMED_OUT = auto()
    """The time limit passed, and nothing was done (command, cause, limit)."""
    LOST_RACE = auto()
    """Another run was first, and ours was canceled (command)."""
    KEPT = auto()
    """Ours overlaps, is settled and stays (command)."""
    KEPT_PENDING = auto()
    """Ours overlaps, is in use and stays pending (command)."""
    IN_USE_AND_PENDING = auto()
    """Our pool is in use and could not be settled in time (cause)."""
    OVERLAPS_NOT_RULED_OUT = auto()
    """Ours is committed, and a pool that may go away still overlaps (command, cause)."""
    OVERLAPS_NOT_AWAITED = auto()
    """The same of a run that did not wait, and could have (command, cause)."""
    MAY_REMAIN = auto()
    """Our pending pool or our claim may still be there (command, cause)."""
    RESULT_UNKNOWN = auto()
    """A write was sent, and its result is unknown (command, cause)."""
    NOT_CHECKED = auto()
    """The pool was not looked at before the time limit (cause, limit)."""
    STOPPED = auto()
    """A signal ended it (rest: what exists; ``None`` if the pool was not looked at again)."""

    # --- after a signal
    NOTHING_SENT = auto()
    """The signal came before the first look."""
    NOTHING_LEFT = auto()
    """Nothing of ours is in the cluster (command)."""
    STAYS = auto()
    """The pool, or the ranges, exist and stay (command)."""
    STILL_THERE = auto()
    """The pool of a deletion exists."""
    MAY_STILL_GO = auto()
    """The same, and a deletion without a response may still take effect."""
    TERMINATING = auto()
    """The pool is being deleted."""
    GONE = auto()
    """The pool no longer exists."""
    CLAIM_STILL_THERE = auto()
    """The pool still has the claim that was to be removed."""
    CLAIM_MAY_STILL_GO = auto()
    """The same, and a removal without a response may still take effect."""
    CLAIM_GONE = auto()
    """The pool no longer has a claim."""
    UNKNOWN_AFTER_SIGNAL = auto()
    """The server could not be asked whether the pool exists."""
    CLAIM_UNKNOWN_AFTER_SIGNAL = auto()
    """The server could not be asked whether the claim exists."""

    # --- wait, delete and sweep
    NOT_REACHED = auto()
    """The pool is not what was waited for (text: what that is; cause, limit)."""
    DONE_BUT = auto()
    """The change is done, and what was to follow is not (text: the state; rest)."""
    DONE_AND_STOPPED = auto()
    """The change is done, and a signal ended the wait (text: the state)."""
    CANNOT_ASK_WEBHOOK = auto()
    """What the webhook's cache holds cannot be found out (cause)."""
    RANGES_UNKNOWN = auto()
    """The pool does not exist, and its ranges are not known."""
    RANGES_UNKNOWN_TO_WAIT = auto()
    """The same in ``wait``, which takes them as an option."""
    WEBHOOK_DENIES_ALL = auto()
    """Pools with invalid ranges make the webhook deny every pool (names)."""
    ALL_COVERED = auto()
    """Other pools have all ranges of this one, so the webhook cannot be asked about it (names: the
    pools; this one's name if one is a new pool of that name).
    """
    MAY_STILL_EXIST = auto()
    """The time limit passed before the deletion was done (cause, limit)."""
    DELETION_STARTED = auto()
    """The end of the deletion was not waited for."""
    POOL_IN_USE = auto()
    """Egresses or Services use addresses of the pool (names; count: addresses)."""
    DELETED_WHILE_IN_USE = auto()
    """The same, and the pool was deleted (names; count)."""
    USAGE_FROM_STATUS = auto()
    """Some users may not be listed: the pool's status tells its usage (names: their kinds)."""
    CHANGED_MEANWHILE = auto()
    """What was to be swept has changed."""
    CLAIM_MAY_REMAIN = auto()
    """The time limit passed before the claim was removed (cause, limit)."""
    CLAIM_NOT_REMOVED = auto()
    """The webhook denies the removal of the claim (text)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The time limit that ended a run."""

    seconds: float
    waits: bool
    """Whether it is that of ``--wait``, and not that of a single request."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an outcome tells; :class:`ReportKind` tells which fields are set."""

    kind: ReportKind
    _: KW_ONLY
    command: Command | None = None
    cause: Cause | None = None
    causes: tuple[Cause, ...] = ()
    limit: Limit | None = None
    rest: "Report | None" = None
    names: Texts = ()
    count: int = 0
    text: str = ""
    hint: str = ""
