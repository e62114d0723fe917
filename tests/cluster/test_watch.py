"""Watches over HTTP: the contract on the sandbox, and servers with odd responses."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from ippoolctl.cluster import gateway as gateway_module
from ippoolctl.cluster.connection import Connection
from ippoolctl.cluster.gateway import KubernetesGateway
from ippoolctl.cluster.http import exchange
from ippoolctl.engine.watching.steps import WATCH_SECONDS
from ippoolctl.ports.faults import Fault, RejectedFault, UnansweredFault
from ippoolctl.ports.gateway import EventKind, PoolEvent
from ippoolctl.sandbox.sandbox import Settings
from tests.builders import pool_object
from tests.cluster.servers import Serve, Server, answer, once, transport
from tests.engine.watch_contract import *  # noqa: F403 - the contract's tests
from tests.sandbox.running import running

Start = Callable[[Serve], Server]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"


@pytest.fixture
def gateway() -> Iterator[KubernetesGateway]:
    with running(Settings(status_delay=60)) as sandbox:
        yield KubernetesGateway(transport(Connection(sandbox.sandbox.url)))


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def line(kind: str, version: str = "8", **more: Any) -> bytes:
    document = pool_object("a", "10.0.0.0/24") | more
    document["metadata"] = {"name": "a", "uid": "u", "resourceVersion": version}
    return orjson.dumps({"type": kind, "object": document}) + b"\n"


def watched(start: Start, serve: Serve) -> tuple[list[PoolEvent], Fault | None]:
    """The events of one watch of a second, and the fault that it ends with."""
    events = []
    try:
        for each in KubernetesGateway(transport(Connection(start(serve).url))).watch_pools(
            "7", seconds=1
        ):
            events += [each] if each else []
    except Fault as fault:
        return events, fault
    return events, None


def test_events_bookmarks_and_the_end(start: Start) -> None:
    data = chunk(line("ADDED")) + chunk(line("BOOKMARK", "9")) + chunk(line("DELETED", "10"))

    events, fault = watched(start, once(HEAD + data + END))

    assert fault is None
    assert [(each.kind.value, each.resource_version) for each in events] == [
        ("ADDED", "8"), ("BOOKMARK", "9"), ("DELETED", "10"),
    ]  # fmt: skip
    assert events[1].pool is None


def test_a_watch_request_has_its_query_parameters(start: Start) -> None:
    server = start(once(HEAD + END))

    list(KubernetesGateway(transport(Connection(server.url))).watch_pools("7", seconds=25))

    assert (
        server.requests[0]
        .split(b" ")[1]
        .endswith(
            b"externalippools?watch=1&resourceVersion=7&allowWatchBookmarks=true&timeoutSeconds=25"
        )
    )


def test_events_that_arrive_in_pieces_or_together(start: Start) -> None:
    both = line("ADDED") + line("MODIFIED", "9")
    pieces = b"".join(chunk(both[at : at + 7]) for at in range(0, len(both), 7))

    for data in (pieces, chunk(both)):
        events, fault = watched(start, once(HEAD + data + END))

        assert fault is None
        assert [each.resource_version for each in events] == ["8", "9"]


@pytest.mark.parametrize("inside", [True, False])
def test_a_watch_of_an_expired_revision_is_rejected_with_410(start: Start, inside: bool) -> None:
    status = {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old: 7 (9)"}
    event = orjson.dumps({"type": "ERROR", "object": status}) + b"\n"
    data = HEAD + chunk(event) if inside else answer(orjson.dumps(status), "410 Gone")

    events, fault = watched(start, once(data))

    assert not events
    assert isinstance(fault, RejectedFault)
    assert (fault.status, fault.reason, fault.message) == (410, "Expired", "too old: 7 (9)")


def test_a_missing_permission(start: Start) -> None:
    status = {"kind": "Status", "code": 403, "reason": "Forbidden", "message": "cannot watch"}

    _, fault = watched(start, once(answer(orjson.dumps(status), "403 Forbidden")))

    assert isinstance(fault, RejectedFault)
    assert fault.status == 403


@pytest.mark.parametrize(
    "data",
    [
        chunk(line("ADDED")),
        chunk(line("ADDED")) + chunk(line("MODIFIED"))[:40],
        chunk(line("ADDED")) + chunk(line("MODIFIED")[:40]) + END,
        chunk(line("ADDED")) + b"zz\r\n",
    ],
    ids=["between events", "inside of an event", "a line without its end", "not a chunk"],
)
def test_a_truncated_watch_is_a_fault(start: Start, data: bytes) -> None:
    events, fault = watched(start, once(HEAD + data))

    assert [each.kind for each in events] == [EventKind.ADDED]
    assert isinstance(fault, UnansweredFault)


@pytest.mark.parametrize(
    "text",
    [b"{}", b"[]", b"nothing", b'{"type":"ADDED"}', b'{"type":"ADDED","object":{}}', b"",
     b'{"type":"OTHER","object":{"metadata":{"resourceVersion":"1"}}}',
     b'{"type":"ERROR","object":{"message":"x"}}', b'{"type":"ERROR","object":[]}'],
)  # fmt: skip
def test_an_invalid_line_of_a_watch_is_a_fault(start: Start, text: bytes) -> None:
    _, fault = watched(start, once(HEAD + chunk(text + b"\n") + END))

    assert isinstance(fault, UnansweredFault)
    assert "not an event of a watch" in fault.message


def test_an_endless_line_is_bounded(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_LONGEST_LINE", 10_000)

    _, fault = watched(start, once(HEAD + chunk(b"x" * 20_000) + END))

    assert isinstance(fault, UnansweredFault)


def silent(data: bytes) -> Serve:
    def serve(server: Server, connection: socket.socket) -> None:
        server.receive(connection)
        connection.sendall(data)
        server.stopped.wait(30)

    return serve


def dribbling(server: Server, connection: socket.socket) -> None:
    server.receive(connection)
    connection.sendall(HEAD)
    while not server.stopped.wait(0.05):
        connection.sendall(b"0")


@pytest.mark.parametrize(
    "serve",
    [silent(b""), silent(HEAD), silent(HEAD + chunk(line("ADDED"))), dribbling],
    ids=["no response", "no event", "silence after an event", "byte by byte"],
)
def test_a_watch_that_is_dead_is_noticed(
    start: Start, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway_module, "_WATCH_GRACE", 0.5)
    began = time.monotonic()

    _, fault = watched(start, serve)

    assert isinstance(fault, UnansweredFault)
    assert 1.4 < time.monotonic() - began < 5


def test_closing_a_watch_closes_its_connection(start: Start) -> None:
    left: list[bytes] = []

    def serve(server: Server, connection: socket.socket) -> None:
        server.receive(connection)
        connection.sendall(HEAD + chunk(line("ADDED")))
        left.append(connection.recv(1))

    server = start(serve)
    events = KubernetesGateway(transport(Connection(server.url))).watch_pools("7", seconds=25)
    assert next(each for each in events if each)

    events.close()

    ends = time.monotonic() + 5
    while not left and time.monotonic() < ends:
        time.sleep(0.01)
    assert left == [b""]


def test_a_dead_watch_is_noticed_within_thirty_seconds() -> None:
    assert WATCH_SECONDS + gateway_module._WATCH_GRACE < 30
