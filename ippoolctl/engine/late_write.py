"""A write that got no answer: until its time is over it may still take effect."""

from collections.abc import Callable
from typing import Final

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.outcome import WaitEvent
from ippoolctl.engine.attempt import Attempt

LOOK_EVERY: Final = 0.1
"""Seconds between looks for it."""
STILL_COMING: Final = "it was sent and not answered, and may still take effect"


def watched(
    attempt: Attempt, what: str, until: float, over: Callable[[Pool | None], bool]
) -> Pool | None:
    """The pool once a look at it ends the watch; ``None`` if the time to look is up before.

    ``what`` names the write in a sentence.
    """
    run, reason = attempt.run, f"the {what} got no answer and may still take effect"
    run.progress.waiting(WaitEvent(reason, run.waits, LOOK_EVERY, run.left))
    while True:
        present = attempt.get()
        if over(present):
            return present
        if run.clock.now() >= until or run.left <= LOOK_EVERY * 2:
            return None
        run.clock.sleep(LOOK_EVERY)


def is_coming(attempt: Attempt) -> bool:
    """Whether a write that got no answer may still take effect."""
    until = attempt.unanswered_until
    return until is not None and attempt.run.clock.now() < until


def outlive(attempt: Attempt, what: str, until: float) -> None:
    """Wait until the write can take effect no more.

    Raises :class:`~ippoolctl.engine.run.OutOfTimeError` if the deadline comes first.
    """
    run, reason = attempt.run, f"an earlier {what} got no answer and may still take effect"
    while run.clock.now() < until:
        run.pause(reason, until - run.clock.now())
