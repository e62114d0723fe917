"""One exchange: nothing is sent after its time limit."""

import socket
import threading
import time
from collections.abc import Callable

import pytest

from ippoolctl.cluster.connection import Connection
from ippoolctl.cluster.http.connection_pool import ConnectionPool
from ippoolctl.cluster.http.exchange import Exchange, Request
from ippoolctl.cluster.http.time_limits import LateError
from ippoolctl.ports.faults import UnansweredFault
from tests.cluster.servers import Server, answer, answering

Start = Callable[..., Server]


def request(method: str) -> Request:
    return Request(method, "/", (), None, 2**20, tell_limit=False)


@pytest.fixture
def server(start: Start) -> Server:
    return start(answering(answer()))


@pytest.mark.parametrize("kept", [False, True])
def test_abandoned_exchange_sends_nothing(kept: bool, server: Server) -> None:
    pool = ConnectionPool(Connection(server.url), None)
    if kept:
        assert Exchange(pool, request("GET"), 20).run().status == 200
    sent = len(server.requests)
    exchange = Exchange(pool, request("POST"), 20)

    exchange.abandon()
    with pytest.raises(LateError):
        exchange.run()

    pool.close()
    assert len(server.requests) == sent


def test_late_exchange_sends_nothing(server: Server) -> None:
    pool = ConnectionPool(Connection(server.url), None)
    assert Exchange(pool, request("GET"), 20).run().status == 200
    exchange = Exchange(pool, request("POST"), 0.001)

    time.sleep(0.002)
    with pytest.raises(LateError):
        exchange.run()

    pool.close()
    assert len(server.requests) == 1


def test_a_sent_request_is_never_reported_as_unsent(start: Start) -> None:
    def answer_once(server: Server, connection: socket.socket) -> None:
        server.receive(connection)
        connection.sendall(answer())
        server.receive(connection)
        received.set()
        server.stopped.wait()

    received = threading.Event()
    pool = ConnectionPool(Connection(start(answer_once).url), None)
    assert Exchange(pool, request("GET"), 20).run().status == 200
    exchange = Exchange(pool, request("GET"), 20)
    ends: list[BaseException] = []

    def run() -> None:
        try:
            exchange.run()
        except LateError as error:
            ends.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert received.wait(20)
    exchange.abandon()
    thread.join(20)

    pool.close()
    assert len(ends) == 1
    assert isinstance(exchange.late_fault(20), UnansweredFault)
