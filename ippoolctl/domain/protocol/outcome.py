"""What a command that changes or awaits something reports."""

from dataclasses import dataclass
from enum import StrEnum

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.conflicts import Conflict
from ippoolctl.domain.protocol.reports import Cause, Report
from ippoolctl.errors import ExitCode


class State(StrEnum):
    """The state of one pool at the end of the command."""

    CREATED = "created"
    EXTENDED = "extended"
    """Ranges were appended to it."""
    UNCHANGED = "unchanged"
    """It had the ranges already."""
    EXISTS = "exists"
    """It was there already, made by the same request."""
    DRY_RUN = "dry-run"
    """A dry run would have succeeded."""
    REFUSED = "refused"
    """A real reason stands against it; nothing was left behind."""
    STALE = "stale"
    """The webhook's cache is behind; nothing was left behind."""
    BUSY = "busy"
    """Something that may go away is in the way; nothing was left behind."""
    NO_ROOM = "no-room"
    """Nothing of the size that was asked for is free; nothing was left behind."""
    LOST = "lost"
    """Another writer was first, and ours was withdrawn."""
    KEPT = "kept"
    """Another pool overlaps, and ours stays."""
    UNKNOWN = "unknown"
    """A write was sent, and its result could not be read."""
    FAILED = "failed"
    """Nothing was done, and nothing was left behind."""
    DELETED = "deleted"
    ABSENT = "absent"
    TERMINATING = "terminating"
    IN_USE = "in-use"
    CLEARED = "cleared"
    """An abandoned claim was taken off it."""
    SKIPPED = "skipped"
    """It was to be swept, but is in use or unreadable."""
    READY = "ready"
    SEEN = "seen"
    GONE = "gone"
    FORGOTTEN = "forgotten"
    STOPPED = "stopped"
    """A signal ended it; the message says what exists."""
    NOT_TRIED = "not-tried"
    """An earlier pool of the same command failed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a request about one pool."""

    pool: str
    state: State
    code: ExitCode
    report: Report | None = None
    """What happened beyond the state; ``None`` where the state says it all."""
    conflicts: tuple[Conflict, ...] = ()
    """Every conflict, where there is one."""
    warning: Report | None = None
    """What deserves attention although it went well."""
    answer: str = ""
    """The server's own last sentence, where it matters."""
    request_id: str = ""
    attempts: int = 0
    """How often the write was sent."""
    created: bool | None = None
    """Whether this run created it, where that was the question."""
    waited: float = 0.0
    """Seconds from the first request to the end."""
    live: Pool | None = None
    """The pool as the server last had it."""


@dataclass(frozen=True, slots=True)
class WaitEvent:
    """The engine is about to wait."""

    cause: Cause
    """Why; equal as long as nothing changes."""
    attempt: int = 0
    wait: float = 0.0
    """Seconds until the next look."""
    left: float = 0.0
    """Seconds until the deadline."""
