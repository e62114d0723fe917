"""One request and its response, and how far it has come."""

import http.client
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ippoolctl.cluster.http.connection_pool import ConnectionPool
from ippoolctl.cluster.http.faults import FAILURES, connect_fault, is_wrong_name, response_fault
from ippoolctl.cluster.http.server_connection import ServerConnection
from ippoolctl.cluster.http.time_limits import LateError, server_limit
from ippoolctl.ports.faults import Fault, UnansweredFault, UnreachableFault

_CHUNK: Final = 2**20
_LONGEST_LINE: Final = 2**24
"""Bytes; an object of an API server is at most 3 MiB."""
_OK: Final = 200
_SHORTEST: Final = 0.001
"""Seconds; a socket takes 0 for not waiting at all."""


class Request(NamedTuple):
    """A request as it is sent."""

    method: str
    target: str
    """Path and query; behind a proxy without a tunnel the whole URL."""
    headers: tuple[tuple[str, str], ...]
    """Names and values, without those that frame the body."""
    body: bytes | None
    max_response: int
    """Bytes that the body of the response may have."""
    tell_limit: bool
    """Whether the server is told how long it may take."""


class Response(NamedTuple):
    """Any response of the server, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """With lower-case names; values of a repeated header are joined by commas."""
    body: bytes


@dataclass(eq=False, repr=False)
class Exchange:
    """One request; :meth:`run` works in a thread while :meth:`abandon` may come from another."""

    pool: ConnectionPool
    request: Request
    """What is sent."""
    seconds: float
    """How long it may take from its start; no single step may take longer."""
    began: float = field(default_factory=time.monotonic)
    """Its start, by the monotonic clock."""
    outcome: str = "failed"
    """The status of the response, for the log."""
    _connection: ServerConnection | None = None
    _abandoned: bool = False
    _sent: bool = False

    @property
    def _left(self) -> float:
        """Seconds until it has to end, below 0 after that."""
        return self.began + self.seconds - time.monotonic()

    def run(self) -> Response:
        """The response. Raises a :class:`~ippoolctl.ports.faults.Fault`, or
        :class:`~ippoolctl.cluster.http.time_limits.LateError` if all the time has passed.
        """
        kept = self.pool.idle()
        if kept is not None:
            try:
                return self._exchange(kept, reused=True)
            except _StaleError:
                self.pool.drop_idle()
                self._sent = False
        return self._exchange(self.pool.new(), reused=False)

    def run_lines(self, take: Callable[[bytes], None]) -> Response:
        """As :meth:`run`, with a new connection that is closed at the end; the lines of a
        successful response go to ``take`` as they arrive, without their ends, and not to its body.
        """
        self._connection = connection = self.pool.new()
        try:
            connection.timeout = max(self._left, _SHORTEST)
            self._connect(connection)
            self._stop_if_late()
            self._sent = True
            try:
                response = self._head(connection)
                body = b"" if response.status == _OK else self._body(response)
                if response.status == _OK:
                    self._lines(response, take)
            except FAILURES as error:
                raise response_fault(error, self.pool, self.request.method) from None
            return _response_of(response, body)
        finally:
            connection.close()

    def abandon(self) -> None:
        """Make :meth:`run` end soon."""
        self._abandoned = True
        connected = self._connection and self._connection.sock
        # Below TLS in TLS is the real socket; that of TLS would wait for the other side.
        raw = getattr(connected, "socket", connected)
        if isinstance(raw, socket.socket):
            with suppress(OSError):
                socket.socket.shutdown(raw, socket.SHUT_RDWR)

    def late_fault(self, seconds: float) -> Fault:
        """The fault for a request that did not end within so many seconds."""
        server = self.pool.place
        limit = f"{seconds:.0f}s" if seconds >= 10 else f"{seconds:.1f}s"
        if self._sent:
            message = f"{server} did not respond within {limit}"
            return UnansweredFault(message, "retry, or increase --request-timeout")
        hint = "check the address, the network and the firewall"
        return UnreachableFault(f"no connection to {server} within {limit}", hint)

    def _exchange(self, connection: ServerConnection, *, reused: bool) -> Response:
        self._connection = connection
        connection.timeout = max(self._left, _SHORTEST)
        try:
            if connection.sock is None:
                self._connect(connection)
            else:
                connection.sock.settimeout(connection.timeout)
            self._stop_if_late()
            response = self._response(connection, reused=reused)
        except BaseException:
            connection.close()
            raise
        self.pool.keep(connection)
        return response

    def _connect(self, connection: ServerConnection) -> None:
        try:
            connection.connect()
        except FAILURES as error:
            names = self._server_names() if is_wrong_name(error) else ()
            raise connect_fault(error, self.pool, connection, names) from None

    def _stop_if_late(self) -> None:
        """Send nothing, also not again, that would not be waited for."""
        if self._abandoned or self._left <= 0:
            raise LateError

    def _server_names(self) -> tuple[str, ...]:
        """The names in the server's certificate, if it can be read with another connection."""
        self._connection = probe = self.pool.probe()
        probe.timeout = max(self._left, _SHORTEST)
        try:
            probe.connect()
            read = getattr(probe.sock, "getpeercert", None)
            certificate = (read and read()) or {}
            return tuple(str(name) for _, name in certificate.get("subjectAltName", ()))
        except FAILURES:
            return ()
        finally:
            probe.close()

    def _response(self, connection: ServerConnection, *, reused: bool) -> Response:
        self._sent = True
        try:
            response = self._head(connection)
        except FAILURES as error:
            self._stop_if_late()
            if reused and self.request.method == "GET" and not isinstance(error, TimeoutError):
                raise _StaleError from None
            raise response_fault(error, self.pool, self.request.method) from None
        try:
            body = self._body(response)
        except FAILURES as error:
            raise response_fault(error, self.pool, self.request.method) from None
        return _response_of(response, body)

    def _head(self, connection: ServerConnection) -> http.client.HTTPResponse:
        method, target, headers, body, *_ = self.request
        if self.request.tell_limit:
            # Connecting may have taken some of the time.
            limit = server_limit(self._left)
            target += f"{'&' if '?' in target else '?'}timeout={limit}"
        connection.send_request(method, target, headers, body)
        return connection.getresponse()

    def _lines(self, response: http.client.HTTPResponse, take: Callable[[bytes], None]) -> None:
        _refuse_compression(response)
        rest = b""
        while part := response.read1(_CHUNK):
            *lines, rest = (rest + part).split(b"\n")
            for each in lines:
                take(each)
            if len(rest) > _LONGEST_LINE:
                raise http.client.HTTPException(f"larger than {_LONGEST_LINE // 2**20} MiB")
        if rest:
            raise http.client.RemoteDisconnected("connection closed")

    def _body(self, response: http.client.HTTPResponse) -> bytes:
        _refuse_compression(response)
        parts: list[bytes] = []
        size = 0
        while part := response.read(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > self.request.max_response:
                limit = self.request.max_response // 2**20
                raise http.client.HTTPException(f"larger than {limit} MiB")
        return b"".join(parts)


def _refuse_compression(response: http.client.HTTPResponse) -> None:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise http.client.HTTPException("unexpected compressed response")


def _response_of(response: http.client.HTTPResponse, body: bytes) -> Response:
    found = response.headers
    headers = {name.lower(): ", ".join(found.get_all(name, ())) for name in found}
    return Response(response.status, headers, body)


class _StaleError(Exception):
    """A kept connection gave no byte of a response, and the request can be repeated safely."""
