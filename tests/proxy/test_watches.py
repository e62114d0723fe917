"""Watches pass event by event, and end according to their rule."""

import http.client
from contextlib import ExitStack

import pytest

from tests.proxy.clients import PATH, PATIENCE, WATCH, asked, client, said, watched
from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.faults import (
    DropWatch,
    End,
    Fault,
    ResetAfter,
    Rule,
    Status,
    Truncate,
)
from tests.proxy.recorder import BODY, EVENTS, Server


def test_a_watch_passes_event_by_event(server: Server, proxy: FaultProxy) -> None:
    with client(proxy) as connection:
        response = watched(connection)
        server.go_on.set()
        assert response.read() == EVENTS[1]
        connection.request("GET", PATH)
        assert connection.getresponse().read() == BODY

    assert server.connections == 1
    assert proxy.log[0].ended is not None


def test_the_server_notices_that_a_client_has_left_its_watch(
    server: Server, proxy: FaultProxy
) -> None:
    with client(proxy) as connection:
        watched(connection).close()

    assert server.left.wait(PATIENCE)


def test_closing_the_proxy_does_not_wait_for_watches(server: Server) -> None:
    with ExitStack() as stack:
        with FaultProxy(server.url, seed=1) as proxy:
            response = watched(stack.enter_context(client(proxy)))
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            response.read()


@pytest.mark.parametrize(
    "limit",
    [DropWatch(after_bytes=len(EVENTS[0]) + 3), DropWatch(after_bytes=len(EVENTS[0]))],
)
def test_a_watch_can_be_cut_after_some_bytes(
    limit: DropWatch, server: Server, proxy: FaultProxy
) -> None:
    proxy.rules = [Rule(limit, watch=True)]
    server.go_on.set()

    with client(proxy) as connection:
        connection.request("GET", WATCH)
        with pytest.raises(http.client.IncompleteRead) as caught:
            connection.getresponse().read()

    assert caught.value.partial == b"".join(EVENTS)[: limit.after_bytes]
    assert asked(proxy, "GET", PATH, None) == (200, BODY)


def test_a_watch_can_be_cut_after_some_time(server: Server, proxy: FaultProxy) -> None:
    proxy.rules = [Rule(DropWatch(after_seconds=0.2))]

    with client(proxy) as connection:
        connection.request("GET", WATCH)
        with pytest.raises(http.client.IncompleteRead):
            connection.getresponse().read()

    assert server.left.wait(PATIENCE)


def test_a_watch_can_end_too_early(proxy: FaultProxy) -> None:
    limit = DropWatch(after_bytes=len(EVENTS[0]), end=End.FINISH)
    proxy.rules = [Rule(limit, times=1)]

    with client(proxy) as connection:
        assert watched(connection).read() == b""
        connection.request("GET", PATH)
        assert connection.getresponse().read() == BODY


def test_a_watch_can_be_reset(proxy: FaultProxy) -> None:
    proxy.rules = [Rule(DropWatch(after_bytes=len(EVENTS[0]), end=End.RESET))]

    with pytest.raises(ConnectionResetError):
        said(proxy, "GET", WATCH)


def test_a_watch_can_stop_sending(server: Server, proxy: FaultProxy) -> None:
    proxy.rules = [Rule(DropWatch(after_bytes=len(EVENTS[0]), end=End.STALL))]

    with client(proxy) as connection:
        response = watched(connection)
        server.go_on.set()
        connection.sock.settimeout(0.2)
        with pytest.raises(TimeoutError):
            response.read()
        assert proxy.log[0].ended is None


@pytest.mark.parametrize("fault", [ResetAfter(), Truncate(), Status(410, executed=True)])
def test_other_faults_of_a_watch_do_not_wait_for_its_end(
    fault: Fault, server: Server, proxy: FaultProxy
) -> None:
    proxy.rules = [Rule(fault)]

    with client(proxy) as connection:
        connection.request("GET", WATCH)
        try:
            connection.getresponse().read()
        except (ConnectionResetError, http.client.IncompleteRead):
            assert not isinstance(fault, Status)

    assert server.left.wait(PATIENCE)
