"""The client side: a server on loopback, and a log of each request."""

import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from http.server import ThreadingHTTPServer
from typing import Any

from tests.proxy.faults import Fault, Request
from tests.proxy.handler import Handler
from tests.proxy.upstream import Call, Upstream, cut


@dataclass
class Entry:
    """One request and its result; times are monotonic."""

    began: float
    method: str
    path: str
    query: str
    fault: Fault | None
    server_status: int | None = None
    """What the server answered; ``None`` if it was not asked, or did not answer."""
    client_status: int | None = None
    """What the client was answered, whole or in part; ``None`` if it was cut before that."""
    ended: float | None = None
    """When all was done for it; it may be that the client has its answer already."""


class Front(ThreadingHTTPServer):
    """Listens on loopback once constructed, and answers once it serves."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(
        self,
        upstream: Upstream,
        decide: Callable[[Request], Fault | None],
        context: ssl.SSLContext | None,
    ) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream = upstream
        self.log: list[Entry] = []
        self.stopped = threading.Event()
        self.errors: list[Exception] = []
        self._decide = decide
        self._context = context
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._late: list[threading.Thread] = []

    def admit(self, request: Request) -> Entry:
        """Decide about a request; entries stand in the order of these decisions."""
        with self._lock:
            entry = Entry(time.monotonic(), *request, self._decide(request))
            self.log.append(entry)
            return entry

    def deliver_later(self, call: Call, entry: Entry, seconds: float) -> None:
        """Send it to the server after so many seconds, unless everything ends before."""

        def deliver() -> None:
            if self.stopped.wait(seconds):
                return
            with suppress(OSError, HTTPException), self.upstream.forward(call) as reply:
                entry.server_status = reply.status
                reply.body()
            entry.ended = time.monotonic()

        self._late.append(threading.Thread(target=deliver))
        self._late[-1].start()

    def settle(self) -> None:
        """Wait until all that is late is delivered."""
        for each in tuple(self._late):
            each.join()

    def end(self) -> None:
        """End everything; late requests are dropped."""
        self.shutdown()
        self.stopped.set()
        self.upstream.cut()
        for each in tuple(self._open):
            cut(each)
        self.server_close()
        self.settle()
        self.upstream.close()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = self.socket.accept()
        if self._context is not None:
            # The handshake runs in the connection's thread: a slow client does not block others.
            connection = self._context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        # The base class ends the connection gracefully; a reset does not.
        self._open.discard(request)
        request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception()
        if isinstance(error, Exception) and not isinstance(error, OSError):
            self.errors.append(error)
