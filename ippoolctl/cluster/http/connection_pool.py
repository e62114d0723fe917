"""Connections to one server, through its proxy if it has one; one is kept for the next request."""

import ssl
import threading
from base64 import b64encode
from collections import deque
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from ippoolctl.cluster.connection import ClientCertificate, Connection
from ippoolctl.cluster.http.server_connection import Proxy, ServerConnection, place_of
from ippoolctl.cluster.http.tls import client_context, system_context
from ippoolctl.ports.faults import ConfigurationFault

_PORTS: Final = {"http": 80, "https": 443}
PATH_SIGNS: Final = "/:%@~!$&'()*+,;="
"""What a path may contain as it is, letters and digits aside."""


class ConnectionPool:
    """Makes and keeps connections. Safe to use from several threads."""

    def __init__(self, connection: Connection, certificate: ClientCertificate | None) -> None:
        parts = urlsplit(connection.server)
        secure = parts.scheme == "https"
        self._connection = connection
        self._host = parts.hostname or ""
        self._port = parts.port or _PORTS[parts.scheme]
        self._proxy = proxy = _proxy(connection.proxy_url) if connection.proxy_url else None
        self._context = client_context(connection, certificate) if secure else None
        self._idle: deque[ServerConnection] = deque(maxlen=1)
        self._closed = False
        self._lock = threading.Lock()
        self.expected_name = connection.tls_server_name or self._host
        """The name that the server's certificate must contain."""
        self.place = place_of(self._host, self._port)
        """The server as ``host:port``, for messages."""
        self.proxy_place = place_of(proxy.host, proxy.port) if proxy else ""
        """The proxy as ``host:port``, for messages; empty if there is none."""
        # A proxy without a tunnel gets the whole URL and its own headers with each request.
        forwarded = proxy is not None and not secure
        origin = f"{parts.scheme}://{parts.netloc}" if forwarded else ""
        self.target_prefix = origin + quote(parts.path, safe=PATH_SIGNS)
        """What the target of a request starts with, before its own path."""
        self.proxy_headers: Mapping[str, str] = proxy.headers if proxy and forwarded else {}
        """Headers for the proxy in each request."""

    def idle(self) -> ServerConnection | None:
        """The kept connection, if the server has not closed it since."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None or connection.is_silent():
            return connection
        connection.close()
        return None

    def keep(self, connection: ServerConnection) -> None:
        """Keep a connection for the next request, once its response is read to the end."""
        with self._lock:
            kept = not (self._closed or self._idle or connection.sock is None)
            if kept:
                self._idle.append(connection)
        if not kept:
            connection.close()

    def new(self) -> ServerConnection:
        """A connection that is not connected yet."""
        return self._with(self._context)

    def probe(self) -> ServerConnection:
        """A connection that accepts any name in the server's certificate, to read the names."""
        context = client_context(self._connection, None)
        context.check_hostname = False
        return self._with(context)

    def drop_idle(self) -> None:
        """Close the kept connection."""
        with self._lock:
            while self._idle:
                self._idle.pop().close()

    def close(self) -> None:
        """Close the kept connection now, and one in use once its response is read."""
        self._closed = True
        self.drop_idle()

    def _with(self, context: ssl.SSLContext | None) -> ServerConnection:
        name = self.expected_name.rstrip(".")
        return ServerConnection(self._host, self._port, context, name, self._proxy)


def _proxy(url: str) -> Proxy:
    parts = urlsplit(url)
    if not all(33 <= ord(each) != 127 for each in parts.hostname or " "):
        raise ConfigurationFault("invalid proxy URL", "check it")
    return Proxy(
        parts.hostname or "",
        parts.port or _PORTS[parts.scheme],
        _authorization(parts),
        system_context() if parts.scheme == "https" else None,
    )


def _authorization(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    identity = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(identity.encode()).decode()}"}
