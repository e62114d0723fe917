"""Time as the engine knows it: seconds that only go forward."""

from typing import Protocol


class Clock(Protocol):
    """A monotonic clock, and a way to let time pass."""

    def now(self) -> float:
        """Seconds since some moment; never goes back, whatever happens to the time of day."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass."""
        ...
