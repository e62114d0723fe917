"""Webhook failures, permanent or for the next few requests."""

import threading

from ippoolctl.sandbox.antrea.webhook import InjectedFailure

OF_CONNECTIONS = frozenset({InjectedFailure.DOWN, InjectedFailure.UNTRUSTED})
"""Faults that are no answers to requests: they last until they are taken away."""


class Faults:
    """The fault that is set, and for how many requests it still is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fault: InjectedFailure | None = None
        self._left: int | None = None
        self._changed = threading.Event()

    def set(self, fault: InjectedFailure | None, times: int | None) -> None:
        if times is not None and fault in OF_CONNECTIONS:
            raise ValueError(f"{fault} has no requests to count")
        with self._lock:
            self._fault, self._left = fault, times
            # Requests that wait because of the previous fault continue now.
            self._changed.set()
            self._changed = threading.Event()

    @property
    def current(self) -> InjectedFailure | None:
        return self._fault

    def take(self) -> InjectedFailure | None:
        """The fault of one request."""
        with self._lock:
            fault = self._fault
            if self._left is not None:
                self._left -= 1
            if self._left == 0:
                self._fault = self._left = None
            return fault

    def wait(self, seconds: float) -> None:
        """Until that time has passed or another fault is set."""
        self._changed.wait(seconds)
