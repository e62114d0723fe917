"""What the engine does, step by step, for whoever keeps a log of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ippoolctl.domain.protocol.outcome import WaitEvent


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, or one list with all its pages, and what became of it."""

    verb: str
    pool: str
    """Empty where it is about no single pool."""
    query: Mapping[str, str]
    attempt: int
    """1 for the first request of this kind about this pool in this run."""
    outcome: str
    """``answered``, ``interrupted`` by a signal, or the class of the fault."""
    status: int | None
    """HTTP status of an answer that is a no; ``None`` where there is no answer, or a yes."""
    seconds: float
    """How long it took."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something began, and for which request."""

    request_id: str
    """Empty where what is done has none, as a deletion."""
    at: float
    """Seconds of the monotonic clock, which all processes of a machine share."""
    elapsed: float
    """Seconds since the run began."""


class Events(Protocol):
    """A listener for all that the engine asks and waits for. It raises nothing."""

    def asked(self, moment: Moment, event: Asked) -> None:
        """A request has ended, well or not."""
        ...

    def waits(self, moment: Moment, event: WaitEvent) -> None:
        """The engine is about to wait."""
        ...
