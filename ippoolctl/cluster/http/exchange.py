"""One request and its answer on one connection, and how far it has come."""

import http.client
import socket
import time
from contextlib import suppress
from typing import Final, NamedTuple

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from ippoolctl.cluster.http.connection_pool import Wire
from ippoolctl.cluster.http.faults import FAILURES, answer_fault, connect_fault, is_wrong_name
from ippoolctl.cluster.http.response import Answer
from ippoolctl.cluster.http.time_limits import LateError, limit_of_server
from ippoolctl.ports.faults import Fault, UnansweredFault, UnreachableFault

_PART: Final = 2**20


class Outgoing(NamedTuple):
    """A request as it goes out."""

    method: str
    target: str
    headers: urllib3.HTTPHeaderDict
    body: bytes | None
    max_answer: int
    """Bytes that the body of the answer may have."""
    tell_limit: bool
    """Whether the server is told how long it may take."""


class StaleError(Exception):
    """A kept connection gave no byte of an answer. It never leaves this package."""


class Exchange:
    """One request; :meth:`run` works in a thread while :meth:`abandon` may come from another."""

    def __init__(self, wire: Wire, outgoing: Outgoing, link: HTTPConnection | None) -> None:
        self._wire = wire
        self._outgoing = outgoing
        self._reused = link is not None
        self._link = link or wire.new()
        self._abandoned = False
        self._sent = False
        self._ends = float("inf")

    def run(self, seconds: float) -> Answer:
        """The answer. ``seconds`` is how long we wait; no single step may take longer.

        Raises a :class:`~ippoolctl.ports.faults.Fault`, :class:`StaleError` if the connection
        was a kept one and the request can be sent again without harm, or
        :class:`~ippoolctl.cluster.http.time_limits.LateError` if connecting has taken all the time.
        """
        self._link.timeout = max(seconds, 0.001)
        self._ends = time.monotonic() + seconds
        try:
            if self._link.is_closed:
                self._connect(seconds)
            answer = self._answer()
        except BaseException:
            self._link.close()
            raise
        self._wire.keep(self._link)
        return answer

    def abandon(self) -> None:
        """Make :meth:`run` end soon."""
        self._abandoned = True
        link_socket = self._link.sock
        # Below TLS in TLS is the real socket; that of TLS would wait for the other side.
        raw = getattr(link_socket, "socket", link_socket)
        if isinstance(raw, socket.socket):
            with suppress(OSError):
                socket.socket.shutdown(raw, socket.SHUT_RDWR)

    def late_fault(self, seconds: float) -> Fault:
        """What to say if the time, of so many seconds in all, is over."""
        server = self._wire.place
        limit = f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
        if self._sent:
            message = f"{server} did not answer within {limit}"
            return UnansweredFault(message, "try again, or give it more time")
        hint = "check the address, the network and the firewall"
        return UnreachableFault(f"no connection to {server} within {limit}", hint)

    def _connect(self, seconds: float) -> None:
        try:
            self._link.connect()
        except FAILURES as error:
            names = self._names(seconds) if is_wrong_name(error) else ()
            raise connect_fault(error, self._wire, self._link, names) from None
        if self._abandoned or time.monotonic() >= self._ends:
            raise LateError

    def _names(self, seconds: float) -> tuple[str, ...]:
        """The names in the server's certificate, if it can still be had."""
        probe = self._wire.probe()
        probe.timeout = max(seconds, 0.001)
        self._link.close()
        self._link, failed = probe, self._link
        try:
            probe.connect()
            return _names_of(probe)
        except FAILURES:
            return ()
        finally:
            probe.close()
            self._link = failed

    def _answer(self) -> Answer:
        outgoing = self._outgoing
        self._sent = True
        try:
            response = self._first_bytes()
        except FAILURES as error:
            if self._reused and outgoing.method == "GET" and not isinstance(error, TimeoutError):
                raise StaleError from None
            raise answer_fault(error, self._wire) from None
        try:
            body = self._body(response)
        except FAILURES as error:
            raise answer_fault(error, self._wire) from None
        headers = response.headers
        return Answer(response.status, {name.lower(): headers[name] for name in headers}, body)

    def _target(self) -> str:
        """What the request line names; a connection may have taken some of the time."""
        target = self._outgoing.target
        if not self._outgoing.tell_limit:
            return target
        limit = limit_of_server(self._ends - time.monotonic())
        return f"{target}{'&' if '?' in target else '?'}timeout={limit}"

    def _first_bytes(self) -> urllib3.HTTPResponse:
        outgoing = self._outgoing
        # A server may refuse a long body before it has read it all: its answer is still there.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._link.request(
                outgoing.method,
                self._target(),
                outgoing.body,
                outgoing.headers,
                preload_content=False,
                decode_content=False,
            )
        return self._link.getresponse()

    def _body(self, response: urllib3.HTTPResponse) -> bytes:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise http.client.HTTPException("compressed, which was not asked for")
        parts: list[bytes] = []
        size = 0
        while part := response.read(_PART):
            parts.append(part)
            size += len(part)
            if size > self._outgoing.max_answer:
                limit = self._outgoing.max_answer // 2**20
                raise http.client.HTTPException(f"larger than {limit} MiB")
        return b"".join(parts)


def _names_of(link: HTTPSConnection) -> tuple[str, ...]:
    read = getattr(link.sock, "getpeercert", None)
    certificate = (read and read()) or {}
    return tuple(str(name) for _, name in certificate.get("subjectAltName", ()))
