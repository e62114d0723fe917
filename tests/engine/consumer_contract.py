"""The contract of every gateway about consumers; see :mod:`tests.engine.gateway_contract`.

Modules provide a ``gateway`` and a ``put`` fixture, which stores an object as an administrator
does.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ippoolctl.crd.patches.consumers import (
    attaching_patch,
    detaching_patch,
    read_consumer_state,
    unpinning_patch,
)
from ippoolctl.domain.annotations.detached import (
    PARKED,
    ConsumerState,
    made_detached,
    read_detached,
)
from ippoolctl.domain.surroundings.service import POOL_ANNOTATION
from ippoolctl.engine.fault_policy import FaultClass, fault_class
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.ports.gateway import Gateway, Resource

Put = Callable[[str, dict[str, Any]], None]

DETACHED = made_detached("rename a b", "a", "b", "10.0.0.5", {"delete": {"a": "uid"}})
WAITING = made_detached("rename a b", "a", "b", "", {}, waits=True)


def egress(put: Put, address: str = "10.0.0.5", **annotations: str) -> None:
    spec = {"appliedTo": {}, "externalIPPool": "a", "egressIP": address}
    put(
        "egresses",
        {
            "apiVersion": "crd.antrea.io/v1beta1",
            "kind": "Egress",
            "metadata": {"name": "out"} | ({"annotations": annotations} if annotations else {}),
            "spec": {key: value for key, value in spec.items() if value != ""},
        },
    )


def service(put: Put) -> None:
    meta = {"name": "web", "namespace": "default", "annotations": {POOL_ANNOTATION: "a"}}
    spec = {"type": "LoadBalancer", "ports": [{"port": 80}]}
    put("services", {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec})


def states(gateway: Gateway) -> list[ConsumerState]:
    egresses = Resource("crd.antrea.io", "v1beta1", "egresses")
    services = Resource("", "v1", "services")
    found = [
        *gateway.list_objects(egresses, partial(read_consumer_state, "Egress")),
        *gateway.list_objects(services, partial(read_consumer_state, "Service")),
    ]
    return [each for each in found if each.name in ("out", "web")]


@pytest.mark.parametrize("address", ["", "10.0.0.9"], ids=["none", "another"])
def test_an_egress_gets_a_former_address_back(gateway: Gateway, put: Put, address: str) -> None:
    egress(put, address)
    (before,) = states(gateway)

    gateway.patch_egress("out", detaching_patch(before, DETACHED))
    (detached,) = states(gateway)
    gateway.patch_egress("out", attaching_patch(detached, DETACHED))
    (attached,) = states(gateway)

    assert (detached.pool, detached.requested) == (None, "10.0.0.5")
    assert (attached.pool, attached.requested, attached.detached) == ("b", "10.0.0.5", None)


def test_a_static_egress_is_attached_to_a_pool(gateway: Gateway, put: Put) -> None:
    egress(put)
    (before,) = states(gateway)
    gateway.patch_egress("out", [{"op": "remove", "path": "/spec/externalIPPool"}])
    (static,) = states(gateway)

    gateway.patch_egress("out", detaching_patch(static, DETACHED))
    (detached,) = states(gateway)
    gateway.patch_egress("out", attaching_patch(detached, DETACHED))
    (attached,) = states(gateway)

    assert (static.pool, detached.pool, detached.requested) == (None, None, before.requested)
    assert (attached.pool, attached.requested, attached.detached) == ("b", "10.0.0.5", None)


@pytest.mark.parametrize("annotations", [{}, {"x": "y"}], ids=["none before", "one before"])
def test_a_detached_egress_keeps_its_address_and_is_attached_to_another_pool(
    gateway: Gateway, put: Put, annotations: dict[str, str]
) -> None:
    egress(put, **annotations)
    (before,) = states(gateway)

    answer = gateway.patch_egress("out", detaching_patch(before, DETACHED))
    (detached,) = states(gateway)
    gateway.patch_egress("out", attaching_patch(detached, DETACHED))
    (attached,) = states(gateway)

    assert read_consumer_state("Egress", answer) == detached
    assert (detached.pool, detached.requested) == (None, "10.0.0.5")
    assert read_detached(detached.detached) == DETACHED
    assert (attached.pool, attached.requested, attached.detached) == ("b", "10.0.0.5", None)


def test_an_egress_without_an_address_refers_to_no_pool_meanwhile(
    gateway: Gateway, put: Put
) -> None:
    egress(put, "")
    (before,) = states(gateway)

    gateway.patch_egress("out", detaching_patch(before, WAITING))
    (parked,) = states(gateway)
    gateway.patch_egress("out", attaching_patch(parked, WAITING))
    (attached,) = states(gateway)

    assert (parked.pool, parked.requested) == (PARKED, None)
    assert (attached.pool, attached.requested, attached.detached) == ("b", None, None)


def test_an_address_that_antrea_took_meanwhile_is_given_back(gateway: Gateway, put: Put) -> None:
    egress(put)
    (before,) = states(gateway)

    gateway.patch_egress("out", detaching_patch(before, DETACHED))
    lost = [{"op": "add", "path": "/spec/externalIPPool", "value": "c"}]
    gateway.patch_egress("out", [*lost, {"op": "remove", "path": "/spec/egressIP"}])
    (detached,) = states(gateway)
    gateway.patch_egress("out", attaching_patch(detached, DETACHED))
    (attached,) = states(gateway)

    assert (attached.pool, attached.requested, attached.detached) == ("b", "10.0.0.5", None)


def test_an_egress_is_detached_only_as_it_was_read_and_once(gateway: Gateway, put: Put) -> None:
    egress(put)
    (before,) = states(gateway)
    stale = before._replace(requested="10.0.0.9")
    other = before._replace(uid="1")

    for wrong in (stale, other):
        with pytest.raises(RejectedFault) as fault:
            gateway.patch_egress("out", detaching_patch(wrong, DETACHED))
        assert fault_class(fault.value) is FaultClass.CHANGED
    assert states(gateway) == [before]
    gateway.patch_egress("out", detaching_patch(before, DETACHED))
    with pytest.raises(RejectedFault) as fault:
        gateway.patch_egress("out", detaching_patch(before, DETACHED))

    assert fault_class(fault.value) is FaultClass.CHANGED


def test_a_service_is_pinned_moved_and_unpinned(gateway: Gateway, put: Put) -> None:
    service(put)
    (before,) = states(gateway)

    gateway.patch_service("default", "web", detaching_patch(before, DETACHED))
    (pinned,) = states(gateway)
    found = read_detached(pinned.detached)
    assert found is not None
    gateway.patch_service("default", "web", attaching_patch(pinned, found))
    (moved,) = states(gateway)
    gateway.patch_service("default", "web", unpinning_patch(moved, found))
    (free,) = states(gateway)

    assert (pinned.pool, pinned.requested, found.pinned) == ("a", "10.0.0.5", True)
    assert (moved.pool, moved.requested) == ("b", "10.0.0.5")
    assert (free.pool, free.requested, free.detached) == ("b", None, None)


def test_a_patch_of_an_absent_consumer_is_missing(gateway: Gateway) -> None:
    test = [{"op": "test", "path": "/metadata/uid", "value": "1"}]

    with pytest.raises(RejectedFault) as egress_fault:
        gateway.patch_egress("nothing", test)
    with pytest.raises(RejectedFault) as service_fault:
        gateway.patch_service("default", "nothing", test)

    faults = [fault_class(each.value) for each in (egress_fault, service_fault)]
    assert faults == [FaultClass.MISSING, FaultClass.MISSING]
