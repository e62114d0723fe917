"""Objects and their history, with one revision for all of them, as in etcd.

Objects are never changed in place, so a caller may keep them. An earlier revision is found by
undoing the events since then.
"""

import threading
from bisect import bisect_right
from collections.abc import Callable
from typing import Final, NamedTuple

from ippoolctl.sandbox.apiserver.kinds import JsonObject, Key

FIRST: Final = 100
"""The revision of an empty store: 1 is too old for every client."""

KEPT: Final = 20_000
"""The least number of events that are kept; twice as many are the most."""


class Event(NamedTuple):
    """One write."""

    revision: int
    resource: str
    key: Key
    before: JsonObject | None
    """The object before it; ``None`` if it was created."""
    after: JsonObject | None
    """The object after it; ``None`` if it was deleted."""


class CompactedError(Exception):
    """The events since that revision are forgotten."""


class ChangedError(Exception):
    """Another write changed the object first."""


def revision_of(event: Event) -> int:
    """The key of :mod:`bisect`."""
    return event.revision


class Store:
    """Objects by resource and key; safe for threads.

    ``notice`` is called with each event in the order of revisions, under the lock: it must be
    quick.
    """

    def __init__(self, notice: Callable[[Event], None]) -> None:
        self.revision = self.compacted = FIRST
        """The present revision, and the first one whose later events are kept."""
        self._notice = notice
        self._objects: dict[str, dict[Key, JsonObject]] = {}
        self._events: list[Event] = []
        self._changed = threading.Condition()

    def get(self, resource: str, key: Key) -> JsonObject | None:
        """The present object."""
        return self._objects.get(resource, {}).get(key)

    def commit(
        self, resource: str, key: Key, before: JsonObject | None, after: JsonObject | None
    ) -> JsonObject:
        """Replace ``before`` by ``after``, or remove it; the object as it is, or was, stored.

        Raises :class:`ChangedError` unless ``before`` is the object of that key.
        """
        with self._changed:
            objects = self._objects.setdefault(resource, {})
            if objects.get(key) is not before:
                raise ChangedError
            revision = self.revision + 1
            if after is None:
                final = objects.pop(key)
            else:
                final = objects[key] = _stamped(after, revision)
            event = Event(revision, resource, key, before, None if after is None else final)
            self._events.append(event)
            if len(self._events) > 2 * KEPT:
                self._forget(KEPT)
            self._notice(event)
            # Last, since readers without the lock must not see a revision before its objects.
            self.revision = revision
            self._changed.notify_all()
            return final

    def snapshot(
        self, resource: str, revision: int | None = None
    ) -> tuple[dict[Key, JsonObject], int]:
        """All objects of a resource at a revision, or now; and that revision.

        Raises :class:`CompactedError`.
        """
        with self._changed:
            found = dict(self._objects.get(resource, {}))
            if revision is None or revision == self.revision:
                return found, self.revision
            undone = self.since(revision)
        for event in reversed(undone):
            if event.resource != resource:
                continue
            if event.before is None:
                del found[event.key]
            else:
                found[event.key] = event.before
        return found, revision

    def since(self, revision: int) -> list[Event]:
        """The events after a revision, the oldest first. Raises :class:`CompactedError`."""
        with self._changed:
            if revision < self.compacted:
                raise CompactedError
            return self._events[bisect_right(self._events, revision, key=revision_of) :]

    def wait_beyond(self, revision: int, seconds: float) -> bool:
        """Wait for a later revision; whether there is one."""
        with self._changed:
            return self._changed.wait_for(lambda: self.revision > revision, seconds)

    def compact(self) -> None:
        """Forget the past, as etcd does every five minutes."""
        with self._changed:
            self._forget(0)

    def _forget(self, kept: int) -> None:
        del self._events[: len(self._events) - kept]
        self.compacted = self._events[0].revision - 1 if self._events else self.revision


def _stamped(document: JsonObject, revision: int) -> JsonObject:
    return {**document, "metadata": {**document["metadata"], "resourceVersion": str(revision)}}
