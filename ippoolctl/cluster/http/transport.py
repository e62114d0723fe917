"""Requests to one API server: bounded in time and size, with credentials, not judged.

What this sends and what it makes of each failure is all that decides whether a write may be tried
again, so it claims that nothing was sent only where that is certain.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote, urlencode

from ippoolctl import __version__
from ippoolctl.cluster.connection import ClientCertificate, Connection, NoCredentials
from ippoolctl.cluster.credentials.authorization import Authorization, Proof
from ippoolctl.cluster.http.response import Answer as Answer
from ippoolctl.cluster.http.time_limits import Allowance, LateError, call_within

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection

    from ippoolctl.cluster.http.connection_pool import Wire
    from ippoolctl.cluster.http.exchange import Outgoing

MAX_ANSWER: Final = 256 * 2**20
"""Bytes of one answer."""
_UNAUTHORIZED: Final = 401


class Transport:
    """Sends requests over one connection that is kept open. Safe to use from several threads.

    ``request_timeout`` is how many seconds one request may take, ``exec_allowed`` whether plugins
    for credentials may run. ``log`` is told one line for each request, without headers and bodies;
    ``warn`` is told, once each, of what makes the connection less safe than it looks.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        request_timeout: float,
        exec_allowed: bool,
        user_agent: str = f"ippoolctl/{__version__}",
        max_answer: int = MAX_ANSWER,
        log: Callable[[str], None] | None = None,
        warn: Callable[[str], None] | None = None,
    ) -> None:
        self._connection = connection
        self._request_timeout = request_timeout
        self._user_agent = user_agent
        self._max_answer = max_answer
        self._log = log
        self._warn = warn
        self._secure = connection.server.startswith("https:")
        self._authorization = Authorization(connection, exec_allowed=exec_allowed)
        self._wire: tuple[ClientCertificate | None, Wire] | None = None
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
    ) -> Answer:
        """The answer to one request, whatever its status; redirects are not followed.

        ``path`` begins with a slash and is taken below that of the server. ``within`` is how many
        seconds it may take at most, getting credentials included; with ``tell_limit`` the server
        is told what is left of them when the request goes out. Raises a
        :class:`~ippoolctl.ports.faults.Fault` and nothing else.
        """
        self._warn_once()
        allowance = Allowance(self._request_timeout, within)
        text = urlencode(query or {}, quote_via=quote)
        asked = _Asked(method, path, text, body, content_type, tell_limit)
        answer = self._attempt(asked, allowance)
        if answer.status == _UNAUTHORIZED and self._secure and self._authorization.forget():
            answer = self._attempt(asked, allowance)
        return answer

    def close(self) -> None:
        """Close the connection that is kept open."""
        if self._wire is not None:
            self._wire[1].close()

    def _warn_once(self) -> None:
        warn, self._warn = self._warn, None
        if warn is None:
            return
        if not self._secure and self._has_credentials():
            warn(f"{self._connection.server} is plain http: credentials are not sent")
        if self._secure and self._connection.insecure_skip_tls_verify:
            warn(f"the certificate of {self._connection.server} is not verified")

    def _has_credentials(self) -> bool:
        return not isinstance(self._connection.credentials, NoCredentials)

    def _attempt(self, asked: "_Asked", allowance: Allowance) -> Answer:
        proof = self._authorization.proof(allowance) if self._secure else Proof()
        wire = self._wire_for(proof)
        outgoing = self._outgoing(asked, proof, wire)
        began, outcome = time.monotonic(), "failed"
        try:
            answer = _sent(wire, outgoing, allowance)
            outcome = str(answer.status)
            return answer
        finally:
            if self._log is not None:
                milliseconds = (time.monotonic() - began) * 1000
                self._log(f"{asked.method} {outgoing.target} {outcome} {milliseconds:.0f} ms")

    def _wire_for(self, proof: Proof) -> "Wire":
        from ippoolctl.cluster.http.connection_pool import Wire

        with self._lock:
            if self._wire is None or self._wire[0] != proof.certificate:
                self.close()
                wire = Wire(self._connection, proof.certificate)
                self._wire = (proof.certificate, wire)
            return self._wire[1]

    def _outgoing(self, asked: "_Asked", proof: Proof, wire: "Wire") -> "Outgoing":
        from ippoolctl.cluster.http.exchange import Outgoing
        from ippoolctl.cluster.http.request_headers import request_headers

        headers = request_headers(
            self._user_agent,
            proof.header,
            self._connection.impersonate,
            asked.content_type if asked.body is not None else "",
        )
        headers.extend(wire.proxy_headers())
        target = wire.target(asked.path, asked.query)
        return Outgoing(
            asked.method, target, headers, asked.body, self._max_answer, asked.tell_limit
        )


class _Asked(NamedTuple):
    method: str
    path: str
    query: str
    body: bytes | None
    content_type: str
    tell_limit: bool


def _sent(wire: "Wire", outgoing: "Outgoing", allowance: Allowance) -> Answer:
    from ippoolctl.cluster.http.exchange import StaleError

    try:
        return _exchanged(wire, outgoing, wire.idle(), allowance)
    except StaleError:
        wire.close()
        return _exchanged(wire, outgoing, None, allowance)


def _exchanged(
    wire: "Wire", outgoing: "Outgoing", link: "HTTPConnection | None", allowance: Allowance
) -> Answer:
    from ippoolctl.cluster.http.exchange import Exchange

    exchange, seconds = Exchange(wire, outgoing, link), allowance.left()
    try:
        return call_within(seconds, lambda: exchange.run(seconds), exchange.abandon)
    except LateError:
        raise exchange.late_fault(allowance.whole) from None
