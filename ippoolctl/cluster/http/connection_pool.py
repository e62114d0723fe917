"""Connections to one server, through its proxy if it has one; one is kept for the next request."""

import ssl
from collections import deque
from typing import Final
from urllib.parse import quote, unquote, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from ippoolctl.cluster.connection import ClientCertificate, Connection
from ippoolctl.cluster.http.strict_response import StrictResponse
from ippoolctl.cluster.http.tls import client_context
from ippoolctl.ports.faults import ConfigurationFault

_PORTS: Final = {"http": 80, "https": 443}
_PATH_SIGNS: Final = "/:%@~!$&'()*+,;="

# It would say on standard error that the clock is wrong, in words of its own.
urllib3.disable_warnings(urllib3.exceptions.SystemTimeWarning)


class Wire:
    """Makes and keeps connections. Safe to use from several threads."""

    def __init__(self, connection: Connection, certificate: ClientCertificate | None) -> None:
        parts = urlsplit(connection.server)
        self._connection = connection
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or _PORTS[parts.scheme]
        self._root = quote(parts.path, safe=_PATH_SIGNS)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self.expected_name = connection.tls_server_name or self._host
        """The name that the server's certificate must have."""
        self._proxy = _usable_manager(connection.proxy_url) if connection.proxy_url else None
        self._context = client_context(connection, certificate) if self._secure else None
        self._idle: deque[HTTPConnection] = deque(maxlen=1)

    @property
    def place(self) -> str:
        """The server as ``host:port``, for messages."""
        return _place(self._host, self._port)

    @property
    def proxy_place(self) -> str:
        """The proxy as ``host:port``, for messages; empty if there is none."""
        proxy = self._proxy and self._proxy.proxy
        return _place(proxy.host or "", proxy.port or _PORTS["http"]) if proxy else ""

    def target(self, path: str, query: str) -> str:
        """What the request line names: the path below that of the server."""
        local = self._root + quote(path, safe=_PATH_SIGNS) + (f"?{query}" if query else "")
        # A proxy that has no tunnel to make wants to know for whom the request is.
        return self._origin + local if self._proxy and not self._secure else local

    def proxy_headers(self) -> dict[str, str]:
        """Headers for the proxy that a request without a tunnel carries."""
        return {} if self._secure or not self._proxy else dict(self._proxy.proxy_headers)

    def idle(self) -> HTTPConnection | None:
        """A connection that was kept and that the server has not closed since."""
        try:
            link = self._idle.pop()
        except IndexError:
            return None
        if link.is_connected:
            return link
        link.close()
        return None

    def keep(self, link: HTTPConnection) -> None:
        """Have a connection ready for the next request, once its answer is read to the end."""
        if self._idle or link.is_closed:
            link.close()
        else:
            self._idle.append(link)

    def new(self) -> HTTPConnection:
        """A connection that is not connected yet."""
        link = self._secured(self._context) if self._context else self._plain()
        link.response_class = StrictResponse
        return link

    def probe(self) -> HTTPSConnection:
        """A connection that takes any name in the server's certificate; for reading names only."""
        context = client_context(self._connection, None)
        context.check_hostname = False
        return self._secured(context, any_name=True)

    def close(self) -> None:
        """Close what is kept."""
        while self._idle:
            self._idle.pop().close()

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
        link = self._through_proxy(context, any_name=any_name)
        link.set_tunnel(
            self._host,
            self._port,
            headers=self._proxy.proxy_headers,
            scheme=link.proxy.scheme or "http" if link.proxy else "http",
        )
        return link

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


def _usable_manager(url: str) -> urllib3.ProxyManager:
    try:
        return _manager(url)
    except (urllib3.exceptions.HTTPError, ValueError):
        raise ConfigurationFault("the URL of the proxy cannot be used", "check it") from None


def _manager(url: str) -> urllib3.ProxyManager:
    parts = urlsplit(url)
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
