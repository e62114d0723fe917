"""A server that records its requests."""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self

BODY = b'{"kind": "ExternalIPPool", "metadata": {"name": "a"}}'
EVENTS = (b'{"type": "ADDED"}\n', b'{"type": "MODIFIED"}\n')


class Reached(NamedTuple):
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Server"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        reached = Reached(self.command, self.path, self.headers.items(), self.rfile.read(length))
        self.server.requests.append(reached)
        self.send_response(201 if self.command == "POST" else 200)
        self.send_header("X-Seen", "one")
        self.send_header("X-Seen", "two")
        if "watch=true" in self.path:
            self._watch()
            return
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(BODY)
        self.close_connection |= self.server.hangs_up

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.do_GET
        raise AttributeError(name)

    def _watch(self) -> None:
        """The first event at once, the second one if it is let go on, then the end."""
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._chunk(EVENTS[0])
        while not self.server.go_on.wait(0.01):
            if self._is_left():
                self.server.left.set()
                self.close_connection = True
                return
        self._chunk(EVENTS[1])
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def _is_left(self) -> bool:
        self.connection.setblocking(False)
        try:
            return not self.connection.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        finally:
            self.connection.setblocking(True)

    def log_message(self, *args: Any, **kwargs: Any) -> None:
        """Log nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[Reached] = []
        self.connections = 0
        self.hangs_up = False
        """Whether connections end after an answer that did not say so."""
        self.go_on, self.left = threading.Event(), threading.Event()
        self.closed = threading.Semaphore(0)
        self.scheme = "https" if context else "http"
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}"

    @property
    def methods(self) -> list[str]:
        return [each.method for each in self.requests]

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def get_request(self) -> tuple[Any, Any]:
        self.connections += 1
        return super().get_request()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.closed.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections that are cut are what this is about."""
