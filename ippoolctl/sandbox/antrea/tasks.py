"""The work queue of the controller."""

import threading
import time
from heapq import heappop, heappush
from typing import NamedTuple

from ippoolctl.sandbox.apiserver.kinds import Key


class Task(NamedTuple):
    """An object to look at or, with ``counts``, the status of a pool to write."""

    moment: float
    """By ``time.monotonic()``."""
    number: int
    resource: str
    key: Key
    counts: bool = False
    is_retry: bool = False


class Tasks:
    """Tasks in the order of their moments, then of their numbers; safe for threads."""

    def __init__(self) -> None:
        self._waiting: list[Task] = []
        self._counting: set[Key] = set()
        self._retrying: set[tuple[str, Key]] = set()
        self._number = 0
        self._stopped = self._busy = False
        self._changed = threading.Condition()

    def look(self, resource: str, key: Key) -> None:
        """Look at an object as soon as possible."""
        with self._changed:
            self._plan(Task(0.0, 0, resource, key))

    def retry(self, resource: str, key: Key, after: float) -> bool:
        """Look again that many seconds later; false if that is planned already."""
        with self._changed:
            if (resource, key) in self._retrying:
                return False
            self._retrying.add((resource, key))
            self._plan(Task(after, 0, resource, key, is_retry=True))
            return True

    def count(self, resource: str, key: Key, after: float) -> None:
        """Write the status of a pool that many seconds later, for all changes until then."""
        with self._changed:
            if key not in self._counting:
                self._counting.add(key)
                self._plan(Task(after, 0, resource, key, counts=True))

    def next(self) -> Task | None:
        """Wait for the next task; ``None`` after :meth:`stop`. The task before it is done."""
        with self._changed:
            self._busy = False
            while not self._stopped:
                left = self._waiting[0].moment - time.monotonic() if self._waiting else None
                if left is not None and left <= 0:
                    self._busy = True
                    task = heappop(self._waiting)
                    if task.counts:
                        self._counting.discard(task.key)
                    if task.is_retry:
                        self._retrying.discard((task.resource, task.key))
                    return task
                self._changed.wait(left)
            return None

    def forget(self) -> None:
        """Drop all tasks."""
        with self._changed:
            self._waiting.clear()
            self._counting.clear()
            self._retrying.clear()

    def stop(self) -> None:
        """End :meth:`next`."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    @property
    def at_rest(self) -> bool:
        """Whether only retries are left."""
        with self._changed:
            return not self._busy and all(each.is_retry for each in self._waiting)

    def _plan(self, task: Task) -> None:
        self._number += 1
        moment = time.monotonic() + task.moment
        heappush(self._waiting, task._replace(moment=moment, number=self._number))
        self._changed.notify_all()
