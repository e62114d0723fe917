"""The controller of the sandbox: statuses, addresses of consumers, and its state."""

import math
import time
from typing import Any

import pytest

from ippoolctl.domain.surroundings.service import POOL_ANNOTATION
from ippoolctl.sandbox.antrea import controller
from ippoolctl.sandbox.sandbox import Settings
from tests.builders import pool_object
from tests.e2e.api import EGRESSES, POOLS
from tests.e2e.waiting import until
from tests.sandbox.running import Running, running

SERVICES = "/api/v1/namespaces/default/services"
A = pool_object("a", "10.0.0.0/24")
B = pool_object("b", "10.0.0.128/25")


def egress(name: str, pool: str = "a", **spec: Any) -> dict[str, Any]:
    about = {"apiVersion": "crd.antrea.io/v1beta1", "kind": "Egress"}
    spec = {"appliedTo": {}, "externalIPPool": pool, **spec}
    return {**about, "metadata": {"name": name}, "spec": spec}


def service(name: str, pool: str = "a") -> dict[str, Any]:
    meta = {"name": name, "annotations": {POOL_ANNOTATION: pool}}
    about = {"apiVersion": "v1", "kind": "Service", "metadata": meta}
    return {**about, "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}}


def addresses(at: Running) -> dict[str, str | None]:
    """The holders of addresses after all reconciles."""
    at.settle()
    held = {each["metadata"]["name"]: each["spec"].get("egressIP") for each in at.items(EGRESSES)}
    for each in at.items(SERVICES):
        ingress = each.get("status", {}).get("loadBalancer", {}).get("ingress")
        held[each["metadata"]["name"]] = ingress[0]["ip"] if ingress else None
    return held


def readiness(at: Running) -> dict[str, tuple[str, str, str]]:
    at.settle()
    return {
        name: (found["status"], found["reason"], found["message"])
        for name, each in at.pools().items()
        for found in each["status"]["conditions"]
        if found["type"] == "Ready"
    }


def test_a_status_comes_after_its_delay() -> None:
    with running(Settings(status_delay=0.3)) as at:
        began = time.monotonic()
        created = at.create("a", "10.0.0.0/24")
        until(lambda: at.pools()["a"].get("status"), "there is a status")

        assert time.monotonic() - began >= 0.3
        assert "status" not in created.body
        assert at.pools()["a"]["status"] == {"usage": {"total": 254, "used": 0}}
        revisions = [int(each["metadata"]["resourceVersion"]) for each in at.pools().values()]
        assert revisions > [int(created.body["metadata"]["resourceVersion"])]


def test_an_infinite_delay_writes_no_status() -> None:
    with running(Settings(status_delay=math.inf), [A]) as at:
        at.settle()

        assert "status" not in at.pools()["a"]


def test_loaded_objects_get_addresses_and_are_counted() -> None:
    pinned = egress("pinned", egressIP="10.0.0.9")
    with running(load=[egress("e"), pinned, service("s"), A]) as at:
        held = addresses(at)
        usage = at.pools()["a"]["status"]["usage"]

    assert held["pinned"] == "10.0.0.9"
    assert sorted(map(str, held.values())) == ["10.0.0.1", "10.0.0.2", "10.0.0.9"]
    assert usage == {"total": 254, "used": 3}


def test_a_restart_keeps_all_addresses() -> None:
    with running(load=[A]) as at:
        for name, spec in (("e1", {}), ("e2", {"egressIP": "10.0.0.9"}), ("e3", {})):
            assert at.api.request("POST", EGRESSES, egress(name, **spec)).status == 201
            at.settle()
        assert at.api.request("POST", SERVICES, service("s")).status == 201
        before = addresses(at)
        assert at.api.request("DELETE", f"{EGRESSES}/e1").status == 200
        at.settle()
        at.sandbox.restart_controller()
        del before["e1"]

        assert addresses(at) == before
        until(
            lambda: at.api.request("POST", EGRESSES, egress("e4")).status == 201,
            "the controller is back",
        )
        assert addresses(at) == {**before, "e4": "10.0.0.1"}
        assert at.pools()["a"]["status"]["usage"]["used"] == 4


def test_an_egress_without_an_address_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controller, "RETRY", 0.05)
    with running(load=[pool_object("a", "10.0.0.1-10.0.0.1"), egress("e1")]) as at:
        at.settle()
        at.api.request("POST", EGRESSES, egress("e2"))
        assert addresses(at) == {"e1": "10.0.0.1", "e2": None}
        at.api.request("DELETE", f"{EGRESSES}/e1")

        until(lambda: addresses(at) == {"e2": "10.0.0.1"}, "e2 has an address")


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"egressIP": "10.0.1.1"}, "IP 10.0.1.1 is not within the IP range"),
        ({"egressIP": "10.0.0.0"}, "IP 10.0.0.0 is not within the IP range"),
        (
            {"pool": "missing", "egressIP": "10.0.0.1"},
            "ExternalIPPool missing does not exist",
        ),
    ],
)
def test_an_egress_with_a_wrong_address_is_refused(spec: dict[str, str], sentence: str) -> None:
    with running(load=[A]) as at:
        at.settle()
        refused = at.api.request("POST", EGRESSES, egress("e", **spec))
        fits = at.api.request("POST", EGRESSES, egress("f", egressIP="10.0.0.7"))
        at.settle()
        moved = at.api.request(
            "PATCH", f"{EGRESSES}/f", {"spec": {"externalIPPool": spec.get("pool", "a"), **spec}}
        )

    prefix = 'admission webhook "egressvalidator.antrea.io" denied the request: '
    assert (refused.status, fits.status, moved.status) == (400, 201, 400)
    assert "reason" not in refused.body
    assert refused.body["message"] == moved.body["message"] == prefix + sentence


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"egressIPs": ["10.0.0.1"]}, "spec.egressIPs is not supported yet"),
        ({"externalIPPools": ["a"]}, "spec.externalIPPools is not supported yet"),
        (
            {"egressIP": "10.0.0.1", "bandwidth": {"rate": "fast", "burst": "1M"}},
            "Rate fast in Egress e is invalid: quantities must match the regular expression",
        ),
    ],
)
def test_fields_that_no_release_supports_are_denied(spec: dict[str, Any], sentence: str) -> None:
    with running(load=[A]) as at:
        document = egress("e") | {"spec": {"appliedTo": {}, **spec}}
        refused = at.api.request("POST", EGRESSES, document)

    assert (refused.status, sentence in refused.body["message"]) == (400, True)


def test_a_service_of_another_type_releases_its_address() -> None:
    with running(load=[A, service("s"), egress("e")]) as at:
        assert addresses(at)["s"] is not None
        at.api.request("PATCH", f"{SERVICES}/s", {"spec": {"type": "ClusterIP"}})
        assert addresses(at)["s"] is None
        assert at.pools()["a"]["status"]["usage"]["used"] == 1
        at.api.request("PATCH", f"{SERVICES}/s", {"spec": {"type": "LoadBalancer"}})
        assert addresses(at)["s"] is not None


def test_a_label_does_not_make_the_controller_look_at_an_egress() -> None:
    with running(load=[pool_object("a", "10.0.0.1-10.0.0.1"), egress("e1")]) as at:
        at.settle()
        at.api.request("POST", EGRESSES, egress("e2"))
        at.settle()
        at.api.request("DELETE", f"{EGRESSES}/e1")
        at.label(f"{EGRESSES}/e2")
        assert addresses(at) == {"e2": None}
        at.api.request("PATCH", f"{EGRESSES}/e2", {"spec": {"appliedTo": {"podSelector": {}}}})
        assert addresses(at) == {"e2": "10.0.0.1"}


def test_conditions_name_the_others_that_overlap() -> None:
    settings = Settings(status_delay=0.01, conditions=True)
    c = pool_object("c", "10.0.0.0/30", "10.0.0.254-10.0.0.255")
    with running(settings, [A, B, c, pool_object("d", "10.1.0.0/24")]) as at:
        before = readiness(at)
        at.delete("b")
        after = readiness(at)
        times = at.pools()["a"]["status"]["conditions"][0]["lastTransitionTime"]
        at.delete("c")
        last = readiness(at)

    overlap, ready = ("False", "IPRangeOverlap"), ("True", "Ready", "")
    assert before == {
        "a": (*overlap, "IP ranges overlap with ExternalIPPool b, c"),
        "b": (*overlap, "IP ranges overlap with ExternalIPPool a, c"),
        "c": (*overlap, "IP ranges overlap with ExternalIPPool a, b"),
        "d": ready,
    }
    assert after == {
        "a": (*overlap, "IP ranges overlap with ExternalIPPool c"),
        "c": (*overlap, "IP ranges overlap with ExternalIPPool a"),
        "d": ready,
    }
    assert last == {"a": ready, "d": ready}
    assert times.endswith("Z")


def test_no_release_writes_conditions_yet() -> None:
    with running(load=[A, B]) as at:
        at.settle()

        assert at.pools()["a"]["status"].keys() == {"usage"}


def test_a_removed_status_is_written_again() -> None:
    with running(load=[A]) as at:
        at.settle()
        emptied = at.api.request("PATCH", f"{POOLS}/a/status", {"status": None})
        at.settle()

        assert "status" not in emptied.body
        assert at.pools()["a"]["status"]["usage"] == {"total": 254, "used": 0}
