"""Holders of addresses by the objects of a cluster, and by the controller that assigned them."""

from random import Random

from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.crd.surroundings.kinds import read_object
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.space.holders import holders
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.service import POOL_ANNOTATION, SHARED_ANNOTATION
from tests.builders import pool_object
from tests.e2e.api import EGRESSES, POOLS
from tests.sandbox.antrea.test_controller import SERVICES, egress, service
from tests.sandbox.running import QUICK, Running, running

NUMBER = 500


def test_a_thousand_consumers_hold_what_the_controller_assigned() -> None:
    random = Random(0)
    pools = [pool_object(f"p{each}", f"10.0.{each}.0/25") for each in range(10)]
    egresses = [egress(f"e{each}", f"p{each % 11}", **_pin(random)) for each in range(NUMBER)]
    services = [service(f"s{each}", f"p{random.randrange(11)}") for each in range(NUMBER)]
    for each in services:
        if pinned := _pin(random):
            each["spec"]["loadBalancerIP"] = pinned["egressIP"]
        shared = str(random.random() < 0.5).lower()
        each["metadata"]["annotations"] |= {SHARED_ANNOTATION: shared}
    with running(QUICK, [*pools, *egresses, *services]) as at:
        at.settle()
        for number in range(0, NUMBER, 10):
            changed = random.choice(
                ({"externalIPPool": "p1", "egressIP": None}, {"bandwidth": None})
            )
            at.api.request("PATCH", f"{EGRESSES}/e{number}", {"spec": changed})
            moved = {"metadata": {"annotations": {POOL_ANNOTATION: f"p{number % 7}"}}}
            at.api.request("PATCH", f"{SERVICES}/s{number}", moved)
            at.api.request("DELETE", f"{EGRESSES}/e{number + 3}")
        at.settle()

        found = _by_the_objects(at)
        assert found == _by_the_controller(at)
    assert min(map(len, found.values())) > NUMBER // 3


def _pin(random: Random) -> dict[str, str]:
    """An address that fits one pool in ten, for every other consumer."""
    address = f"10.0.{random.randrange(10)}.{random.randrange(128)}"
    return {"egressIP": address} if random.random() < 0.5 else {}


def _by_the_objects(at: Running) -> dict[str, dict[str, tuple[str, int]]]:
    found = holders(
        {each.name: each for each in map(read_live_pool, at.items(POOLS))},
        [read_object(Kind.EGRESS, each) for each in at.items(EGRESSES)],
        [read_object(Kind.SERVICE, each) for each in at.items(SERVICES)],
        LATEST,
    )
    by_kind: dict[str, dict[str, tuple[str, int]]] = {"Egress": {}, "Service": {}}
    for pool, all_held in found.held.items():
        for held in all_held:
            for each in held.holders:
                reference = each.reference
                by_kind[reference.kind][reference.full_name] = (pool, held.address)
    return by_kind


def _by_the_controller(at: Running) -> dict[str, dict[str, tuple[str, int]]]:
    allocation = at.sandbox.controller._allocation
    return {
        kind: {name: (held.pool, held.address) for name, held in each._held.items()}
        for kind, each in (("Egress", allocation.egresses), ("Service", allocation.services))
    }
