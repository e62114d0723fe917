"""Who is told what the engine waits for."""

from typing import Protocol

from ippoolctl.domain.protocol.outcome import WaitEvent


class Progress(Protocol):
    """A listener for what happens while a command waits."""

    def waiting(self, event: WaitEvent) -> None:
        """The engine is about to wait."""
        ...
