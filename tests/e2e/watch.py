"""A watch as an informer keeps it: list, watch, resume, and list again when that is too late."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import urllib3

from tests.e2e.api import Api

Handle = Callable[[str, dict[str, Any]], None]
"""Called with ``ADDED``, ``MODIFIED`` or ``DELETED`` and the object."""


class TooOldError(Exception):
    """The server has compacted our last revision."""


class Watch:
    """A thread that tells each change of the objects under a path, in order, over its own
    connection."""

    def __init__(self, api: Api, path: str, handle: Handle) -> None:
        self._api = api
        self._url = api.server + path
        self._handle = handle
        self._connections = api.connections()
        self._present: dict[str, dict[str, Any]] = {}
        self._revision = ""
        self._stopped = threading.Event()
        self._stream: urllib3.BaseHTTPResponse | None = None
        self._thread = threading.Thread(target=self._run, name=f"watch {path}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        stream = self._stream
        if stream is not None:
            # It may have ended by itself just now.
            with contextlib.suppress(ValueError, RuntimeError, OSError):
                stream.shutdown()
        self._thread.join(5)
        self._connections.clear()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                if not self._revision:
                    self._list()
                self._follow()
            except TooOldError:
                self._revision = ""
            except (urllib3.exceptions.HTTPError, OSError, ValueError):
                # The server is away, or cut a line in two: go on where we were.
                self._stopped.wait(0.02)

    def _ask(self, query: str, *, preload: bool) -> urllib3.BaseHTTPResponse:
        answer = self._connections.request(
            "GET",
            f"{self._url}?{query}",
            headers=self._api.headers("admin"),
            timeout=urllib3.Timeout(connect=2, read=70),
            preload_content=preload,
        )
        if answer.status != 200:
            answer.close()
            raise TooOldError if answer.status == 410 else OSError(answer.status)
        return answer

    def _list(self) -> None:
        listed = json.loads(self._ask("resourceVersion=0", preload=True).data)
        now = {each["metadata"]["name"]: each for each in listed["items"]}
        for name in self._present.keys() - now.keys():
            self._tell("DELETED", self._present[name])
        for name, each in now.items():
            self._tell("MODIFIED" if name in self._present else "ADDED", each)
        self._revision = listed["metadata"]["resourceVersion"]

    def _follow(self) -> None:
        since = f"resourceVersion={self._revision}"
        query = f"watch=1&allowWatchBookmarks=true&timeoutSeconds=60&{since}"
        with self._ask(query, preload=False) as self._stream:
            for line in _lines(self._stream):
                if self._stopped.is_set():
                    return
                event = json.loads(line)
                kind, changed = event["type"], event["object"]
                if kind == "ERROR":
                    raise TooOldError
                self._revision = changed["metadata"]["resourceVersion"]
                if kind != "BOOKMARK":
                    self._tell(kind, changed)

    def _tell(self, kind: str, changed: dict[str, Any]) -> None:
        name = changed["metadata"]["name"]
        if kind == "DELETED":
            self._present.pop(name, None)
        else:
            self._present[name] = changed
        self._handle(kind, changed)


def _lines(stream: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    rest = b""
    for piece in stream.stream():
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
