"""Malformed requests: each gets an answer, and other clients are not affected."""

import json
import socket
from typing import Any

import pytest

from ippoolctl.sandbox.antrea.webhook import InjectedFailure
from tests.builders import pool_object
from tests.e2e.api import EGRESSES, POOLS
from tests.sandbox.running import Running, running

NODES = "/api/v1/nodes"


def connected(at: Running) -> socket.socket:
    """A raw connection for malformed requests."""
    port = int(at.sandbox.url.rpartition(":")[2])
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def raw(at: Running, text: str) -> str:
    """The answer to these bytes; the client sends nothing more."""
    with connected(at) as connection:
        connection.sendall(text.encode())
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").read().decode()


@pytest.mark.parametrize(
    "spec",
    [
        '{"configSource": NaN}',
        '{"configSource": "\\ud800"}',
        '{"configSource": ' + "[" * 300 + "]" * 300 + "}",
    ],
    ids=["NaN", "half a character", "deep"],
)
def test_an_object_that_cannot_be_encoded_is_not_stored(spec: str) -> None:
    with running() as at:
        made = at.api.request("POST", NODES, f'{{"metadata": {{"name": "n"}}, "spec": {spec}}}')

        assert made.status == 400
        assert at.items(NODES) == []


def test_a_deletion_with_an_incomplete_body_deletes_nothing() -> None:
    with running() as at:
        at.create("a", "10.0.0.0/24")

        answer = raw(
            at, f"DELETE {POOLS}/a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60\r\n\r\n"
        )

        assert answer.startswith("HTTP/1.1 400")
        assert set(at.pools()) == {"a"}


def test_a_client_that_expects_100_continue_is_answered() -> None:
    body = json.dumps(pool_object("a", "10.0.0.0/24"))
    head = f"POST {POOLS} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    with running() as at, connected(at) as connection:
        connection.sendall(f"{head}Expect: 100-continue\r\n\r\n".encode())

        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 201")


def test_a_request_from_a_web_page_is_refused() -> None:
    body = json.dumps(pool_object("a", "10.0.0.0/24"))
    head = f"POST {POOLS} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    with running() as at:
        foreign = raw(at, f"{head}Origin: https://example.org\r\n\r\n{body}")
        renamed = raw(at, head.replace("127.0.0.1", "example.org") + f"\r\n{body}")

        assert (foreign[9:12], renamed[9:12]) == ("403", "403")
        assert at.pools() == {}


def test_the_host_header_may_be_in_capitals() -> None:
    with running() as at:
        answer = raw(at, "GET /version HTTP/1.1\r\nHost: LocalHost:1\r\n\r\n")

        assert answer.startswith("HTTP/1.1 200")


@pytest.mark.parametrize(
    "path", [f"/{POOLS}", "//api/v1/nodes", "//apis", "//version", "//", "///"]
)
def test_a_path_with_a_double_leading_slash_is_not_found(path: str) -> None:
    with running() as at:
        answer = raw(at, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")

        assert answer.startswith("HTTP/1.1 404")
        assert answer.endswith("404 page not found\n")


def test_a_field_name_cannot_add_a_header_through_a_warning() -> None:
    with running() as at:
        pool = pool_object("a", "10.0.0.0/24") | {"x\r\nX-Evil: 1\r\n\r\n": 1}

        assert at.api.request("POST", POOLS, pool).body["metadata"]["name"] == "a"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", f"{POOLS}/a", {"dryRun": 5}),
        ("DELETE", "/apis", None),
        ("POST", "/version", None),
        ("PATCH", f"{POOLS}/a", [{"op": "test", "path": 5}]),
        ("PATCH", f"{POOLS}/a", [{"op": "move", "path": "/x", "from": None}]),
        ("POST", POOLS, {"apiVersion": "crd.antrea.io/v1beta1", "kind": "X", "metadata": 5}),
        ("GET", f"{POOLS}?limit={'9' * 5000}", None),
        ("GET", f"{POOLS}?resourceVersion={'9' * 5000}", None),
        ("GET", f"{POOLS}?labelSelector=a>{'9' * 5000}", None),
    ],
)
def test_an_invalid_request_is_refused(method: str, path: str, body: Any) -> None:
    with running() as at:
        at.create("a", "10.0.0.0/24")

        assert 400 <= at.api.request(method, path, body).status < 500
        assert set(at.pools()) == {"a"}


def test_one_waiting_consumer_has_one_retry_however_often_it_changes() -> None:
    with running() as at:
        egress = {"apiVersion": "crd.antrea.io/v1beta1", "kind": "Egress", "spec": {}}
        egress["metadata"] = {"name": "e"}
        egress["spec"] = {"appliedTo": {}, "externalIPPool": "missing"}
        assert at.api.request("POST", EGRESSES, egress).status == 201
        for number in range(30):
            labels = {"podSelector": {"matchLabels": {"n": f"{number}"}}}
            at.api.request("PATCH", f"{EGRESSES}/e", {"spec": {"appliedTo": labels}})
        at.settle()

        waiting = at.sandbox.controller._tasks._waiting
        assert [each.is_retry for each in waiting] == [True]


def test_with_failure_policy_ignore_a_failing_webhook_admits_all() -> None:
    path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
    with running() as at:
        at.create("a", "10.0.0.0/24")
        found = at.api.request("GET", f"{path}/crdvalidator.antrea.io").body["webhooks"]
        ignoring = [each | {"failurePolicy": "Ignore"} for each in found]
        at.api.request("PATCH", f"{path}/crdvalidator.antrea.io", {"webhooks": ignoring})
        at.sandbox.webhook.failure = InjectedFailure.DOWN

        assert at.create("b", "10.0.0.0/24").status == 201
