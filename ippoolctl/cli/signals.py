"""Signals while something is being changed or awaited: clean up first, then end."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from ippoolctl.errors import StoppedError

STOPPING: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable(*more: signal.Signals) -> Iterator[None]:
    """Turn the first SIGINT or SIGTERM into a :class:`StoppedError`; the second ends us at once.

    ``more`` are signals that count as SIGTERM. What whoever started us ignores stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's business
        return
    wanted = (*STOPPING, *more)
    heard = [each for each in wanted if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, _stop) for each in heard}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _stop(signum: int, frame: FrameType | None) -> None:
    for each in STOPPING:
        if signal.getsignal(each) is _stop:
            signal.signal(each, signal.SIG_DFL)
    raise StoppedError(signum if signum in STOPPING else signal.SIGTERM)
