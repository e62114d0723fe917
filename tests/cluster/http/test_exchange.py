"""One exchange: after its time limit it sends nothing."""

import time
from collections.abc import Callable

import pytest

from ippoolctl.cluster.connection import Connection
from ippoolctl.cluster.http.connection_pool import ConnectionPool
from ippoolctl.cluster.http.exchange import Exchange, Request
from ippoolctl.cluster.http.time_limits import LateError
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
