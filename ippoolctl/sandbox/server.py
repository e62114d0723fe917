"""HTTP on loopback: requests in, answers and watches out."""

import contextlib
import select
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, Final, Protocol

from ippoolctl.sandbox.apiserver.representation import refusal
from ippoolctl.sandbox.apiserver.request import MAX_BODY, Answer, Request, Stream, parse_query, text
from ippoolctl.sandbox.apiserver.statuses import StatusError, bad_request

LOOPBACK: Final = "127.0.0.1"

_FOREIGN: Final = text(
    403, "forbidden: the Host header must be 127.0.0.1 or localhost, without Origin\n"
)
_MAX_WARNINGS: Final = 50
_DRAINED: Final = 32 * 2**20


class Responder(Protocol):
    """Answers requests."""

    def answer(self, request: Request) -> Answer | Stream:
        """The answer; no request makes it raise."""


def quoted(text: str) -> str:
    """A quoted-string of HTTP, its bytes as Latin-1: the server does not encode them."""
    text = "".join(each if each.isprintable() else "?" for each in text)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.encode().decode("latin-1")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One write per answer, at once: Nagle's algorithm would wait 40 ms for another one.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: "Server"

    def _respond(self) -> None:
        if not self._is_for_loopback():
            self.close_connection = True
            self._reply(_FOREIGN)
            return
        # The base class would remove one of two slashes at the beginning.
        path, _, query = self.requestline.split()[1].partition("?")
        try:
            request = Request(self.command, path, parse_query(query), self.headers, self._body())  # type: ignore[arg-type]
        except StatusError as error:
            self.close_connection = True
            self._reply(refusal(error))
            return
        answer = self.server.responder.answer(request)
        if isinstance(answer, Stream):
            self._stream(answer.lines)
        else:
            self._reply(answer)

    def __getattr__(self, name: str) -> Any:
        # The base class looks for a method named after the method of the request.
        if name.startswith("do_"):
            return self._respond
        raise AttributeError(name)

    def handle_expect_100(self) -> bool:
        """Tell a client that waits before it sends its body to continue."""
        goes_on = super().handle_expect_100()
        self.wfile.flush()
        return goes_on

    def _is_for_loopback(self) -> bool:
        """Whether the client means this server: a web page would send its own name."""
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host")
        return (host or "").lower() in (LOOPBACK, "localhost") and "Origin" not in self.headers

    def _body(self) -> bytes:
        if "Transfer-Encoding" in self.headers:
            return self._chunks()
        given = self.headers.get("Content-Length") or "0"
        if not given.isdecimal():
            raise bad_request("Content-Length is not a number")
        length = int(given)
        body = self.rfile.read(min(length, MAX_BODY + 1))
        if len(body) < min(length, MAX_BODY + 1):
            raise bad_request("the body is shorter than its Content-Length")
        if length > MAX_BODY:
            # A client reads the answer only after it has sent the whole body.
            self.rfile.read(min(length - len(body), _DRAINED))
            self.close_connection = True
        return body

    def _chunks(self) -> bytes:
        self.close_connection = True  # trailers may follow
        body = b""
        try:
            while len(body) <= MAX_BODY and (
                size := int(self.rfile.readline().partition(b";")[0], 16)
            ):
                body += self.rfile.read(min(max(size, 0), MAX_BODY + 1))
                self.rfile.readline()
        except ValueError:
            raise bad_request("the body is not in chunks") from None
        return body

    def _reply(self, answer: Answer) -> None:
        self.send_response(answer.code)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for warning in answer.warnings[:_MAX_WARNINGS]:
            self.send_header("Warning", f"299 - {quoted(warning)}")
        if answer.retry_after:
            self.send_header("Retry-After", str(answer.retry_after))
        if self.close_connection:
            # Otherwise a client may send its next request before it sees the end.
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _stream(self, lines: Iterator[bytes]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        if self.command == "HEAD":
            return
        for line in lines:
            if line:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
            elif self._client_has_gone():
                self.close_connection = True
                return
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def _client_has_gone(self) -> bool:
        # A watcher sends nothing more: what can be read is the end of the connection.
        poll = select.poll()
        poll.register(self.connection, select.POLLIN)
        return bool(poll.poll(0))

    def log_message(self, *args: Any) -> None:
        """Log nothing."""


class Server(ThreadingHTTPServer):
    """Listens from its construction to :meth:`stop`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, responder: Responder, port: int, context: ssl.SSLContext | None) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.responder = responder
        self._context = context
        self._open: set[socket.socket] = set()
        self.errors: list[BaseException] = []
        """Bugs that connections ran into; there should be none."""
        threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def server_bind(self) -> None:
        """Bind without asking for the name of the host."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, int(self.server_address[1])

    @property
    def url(self) -> str:
        """The URL of the server."""
        scheme = "https" if self._context else "http"
        return f"{scheme}://{LOOPBACK}:{self.server_address[1]}"

    def stop(self) -> None:
        """Stop listening, and close all connections."""
        self.shutdown()
        self.server_close()
        for each in tuple(self._open):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)

    def get_request(self) -> tuple[socket.socket, Any]:
        """A connection; its own thread does the handshake, so that no other client waits."""
        connection, address = super().get_request()
        if self._context is not None:
            connection = self._context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep the error, unless a client closed the connection early."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.errors.append(error)
