"""The results of commands that change pools or wait for them."""

from dataclasses import dataclass
from enum import StrEnum

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.reports import Cause, Report
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
