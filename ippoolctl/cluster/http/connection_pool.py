"""Connections to one server, through its proxy if there is one; one is kept for the next request.

Responses must be complete. ``http.client`` takes the end of the connection for the end of the
headers, so that a response cut within them reads as one with an empty body; and it ignores a length
that is not a number, so that the body ends where the connection does.
"""

import http.client
import socket
import ssl
import threading
from collections import deque
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from ippoolctl.cluster.connection import ClientCertificate, Connection
from ippoolctl.cluster.http.tls import client_context
from ippoolctl.ports.faults import ConfigurationFault

_PORTS: Final = {"http": 80, "https": 443}
PATH_SIGNS: Final = "/:%@~!$&'()*+,;="
"""What a path may contain as it is, letters and digits aside."""

# It would print a warning about the clock on standard error.
urllib3.disable_warnings(urllib3.exceptions.SystemTimeWarning)


class ConnectionPool:
    """Makes and keeps connections. Safe to use from several threads."""

    def __init__(self, connection: Connection, certificate: ClientCertificate | None) -> None:
        parts = urlsplit(connection.server)
        secure = parts.scheme == "https"
        self._connection = connection
        self._host = parts.hostname or ""
        self._port = parts.port or _PORTS[parts.scheme]
        self._proxy = _proxy_manager(connection.proxy_url) if connection.proxy_url else None
        self._context = client_context(connection, certificate) if secure else None
        self._idle: deque[HTTPConnection] = deque(maxlen=1)
        self._closed = False
        self._lock = threading.Lock()
        self.expected_name = connection.tls_server_name or self._host
        """The name that the server's certificate must contain."""
        self.place = _place(self._host, self._port)
        """The server as ``host:port``, for messages."""
        proxy = self._proxy and self._proxy.proxy
        self.proxy_place = _place(proxy.host or "", proxy.port or _PORTS["http"]) if proxy else ""
        """The proxy as ``host:port``, for messages; empty if there is none."""
        # A proxy without a tunnel gets the whole URL and its own headers with each request.
        forwarded = self._proxy is not None and not secure
        origin = f"{parts.scheme}://{parts.netloc}" if forwarded else ""
        self.target_prefix = origin + quote(parts.path, safe=PATH_SIGNS)
        """What the target of a request starts with, before its own path."""
        self.proxy_headers = dict(self._proxy.proxy_headers) if self._proxy and forwarded else {}
        """Headers for the proxy in each request."""

    def idle(self) -> HTTPConnection | None:
        """The kept connection, if the server has not closed it since."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            return None
        if connection.is_connected:
            return connection
        connection.close()
        return None

    def keep(self, connection: HTTPConnection) -> None:
        """Keep a connection for the next request, once its response is read to the end."""
        with self._lock:
            kept = not (self._closed or self._idle or connection.is_closed)
            if kept:
                self._idle.append(connection)
        if not kept:
            connection.close()

    def new(self) -> HTTPConnection:
        """A connection that is not connected yet."""
        connection = self._plain() if self._context is None else self._secured(self._context)
        connection.response_class = _StrictResponse
        return connection

    def probe(self) -> HTTPSConnection:
        """A connection that accepts any name in the server's certificate, to read the names."""
        context = client_context(self._connection, None)
        context.check_hostname = False
        return self._secured(context, any_name=True)

    def drop_idle(self) -> None:
        """Close the kept connection."""
        with self._lock:
            while self._idle:
                self._idle.pop().close()

    def close(self) -> None:
        """Close the kept connection now, and one in use once its response is read."""
        self._closed = True
        self.drop_idle()

    def _plain(self) -> HTTPConnection:
        if self._proxy is None:
            return HTTPConnection(self._host, self._port)
        proxy = self._proxy.proxy
        assert proxy is not None
        if proxy.scheme == "https":
            return self._through_proxy(None, any_name=False)
        return HTTPConnection(
            proxy.host or "", proxy.port, proxy=proxy, proxy_config=self._proxy.proxy_config
        )

    def _secured(
        self, context: ssl.SSLContext | None, *, any_name: bool = False
    ) -> HTTPSConnection:
        if self._proxy is None:
            return HTTPSConnection(
                self._host,
                self._port,
                ssl_context=context,
                server_hostname=self._connection.tls_server_name or None,
                assert_hostname=False if any_name else None,
            )
        connection = self._through_proxy(context, any_name=any_name)
        connection.set_tunnel(
            self._host,
            self._port,
            headers=self._proxy.proxy_headers,
            scheme=connection.proxy.scheme or "http" if connection.proxy else "http",
        )
        return connection

    def _through_proxy(self, context: ssl.SSLContext | None, *, any_name: bool) -> HTTPSConnection:
        assert self._proxy is not None
        assert self._proxy.proxy is not None
        return HTTPSConnection(
            self._proxy.proxy.host or "",
            self._proxy.proxy.port,
            proxy=self._proxy.proxy,
            proxy_config=self._proxy.proxy_config,
            ssl_context=context,
            server_hostname=self._connection.tls_server_name or None,
            assert_hostname=False if any_name else None,
        )


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _proxy_manager(url: str) -> urllib3.ProxyManager:
    parts = urlsplit(url)
    try:
        headers = {}
        if parts.username is not None:
            identity = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers = dict(urllib3.make_headers(proxy_basic_auth=identity))
        context = None
        if parts.scheme == "https":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_default_certs()
        return urllib3.ProxyManager(
            f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
            proxy_headers=headers,
            proxy_ssl_context=context,
        )
    except (urllib3.exceptions.HTTPError, ValueError):
        raise ConfigurationFault("invalid proxy URL", "check it") from None


class _StrictResponse(http.client.HTTPResponse):
    """Raises ``http.client.RemoteDisconnected`` if one of its lines is incomplete."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp: Any = _CompleteLines(self.fp)

    def begin(self) -> None:
        """Read the head. Raises ``http.client.HTTPException`` for an invalid length."""
        super().begin()
        lengths = {each.strip() for each in self.headers.get_all("content-length", ())}
        if len(lengths) > 1 or not all(each.isascii() and each.isdigit() for each in lengths):
            raise http.client.HTTPException("invalid Content-Length")


class _CompleteLines:
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def readline(self, limit: int = -1) -> bytes:
        line: bytes = self._stream.readline(limit)
        if not line.endswith(b"\n") and len(line) != limit:
            raise http.client.RemoteDisconnected("connection closed")
        return line
