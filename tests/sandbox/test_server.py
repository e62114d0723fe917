"""The sandbox as a server: address, access, storage, shutdown."""

import socket
import ssl
import threading
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import trustme
import urllib3

from ippoolctl.domain.antrea.releases import parse_release
from ippoolctl.sandbox import store
from ippoolctl.sandbox.apiserver.statuses import StatusError
from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.builders import pool_object
from tests.e2e.api import POOLS, Api
from tests.e2e.waiting import until
from tests.sandbox.running import Running, running

A = pool_object("a", "10.0.0.0/24")
OLD_POOLS = POOLS.replace("v1beta1", "v1alpha2")
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
TOKENS = {f"token-of-{user}": user for user in ("admin", "editor", "viewer", "nobody")}


def port_of(at: Running) -> int:
    return int(at.sandbox.url.rpartition(":")[2])


def may(at: Running, verb: str, resource: str, user: str = "admin") -> bool:
    attributes = {"verb": verb, "group": "crd.antrea.io", "resource": resource}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    answer = at.api.request("POST", REVIEWS, review, user=user)
    assert answer.status == 201, answer
    return bool(answer.body["status"]["allowed"])


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A TLS context with a certificate, and the file of its authority."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return context, path


def test_the_sandbox_listens_on_one_loopback_address() -> None:
    with running() as at:
        assert at.sandbox.url.startswith("http://127.0.0.1:")
        for other in ("127.0.0.2", "::1"):
            with pytest.raises(OSError, match=r"refused|unreachable|assign"):
                socket.create_connection((other, port_of(at)), timeout=5)


def test_a_port_in_use_is_an_os_error() -> None:
    with running() as at, pytest.raises(OSError, match="in use"):
        Sandbox(Settings(port=port_of(at)))


def test_two_sandboxes_share_nothing() -> None:
    with running(load=[A]) as one, running() as other:
        assert other.create("b", "10.0.0.0/25").status == 201
        assert (set(one.pools()), set(other.pools())) == ({"a"}, {"b"})
        assert one.sandbox.control.token != other.sandbox.control.token


def follow(url: str, heard: list[bytes], ended: threading.Event) -> None:
    with urllib3.PoolManager(retries=False) as connections:
        stream = connections.request("GET", f"{url}{POOLS}?watch=1", preload_content=False)
        with suppress(urllib3.exceptions.HTTPError):
            heard.extend(stream.stream())
        stream.close()
    ended.set()


def test_a_stop_ends_watches_and_frees_the_port() -> None:
    heard: list[bytes] = []
    ended = threading.Event()
    with running(load=[A]) as at:
        threading.Thread(target=follow, args=(at.sandbox.url, heard, ended)).start()
        until(lambda: heard, "the watch has begun")
        port, api = port_of(at), at.api
        assert not ended.is_set()
        at.sandbox.stop()

        assert ended.wait(30)
        with pytest.raises(urllib3.exceptions.HTTPError):
            api.request("GET", POOLS)
    with running(Settings(port=port)) as again:
        assert port_of(again) == port
        assert again.pools() == {}


def test_the_thread_of_a_closed_watch_ends() -> None:
    with running(load=[A]) as at:
        began = threading.active_count()
        for _ in range(3):
            stream = at.api.connections().request(
                "GET",
                f"{at.sandbox.url}{POOLS}?watch=1",
                headers=at.api.headers("admin"),
                preload_content=False,
            )
            next(iter(stream.stream()))
            stream.close()

        until(lambda: threading.active_count() <= began + 1, "their threads end")


def test_the_number_of_kept_events_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "KEPT", 20)
    with running(load=[A]) as at:
        first = at.api.request("GET", POOLS).body["metadata"]["resourceVersion"]
        for number in range(100):
            labels = {"metadata": {"labels": {"number": str(number)}}}
            assert at.api.request("PATCH", f"{POOLS}/a", labels).status == 200
        present = at.api.request("GET", POOLS).body["metadata"]["resourceVersion"]
        query = {"resourceVersion": first, "resourceVersionMatch": "Exact"}
        old = at.api.request("GET", POOLS, query=query)
        recent = at.api.request(
            "GET", POOLS, query={**query, "resourceVersion": str(int(present) - 20)}
        )

        assert len(at.sandbox.store._events) <= 40
        assert (old.status, recent.status) == (410, 200)
        assert recent.body["items"][0]["metadata"]["labels"] != {"number": "99"}


def test_an_invalid_object_is_not_loaded() -> None:
    for wrong in (
        pool_object("Not_A_Name", "10.0.0.0/24"),
        {**A, "spec": {}},
        {**A, "kind": "Nonsense"},
    ):
        with pytest.raises(StatusError):
            Sandbox(load=[wrong])


def test_loaded_objects_bypass_the_webhook() -> None:
    with running(load=[A, pool_object("b", "10.0.0.0/25"), pool_object("c", "010.0.0.0/24")]) as at:
        assert set(at.pools()) == {"a", "b", "c"}
        assert at.knows() == {"a", "b", "c"}


def test_an_old_release_serves_the_old_version_too() -> None:
    with running(Settings(parse_release("1.15"))) as at:
        subnet = {"gateway": "10.0.0.1", "prefixLength": 24}
        old = pool_object("old", "10.0.0.0/24", version="v1alpha2", subnetInfo=subnet)
        made = at.api.request("POST", OLD_POOLS, old)
        at.create("new", "10.0.1.0/24")

        assert (made.status, made.body["apiVersion"]) == (201, "crd.antrea.io/v1alpha2")
        assert "subnetInfo" not in made.body["spec"], "only v1beta1 has it"
        assert {each["apiVersion"] for each in at.pools().values()} == {"crd.antrea.io/v1beta1"}
        shown = at.items(OLD_POOLS)
        assert [each["apiVersion"] for each in shown] == ["crd.antrea.io/v1alpha2"] * 2
        assert [each["metadata"]["name"] for each in shown] == ["new", "old"]
        group = at.api.request("GET", "/apis/crd.antrea.io").body
        assert [each["version"] for each in group["versions"]] == ["v1beta1", "v1alpha2"]
        assert at.label(f"{OLD_POOLS}/new").status == 200


def test_a_new_release_serves_the_new_version_only() -> None:
    with running() as at:
        assert at.api.request("GET", OLD_POOLS).status == 404


def test_a_denied_verb_is_forbidden_to_all_users() -> None:
    denied = ("delete:externalippools", "list:egresses", "*:services", "update:*")
    with running(Settings(denied=denied), [A]) as at:
        refused = at.delete("a")
        statuses = [
            at.api.request("GET", "/apis/crd.antrea.io/v1beta1/egresses").status,
            at.api.request("GET", "/api/v1/services").status,
            at.api.request("PUT", f"{POOLS}/a", A).status,
            at.label(f"{POOLS}/a").status,
        ]

        assert refused.status == 403
        assert refused.body["message"] == (
            'externalippools.crd.antrea.io "a" is forbidden: User "admin" cannot delete resource '
            '"externalippools" in API group "crd.antrea.io" at the cluster scope'
        )
        assert refused.body["reason"] == "Forbidden"
        assert statuses == [403, 403, 403, 200]
        asked = [("delete", "externalippools"), ("list", "egresses"), ("update", "ippools")]
        assert [may(at, *each) for each in asked] == [False] * 3
        assert may(at, "create", "externalippools")
        assert may(at, "get", "egresses")


def test_tokens_over_tls(tls: tuple[ssl.SSLContext, Path]) -> None:
    context, authority = tls
    settings = Settings(tokens=TOKENS, context=context)
    with running(settings, [A], authority) as at:
        assert at.sandbox.url.startswith("https://127.0.0.1:")

        def statuses(method: str, body: Any = None) -> dict[str, int]:
            users = ("admin", "editor", "viewer", "nobody", "no")
            return {each: at.api.request(method, POOLS, body, each).status for each in users}

        assert statuses("GET") == {
            "admin": 200, "editor": 200, "viewer": 200, "nobody": 403, "no": 401,
        }  # fmt: skip
        assert statuses("POST", pool_object("b", "10.0.1.0/24")) == {
            "admin": 201, "editor": 409, "viewer": 403, "nobody": 403, "no": 401,
        }  # fmt: skip
        assert may(at, "list", "externalippools", user="viewer")
        assert not may(at, "create", "externalippools", user="viewer")


def test_a_client_without_tls_affects_no_other(tls: tuple[ssl.SSLContext, Path]) -> None:
    context, authority = tls
    with running(Settings(tokens=TOKENS, context=context), [A], authority) as at:
        with socket.create_connection(("127.0.0.1", port_of(at)), timeout=10) as silent:
            assert set(at.pools()) == {"a"}, "a silent client delays no other"
            silent.sendall(b"GET / HTTP/1.1\r\n\r\n")
            while silent.recv(1000):
                pass
        plain = Api(at.sandbox.url.replace("https", "http"), None, {"admin": "token-of-admin"})
        with pytest.raises(urllib3.exceptions.HTTPError):
            plain.request("GET", POOLS)
        plain.close()
        wary = Api(at.sandbox.url, None, {"admin": "token-of-admin"})
        with pytest.raises(urllib3.exceptions.SSLError):
            wary.request("GET", POOLS)
        wary.close()

        assert set(at.pools()) == {"a"}


def test_a_body_may_come_in_chunks() -> None:
    chunked = {"Transfer-Encoding": "chunked"}
    with running() as at:
        answer = at.api.request("POST", POOLS, pool_object("a", "10.0.0.0/24"), headers=chunked)

        assert answer.status == 201


@pytest.mark.parametrize("query", ["limit=1&limit=2", "limit=1"])
def test_an_answer_that_ends_the_connection_has_the_close_header(query: str) -> None:
    with running() as at:
        client = HTTPConnection("127.0.0.1", port_of(at), timeout=10)
        client.request("GET", f"{POOLS}?{query}")
        answer = client.getresponse()
        answer.read()

        assert answer.will_close == (query == "limit=1&limit=2")

        client.close()


@pytest.mark.parametrize("path", [POOLS, "/api/v1/namespaces/default/services"])
def test_a_deeply_nested_body_is_refused(path: str) -> None:
    with running() as at:
        answer = at.api.request("POST", path, '{"kind": ' + "[" * 100_000 + "]" * 100_000 + "}")

        assert answer.status == 400
