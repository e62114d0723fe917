"""The server behind the proxy: requests are forwarded unchanged over connections that are kept."""

import select
import socket
import ssl
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

_HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_OURS = frozenset({"host", "content-length", "expect"})
"""Headers of a request that the proxy sets itself."""
_PATIENCE = 30.0
"""Seconds for a connection and its handshake."""
_PIECE = 65_536


class Call(NamedTuple):
    """A request as it came."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes | None
    is_watch: bool


def cut(connection: socket.socket) -> None:
    """End it for its readers, past the TLS layer, which does not support two threads."""
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def is_readable(connection: socket.socket) -> bool:
    """Whether something has come, or the end."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


def without_hops(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers that are not about one connection only."""
    named = [value for name, value in headers if name.lower() == "connection"]
    tokens = {each.strip().lower() for value in named for each in value.split(",")}
    return [pair for pair in headers if pair[0].lower() not in _HOP_BY_HOP | tokens]


class Reply:
    """An answer whose head has come."""

    def __init__(self, response: HTTPResponse, link: socket.socket, call: Call) -> None:
        self._response = response
        self._link = link
        self._is_watch = call.is_watch
        self._body: bytes | None = None
        self.status, self.reason = response.status, response.reason
        self.headers = without_hops(response.getheaders())
        self.is_stream = response.length is None
        """Whether its length is unknown."""

    def body(self) -> bytes:
        """The whole body; of a watch, which need not end, its first part."""
        if self._body is None:
            is_endless = self.is_stream and self._is_watch
            self._body = self._response.read1(_PIECE) if is_endless else self._response.read()
        return self._body

    def pieces(self) -> Iterator[bytes]:
        """The body in parts."""
        while piece := self._response.read1(_PIECE):
            yield piece

    def cut(self) -> None:
        """Make its readers fail."""
        cut(self._link)


class Upstream:
    """Safe to use from many threads."""

    def __init__(self, url: str, authority: str | None, certificate: str | None) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port
        self._root = parts.path.rstrip("/")
        self._context: ssl.SSLContext | None = None
        if parts.scheme == "https":
            self._context = ssl.create_default_context(cafile=authority)
            if certificate is not None:
                self._context.load_cert_chain(certificate)
        self._idle: deque[HTTPConnection] = deque()
        self._open: set[socket.socket] = set()
        self._is_cut = False

    @contextmanager
    def forward(self, call: Call) -> Iterator[Reply]:
        """The answer; an ``OSError`` or an ``HTTPException`` if there is none."""
        connection = self._take()
        link, response = connection.sock, None
        try:
            self._send(connection, call)
            response = connection.getresponse()
            yield Reply(response, link, call)
        finally:
            if response is not None and response.isclosed() and connection.sock is not None:
                self._idle.append(connection)
            else:
                self._open.discard(link)
                connection.close()
                if response is not None:
                    response.close()

    def cut(self) -> None:
        """End all connections, and make no others."""
        self._is_cut = True
        for each in tuple(self._open):
            cut(each)

    def close(self) -> None:
        """Close the idle connections; called when the pool is unused."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> HTTPConnection:
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if not is_readable(connection.sock):
                    return connection
                self._open.discard(connection.sock)
                connection.close()
        return self._connected()

    def _connected(self) -> HTTPConnection:
        connection = (
            HTTPSConnection(self._host, self._port, context=self._context, timeout=_PATIENCE)
            if self._context
            else HTTPConnection(self._host, self._port, timeout=_PATIENCE)
        )
        try:
            connection.connect()
        except OSError:
            connection.close()
            raise
        connection.sock.settimeout(None)
        self._open.add(connection.sock)
        if self._is_cut:
            cut(connection.sock)
        return connection

    def _send(self, connection: HTTPConnection, call: Call) -> None:
        connection.putrequest(call.method, self._root + call.target, skip_accept_encoding=True)
        for name, value in without_hops(call.headers):
            if name.lower() not in _OURS:
                connection.putheader(name, value)
        if call.body is not None:
            connection.putheader("Content-Length", str(len(call.body)))
        connection.endheaders(call.body)
