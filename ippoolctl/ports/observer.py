"""What the engine reports while it runs: progress for users, events for a log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ippoolctl.domain.protocol.outcome import WaitEvent


class Progress(Protocol):
    """Shows what a command waits for."""

    def waiting(self, event: WaitEvent) -> None:
        """The engine is about to wait."""
        ...


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """One request, or one list with all its pages, and its result."""

    verb: str
    pool: str
    """Empty if it is not about a single pool."""
    query: Mapping[str, str]
    attempt: int
    """1 for the first request of this kind about this pool in this run."""
    outcome: str
    """``answered``, ``interrupted`` by a signal, or the class of the fault."""
    status: int | None
    """HTTP status of a rejection; ``None`` for a success and without a response."""
    seconds: float
    """How long it took."""


@dataclass(frozen=True, slots=True)
class EventTime:
    """When something started, and for which request."""

    request_id: str
    """Empty for an action without a request, such as a deletion."""
    at: float
    """Seconds of the monotonic clock, which all processes of a machine share."""
    elapsed: float
    """Seconds since the run started."""


class Events(Protocol):
    """Records all requests and waits of the engine. It raises nothing."""

    def request(self, time: EventTime, event: RequestEvent) -> None:
        """A request has ended, with or without success."""
        ...

    def wait(self, time: EventTime, event: WaitEvent) -> None:
        """The engine is about to wait."""
        ...
