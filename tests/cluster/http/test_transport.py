"""Requests over plain connections: responses, limits, and the fault without a response."""

import socket
import struct
import threading
import time
from collections.abc import Callable

import pytest

from ippoolctl import __version__
from ippoolctl.cluster.connection import Connection, Impersonation, Token, TokenFile
from ippoolctl.cluster.http.exchange import Response
from ippoolctl.ports.faults import ConfigurationFault, UnansweredFault, UnreachableFault
from tests.cluster.kubeconfigs import CANARY
from tests.cluster.servers import Server, answer, answering, once, transport
from tests.e2e.waiting import until
from tests.noise import NOISE

Start = Callable[..., Server]


def head_of(request: bytes) -> list[str]:
    return request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")


def test_request_and_response(start: Start) -> None:
    server = start(answering(answer(b"[1]", "201 Created", "X-Thing: a", "X-Thing: b")))
    lines: list[str] = []
    asked = transport(Connection(f"{server.url}/k8s"), log=lines.append)

    found = asked.request("POST", "/apis/x", query={"a": "b c&d"}, body=b"{}", within=10)

    assert found == Response(201, {"content-length": "3", "x-thing": "a, b"}, b"[1]")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.split(b"\r\n")[0] == b"POST /k8s/apis/x?a=b%20c%26d HTTP/1.1"
    assert body == b"{}"
    sent = set(head_of(server.requests[0])[1:])
    assert sent == {
        f"Host: 127.0.0.1:{server.port}",
        "Content-Length: 2",
        "Content-Type: application/json",
        f"User-Agent: ippoolctl/{__version__}",
        "Accept: application/json",
        "Accept-Encoding: identity",
    }
    (line,) = lines
    assert line.startswith("POST /k8s/apis/x?a=b%20c%26d 201 ")
    assert line.endswith(" ms")


def test_one_connection_is_used_for_many_requests(start: Start) -> None:
    server = start(answering(answer()))
    asked = transport(Connection(server.url))

    for _ in range(3):
        assert asked.request("GET", "/").status == 200

    asked.close()
    assert (server.connections, len(server.requests)) == (1, 3)


@pytest.mark.parametrize(
    "status", ["302 Found", "401 Unauthorized", "404 Not Found", "500 Oh", "503 No"]
)
def test_every_status_is_a_response_and_redirects_are_not_followed(
    status: str, start: Start
) -> None:
    server = start(answering(answer(b"x", status, "Location: /elsewhere", "Retry-After: 1")))

    found = transport(Connection(server.url)).request("GET", "/")

    assert found.status == int(status[:3])
    assert found.headers["location"] == "/elsewhere"
    assert len(server.requests) == 1


def test_chunked_and_unbounded_bodies(start: Start) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    until_end = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc"

    for data in (chunked, until_end):
        asked = transport(Connection(start(once(data)).url))
        assert asked.request("GET", "/").body == b"abc"
        assert asked.request("GET", "/").body == b"abc"


def test_impersonation_headers(start: Start) -> None:
    server = start(answering(answer()))
    identity = Impersonation("jürgen", ("a", "b"), "7", (("example.com/x", ("1", "2")),))

    transport(Connection(server.url, impersonate=identity)).request("GET", "/")

    sent = [line for line in head_of(server.requests[0]) if line.startswith("Impersonate")]
    assert sent == [
        "Impersonate-User: " + "jürgen".encode().decode("latin-1"),
        "Impersonate-Uid: 7",
        "Impersonate-Group: a",
        "Impersonate-Group: b",
        "Impersonate-Extra-example.com%2Fx: 1",
        "Impersonate-Extra-example.com%2Fx: 2",
    ]


def test_identity_with_control_characters_is_refused(start: Start) -> None:
    server = start(answering(answer()))
    identity = Impersonation("a\r\nX-Evil: b")

    with pytest.raises(ConfigurationFault, match="control characters"):
        transport(Connection(server.url, impersonate=identity)).request("GET", "/")


def test_refused_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(UnreachableFault, match=f"127.0.0.1:{port}: connection refused") as caught:
        transport(Connection(f"http://127.0.0.1:{port}")).request("POST", "/")

    assert caught.value.hint


@pytest.mark.parametrize("host", ["no-such-host.invalid", f"{'a' * 64}.invalid", "a..b"])
def test_unknown_host(host: str) -> None:
    with pytest.raises(UnreachableFault, match=f"cannot connect to {host}:80"):
        transport(Connection(f"http://{host}")).request("GET", "/")


def test_endless_name_lookup_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    # A name server that never answers cannot be had without changing the machine.
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: time.sleep(NOISE + 5))
    began = time.monotonic()

    with pytest.raises(UnreachableFault, match=r"no connection to slow:80 within 0\.2s"):
        transport(Connection("http://slow")).request("POST", "/", within=0.2)

    assert time.monotonic() - began < 1 + NOISE


def test_response_timeout(start: Start) -> None:
    server = start(lambda server, _: server.stopped.wait())
    began = time.monotonic()

    # Two clocks run, that of the socket and ours: either may ring first.
    with pytest.raises(UnansweredFault, match=r"did not respond within 1\.0s|timed out"):
        transport(Connection(server.url), request_timeout=1).request("POST", "/", within=60)

    assert time.monotonic() - began < 1 + NOISE


def trickle(server: Server, connection: socket.socket) -> None:
    """A byte now and then, each of which would restart the limit of a single read."""
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n" + b"x" * 90:
        connection.sendall(bytes([byte]))
        if server.stopped.wait(0.3):
            return


def test_slow_response_times_out_as_a_whole(start: Start) -> None:
    began = time.monotonic()

    with pytest.raises(UnansweredFault, match="did not respond"):
        transport(Connection(start(trickle).url)).request("GET", "/", within=1)

    assert time.monotonic() - began < 1 + NOISE


def test_request_without_time_left_is_a_fault(start: Start) -> None:
    server = start(answering(answer()))

    with pytest.raises((UnreachableFault, UnansweredFault)):
        transport(Connection(server.url)).request("POST", "/", within=-1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabcde",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_unreadable_response_is_unanswered_and_not_repeated(
    data: bytes, method: str, start: Start
) -> None:
    server = start(once(data))

    with pytest.raises(UnansweredFault, match="no readable response") as caught:
        transport(Connection(server.url)).request(method, "/")

    assert "\n" not in caught.value.message
    # Reading again is safe.
    assert ("may have succeeded" in caught.value.hint) == (method == "POST")
    assert len(server.requests) == 1


def test_reset_connection_is_unanswered(start: Start) -> None:
    def serve(server: Server, connection: socket.socket) -> None:
        server.receive(connection)
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    with pytest.raises(UnansweredFault, match="no readable response"):
        transport(Connection(start(serve).url)).request("POST", "/", body=b"{}")


def test_response_before_the_body_was_read(start: Start) -> None:
    refusal = answer(b"too large", "413 Too Large", "Connection: close")

    def serve(server: Server, connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(refusal)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):
            pass

    found = transport(Connection(start(serve).url)).request("POST", "/", body=b"x" * 5_000_000)

    assert (found.status, found.body) == (413, b"too large")


def test_a_too_large_response_is_a_fault(start: Start) -> None:
    server = start(answering(answer(b"x" * 5_000_000)))

    with pytest.raises(UnansweredFault, match="larger than 1 MiB"):
        transport(Connection(server.url), max_response=2**20).request("GET", "/")


def test_closed_connection_is_not_reused(start: Start) -> None:
    server = start(once(answer()))
    asked = transport(Connection(server.url))

    for number in range(3):
        assert asked.request("POST", "/", body=b"%d" % number).status == 200
        wait_until_closed(asked)

    assert len(server.requests) == 3


def wait_until_closed(asked: object) -> None:
    pool = asked._pool[1]  # type: ignore[attr-defined]
    ends = time.monotonic() + NOISE
    while pool._idle and pool._idle[0].is_silent() and time.monotonic() < ends:
        time.sleep(0.001)


def test_connection_of_a_request_that_outlasts_the_transport_is_closed(start: Start) -> None:
    came, closed = threading.Event(), threading.Event()
    ended: list[bytes] = []

    def serve(server: Server, connection: socket.socket) -> None:
        server.receive(connection)
        came.set()
        assert closed.wait(NOISE)
        connection.sendall(answer())
        ended.append(server.receive(connection))

    logged: list[str] = []
    asked = transport(Connection(start(serve).url), log=logged.append)
    request = threading.Thread(target=asked.request, args=("GET", "/"))
    request.start()
    assert came.wait(NOISE)
    asked.close()
    closed.set()
    request.join(NOISE)

    assert logged == []

    until(lambda: ended == [b""], "the end of the connection", NOISE)


def second_request_unanswered(server: Server, connection: socket.socket) -> None:
    """The server closes a connection just when the next request is sent."""
    server.receive(connection)
    connection.sendall(answer())
    server.receive(connection)


def test_read_on_a_stale_connection_is_repeated(start: Start) -> None:
    server = start(second_request_unanswered)
    asked = transport(Connection(server.url))

    assert asked.request("GET", "/a").status == 200
    assert asked.request("GET", "/b").status == 200
    assert [request.split()[1] for request in server.requests] == [b"/a", b"/b", b"/b"]


def test_write_on_a_stale_connection_is_not_repeated(start: Start) -> None:
    server = start(second_request_unanswered)
    asked = transport(Connection(server.url))
    assert asked.request("GET", "/a").status == 200

    with pytest.raises(UnansweredFault, match="connection closed"):
        asked.request("POST", "/b")

    assert [request.split()[1] for request in server.requests] == [b"/a", b"/b"]


def test_bytes_after_a_response_close_the_connection(start: Start) -> None:
    server = start(answering(answer() + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"))
    asked = transport(Connection(server.url))

    for _ in range(2):
        assert asked.request("GET", "/").body == b"{}"


def test_credentials_are_not_sent_over_plain_http(start: Start) -> None:
    server = start(answering(answer(b"", "401 Unauthorized")))
    warnings: list[str] = []
    connection = Connection(server.url, credentials=Token(CANARY))
    asked = transport(connection, warn=warnings.append)

    for _ in range(2):
        assert asked.request("GET", "/").status == 401

    assert "Authorization" not in str(server.requests)
    assert CANARY not in str(server.requests)
    assert warnings == [f"{server.url} is plain http: credentials are not sent"]


def test_no_warning_for_plain_http_without_credentials(start: Start) -> None:
    server = start(answering(answer()))

    transport(Connection(server.url), warn=pytest.fail).request("GET", "/")


def test_token_file_is_not_read_for_plain_http(start: Start) -> None:
    server = start(answering(answer()))
    connection = Connection(server.url, credentials=TokenFile("/no/such/file"))

    assert transport(connection).request("GET", "/").status == 200


def test_failed_request_is_logged() -> None:
    lines: list[str] = []

    with pytest.raises(UnreachableFault):
        transport(Connection("http://a..b"), log=lines.append).request("GET", "/x")

    assert lines[0].startswith("GET /x failed ")
