"""Signals during a change or a wait: clean up first, then exit."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from types import FrameType
from typing import Final

from ippoolctl.errors import StoppedError

STOPPING: Final = (signal.SIGINT, signal.SIGTERM)

Hold = Callable[[], AbstractContextManager[object]]
"""A context in which a signal is deferred."""


@contextmanager
def stoppable(*more: signal.Signals, told: Callable[[], None] = lambda: None) -> Iterator[Hold]:
    """Turn the first SIGINT or SIGTERM into a :class:`StoppedError`; the second kills the process.

    In the yielded context the first one is deferred to the end of it, and ``told`` is called.
    ``more`` are signals that count as SIGTERM if they come first, and are ignored afterwards: a
    closing terminal may send more than one hangup. Signals that the parent process ignores stay
    ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield nullcontext  # only the main thread receives signals
        return
    listener = _Listener(told, more)
    before = {}
    for each in (*STOPPING, *more):
        if signal.getsignal(each) is not signal.SIG_IGN:
            before[each] = signal.signal(each, listener.hear)
    try:
        yield listener.hold
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


class _Listener:
    """Handles the first signal, now or later."""

    def __init__(self, told: Callable[[], None], more: Sequence[signal.Signals]) -> None:
        self._told = told
        self._more = more
        self._holding = False
        self._waiting = 0

    def hear(self, signum: int, frame: FrameType | None) -> None:
        """Stop now, or at the end of :meth:`hold`."""
        for each in STOPPING:
            if signal.getsignal(each) is not signal.SIG_IGN:
                signal.signal(each, signal.SIG_DFL)
        for each in self._more:
            signal.signal(each, signal.SIG_IGN)
        number = signum if signum in STOPPING else signal.SIGTERM
        if not self._holding:
            raise StoppedError(number)
        self._waiting = number
        with suppress(RuntimeError):  # the handler interrupted a write to the same stream
            self._told()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Defer a signal to the end of this context."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
            if self._waiting:
                number, self._waiting = self._waiting, 0
                raise StoppedError(number)
