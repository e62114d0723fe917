"""A write that got no answer: it may have taken effect, and may still."""

from enum import Enum, auto


class Unanswered(Enum):
    """What to do after such a write."""

    WAIT = auto()
    """It may still take effect: neither send it again nor end."""
    LOOK = auto()
    """Something is there: list all pools again."""
    AGAIN = auto()
    """It had no effect and can have none any more: the same again is safe."""


def after_unanswered_write(*, there: bool, over: bool) -> Unanswered:
    """What to do next.

    ``there``: what it should make, or something in its place, was seen. ``over``: the time that the
    server had for it had passed before that look.
    """
    if there:
        return Unanswered.LOOK
    return Unanswered.AGAIN if over else Unanswered.WAIT
