"""Holders of addresses, in cases that the recorded histories do not have."""

from typing import Any

from ippoolctl.crd.surroundings.kinds import read_object
from ippoolctl.domain.addresses.parsers import parse_ip
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.space.holders import Holders, holders
from ippoolctl.domain.surroundings.egress import Egress
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.service import POOL_ANNOTATION, SHARED_ANNOTATION
from ippoolctl.domain.surroundings.waiting import Cause
from tests.builders import live_pool

GIVEN = {"type": "IPAllocated", "status": "True"}
NONE_LEFT = "Cannot allocate EgressIP from ExternalIPPool: cannot allocate IP in any range"


def egress(name: str, condition: dict[str, str] = GIVEN, node: str = "", **spec: str) -> Any:
    status = {"conditions": [condition] if condition else [], "egressNode": node}
    found = {"metadata": {"name": name, "uid": name}, "spec": spec, "status": status}
    return read_object(Kind.EGRESS, found)


def service(name: str, pool: str = "", ip: str = "", *, shared: bool = False, **spec: str) -> Any:
    annotations = {POOL_ANNOTATION: pool} if pool else {}
    annotations |= {SHARED_ANNOTATION: "true"} if shared else {}
    meta = {"name": name, "namespace": "web", "uid": name, "annotations": annotations}
    ingress = [{"ip": ip}] if ip else []
    found = {
        "metadata": meta,
        "spec": {"type": "LoadBalancer", **spec},
        "status": {"loadBalancer": {"ingress": ingress}},
    }
    return read_object(Kind.SERVICE, found)


def of_pool_a(*consumers: Any, used: int | None = None, ranges: str = "10.0.0.0/29") -> Holders:
    pool = live_pool("a", ranges, used=used)
    egresses = [each for each in consumers if each.reference.kind == "Egress"]
    services = [each for each in consumers if each.reference.kind == "Service"]
    return holders({"a": pool}, iter(egresses), iter(services), LATEST)


def held(found: Holders) -> dict[str, list[str]]:
    return {
        each.text: [holder.reference.label for holder in each.holders]
        for each in found.held.get("a", ())
    }


def causes(found: Holders, pool: str = "a") -> dict[str, Cause]:
    return {each.request.by.name: each.cause for each in found.waiting.get(pool, ())}


def test_an_egress_is_named_with_its_node_and_conditions() -> None:
    found = of_pool_a(egress("e", node="node-1", externalIPPool="a", egressIP="10.0.0.2"))

    (address,) = found.held["a"]
    (holder,) = address.holders
    assert isinstance(holder, Egress)
    assert (address.text, address.is_shared) == ("10.0.0.2", False)
    assert (holder.node, holder.conditions[0].type) == ("node-1", "IPAllocated")
    assert found.by_address[parse_ip("10.0.0.2") or 0] == (address,)


def test_services_that_share_an_address_hold_it_together() -> None:
    found = of_pool_a(
        service("s2", "a", "10.0.0.1", shared=True, loadBalancerIP="10.0.0.1"),
        service("s1", "a", "10.0.0.1", shared=True),
    )

    assert held(found) == {"10.0.0.1": ["Service web/s1", "Service web/s2"]}
    assert found.held["a"][0].is_shared
    assert not found.waiting


def test_the_addresses_of_a_pool_are_ascending() -> None:
    names = {"e1": "10.0.0.3", "e2": "10.0.0.1", "e3": "10.0.0.2"}
    found = of_pool_a(
        *(egress(name, externalIPPool="a", egressIP=address) for name, address in names.items())
    )

    assert [each.text for each in found.held["a"]] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]


def test_a_former_address_in_a_status_is_not_held() -> None:
    found = of_pool_a(
        egress("e", externalIPPool="a", egressIP="10.0.0.2"),
        service("pinned", "a", "10.0.0.3", loadBalancerIP="10.0.0.2"),
        service("moved", "a", "10.9.0.3"),
        service("late", "a", "10.0.0.2"),
        used=1,
    )

    assert held(found) == {"10.0.0.2": ["Egress e"]}
    assert causes(found) == {"pinned": Cause.TAKEN, "moved": Cause.RETRY, "late": Cause.RETRY}
    taken = next(each for each in found.waiting["a"] if each.cause is Cause.TAKEN)
    assert taken.holder is not None
    assert taken.holder.by.name == "e"


def test_an_address_of_another_network_that_maps_to_a_bit_is_held() -> None:
    found = of_pool_a(egress("e", externalIPPool="a", egressIP="fd00::6"), ranges="2001:db8::/112")

    assert held(found) == {"fd00::6": ["Egress e"]}
    assert not found.waiting


def test_an_egress_retries_if_its_pool_has_room_again() -> None:
    failed = {"type": "IPAllocated", "status": "False", "message": NONE_LEFT}
    waits = egress("e", failed, externalIPPool="a")

    assert causes(of_pool_a(waits, used=6)) == {"e": Cause.FULL}
    assert causes(of_pool_a(waits, used=5)) == {"e": Cause.RETRY}
    assert of_pool_a(waits).waiting["a"][0].request.failure == NONE_LEFT
    assert causes(of_pool_a(egress("e", {}, externalIPPool="a"), used=5)) == {"e": Cause.OTHER}


def test_a_service_without_a_pool_is_not_waiting() -> None:
    other = service("other", loadBalancerClass="example.com/other")
    found = of_pool_a(service("plain"), other, service("served", ip="10.0.0.1"), egress("e"))

    assert causes(found, "") == {"e": Cause.NO_REFERENCE, "plain": Cause.NO_REFERENCE}
    assert not found.held


def test_an_object_that_no_cluster_stores_holds_nothing() -> None:
    written = egress("e", externalIPPool="a", egressIP="10.0.0.2")
    unstored = written._replace(reference=written.reference._replace(stored=False))

    assert not of_pool_a(unstored).held


def test_those_that_wait_are_in_the_order_of_kinds_and_names() -> None:
    detached = {"type": "IPAllocated", "status": "False"}
    found = of_pool_a(
        service("s2", "a"), service("s1", "a"),
        *(egress(name, detached, externalIPPool="a") for name in ("e2", "e1")),
    )  # fmt: skip
    nowhere = of_pool_a(service("s2"), egress("e2", {}), service("s1"), egress("e1", {}))

    assert [*causes(found)] == ["e1", "e2", "s1", "s2"]
    assert [*causes(nowhere, "")] == ["e1", "e2", "s1", "s2"]
