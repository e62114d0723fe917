"""Limits in seconds that hold whatever the other side does."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

_Result = TypeVar("_Result")
LOGIN_SECONDS: Final = 300.0
"""How long a person may take to log in, where the caller gives no limit."""
_LONGEST: Final = 86_400.0
_HEAD_START: Final = 0.5
"""How many seconds before us a server gives up: then its answer says what came of a write."""


class LateError(Exception):
    """The time is over. It never leaves this package."""


def call_within(
    seconds: float, work: Callable[[], _Result], abandon: Callable[[], None]
) -> _Result:
    """The result of the work, which runs in a thread of its own, or what it raised.

    After that many seconds ``abandon`` is called, which should make the work end soon, and
    :class:`LateError` is raised without waiting for it: looking up a host name, for example,
    cannot be broken off. The same happens if the caller is interrupted.
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
    return result  # type: ignore[return-value]  # mypy does not see that both go together


def limit_of_server(seconds: float) -> str:
    """How long the server may take where we wait that many seconds, as Go writes it.

    Never 0, by which a kube-apiserver understands that there is no limit.
    """
    limit = max(seconds - _HEAD_START, seconds / 2)
    return f"{max(int(limit * 1000), 1)}ms"


class Allowance:
    """How long one request may still take: its own limit, and that of its caller.

    Getting credentials counts against the caller's limit only, since a person may have to log in.
    """

    def __init__(
        self, seconds: float, within: float | None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._now = now
        self._seconds = seconds
        self.whole = seconds if within is None else max(0.0, min(seconds, within))
        """How many seconds there were in the beginning, for words about it."""
        self._ends = now() + seconds
        self._caller_ends = float("inf") if within is None else now() + within

    def left(self) -> float:
        """Seconds for the request, not below 0."""
        return max(0.0, min(self._ends, self._caller_ends) - self._now())

    def for_login(self, *, interactive: bool) -> float:
        """Seconds for getting credentials, not below 0."""
        own = LOGIN_SECONDS if interactive else self._seconds
        return max(0.0, min(own, self._caller_ends - self._now()))

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What happens within does not count against the limit of the request."""
        began = self._now()
        try:
            yield
        finally:
            self._ends += self._now() - began
