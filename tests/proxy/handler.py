"""One connection of a client: each request is answered with or without a fault, as decided."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler
from math import inf
from typing import TYPE_CHECKING, Any

from tests.proxy.faults import (
    JSON,
    Drip,
    DropWatch,
    End,
    Fault,
    Late,
    Latency,
    Request,
    ResetAfter,
    ResetBefore,
    Status,
    Truncate,
    WrongLength,
    status_body,
)
from tests.proxy.upstream import Call, Reply, is_readable

if TYPE_CHECKING:
    from tests.proxy.front import Front

_LOOK = 0.05
"""Seconds between two looks at whether the client of a watch is still there."""


class Handler(BaseHTTPRequestHandler):
    """Takes the requests of one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Front"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def log_message(self, *args: Any, **kwargs: Any) -> None:
        """There is :attr:`Front.log`."""

    def _serve(self) -> None:
        path, _, query = self.path.partition("?")
        request, body = Request(self.command, path, query), self._body()
        call = Call(self.command, self.path, self.headers.items(), body, request.is_watch)
        self._entry = entry = self.server.admit(request)
        try:
            self._play(call, entry.fault)
        except (OSError, HTTPException):
            # Either side is gone, and the other one shall know it.
            self._reset()
        finally:
            entry.ended = time.monotonic()

    def _body(self) -> bytes | None:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(self._chunks())
        length = self.headers.get("Content-Length")
        return None if length is None else self._read(int(length))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self._line().partition(b";")[0], 16):
            yield self._read(size)
            self._line()
        while self._line().strip():
            pass

    def _line(self) -> bytes:
        line = self.rfile.readline()
        if not line:
            raise ConnectionAbortedError
        return line

    def _read(self, size: int) -> bytes:
        data = self.rfile.read(size)
        if len(data) < size:
            raise ConnectionAbortedError
        return data

    def _play(self, call: Call, fault: Fault | None) -> None:
        match fault:
            case ResetBefore() | Status(executed=False):
                self._replace(fault)
            case Late():
                self.server.deliver_later(call, self._entry, fault.seconds)
                self._reset()
            case _:
                if isinstance(fault, Latency):
                    self.server.stopped.wait(fault.before)
                self._forward(call, fault)

    def _forward(self, call: Call, fault: Fault | None) -> None:
        with self.server.upstream.forward(call) as reply:
            self._entry.server_status = reply.status
            if reply.is_stream:
                self._answer(reply, fault)
                return
            reply.body()
        # The next request may have the connection to the server by now.
        self._answer(reply, fault)

    def _answer(self, reply: Reply, fault: Fault | None) -> None:
        match fault:
            case Status() | ResetAfter():
                self._replace(fault)
            case Truncate() | WrongLength() | Drip():
                with self._guarded(reply):
                    body = reply.body()
                self._spoil(reply, body, fault)
            case DropWatch() if reply.is_stream:
                self._stream(reply, fault)
            case _:
                if isinstance(fault, Latency):
                    self.server.stopped.wait(fault.after)
                self._pass(reply)

    def _pass(self, reply: Reply) -> None:
        if reply.is_stream:
            self._stream(reply, DropWatch())
        else:
            # The length stands among the headers, if there is one: an answer to HEAD has no body.
            self._send(reply.status, reply.reason, reply.headers, reply.body())

    def _replace(self, fault: Status | ResetBefore | ResetAfter) -> None:
        if not isinstance(fault, Status):
            self._reset()
            return
        body, headers = fault.body, list(fault.headers)
        if body is None:
            body = status_body(fault.code, fault.message)
            headers.append(JSON)
        headers.append(("Content-Length", str(len(body))))
        self._send(fault.code, "", headers, b"" if self.command == "HEAD" else body)

    def _spoil(self, reply: Reply, body: bytes, fault: Truncate | WrongLength | Drip) -> None:
        announced, bits = len(body), [body]
        match fault:
            case Truncate():
                # Without a body there is at least the promise of one.
                announced, bits = max(announced, 1), [body[: int(len(body) * fault.keep)]]
            case WrongLength():
                announced = max(announced + fault.by, 0)
            case Drip():
                bits = [body[at : at + fault.size] for at in range(0, len(body), fault.size)]
        headers = [each for each in reply.headers if each[0].lower() != "content-length"]
        headers.append(("Content-Length", str(announced)))
        self._send(reply.status, reply.reason, headers, b"")
        for bit in bits:
            if isinstance(fault, Drip):
                self.server.stopped.wait(fault.interval)
            self.connection.sendall(bit)
        self.close_connection |= not isinstance(fault, Drip)

    def _stream(self, reply: Reply, limit: DropWatch) -> None:
        headers = [*reply.headers, ("Transfer-Encoding", "chunked")]
        self._send(reply.status, reply.reason, headers, b"")
        left = inf if limit.after_bytes is None else limit.after_bytes
        end = limit.end
        with self._guarded(reply, limit.after_seconds), suppress(OSError, HTTPException):
            for piece in reply.pieces() if left else ():
                part = piece if len(piece) <= left else piece[: int(left)]
                self.connection.sendall(b"%x\r\n%b\r\n" % (len(part), part))
                left -= len(part)
                if not left:
                    break
            else:
                end = End.FINISH if left else end
        self._end(end)

    def _end(self, end: End) -> None:
        match end:
            case End.FINISH:
                self.connection.sendall(b"0\r\n\r\n")
            case End.CLOSE:
                self.close_connection = True
            case End.RESET:
                self._reset()
            case End.STALL:
                while not (is_readable(self.connection) or self.server.stopped.wait(_LOOK)):
                    pass
                self.close_connection = True

    @contextmanager
    def _guarded(self, reply: Reply, seconds: float | None = None) -> Iterator[None]:
        """Cut the server's side after so many seconds, or when the client is gone."""
        if not reply.is_stream:
            yield
            return
        done, deadline = threading.Event(), time.monotonic() + (inf if seconds is None else seconds)

        def guard() -> None:
            while not done.wait(min(_LOOK, max(deadline - time.monotonic(), 0))):
                if time.monotonic() >= deadline or is_readable(self.connection):
                    reply.cut()
                    return

        thread = threading.Thread(target=guard)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _send(self, status: int, reason: str, headers: list[tuple[str, str]], body: bytes) -> None:
        lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers)]
        if self.close_connection:
            lines.append("Connection: close")
        # Before the client knows it: its test may look at the log at once.
        self._entry.client_status = status
        self.connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def _reset(self) -> None:
        # Closing, which comes next, does not wait then, and tells it with a RST.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
