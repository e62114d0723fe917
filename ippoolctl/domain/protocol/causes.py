"""Why a run waits or ends, as values; the words are in :mod:`ippoolctl.render.sentences.causes`.

Equal values mean that nothing has changed. Messages of servers are kept verbatim.
"""

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum, auto

from ippoolctl.domain.annotations.marks import HoldState


class Command(StrEnum):
    """Which command reserves the ranges."""

    CREATE = "create"
    EXTEND = "extend"


class CauseKind(StrEnum):
    """Why a run waits or ends, or why a result is unknown; in brackets the fields of the cause."""

    # --- temporary
    RANGES_TAKEN = auto()
    """Pending or terminating pools, or claims, hold the ranges (holders)."""
    BEING_DELETED = auto()
    """The pool of that name is terminating (pool, finalizers)."""
    EXTENDED_BEING_DELETED = auto()
    """The pool to extend is terminating (pool, finalizers)."""
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
    """Every free range of the size was tried, or is held temporarily (text: the size and the
    searched networks; holders; cause: what the webhook's cache holds, after a stale denial).
    """

    # --- permanent
    DENIED = auto()
    """A rule of Antrea, a policy or another webhook denies it (text; reason: the rule)."""
    UNQUOTED = auto()
    """A name, a label or an annotation is not a string (missing: the field; text: what it is, in
    JSON; reason: the rule)."""
    UNREADABLE_POOLS = auto()
    """Pools with invalid ranges make the webhook deny every pool (text: the denial; pools)."""
    CHANGED_BY_CLUSTER = auto()
    """A mutating webhook stores other ranges than were written (ranges)."""
    OTHER_RANGES_BEFORE = auto()
    """An earlier run of this request created the pool with other ranges (ranges)."""
    NAME_TAKEN = auto()
    """A pool of that name belongs to another request (pool, ranges, missing, count, cause)."""
    NAME_TAKEN_WITH_ALL = auto()
    """A pool of another request has that name, and what was requested (pool, ranges, count,
    cause).
    """
    NAME_TAKEN_FOR_LEASE = auto()
    """A pool has the name of a new lease (pool, ranges, count)."""
    BY_ANOTHER_CLIENT = auto()
    """A pool without a request ID: ippoolctl did not create it."""
    BY_LEASE = auto()
    """A pool that was created for the life of a command."""
    OTHER_REQUEST_ID = auto()
    """A pool of a request with another ID (text: the ID, if it was given)."""
    OTHER_ARGUMENTS = auto()
    """A pool of a request with other arguments: they are known by their hash only."""
    OTHER_TTL = auto()
    """The lifetime ``text`` of the pool is not the requested one, ``reason``."""
    LACKS_RANGES = auto()
    """The pool lacks requested ranges (missing, ranges)."""
    LACKS_ADDRESSES = auto()
    """The pool has fewer usable addresses than requested (ranges, count, out_of)."""
    OUTSIDE_NETWORKS = auto()
    """Ranges of the pool are outside the networks to search (ranges; text: the networks)."""
    HAS_EXCLUDED = auto()
    """Ranges of the pool contain excluded addresses (ranges)."""
    OTHER_PREFIX = auto()
    """No range of the pool is a CIDR of the requested prefix length (ranges; text: the length)."""
    OTHER_FIELDS = auto()
    """Fields of the pool beside its ranges differ from the requested ones (missing: the fields)."""
    DOES_NOT_MATCH = auto()
    """A pool of that name does not satisfy the request (pool, cause)."""
    CREATED_DIFFERENTLY = auto()
    """The pool of an earlier run of this request does not satisfy it (pool, cause)."""
    EXTENDED_DIFFERENTLY = auto()
    """An earlier run of this request appended ranges that do not satisfy it (pool, cause)."""
    OUTSIDE_SUBNET = auto()
    """The searched networks are outside the subnet of the pool (pool; text: the subnet)."""
    NOT_AS_APPROVED = auto()
    """Another writer changed the pool after the plan was approved (pool)."""
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
    """A request failed temporarily (text)."""
    STALE_DENIAL = auto()
    """The webhook denies because its cache is stale (cause)."""
    KEEPS_CHANGING = auto()
    """Other writers keep changing the pool (text)."""
    JUST_APPEARED = auto()
    """A pool of that name was created just before ours (pool)."""
    JUST_CHANGED = auto()
    """The pool was changed just before our write (pool)."""
    LOST_BUT_IN_USE = auto()
    """Our pool lost a race, and an address of it is in use (pool)."""
    STILL_IN_USE = auto()
    """The pool of an ended lease is in use (pool; others: the users; count: addresses)."""
    NO_RESPONSE = auto()
    """A write got no response (command: that of the reservation, if it was one; text: the network
    error, if nothing followed it).
    """
    NO_EARLIER_RESPONSE = auto()
    """An earlier write of this run got no response (command)."""
    MAY_STILL_COMMIT = auto()
    """A write that got no response may still take effect."""
    NOT_CHECKED_AGAIN = auto()
    """The pool could not be read again (cause)."""
    EVERY_CHANGE_DENIED = auto()
    """The webhook denies every change of the pool (text)."""
    VERBATIM = auto()
    """The message of a server, the network or a component of ours (text)."""

    # --- states to wait for after a change
    DOES_NOT_EXIST = auto()
    """The pool does not exist."""
    DELETION_NOT_STARTED = auto()
    """The pool exists and is not terminating."""
    IS_TERMINATING = auto()
    """The pool is terminating (finalizers)."""
    NOT_READY = auto()
    """The condition ``Ready`` is False (reason, text)."""
    STATUS_MISSING = auto()
    """The pool controller has not written the status yet."""
    STATUS_DIFFERS = auto()
    """The total in the status is not that of the ranges (count: the status; out_of: the ranges)."""
    NOT_IN_CACHE = auto()
    """The webhook's cache does not hold the pool yet."""
    DELETED_BUT_IN_CACHE = auto()
    """The webhook's cache still holds the deleted pool."""
    STILL_DENIED = auto()
    """The webhook still denies an address of the deleted pool (text: the address; pool: named in
    the denial, if any).
    """
    NOT_YET = auto()
    """The pool is not in the awaited state (pool; text: the state; cause)."""
    STILL_USED = auto()
    """Antrea has not released the addresses of detached consumers yet (pool; count: addresses)."""
    ADDRESSES_PENDING = auto()
    """Antrea has not assigned the addresses of attached consumers yet (others: the consumers)."""
    NO_OVERLAP_CHECKS = auto()
    """The webhook of that release does not compare pools with each other (text: the release)."""
    NO_WEBHOOK = auto()
    """Antrea's webhook for pools is not registered in the cluster."""


Texts = tuple[str, ...]
Holder = tuple[str, HoldState]
"""A pool, and how firmly it holds its range."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a run waits or ends; :class:`CauseKind` states which fields are set."""

    kind: CauseKind
    _: KW_ONLY
    pool: str = ""
    pools: Texts = ()
    ranges: Texts = ()
    """The ranges of the pool as typed."""
    missing: Texts = ()
    """Requested ranges that the pool lacks."""
    holders: tuple[Holder, ...] = ()
    finalizers: Texts = ()
    text: str = ""
    reason: str = ""
    """The ID of a rule, or the reason of a condition."""
    count: int = 0
    """Number of existing addresses."""
    out_of: int = 0
    """Number of expected addresses, or of all addresses."""
    largest: int = 0
    """Number of addresses of the largest free block."""
    more: int = 0
    """Number of pools and other holders that are not named."""
    others: Texts = ()
    """What else than pools holds addresses, such as ``Node node-1``."""
    excluded: bool = False
    """Whether exclusions take space as well."""
    cause: "Cause | None" = None
    command: Command | None = None
