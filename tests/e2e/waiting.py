"""Waiting for an expected state."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def until(condition: Callable[[], Found], what: str, within: float = 30.0) -> Found:
    """The first true answer of the condition; fails with ``what`` after so many seconds."""
    deadline = time.monotonic() + within
    pause = 0.002
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {within:g} s: {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
