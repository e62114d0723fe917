"""Servers on 127.0.0.1, correct ones and others."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from ippoolctl.cluster.connection import Connection
from ippoolctl.cluster.credentials.cache import CredentialCache
from ippoolctl.cluster.http.transport import Transport

Serve = Callable[["Server", socket.socket], None]
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def answer(body: bytes = b"{}", status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Server:
    """Accepts connections until it is closed and hands each to ``serve`` in a thread."""

    def __init__(self, serve: Serve, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.stopped = threading.Event()
        self._serve = serve
        self._tls = tls
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def close(self) -> None:
        self.stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)

    def receive(self, connection: socket.socket) -> bytes:
        """One request with its body; empty if the client has closed the connection."""
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65_536)
            if not part:
                return b""
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        lengths = [
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ]
        while len(body) < sum(lengths):
            body += connection.recv(65_536)
        self.requests.append(head + b"\r\n\r\n" + body)
        return self.requests[-1]

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._run, args=(connection,), daemon=True).start()

    def _run(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if self._tls is None:
                self._serve(self, connection)
                return
            with self._tls.wrap_socket(connection, server_side=True) as secured:
                self._serve(self, secured)


def answering(*answers: bytes) -> Serve:
    """Each request gets the next response, over all connections; the last one is repeated."""
    left = list(answers)

    def serve(server: Server, connection: socket.socket) -> None:
        while server.receive(connection):
            connection.sendall(left.pop(0) if len(left) > 1 else left[0])

    return serve


def once(data: bytes) -> Serve:
    """Answer the first request of a connection with these bytes and close it."""

    def serve(server: Server, connection: socket.socket) -> None:
        server.receive(connection)
        connection.sendall(data)

    return serve


@pytest.fixture(name="start")
def _start() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(serve: Serve, tls: ssl.SSLContext | None = None) -> Server:
        servers.append(Server(serve, tls))
        return servers[-1]

    yield start
    for each in servers:
        each.close()


_MADE: list[Transport] = []


def transport(connection: Connection, **options: Any) -> Transport:
    """A transport that is closed when the test ends."""
    credentials = CredentialCache(connection, exec_allowed=True)
    _MADE.append(Transport(connection, credentials, **{"request_timeout": 20.0, **options}))
    return _MADE[-1]


@pytest.fixture(autouse=True)
def _close_transports() -> Iterator[None]:
    yield
    while _MADE:
        _MADE.pop().close()
