"""The results of commands that change pools or wait for them.

Every message has a kind of report here; its words are in :mod:`ippoolctl.render.sentences.outcome`.
"""

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum, auto

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Cause, Command, Texts
from ippoolctl.domain.protocol.request import Conflict
from ippoolctl.errors import ExitCode


class State(StrEnum):
    """The state of one pool at the end of the command."""

    CREATED = "created"
    EXTENDED = "extended"
    """Ranges were appended."""
    CHANGED = "changed"
    """Metadata, selector, subnet or the order of ranges were changed."""
    UNCHANGED = "unchanged"
    """The pool already had the ranges."""
    EXISTS = "exists"
    """The same request had already created the pool."""
    DRY_RUN = "dry-run"
    """A dry run would have succeeded."""
    REFUSED = "refused"
    """There is a permanent reason against it; nothing was left behind."""
    STALE = "stale"
    """The webhook's cache is stale; nothing was left behind."""
    BUSY = "busy"
    """There is a temporary conflict; nothing was left behind."""
    NO_ROOM = "no-room"
    """No range of the requested size is free; nothing was left behind."""
    LOST = "lost"
    """Another writer was first, and ours was canceled."""
    KEPT = "kept"
    """Another pool overlaps, and ours stays."""
    UNKNOWN = "unknown"
    """A write was sent, and its result is unknown."""
    FAILED = "failed"
    """Nothing was done, and nothing was left behind."""
    DELETED = "deleted"
    ABSENT = "absent"
    TERMINATING = "terminating"
    IN_USE = "in-use"
    CLEARED = "cleared"
    """An abandoned claim was removed."""
    SKIPPED = "skipped"
    """``sweep`` kept the leftover: the pool is in use, or its annotation is invalid."""
    READY = "ready"
    SEEN = "seen"
    GONE = "gone"
    FORGOTTEN = "forgotten"
    STOPPED = "stopped"
    """A signal ended the run; the message names what exists."""
    NOT_TRIED = "not-tried"
    """An earlier pool of the same command failed."""


class ReportKind(StrEnum):
    """The details of an outcome; in brackets the fields of the report."""

    TEXT = auto()
    """Verbatim text of a fault or of a sweep (text, hint)."""
    DUPLICATE = auto()
    """Two pools of one command have the same name."""
    OVERLAPS_WITHIN = auto()
    """Two pools of one command overlap."""
    MATCHES = auto()
    """A pool of another request satisfies this one."""
    NOT_FOUND = auto()
    """The pool does not exist (names: those that ``create --count`` has numbered)."""
    NO_FREE_RANGE = auto()
    """No range of that size is free (cause)."""
    REFUSED = auto()
    """There is a permanent reason against it; the conflicts are the outcome's (command, causes)."""
    DENIED_BY_STALE_CACHE = auto()
    """A stale denial: no live pool conflicts, but the webhook's cache is stale (command, cause)."""
    BUSY = auto()
    """There is a temporary conflict (command, cause)."""
    UNAVAILABLE = auto()
    """The server or its webhook is unavailable (command, text)."""
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
    """Ours is committed, and a temporary conflict remains (command, cause)."""
    OVERLAPS_NOT_AWAITED = auto()
    """Ours is committed, a temporary conflict remains, and the run did not wait (command,
    cause).
    """
    MAY_REMAIN = auto()
    """Our pending pool or our claim may still exist (command, cause)."""
    RESULT_UNKNOWN = auto()
    """A write was sent, and its result is unknown (command, cause)."""
    NOT_CHECKED = auto()
    """The pool was not read before the time limit (cause, limit)."""
    STOPPED = auto()
    """A signal ended the run (rest: what exists; ``None`` if the pool was not read again)."""

    PLAN_OUTDATED = auto()
    """The cluster has changed since the plan was approved."""
    PLANNED = auto()
    """A step of a plan that depends on an earlier one, which a dry run does not store."""
    CHANGE_REFUSED = auto()
    """There is a permanent reason against the change (causes)."""
    CHANGE_NOT_YET = auto()
    """The change was not made in time, and could be retried (cause, limit)."""
    CHANGE_UNKNOWN = auto()
    """The change was sent, and its result is unknown (cause, limit)."""

    # --- after a signal
    NOTHING_SENT = auto()
    """The signal came before the pools were first listed."""
    NOT_CHANGED = auto()
    """The pool was not changed."""
    CHANGE_MAY_COME = auto()
    """The pool was not changed, and a request without a response may still change it."""
    NOTHING_LEFT = auto()
    """Nothing of ours is in the cluster (command)."""
    STAYS = auto()
    """The pool, or the ranges, exist and stay (command)."""
    STILL_THERE = auto()
    """The pool to delete exists."""
    MAY_STILL_GO = auto()
    """The pool to delete exists, and a deletion without a response may still take effect."""
    TERMINATING = auto()
    """The pool is terminating."""
    GONE = auto()
    """The pool no longer exists."""
    CLAIM_STILL_THERE = auto()
    """The pool still has the claim to remove."""
    CLAIM_MAY_STILL_GO = auto()
    """The claim to remove exists, and a removal without a response may still take effect."""
    CLAIM_GONE = auto()
    """The pool no longer has a claim."""
    NOT_DELETED = auto()
    """No deletion was sent."""
    UNKNOWN_AFTER_SIGNAL = auto()
    """It is unknown whether the pool exists."""
    CLAIM_UNKNOWN_AFTER_SIGNAL = auto()
    """It is unknown whether the claim exists."""

    # --- wait, delete and sweep
    NOT_REACHED = auto()
    """The pool did not reach the awaited state (text: the state; cause, limit)."""
    DONE_BUT = auto()
    """The change is done, but the awaited state was not reached (text: the state; rest)."""
    DONE_AND_STOPPED = auto()
    """The change is done, and a signal ended the run or its wait (text: the state)."""
    CANNOT_ASK_WEBHOOK = auto()
    """The webhook's cache cannot be probed (cause)."""
    RANGES_UNKNOWN = auto()
    """The pool does not exist, and its ranges are unknown."""
    RANGES_UNKNOWN_TO_WAIT = auto()
    """The same in ``wait``, which accepts ranges as an option."""
    WEBHOOK_DENIES_ALL = auto()
    """Pools with invalid ranges make the webhook deny every pool (names)."""
    ALL_COVERED = auto()
    """Other pools cover all ranges of this one, so the webhook cannot be probed (names: the pools,
    possibly a new pool of this name).
    """
    MAY_STILL_EXIST = auto()
    """The time limit passed before the deletion was done (cause, limit)."""
    DELETION_STARTED = auto()
    """The command did not wait for the end of the deletion."""
    POOL_IN_USE = auto()
    """Egresses or Services use addresses of the pool (names; count: addresses)."""
    LEASE_IN_USE = auto()
    """The same of the pool of an ended lease, which is kept (names; count)."""
    END_NOT_AWAITED = auto()
    """The pool was deleted, and a signal ended the wait for the webhook's cache."""
    DELETED_BY_OTHERS = auto()
    """Another client deleted the pool of a lease while its command was running."""
    DELETED_WHILE_IN_USE = auto()
    """The same, and the pool was deleted (names; count)."""
    WOULD_DELETE_IN_USE = auto()
    """The same, and the pool would be deleted (names; count)."""
    USAGE_FROM_STATUS = auto()
    """No permission to list some users: the usage is that of the pool's status (names: their
    kinds).
    """
    LEFTOVER_IN_USE = auto()
    """A leftover is in use and stays (text: what it is; names: consumers; count: addresses in use
    by its status).
    """
    CHANGED_MEANWHILE = auto()
    """The leftover has changed."""
    CLAIM_MAY_REMAIN = auto()
    """The time limit passed before the claim was removed (cause, limit)."""
    CLAIM_NOT_REMOVED = auto()
    """The webhook denies the removal of the claim (text)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The time limit that ended a run."""

    seconds: float
    waits: bool
    """Whether it is the limit of ``--wait``; otherwise that of a single request."""


@dataclass(frozen=True, slots=True)
class Report:
    """The details of an outcome; :class:`ReportKind` states which fields are set."""

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


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a request about one pool."""

    pool: str
    state: State
    code: ExitCode
    report: Report | None = None
    """Details beyond the state; ``None`` if there are none."""
    conflicts: tuple[Conflict, ...] = ()
    """All conflicts."""
    warning: Report | None = None
    """A warning after a success."""
    answer: str = ""
    """The server's last message, if it matters."""
    request_id: str = ""
    attempts: int = 0
    """Number of times the write was sent."""
    created: bool | None = None
    """Whether this run created the pool; ``None`` if not applicable."""
    waited: float = 0.0
    """Seconds from the first request to the end."""
    saved: str = ""
    """The file in which the pool was saved before its deletion; empty if it was not."""
    live: Pool | None = None
    """The last known state of the pool on the server."""
    appended: tuple[str, ...] = ()
    """The ranges that an extension by a size has appended, now or in an earlier run."""


@dataclass(frozen=True, slots=True)
class WaitEvent:
    """The engine is about to wait."""

    cause: Cause
    """The reason; equal as long as nothing changes."""
    attempt: int = 0
    wait: float = 0.0
    """Seconds until the next attempt."""
    left: float = 0.0
    """Seconds until the deadline."""
