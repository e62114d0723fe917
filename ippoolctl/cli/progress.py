"""Messages while the engine waits."""

from typing import Final

from ippoolctl.cli.presenter import Presenter
from ippoolctl.domain.protocol.causes import Cause
from ippoolctl.domain.protocol.outcome import WaitEvent
from ippoolctl.render.notes import info

_EVERY: Final = 10.0
"""Seconds after which an unchanged reason is written again."""


class PresentedProgress:
    """On a terminal one changing line, elsewhere a line for every new reason."""

    def __init__(self, presenter: Presenter) -> None:
        self._presenter = presenter
        self._cause: Cause | None = None
        self._left = 0.0
        self._shown = False

    def end(self) -> None:
        """Remove the changing line."""
        if self._shown:
            self._presenter.passing("")

    def waiting(self, event: WaitEvent) -> None:
        """Write why the engine waits, and the time left."""
        from ippoolctl.render.sentences.causes import cause_text

        reason = cause_text(event.cause)
        when = f"retry {event.attempt + 1} in {event.wait:.1f}s"
        text = f"{when} ({event.left:.0f}s left): {reason}"
        if self._presenter.quiet:
            return
        self._shown = self._presenter.passing(text)
        if self._shown:
            return
        if event.cause != self._cause or self._left - event.left >= _EVERY:
            self._cause, self._left = event.cause, event.left
            self._presenter.note(info(f"{reason} ({event.left:.0f}s left)"))
