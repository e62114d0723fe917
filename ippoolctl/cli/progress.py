"""What people see while the engine waits."""

from typing import Final

from ippoolctl.cli.emit import Emitter
from ippoolctl.domain.protocol.outcome import WaitEvent

_EVERY: Final = 10.0
"""Seconds after which a line is written although the reason is the same."""


class EmittedProgress:
    """On a terminal one line that changes, elsewhere a line for every new reason."""

    def __init__(self, emitter: Emitter) -> None:
        self._emitter = emitter
        self._reason = ""
        self._left = 0.0
        self._shown = False

    def end(self) -> None:
        """Take the changing line away, since something that stays is to follow."""
        if self._shown:
            self._emitter.passing("")

    def waiting(self, event: WaitEvent) -> None:
        """Say why we wait, and for how long at most."""
        when = f"try {event.attempt + 1} in {event.wait:.1f} s"
        text = f"{event.left:.0f} s left, {when}: {event.reason}"
        if self._emitter.quiet:
            return
        self._shown = self._emitter.passing(text)
        if self._shown:
            return
        if event.reason != self._reason or self._left - event.left >= _EVERY:
            self._reason, self._left = event.reason, event.left
            self._emitter.talk(f"{event.reason}; {event.left:.0f} s left")
