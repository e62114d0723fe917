"""Time limits in seconds that do not depend on the other side."""

import queue
import threading
from collections.abc import Callable
from typing import Final, TypeVar

_Result = TypeVar("_Result")
_LONGEST: Final = 86_400.0
_HEAD_START: Final = 0.5
"""Seconds that a server gives up before us, so that its response tells the result of a write."""


class LateError(Exception):
    """The time is over. It never leaves the cluster package."""


def call_within(
    seconds: float, work: Callable[[], _Result], abandon: Callable[[], None]
) -> _Result:
    """The result of ``work``, which runs in its own thread; raises what it raises.

    After that many seconds ``abandon`` is called, which should make the work end soon, and
    :class:`LateError` is raised without waiting for it: looking up a host name, for example, cannot
    be interrupted. The same happens if the caller is interrupted.
    """
    outcome: queue.SimpleQueue[tuple[_Result, None] | tuple[None, BaseException]]
    outcome = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put((work(), None))
        except BaseException as error:  # the caller raises it
            outcome.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        result, error = outcome.get(timeout=min(max(seconds, 0.0), _LONGEST))
    except queue.Empty:
        abandon()
        raise LateError from None
    except BaseException:
        abandon()
        raise
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # mypy does not see that both belong together


def server_limit(seconds: float) -> str:
    """The time limit for the server where we wait that many seconds, as Go writes it.

    Never 0, which a kube-apiserver takes for no limit.
    """
    limit = max(seconds - _HEAD_START, seconds / 2)
    return f"{max(int(limit * 1000), 1)}ms"
