"""What a write means that got no answer: it may have happened, and may still."""

from enum import Enum, auto


class Silence(Enum):
    """What to do after such a write."""

    WAIT = auto()
    """It may still take effect: neither send it again nor end."""
    LOOK = auto()
    """Something is there: look at everything anew."""
    AGAIN = auto()
    """It had no effect and can have none any more: the same again is safe."""


def after_silence(*, there: bool, over: bool) -> Silence:
    """``there``: what it should make, or something in its place, was seen.

    ``over``: the time that the server had for it had passed before that look.
    """
    if there:
        return Silence.LOOK
    return Silence.AGAIN if over else Silence.WAIT
