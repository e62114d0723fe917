"""The effect of each fault on the client, and on the request at the server."""

import gzip
import http.client
import json
import zlib

import pytest

from tests.proxy.clients import PATH, asked, client, is_logged, said
from tests.proxy.fault_proxy import FaultProxy
from tests.proxy.faults import (
    BAD_GATEWAY,
    BROKEN_GZIP,
    BROKEN_JSON,
    EMPTY,
    HTML_PAGE,
    Drip,
    Fault,
    Late,
    Latency,
    ResetAfter,
    ResetBefore,
    Rule,
    Status,
    Truncate,
    WrongLength,
    standard_faults,
)
from tests.proxy.recorder import BODY, Server


def seconds(proxy: FaultProxy) -> float:
    entry = proxy.log[0]
    return (entry.ended or 0) - entry.began


@pytest.mark.parametrize(
    "retry_after", ["1", "-5", "abc", "1000000000", "Wed, 21 Oct 2026 07:28:00 GMT"]
)
def test_a_status_is_sent_with_its_headers(
    retry_after: str, server: Server, proxy: FaultProxy
) -> None:
    fault = Status(429, (("Retry-After", retry_after),), message="busy")
    proxy.rules = [Rule(fault, times=1)]

    with client(proxy) as connection:
        connection.request("POST", PATH, b"{}")
        response = connection.getresponse()
        status = json.loads(response.read())
        assert server.requests == []
        assert is_logged(proxy, fault, None, 429)
        connection.request("POST", PATH, b"{}")
        assert connection.getresponse().status == 201

    assert (response.status, response.headers["Retry-After"]) == (429, retry_after)
    assert (status["reason"], status["message"]) == ("TooManyRequests", "busy")


def test_a_status_has_no_body_for_head(proxy: FaultProxy) -> None:
    proxy.rules = [Rule(Status(503), times=1)]

    with client(proxy) as connection:
        for status in (503, 200):
            connection.request("HEAD", PATH)
            response = connection.getresponse()
            assert (response.status, response.read()) == (status, b"")


def test_a_status_can_be_sent_after_the_server_has_acted(server: Server, proxy: FaultProxy) -> None:
    fault = Status(504, executed=True)
    proxy.rules = [Rule(fault)]

    assert asked(proxy)[0] == 504
    assert server.methods == ["POST"]
    assert is_logged(proxy, fault, 201, 504)


@pytest.mark.parametrize("fault", [HTML_PAGE, BROKEN_JSON, BROKEN_GZIP, EMPTY, BAD_GATEWAY])
def test_a_corrupt_body_is_sent_unchanged(fault: Status, server: Server, proxy: FaultProxy) -> None:
    proxy.rules = [Rule(fault)]

    assert asked(proxy) == (fault.code, fault.body)
    assert len(server.requests) == fault.executed


def test_broken_content_cannot_be_decoded() -> None:
    with pytest.raises(zlib.error):
        gzip.decompress(BROKEN_GZIP.body or b"")
    with pytest.raises(json.JSONDecodeError):
        json.loads(BROKEN_JSON.body or b"")


@pytest.mark.parametrize(
    ("fault", "reached", "status"), [(ResetBefore(), [], None), (ResetAfter(), ["POST"], 201)]
)
def test_a_reset_breaks_the_connection(
    fault: Fault, reached: list[str], status: int | None, server: Server, proxy: FaultProxy
) -> None:
    proxy.rules = [Rule(fault)]

    with pytest.raises(ConnectionResetError):
        said(proxy)

    assert server.methods == reached
    assert is_logged(proxy, fault, status, None)


def test_a_reset_breaks_a_reused_connection(server: Server, proxy: FaultProxy) -> None:
    proxy.rules = [Rule(ResetBefore(), after=1)]

    with client(proxy) as connection:
        connection.request("GET", PATH)
        connection.getresponse().read()
        connection.request("GET", PATH)
        with pytest.raises(ConnectionResetError):
            connection.getresponse()

    assert server.methods == ["GET"]


@pytest.mark.parametrize(
    ("fault", "announced", "body"),
    [
        (Truncate(), len(BODY), BODY[: len(BODY) // 2]),
        (Truncate(keep=0), len(BODY), b""),
        (WrongLength(5), len(BODY) + 5, BODY),
        (WrongLength(-5), len(BODY) - 5, BODY),
    ],
)
def test_a_wrong_content_length_is_sent(
    fault: Fault, announced: int, body: bytes, server: Server, proxy: FaultProxy
) -> None:
    proxy.rules = [Rule(fault)]

    head, _, rest = said(proxy).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 201 Created\r\n")
    assert head.lower().count(b"content-length") == 1
    assert f"Content-Length: {announced}".encode() in head
    assert rest == body
    assert server.methods == ["POST"]
    assert is_logged(proxy, fault, 201, 201)


@pytest.mark.parametrize("fault", [Drip(0), Drip(0.001, size=20), Latency(0.01, 0.01)])
def test_slow_answers_are_complete(fault: Fault, server: Server, proxy: FaultProxy) -> None:
    proxy.rules = [Rule(fault)]

    assert asked(proxy) == (201, BODY)
    assert is_logged(proxy, fault, 201, 201)
    assert server.methods == ["POST"]


def test_latency_delays_the_answer(server: Server) -> None:
    rule = Rule(Latency(before=0.05, after=0.05))
    with FaultProxy(server.url, seed=1, rules=[rule]) as proxy:
        asked(proxy)

    assert seconds(proxy) >= 0.1


def test_closing_the_proxy_does_not_wait_for_slow_answers(server: Server) -> None:
    with FaultProxy(server.url, seed=1, rules=[Rule(Drip(1_000))]) as proxy, client(proxy) as asks:
        asks.request("GET", PATH)
        assert asks.getresponse().status == 200

    assert proxy.log[0].ended is not None


def test_a_late_request_is_delivered_after_its_delay(server: Server, proxy: FaultProxy) -> None:
    fault = Late(0.1)
    proxy.rules = [Rule(fault)]

    with pytest.raises(ConnectionResetError):
        asked(proxy)
    proxy.settle()

    assert seconds(proxy) >= 0.1
    assert [each.body for each in server.requests] == [b"{}"]
    assert is_logged(proxy, fault, 201, None)


def test_late_requests_are_dropped_when_the_proxy_closes(server: Server) -> None:
    with (
        FaultProxy(server.url, seed=1, rules=[Rule(Late(1_000))]) as proxy,
        pytest.raises(ConnectionResetError),
    ):
        asked(proxy)

    assert server.requests == []


def test_the_same_seed_gives_the_same_answers(server: Server) -> None:
    def run(seed: int) -> list[Fault | None]:
        rules = [Rule(Status(500), 0.3), Rule(Truncate(), 0.3)]
        with FaultProxy(server.url, seed=seed, rules=rules) as proxy, client(proxy) as connection:
            for _ in range(20):
                connection.request("POST", PATH)
                response = connection.getresponse()
                try:
                    response.read()
                except http.client.IncompleteRead:
                    connection.close()
        return [each.fault for each in proxy.log]

    first = run(5)
    assert first == run(5)
    assert first != run(6)
    assert set(first) == {None, Status(500), Truncate()}


def test_rules_can_be_removed(proxy: FaultProxy) -> None:
    proxy.rules = standard_faults(0.1)
    assert proxy.rules == standard_faults(0.1)

    proxy.clear()

    assert proxy.rules == ()
    assert asked(proxy) == (201, BODY)
