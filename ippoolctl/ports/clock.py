"""Time for the engine: seconds that only go forward."""

from typing import Protocol


class Clock(Protocol):
    """A monotonic clock, and a way to wait."""

    def now(self) -> float:
        """Seconds since some time; never goes back, even if the time of day does."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        ...
