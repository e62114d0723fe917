"""Time limits in seconds that do not depend on the other side."""

import queue
import threading
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Final, TypeVar

_Result = TypeVar("_Result")
_LONGEST: Final = 86_400.0
_HEAD_START: Final = 0.5
"""Seconds that a server gives up before us, so that its response tells the result of a write."""


class LateError(Exception):
    """The time limit passed. It never leaves the cluster package."""


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


_TICK: Final = 1.0
"""Seconds."""
_AHEAD: Final = 100
"""Lines that are read before the caller takes them; a server can send faster than we work."""


def lines_within(
    seconds: float, work: Callable[[Callable[[bytes], None]], _Result], abandon: Callable[[], None]
) -> Generator[bytes | None, None, _Result]:
    """The lines that ``work`` hands over, from its own thread, then its result; ``None`` about once
    a second while there is no line.

    Raises what it raises, and :class:`LateError` after that many seconds. ``abandon`` is called
    then, and when the caller closes the generator; it should make the work end soon.
    """
    lines: queue.Queue[tuple[bytes | None, _Result | None, BaseException | None]]
    lines = queue.Queue(_AHEAD)
    closed = threading.Event()

    def put(line: bytes | None, result: _Result | None, error: BaseException | None) -> None:
        while not closed.is_set():
            with suppress(queue.Full):
                lines.put((line, result, error), timeout=_TICK)
                return

    def run() -> None:
        try:
            result = work(lambda line: put(line, None, None))
        except BaseException as error:  # the caller raises it
            put(None, None, error)
        else:
            put(None, result, None)

    ends = time.monotonic() + seconds
    threading.Thread(target=run, daemon=True).start()
    try:
        while True:
            left = ends - time.monotonic()
            if left <= 0:
                raise LateError
            try:
                line, result, error = lines.get(timeout=min(left, _TICK))
            except queue.Empty:
                yield None
                continue
            if error is not None:
                raise error
            if line is None:
                return result  # type: ignore[return-value]  # mypy does not see that it is set
            yield line
    finally:
        closed.set()
        abandon()


def server_limit(seconds: float) -> str:
    """The time limit for the server where we wait that many seconds, as Go writes it.

    Never 0, which a kube-apiserver takes for no limit.
    """
    limit = max(seconds - _HEAD_START, seconds / 2)
    return f"{max(int(limit * 1000), 1)}ms"
