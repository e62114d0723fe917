"""Requests to one API server, with credentials and with limits in time and size.

What this sends, and which fault it raises, decides whether a write may be repeated. It therefore
says that nothing was sent only where that is certain.
"""

import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Protocol
from urllib.parse import quote, urlencode, urlsplit

from ippoolctl import __version__
from ippoolctl.cluster.connection import (
    ClientCertificate,
    Connection,
    Impersonation,
    NoCredentials,
    RequestCredentials,
)
from ippoolctl.cluster.http.connection_pool import PATH_SIGNS, ConnectionPool
from ippoolctl.cluster.http.exchange import Exchange, Request, Response
from ippoolctl.cluster.http.time_limits import LateError, call_within, lines_within
from ippoolctl.ports.faults import ConfigurationFault

MAX_RESPONSE: Final = 256 * 2**20
"""Bytes of the body of one response."""
_UNAUTHORIZED: Final = 401
_TOKEN_SIGNS: Final = "!#$&'*+-.^_`|~"  # noqa: S105  # of a header's name, RFC 9110 5.6.2


class CredentialSource(Protocol):
    """Where the credentials of a request come from."""

    def get(self, seconds: float, within: float | None) -> RequestCredentials:
        """What to send now. Raises :class:`~ippoolctl.ports.faults.CredentialFault`.

        ``seconds`` is the time limit of one request, ``within`` what is left of the caller's.
        """
        ...

    def discard(self, rejected: RequestCredentials) -> bool:
        """Forget credentials that the server rejected; whether there can be better ones."""
        ...


class RequestTime:
    """How long one request may still take: its own limit and that of its caller.

    Time spent on credentials counts against the caller's limit only, since a user may have to log
    in.
    """

    def __init__(
        self, seconds: float, within: float | None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._now = now
        self.whole = seconds if within is None else max(0.0, min(seconds, within))
        """Seconds there were at first, for messages."""
        self._ends = now() + seconds
        self._caller_ends = None if within is None else now() + within

    def left(self) -> float:
        """Seconds for the request, not below 0."""
        own, caller = self._ends - self._now(), self.left_to_caller()
        return max(0.0, own if caller is None else min(own, caller))

    def left_to_caller(self) -> float | None:
        """Seconds of the caller's limit, not below 0; ``None`` if there is no such limit."""
        return None if self._caller_ends is None else max(0.0, self._caller_ends - self._now())

    def exclude(self, seconds: float) -> None:
        """Do not count these seconds against the limit of the request."""
        self._ends += seconds


class Transport:
    """Sends requests and keeps one connection open. Safe to use from several threads.

    ``request_timeout`` is the time limit of one request in seconds. ``log`` gets one line for each
    request, without headers and bodies; ``warn`` gets, once each, what makes the connection less
    safe than it looks.
    """

    def __init__(
        self,
        connection: Connection,
        credentials: CredentialSource,
        *,
        request_timeout: float,
        user_agent: str = f"ippoolctl/{__version__}",
        max_response: int = MAX_RESPONSE,
        log: Callable[[str], None] | None = None,
        warn: Callable[[str], None] | None = None,
    ) -> None:
        self._connection = connection
        self._credentials = credentials
        self._request_timeout = request_timeout
        self._user_agent = user_agent
        self._max_response = max_response
        self._log = log
        self._warn = warn
        self._secure = connection.server.startswith("https:")
        self._pool: tuple[ClientCertificate | None, ConnectionPool] | None = None
        self._lock = threading.Lock()

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = "application/json",
        within: float | None = None,
        tell_limit: bool = False,
        accept: str = "",
    ) -> Response:
        """The response to one request, whatever its status; redirects are not followed.

        ``path`` starts with a slash and is relative to that of the server. ``within`` is the limit
        in seconds, credentials included; with ``tell_limit`` the server is told how much of it is
        left when the request is sent. ``accept`` is the media type of the response, JSON if empty.
        Raises a :class:`~ippoolctl.ports.faults.Fault` and nothing
        else.
        """
        self._warn_once()
        limit = RequestTime(self._request_timeout, within)
        target = quote(path, safe=PATH_SIGNS)
        if query:
            target += f"?{urlencode(query, quote_via=quote)}"
        headers = tuple(self._headers(content_type if body is not None else "", accept))
        request = Request(method, target, headers, body, self._max_response, tell_limit)
        response, sent = self._attempt(request, limit)
        if response.status == _UNAUTHORIZED and self._secure and self._credentials.discard(sent):
            response, _ = self._attempt(request, limit)
        return response

    def lines(
        self, path: str, *, query: Mapping[str, str], seconds: float
    ) -> Generator[bytes | None, None, Response]:
        """The lines of one response as they arrive, ``None`` about once a second while none does,
        then the response; only one that is not successful has a body.

        ``seconds`` is the limit for all of it. Closing the generator closes the connection. Raises
        a :class:`~ippoolctl.ports.faults.Fault`.
        """
        self._warn_once()
        limit = RequestTime(seconds, None)
        target = f"{quote(path, safe=PATH_SIGNS)}?{urlencode(query, quote_via=quote)}"
        headers = tuple(self._headers())
        request = Request("GET", target, headers, None, self._max_response, tell_limit=False)
        response, sent = yield from self._stream(request, limit)
        if response.status == _UNAUTHORIZED and self._secure and self._credentials.discard(sent):
            response, _ = yield from self._stream(request, limit)
        return response

    def _stream(
        self, request: Request, limit: RequestTime
    ) -> Generator[bytes | None, None, tuple[Response, RequestCredentials]]:
        with self._exchange(request, limit) as (exchange, sent):
            response = yield from lines_within(
                exchange.seconds, exchange.run_lines, exchange.abandon
            )
            exchange.outcome = str(response.status)
        return response, sent

    @property
    def host(self) -> str:
        """The host of the server, a name or an address."""
        return urlsplit(self._connection.server).hostname or ""

    def close(self) -> None:
        """Close the connection that is kept open, and log nothing any more.

        A request that outlasts the transport ends while the interpreter does, in which a thread
        must not write.
        """
        self._log = None
        self._close_pool()

    def _close_pool(self) -> None:
        if self._pool is not None:
            self._pool[1].close()

    def _warn_once(self) -> None:
        warn, self._warn = self._warn, None
        if warn is None:
            return
        if not self._secure and not isinstance(self._connection.credentials, NoCredentials):
            warn(f"{self._connection.server} is plain http: credentials are not sent")
        if self._secure and self._connection.insecure_skip_tls_verify:
            warn(f"the certificate of {self._connection.server} is not verified")

    def _attempt(self, request: Request, limit: RequestTime) -> tuple[Response, RequestCredentials]:
        with self._exchange(request, limit) as (exchange, sent):
            response = call_within(exchange.seconds, exchange.run, exchange.abandon)
            exchange.outcome = str(response.status)
        return response, sent

    @contextmanager
    def _exchange(
        self, request: Request, limit: RequestTime
    ) -> Iterator[tuple[Exchange, RequestCredentials]]:
        """The request with its credentials, not sent yet; its outcome is logged at the end."""
        credentials = self._credentials_within(limit) if self._secure else RequestCredentials()
        pool = self._pool_with(credentials.certificate)
        authorization = (("Authorization", credentials.header),) if credentials.header else ()
        headers = (*request.headers, *authorization, *pool.proxy_headers.items())
        request = request._replace(target=pool.target_prefix + request.target, headers=headers)
        exchange = Exchange(pool, request, limit.left())
        try:
            yield exchange, credentials
        except LateError:
            raise exchange.late_fault(limit.whole) from None
        finally:
            if (log := self._log) is not None:
                milliseconds = (time.monotonic() - exchange.began) * 1000
                log(f"{request.method} {request.target} {exchange.outcome} {milliseconds:.0f} ms")

    def _credentials_within(self, limit: RequestTime) -> RequestCredentials:
        began = time.monotonic()
        try:
            return self._credentials.get(self._request_timeout, limit.left_to_caller())
        finally:
            limit.exclude(time.monotonic() - began)

    def _pool_with(self, certificate: ClientCertificate | None) -> ConnectionPool:
        with self._lock:
            if self._pool is None or self._pool[0] != certificate:
                self._close_pool()
                self._pool = (certificate, ConnectionPool(self._connection, certificate))
            return self._pool[1]

    def _headers(self, content_type: str = "", accept: str = "") -> Iterator[tuple[str, str]]:
        """Headers without ``Authorization`` and without those that frame the body.

        Raises :class:`~ippoolctl.ports.faults.ConfigurationFault` for an identity that no header
        can contain.
        """
        yield "User-Agent", self._user_agent
        yield "Accept", accept or "application/json"
        yield "Accept-Encoding", "identity"
        if content_type:
            yield "Content-Type", content_type
        if self._connection.impersonate.user:
            yield from _impersonation(self._connection.impersonate)


def _impersonation(impersonate: Impersonation) -> Iterator[tuple[str, str]]:
    """Source: ``impersonatingRoundTripper`` of client-go, transport/round_trippers.go."""
    yield "Impersonate-User", _header_value(impersonate.user)
    if impersonate.uid:
        yield "Impersonate-Uid", _header_value(impersonate.uid)
    for group in impersonate.groups:
        yield "Impersonate-Group", _header_value(group)
    for key, values in impersonate.extra:
        for each in values:
            name = f"Impersonate-Extra-{quote(key, safe=_TOKEN_SIGNS)}"
            yield name, _header_value(each)


def _header_value(text: str) -> str:
    data = text.encode(errors="replace")
    if any(each < 32 or each == 127 for each in data) or data.decode() != text:
        hint = "check --as, --as-group and the user in the kubeconfig"
        raise ConfigurationFault("the identity to impersonate contains control characters", hint)
    # Go sends UTF-8, and http.client expects the bytes as Latin-1.
    return data.decode("latin-1")
