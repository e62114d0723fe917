"""One connection to a server, with ``http.client``: importing urllib3 takes half as long as a list.

Responses must be complete. ``http.client`` takes the end of the connection for the end of the
headers, so that a response cut within them reads as one with an empty body; it ignores a length
that is not a number, so that the body ends where the connection does; and it takes a chunk of a
negative length for all that is left.
"""

import http.client
import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from typing import Any, Final, NamedTuple

_OK: Final = 200


class Proxy(NamedTuple):
    """The proxy of a connection."""

    host: str
    port: int
    headers: Mapping[str, str]
    """Headers that only the proxy gets."""
    context: ssl.SSLContext | None
    """``None`` if the connection to the proxy itself is plain http."""


class TunnelError(Exception):
    """The proxy refused to connect to the server; the text is its status and reason."""


class _Response(http.client.HTTPResponse):
    """Raises ``http.client.RemoteDisconnected`` if one of its lines is incomplete."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp: Any = _Strict(self.fp)

    def begin(self) -> None:
        """Read the head. Raises ``http.client.HTTPException`` for an invalid length."""
        super().begin()
        lengths = {each.strip() for each in self.headers.get_all("content-length", ())}
        if len(lengths) > 1 or not all(each.isascii() and each.isdigit() for each in lengths):
            raise http.client.HTTPException("invalid Content-Length")

    def read(self, amt: int | None = None) -> bytes:
        """The next part of the body. Raises ``http.client.IncompleteRead`` if it is cut."""
        return self._uncut(super().read(amt))

    def read1(self, n: int = -1) -> bytes:
        """What has come of the next part of the body. Raises as :meth:`read`."""
        return self._uncut(super().read1(n))

    def _uncut(self, part: bytes) -> bytes:
        if not part and self.length:
            raise http.client.IncompleteRead(part, self.length)
        return part


class _Strict:
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def readline(self, limit: int = -1) -> bytes:
        line: bytes = self._stream.readline(limit)
        if not line.endswith(b"\n") and len(line) != limit:
            raise http.client.RemoteDisconnected("connection closed")
        return line

    def read(self, size: int) -> bytes:
        part: bytes = self._stream.read(_not_negative(size))
        return part

    def read1(self, size: int) -> bytes:
        part: bytes = self._stream.read1(_not_negative(size))
        return part


def _not_negative(size: int) -> int:
    if size < 0:
        raise http.client.HTTPException("invalid length of a chunk")
    return size


class ServerConnection(http.client.HTTPConnection):
    """A connection to a server, direct or through a proxy.

    ``context`` is ``None`` for plain http, which a proxy forwards; otherwise there is a tunnel
    through the proxy. ``name`` is the name that the server's certificate must contain.
    """

    response_class = _Response

    def __init__(
        self, host: str, port: int, context: ssl.SSLContext | None, name: str, proxy: Proxy | None
    ) -> None:
        super().__init__(host, port)
        self._context = context
        self._name = name
        self._proxy = proxy
        self.reached_proxy = False
        """Whether the connection to the proxy itself has been made."""

    def connect(self) -> None:
        """Connect. Raises :class:`TunnelError`, and what sockets, TLS and ``http.client`` raise."""
        host, port = self._proxy[:2] if self._proxy else (self.host, self.port)
        place: Any = (_bytes(host), port)  # which is more than the stubs allow
        self.sock = socket.create_connection(place, self.timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._proxy and self._proxy.context:
            self.sock = self._proxy.context.wrap_socket(self.sock, server_hostname=_bytes(host))
        self.reached_proxy = self._proxy is not None
        if self._context is None:
            return
        if self._proxy:
            self._open_tunnel(self._proxy)
        if isinstance(self.sock, ssl.SSLSocket):
            # The standard library has no TLS in TLS.
            from urllib3.util.ssltransport import SSLTransport

            self.sock = SSLTransport(self.sock, self._context, self._name)
        else:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=_bytes(self._name))

    def send_request(
        self, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes | None
    ) -> None:
        """Send a request; a header can occur several times."""
        self.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            self.putheader(name, value)
        if body is not None:
            self.putheader("Content-Length", str(len(body)))
        # A server may refuse a long body before it has read it all: its response is still there.
        with suppress(BrokenPipeError, ConnectionResetError):
            self.endheaders(body)

    def is_silent(self) -> bool:
        """Whether the other side has neither closed the connection nor sent anything."""
        with DefaultSelector() as selector:
            selector.register(self.sock, EVENT_READ)
            return not selector.select(0)

    def _open_tunnel(self, proxy: Proxy) -> None:
        host = self.host if self.host.isascii() else self.host.encode("idna").decode()
        place = place_of(host, self.port)
        headers = {"Host": place, **proxy.headers}
        lines = [f"CONNECT {place} HTTP/1.1", *(f"{key}: {headers[key]}" for key in headers)]
        self.sock.sendall("\r\n".join([*lines, "", ""]).encode())
        with _Response(self.sock, method="CONNECT") as response:
            response.begin()
            if response.status != _OK:
                raise TunnelError(f"{response.status} {response.reason}")


def place_of(host: str, port: int) -> str:
    """``host:port``, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _bytes(host: str) -> str | bytes:
    """An ASCII name as bytes: for a text, Python imports the codec of international names."""
    return host.encode() if host.isascii() else host
