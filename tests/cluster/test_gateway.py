"""The gateway against servers with odd responses; tests/e2e uses a real API server."""

import re
import socket
import time
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from ippoolctl.cluster.connection import Connection
from ippoolctl.cluster.gateway import KubernetesGateway, gateway_to
from ippoolctl.cluster.http.server_connection import ServerConnection
from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.engine.fault_policy import FaultClass, fault_class
from ippoolctl.errors import InputError
from ippoolctl.ports.faults import Fault, RejectedFault, UnansweredFault
from ippoolctl.ports.gateway import Resource
from tests.builders import pool_object
from tests.cluster.servers import Serve, Server, answer, answering, transport
from tests.noise import NOISE

Start = Callable[[Serve], Server]


def reply(document: Any, status: str = "200 OK", *headers: str) -> bytes:
    return answer(orjson.dumps(document), status, *headers)


def refusal(code: int, reason: str = "", message: str = "no", **more: Any) -> bytes:
    status = {"kind": "Status", "code": code, "reason": reason, "message": message, **more}
    return reply(status, f"{code} X")


def page(*names: str, token: str = "", revision: str = "7") -> bytes:
    metadata = {"resourceVersion": revision, "continue": token}
    items = [live(name) for name in names]
    return reply({"kind": "ExternalIPPoolList", "metadata": metadata, "items": items})


def live(name: str) -> dict[str, Any]:
    document = pool_object(name, "10.0.0.0/24")
    document["metadata"] |= {"uid": f"uid-{name}", "resourceVersion": "5"}
    return document


@pytest.fixture
def ask(start: Start) -> Callable[..., tuple[KubernetesGateway, Server]]:
    def made(*answers: bytes) -> tuple[KubernetesGateway, Server]:
        server = start(answering(*answers))
        return KubernetesGateway(transport(Connection(server.url))), server

    return made


Ask = Callable[..., tuple[KubernetesGateway, Server]]


def targets(server: Server) -> list[str]:
    return [each.split(b" ")[1].decode() for each in server.requests]


def test_continue_pages_have_the_token_and_no_revision(ask: Ask) -> None:
    gateway, server = ask(page("a", token="t1"), page("b", token="t2"), page("c"))

    listed = gateway.list_pools(at="7", selector="x=y")

    assert [each.name for each in listed.pools] == ["a", "b", "c"]
    first, second, third = targets(server)
    assert "resourceVersion=7&resourceVersionMatch=Exact" in first
    assert "continue=t1" in second
    assert "continue=t2" in third
    for target in (second, third):
        assert "resourceVersion" not in target
        assert "labelSelector=x%3Dy" in target


def test_a_list_of_all_pools_has_no_selector_and_no_read_a_field_manager(ask: Ask) -> None:
    gateway, server = ask(page("a"), reply(live("a")))

    gateway.list_pools()
    gateway.get_pool("a")

    listed, read = targets(server)
    assert "labelSelector" not in listed
    assert "fieldManager" not in listed + read


def test_expired_list_is_started_again(ask: Ask) -> None:
    gateway, server = ask(
        page("a", token="t1"), refusal(410, "Expired"), page("a", token="t1"), page("b")
    )

    assert [each.name for each in gateway.list_pools().pools] == ["a", "b"]
    assert len(server.requests) == 4


def test_list_that_always_expires_ends(ask: Ask) -> None:
    gateway, _ = ask(*[page("a", token="t"), refusal(410, "Expired")] * 3)

    with pytest.raises(UnansweredFault):
        gateway.list_pools()


def test_compacted_revision_is_an_expired_fault(ask: Ask) -> None:
    gateway, _ = ask(refusal(410, "Expired"))

    with pytest.raises(RejectedFault) as fault:
        gateway.list_pools(at="3")

    assert fault_class(fault.value) is FaultClass.EXPIRED


def test_all_pages_share_one_time_limit(start: Start) -> None:
    def slowly(server: Server, connection: Any) -> None:
        while server.receive(connection):
            server.stopped.wait(2.5)
            connection.sendall(page("a", token="more"))

    gateway = KubernetesGateway(transport(Connection(start(slowly).url)))
    began = time.monotonic()

    # The third page is requested with two seconds left, enough to be sent on a busy machine.
    with pytest.raises(UnansweredFault):
        gateway.list_pools(within=7)

    assert time.monotonic() - began < 7.5 + NOISE


@pytest.mark.parametrize(
    "document", [{}, [], {"kind": "Status"}, {"metadata": {"name": "other", "uid": "1"}}, "text"]
)
def test_response_without_our_pool_leaves_a_write_unanswered(ask: Ask, document: Any) -> None:
    gateway, _ = ask(reply(document, "201 Created"))

    with pytest.raises(UnansweredFault):
        gateway.create_pool(pool_object("a", "10.0.0.0/24"))
    with pytest.raises(UnansweredFault):
        gateway.patch_pool("a", [])


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"kind": "Status"},
        {"metadata": {"name": "a", "resourceVersion": "5"}},
        {"metadata": {"name": "a", "uid": "1"}},
        {"metadata": {"name": "other", "uid": "1", "resourceVersion": "5"}},
    ],
)
def test_object_that_is_not_the_pool_is_unanswered(ask: Ask, document: Any) -> None:
    gateway, _ = ask(reply(document))

    with pytest.raises(UnansweredFault, match="is not the pool"):
        gateway.get_pool("a")


@pytest.mark.parametrize(
    "items",
    [
        [{}],
        [live("a"), {"metadata": {"name": "b"}}],
        [live("a"), {"metadata": {"uid": "1", "resourceVersion": "5"}}],
        [live("a"), 5],
        {"a": 1},
        "text",
    ],
)
def test_list_with_an_invalid_item_is_unanswered(ask: Ask, items: Any) -> None:
    gateway, _ = ask(reply({"kind": "ExternalIPPoolList", "metadata": {}, "items": items}))

    with pytest.raises(UnansweredFault):
        gateway.list_pools()


def going(**metadata: Any) -> dict[str, Any]:
    """The server's response for a pool with a finalizer."""
    document = live("a")
    document["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", **metadata}
    return document


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        "text",
        {"kind": "Status"},
        {"kind": "Status", "status": "Failure"},
        live("a"),
        going(uid="of another"),
        going(name="b"),
    ],
)
def test_response_without_the_pool_is_not_a_deletion(ask: Ask, document: Any) -> None:
    gateway, _ = ask(reply(document))

    with pytest.raises(UnansweredFault):
        gateway.delete_pool(read_live_pool(live("a")))


@pytest.mark.parametrize("document", [{"kind": "Status", "status": "Success"}, going()])
def test_responses_to_a_deletion(ask: Ask, document: Any) -> None:
    gateway, server = ask(reply(document))

    gateway.delete_pool(read_live_pool(live("a")))

    assert server.requests[0].startswith(b"DELETE ")


def test_a_list_with_null_items_is_empty(ask: Ask) -> None:
    gateway, _ = ask(reply({"metadata": {"resourceVersion": "7"}, "items": None}))

    assert gateway.list_pools().pools == ()


@pytest.mark.parametrize("document", [{}, {"kind": "Status", "status": "Success"}])
def test_response_without_a_list_is_not_an_empty_list(ask: Ask, document: Any) -> None:
    gateway, _ = ask(reply(document))

    with pytest.raises(UnansweredFault):
        gateway.list_pools()


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a%2fb"])
def test_invalid_name_never_becomes_a_path(ask: Ask, name: str) -> None:
    gateway, server = ask(page())

    with pytest.raises(InputError):
        gateway.get_pool(name)
    assert server.requests == []


def test_missing_crd_differs_from_a_missing_pool(ask: Ask) -> None:
    gateway, _ = ask(
        answer(b"404 page not found\n", "404 Not Found"),
        refusal(404, "NotFound", 'externalippools.crd.antrea.io "a" not found'),
    )

    with pytest.raises(RejectedFault, match="does not serve ExternalIPPools"):
        gateway.get_pool("a")
    assert gateway.get_pool("a") is None


def test_another_status_never_means_a_missing_pool(ask: Ask) -> None:
    gateway, _ = ask(refusal(400, "NotFound"))

    with pytest.raises(RejectedFault):
        gateway.get_pool("a")


def test_causes_of_a_rejection_are_kept(ask: Ask) -> None:
    causes = [{"reason": "FieldValueInvalid", "field": "spec.x", "message": "bad"}]
    gateway, _ = ask(refusal(422, "Invalid", "invalid", details={"causes": causes}))

    with pytest.raises(RejectedFault) as fault:
        gateway.create_pool(pool_object("a", "10.0.0.0/24"))

    assert fault.value.causes == (("spec.x", "bad"),)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("1", 1.0),
        ("30", 30.0),
        ("0", 0.0),
        ("-5", 0.0),
        ("--5", 1.0),
        ("abc", 1.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 1.0),
        ("1000000000", 1e9),
        ("9" * 400, 1.0),
        ("٣", 1.0),
    ],
)
def test_retry_after_seconds(ask: Ask, header: str, seconds: float) -> None:
    gateway, _ = ask(
        answer(b"{}", "429 Too Many Requests", f"Retry-After: {header}").replace(
            "٣".encode(), b"\xd9\xa3"
        )
    )

    with pytest.raises(RejectedFault) as fault:
        gateway.list_pools()

    assert fault.value.retry_after == seconds


@pytest.mark.parametrize(
    ("until", "now", "seconds"),
    [
        ("Wed, 21 Oct 2026 07:28:30 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 30.0),
        ("Wed, 21 Oct 2026 07:27:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 2026 07:28:30 GMT", "yesterday", 1.0),
        ("Wed, 99 Oct 2026 07:28:30 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 1.0),
    ],
)
def test_retry_after_date_is_by_the_clock_of_the_server(
    ask: Ask, until: str, now: str, seconds: float
) -> None:
    gateway, _ = ask(answer(b"{}", "429 No", f"Retry-After: {until}", f"Date: {now}"))

    with pytest.raises(RejectedFault) as fault:
        gateway.list_pools()

    assert fault.value.retry_after == seconds


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_has_a_hint(ask: Ask, status: int) -> None:
    gateway, _ = ask(answer(b'{"kind": "Status", "message": "boom"}', f"{status} X"))

    with pytest.raises(RejectedFault, match="boom") as caught:
        gateway.list_pools()

    assert caught.value.hint == "retry later; if the failure persists, check the API server"


@pytest.mark.parametrize("status", range(300, 600, 7))
@pytest.mark.parametrize("body", [b"", b"<html>502</html>", b"{", b"[]", b'{"message": 5}'])
def test_every_error_status_is_a_fault(ask: Ask, status: int, body: bytes) -> None:
    gateway, _ = ask(answer(body, f"{status} X"))

    for question in (
        gateway.list_pools,
        lambda: gateway.get_pool("a"),
        lambda: gateway.create_pool(pool_object("a", "10.0.0.0/24")),
        lambda: gateway.patch_pool("a", []),
        lambda: gateway.may("get"),
        gateway.webhook_registered,
    ):
        with pytest.raises(Fault):
            question()


@pytest.mark.parametrize(("name", "told"), [("", {}), ("a", {"name": "a"})])
def test_access_review_names_a_pool_only_on_request(
    ask: Ask, name: str, told: dict[str, str]
) -> None:
    gateway, server = ask(reply({"status": {"allowed": True}}, "201 Created"))

    assert gateway.may("patch", name)

    body = orjson.loads(server.requests[-1].rpartition(b"\r\n\r\n")[2])
    about = {"group": "crd.antrea.io", "resource": "externalippools", "verb": "patch"}
    assert body["spec"]["resourceAttributes"] == about | told


@pytest.mark.parametrize(
    "status", [{}, None, {"allowed": False}, {"allowed": "true"}, {"denied": True}]
)
def test_only_an_access_review_that_allows_is_a_permission(ask: Ask, status: Any) -> None:
    gateway, server = ask(reply({"status": status}, "201 Created"))

    assert not gateway.may("patch")
    assert "fieldManager" not in targets(server)[0]


@pytest.mark.parametrize("metadata", [None, {}, {"name": "web"}, {"name": "x", "uid": "1"}])
def test_response_without_our_consumer_leaves_its_patch_unanswered(ask: Ask, metadata: Any) -> None:
    gateway, _ = ask(reply({"kind": "Egress", "metadata": metadata}))

    with pytest.raises(UnansweredFault):
        gateway.patch_egress("web", [])
    with pytest.raises(UnansweredFault):
        gateway.patch_service("default", "web", [])


def test_patches_of_consumers_have_the_field_manager_and_the_media_type(ask: Ask) -> None:
    patched = {"metadata": {"name": "web", "uid": "1"}}
    gateway, server = ask(reply(patched))

    assert gateway.patch_egress("web", []) == patched
    assert gateway.patch_service("default", "web", []) == patched

    egress, service = targets(server)
    assert egress.startswith("/apis/crd.antrea.io/v1beta1/egresses/web?fieldManager=ippoolctl&")
    assert service.startswith("/api/v1/namespaces/default/services/web?fieldManager=ippoolctl&")
    assert all(b"application/json-patch+json" in each for each in server.requests)


def seconds_told(server: Server) -> float:
    """The time limit in the last request."""
    told = re.search(r"[?&]timeout=(\d+)ms", targets(server)[-1])
    assert told is not None
    return int(told[1]) / 1000


def test_writes_tell_the_server_limit_and_field_manager(ask: Ask) -> None:
    gateway, server = ask(reply(live("a"), "201 Created"))

    gateway.create_pool(pool_object("a", "10.0.0.0/24"), within=10)
    assert 10 - NOISE < seconds_told(server) <= 9.5
    gateway.create_pool(pool_object("a", "10.0.0.0/24"), within=NOISE, dry_run=True)
    assert 0 < seconds_told(server) <= NOISE - 0.5

    assert "fieldManager=ippoolctl" in targets(server)[0]
    assert "dryRun=All" in targets(server)[1]


def test_request_timeout_limits_the_server_too(start: Start) -> None:
    server = start(answering(reply(live("a"), "201 Created")))
    gateway = KubernetesGateway(transport(Connection(server.url), request_timeout=3))

    gateway.create_pool(pool_object("a", "10.0.0.0/24"), within=10)

    assert seconds_told(server) <= 2.5


def test_slow_connect_shortens_the_limit_of_the_server(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway, server = ask(reply(live("a"), "201 Created"))
    connect = ServerConnection.connect

    def slowly(link: ServerConnection) -> None:
        time.sleep(1)
        connect(link)

    monkeypatch.setattr(ServerConnection, "connect", slowly)

    gateway.create_pool(pool_object("a", "10.0.0.0/24"), within=4)

    assert seconds_told(server) <= 2.5


def test_forbidden_egresses_are_reported_and_services_are_read(ask: Ask) -> None:
    service = {
        "metadata": {
            "namespace": "n",
            "name": "web",
            "annotations": {"service.antrea.io/external-ip-pool": "a"},
        },
        "spec": {"type": "LoadBalancer"},
        "status": {"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}]}},
    }
    listed = reply({"kind": "ServiceList", "metadata": {}, "items": [service]})
    gateway, _ = ask(refusal(403, "Forbidden"), listed)

    known, unseen = gateway.consumers()

    assert [each.text for each in known] == ["Service n/web holds 10.0.0.1"]
    assert unseen == ("Egress",)


def test_cluster_without_egresses_has_none_and_other_errors_end_the_look(ask: Ask) -> None:
    services = reply({"kind": "ServiceList", "metadata": {"resourceVersion": "7"}, "items": []})
    gateway, _ = ask(refusal(404, "NotFound"), services)

    assert gateway.consumers() == ((), ())

    gateway, _ = ask(refusal(400, "BadRequest"), services)
    with pytest.raises(RejectedFault):
        gateway.consumers()


def test_both_lists_of_consumers_have_to_end_within_the_time_limit(start: Start) -> None:
    def serve(server: Server, connection: socket.socket) -> None:
        while server.receive(connection):
            time.sleep(0.3)  # one is less than the limit, two are more
            connection.sendall(reply({"items": [], "metadata": {}}))

    gateway = KubernetesGateway(transport(Connection(start(serve).url)))

    with pytest.raises(UnansweredFault):
        gateway.consumers(within=0.5)
    assert gateway.consumers(within=60) == ((), ())


def test_only_the_result_of_a_dry_run_may_lack_a_revision(ask: Ask) -> None:
    judged, manifest = live("a"), pool_object("a", "10.0.0.0/24")
    del judged["metadata"]["resourceVersion"]

    gateway, server = ask(reply(judged, "201 Created"))
    assert gateway.create_pool(manifest, dry_run=True).name == "a"
    assert "dryRun=All" in targets(server)[0]

    gateway, server = ask(reply(judged, "201 Created"))
    with pytest.raises(UnansweredFault):
        gateway.create_pool(manifest)
    assert "dryRun" not in targets(server)[0]


def test_patch_is_a_dry_run_only_on_request(ask: Ask) -> None:
    gateway, server = ask(reply(live("a")), reply(live("a")))

    gateway.patch_pool("a", [], dry_run=True)
    gateway.patch_pool("a", [])

    dry, real = targets(server)
    assert "dryRun=All" in dry
    assert "dryRun" not in real


def test_webhook_is_registered_if_any_configuration_names_it(ask: Ask) -> None:
    def configurations(*items: Any) -> bytes:
        metadata = {"resourceVersion": "7"}
        kind = "ValidatingWebhookConfigurationList"
        return reply({"kind": kind, "metadata": metadata, "items": list(items)})

    other, ours = {"name": "other"}, {"name": "externalippoolvalidator.antrea.io"}
    answers = [
        configurations({"webhooks": [other]}, {}, {"webhooks": [other, ours]}),
        configurations({"webhooks": [other]}, {"webhooks": None}),
        configurations({"webhooks": ["externalippoolvalidator.antrea.io"]}),
        configurations(),
    ]
    gateway, _ = ask(*answers)

    assert [gateway.webhook_registered() for _ in answers] == [True, False, False, False]


def test_gateway_sends_nothing_before_it_is_used_and_closes_its_connection(start: Start) -> None:
    server = start(answering(reply(live("a"))))
    gateway = gateway_to(Connection(server.url), request_timeout=60.0, exec_allowed=False)

    assert server.requests == []
    assert gateway.get_pool("a") is not None
    gateway.close()


def test_list_in_time_has_the_revision_and_the_date_of_its_first_page(ask: Ask) -> None:
    first = "Date: Thu, 01 Jan 2026 00:00:00 GMT"
    pages = [
        reply(
            {"items": [], "metadata": {"resourceVersion": "7", "continue": "t"}}, "200 OK", first
        ),
        page("a", revision="9"),
    ]
    gateway, _ = ask(*pages)

    listed = gateway.list_pools(within=60)

    assert [each.name for each in listed.pools] == ["a"]
    assert (listed.resource_version, listed.date) == ("7", "2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("header", "date"),
    [
        ("Thu, 01 Jan 2026 02:00:00 +0200", "2026-01-01T00:00:00Z"),
        ("Thu, 01 Jan 2026 00:00:00 -0000", "2026-01-01T00:00:00Z"),
        ("Fri, 31 Dec 9999 23:00:00 -0200", ""),
        ("yesterday", ""),
    ],
)
def test_the_date_of_a_list_is_in_utc_whatever_its_zone(ask: Ask, header: str, date: str) -> None:
    document = {"items": [], "metadata": {"resourceVersion": "7"}}
    gateway, _ = ask(reply(document, "200 OK", f"Date: {header}"))

    assert gateway.list_pools().date == date


def test_only_an_expired_continue_page_starts_a_list_again(ask: Ask) -> None:
    gateway, server = ask(page("a", token="t1"), refusal(400, "BadRequest"), page("a"))

    with pytest.raises(RejectedFault):
        gateway.list_pools()
    assert len(server.requests) == 2


@pytest.mark.parametrize("metadata_only", [False, True])
def test_objects_are_listed_whole_unless_only_metadata_is_asked_for(
    ask: Ask, metadata_only: bool
) -> None:
    listed = {"metadata": {"resourceVersion": "7"}, "items": [{"metadata": {"name": "keys"}}]}
    resource = Resource("", "v1", "secrets", "kube-system", "keys", metadata_only=metadata_only)
    gateway, server = ask(reply(listed))

    assert gateway.list_objects(resource, lambda each: each["metadata"]["name"]) == ["keys"]

    (target,) = targets(server)
    assert target.startswith("/api/v1/namespaces/kube-system/secrets?")
    assert "fieldSelector=metadata.name%3Dkeys" in target
    assert (b"as=PartialObjectMetadataList" in server.requests[0]) == metadata_only


def test_every_object_is_listed_if_no_name_is_given(ask: Ask) -> None:
    gateway, server = ask(reply({"metadata": {"resourceVersion": "7"}, "items": []}))

    assert gateway.list_objects(Resource("", "v1", "nodes"), dict) == []

    assert "fieldSelector" not in targets(server)[0]


def test_one_object_of_a_namespace_is_asked_for_by_name_and_a_secret_without_its_content(
    ask: Ask,
) -> None:
    found = {"metadata": {}, "items": [{"metadata": {"name": "keys"}}]}
    gateway, server = ask(reply(found), reply(found))
    secret = Resource("", "v1", "secrets", "kube-system", "keys", metadata_only=True)

    assert gateway.list_objects(secret, lambda each: each["metadata"]["name"]) == ["keys"]
    gateway.list_objects(Resource("apps", "v1", "deployments"), dict)

    (first, second), requests = targets(server), server.requests
    assert first.startswith("/api/v1/namespaces/kube-system/secrets?")
    assert "fieldSelector=metadata.name%3Dkeys" in first
    assert b"as=PartialObjectMetadataList" in requests[0]
    assert second == "/apis/apps/v1/deployments?limit=1000"
    assert b"PartialObjectMetadata" not in requests[1]
