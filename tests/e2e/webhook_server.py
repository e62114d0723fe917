"""An HTTPS server that answers like a webhook, or fails in one of the ways of webhooks."""

import socket
import ssl
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Reply(NamedTuple):
    status: int
    body: bytes


Respond = Callable[[str, bytes], Reply | None]
"""From the path and the body of a POST; ``None`` cuts the connection without an answer."""


def _cut(connection: socket.socket) -> None:
    # Past the TLS layer, which is not to be touched by two threads.
    try:
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        return


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: "_Server"

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if (
            len(body) < length
        ):  # the API server gave the request up, as for a client that was killed
            self.close_connection = True
            return
        reply = self.server.respond(self.path.partition("?")[0], body)
        if reply is None:
            self.close_connection = True
            _cut(self.connection)
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *args: Any, **kwargs: Any) -> None:
        """Log nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, context: ssl.SSLContext, respond: Respond) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.context = context
        self.respond = respond
        self.errors: list[BaseException] = []
        self.open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        plain, address = self.socket.accept()
        # The handshake runs in the connection's thread: a slow client does not block other clients.
        secured = self.context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self.open.add(secured)
        return secured, address

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception()
        # Clients that go away, or do not trust us, are no fault of ours.
        if error is not None and not isinstance(error, OSError):
            self.errors.append(error)


class WebhookServer:
    """Listens on one port, with pauses."""

    def __init__(self, port: int, respond: Respond) -> None:
        self._port = port
        self._respond = respond
        self._server: _Server | None = None
        self.errors: list[BaseException] = []
        """What went wrong inside of us while answering."""

    def listen(self, context: ssl.SSLContext) -> None:
        """Take connections, with that certificate; those that were open are cut."""
        self.refuse()
        server = self._server = _Server(self._port, context, self._respond)
        server.errors = self.errors
        threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def refuse(self) -> None:
        """Close the listener: new connections are refused."""
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        server.server_close()
        for each in tuple(server.open):
            _cut(each)
