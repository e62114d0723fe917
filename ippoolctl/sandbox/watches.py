"""Watches: the events since a revision, then those to come.

Source: Kubernetes v1.36 ``apiserver/pkg/storage/cacher``; for ``sendInitialEvents`` KEP-3157.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from ippoolctl.sandbox.apiserver.representation import WatchEvent
from ippoolctl.sandbox.apiserver.request import Call
from ippoolctl.sandbox.apiserver.selectors import selector
from ippoolctl.sandbox.apiserver.statuses import StatusError
from ippoolctl.sandbox.lists import too_large
from ippoolctl.sandbox.store import CompactedError, Event, Store

INITIAL_EVENTS_END: Final = "k8s.io/initial-events-end"
BOOKMARKS_EVERY: Final = 60.0
"""Seconds."""
_LONGEST: Final = 1800
_TICK: Final = 0.5


class Watch:
    """One client's watch. Raises :class:`StatusError` for wrong parameters."""

    def __init__(self, store: Store, call: Call) -> None:
        self._seconds = max(call.request.number("timeoutSeconds") or _LONGEST, 0)
        self._store, self._kind, self._namespace = store, call.kind, call.namespace
        self._wanted = selector(call)
        self._since = call.request.revision
        self._bookmarks = call.request.flag("allowWatchBookmarks")
        initial = call.request.query.get("sendInitialEvents")
        self._asks_for_all = initial not in (None, "0", "false")
        self._begins_with_all = self._asks_for_all or (initial is None and not self._since)

    def events(self, is_stopped: Callable[[], bool]) -> Iterator[WatchEvent | None]:
        """The events until the watch times out; ``None`` while there are none."""
        try:
            yield from self._begin()
            yield from self._go_on(is_stopped)
        except StatusError as error:
            yield "ERROR", error.status

    def _begin(self) -> Iterator[WatchEvent]:
        if self._asks_for_all and self._since > self._store.revision:
            raise too_large(self._since, self._store.revision)
        if self._since and not self._begins_with_all:
            return
        found, self._since = self._store.snapshot(self._kind.resource)
        if not self._begins_with_all:
            return
        for key in sorted(found):
            if self._namespace in ("", key[0]) and self._wanted(found[key]):
                yield "ADDED", found[key]
        if self._bookmarks:
            yield self._bookmark({"annotations": {INITIAL_EVENTS_END: "true"}})

    def _go_on(self, is_stopped: Callable[[], bool]) -> Iterator[WatchEvent | None]:
        ends = time.monotonic() + self._seconds
        bookmark_at = time.monotonic() + BOOKMARKS_EVERY
        while not is_stopped():
            yield from filter(None, map(self._told, self._news()))
            left = ends - time.monotonic()
            if left <= 0:
                return
            if self._bookmarks and time.monotonic() > bookmark_at:
                yield self._bookmark({})
                bookmark_at += BOOKMARKS_EVERY
            if not self._store.wait_beyond(self._since, min(left, _TICK)):
                yield None

    def _news(self) -> list[Event]:
        try:
            news = self._store.since(self._since)
        except CompactedError:
            old = f"too old resource version: {self._since} ({self._store.compacted})"
            raise StatusError(410, old) from None
        self._since = news[-1].revision if news else self._since
        return news

    def _told(self, event: Event) -> WatchEvent | None:
        """The event as the client sees it: a change of labels can add or remove an object."""
        if event.resource != self._kind.resource or self._namespace not in ("", event.key[0]):
            return None
        before = event.before is not None and self._wanted(event.before)
        if event.after is not None and self._wanted(event.after):
            return ("MODIFIED" if before else "ADDED"), event.after
        if not before or event.before is None:
            return None
        meta = {**event.before["metadata"], "resourceVersion": str(event.revision)}
        return "DELETED", {**event.before, "metadata": meta}

    def _bookmark(self, more: dict[str, Any]) -> WatchEvent:
        named = {"kind": self._kind.kind, "apiVersion": self._kind.api_version}
        return "BOOKMARK", named | {"metadata": {"resourceVersion": str(self._since), **more}}
