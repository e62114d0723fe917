"""A write without a response: it may have taken effect, and may still do so."""

from enum import Enum, auto


class Unanswered(Enum):
    """What to do after such a write."""

    WAIT = auto()
    """It may still take effect: neither send it again nor end."""
    LOOK = auto()
    """A result was seen: list all pools again."""
    AGAIN = auto()
    """It had no effect and can no longer have one: retrying is safe."""


def after_unanswered_write(*, there: bool, over: bool) -> Unanswered:
    """What to do next.

    ``there``: the intended object, or another one in its place, was seen. ``over``: the server's
    time limit for the write had passed before that read.
    """
    if there:
        return Unanswered.LOOK
    return Unanswered.AGAIN if over else Unanswered.WAIT
