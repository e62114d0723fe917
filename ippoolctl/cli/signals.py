"""Signals while something is being changed or awaited: clean up first, then end."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from types import FrameType
from typing import Final

from ippoolctl.errors import StoppedError

STOPPING: Final = (signal.SIGINT, signal.SIGTERM)

Hold = Callable[[], AbstractContextManager[object]]
"""Within it a signal waits."""


@contextmanager
def stoppable(*more: signal.Signals, told: Callable[[], None] = lambda: None) -> Iterator[Hold]:
    """Turn the first SIGINT or SIGTERM into a :class:`StoppedError`; the second ends us at once.

    Within what this gives, the first one waits until the end of it, and ``told`` is called.
    ``more`` are signals that count as SIGTERM if they come first, and for nothing afterwards: a
    terminal that closes may hang up more than once, and nobody is impatient. What whoever started
    us ignores stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield nullcontext  # signals are the main thread's business
        return
    listener = _Listener(told, more)
    wanted = (*STOPPING, *more)
    heard = [each for each in wanted if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, listener.hear) for each in heard}
    try:
        yield listener.hold
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


class _Listener:
    """What the first signal does, now or later."""

    def __init__(self, told: Callable[[], None], more: Sequence[signal.Signals]) -> None:
        self._told = told
        self._more = more
        self._holding = False
        self._waiting = 0

    def hear(self, signum: int, frame: FrameType | None) -> None:
        """Stop, or make a note of it."""
        for each in STOPPING:
            if signal.getsignal(each) is not signal.SIG_IGN:
                signal.signal(each, signal.SIG_DFL)
        for each in self._more:
            signal.signal(each, signal.SIG_IGN)
        number = signum if signum in STOPPING else signal.SIGTERM
        if not self._holding:
            raise StoppedError(number)
        self._waiting = number
        with suppress(RuntimeError):  # the very stream is being written to
            self._told()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Let a signal wait until the end of this."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
            if self._waiting:
                number, self._waiting = self._waiting, 0
                raise StoppedError(number)
