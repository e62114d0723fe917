"""The controller of the harness writes the same statuses as Antrea's."""

import time
from typing import Any

from tests.e2e.api import EGRESSES, POOLS
from tests.e2e.cluster import Cluster
from tests.e2e.waiting import until


def egress(name: str, pool: str, address: str) -> dict[str, Any]:
    return {
        "apiVersion": "crd.antrea.io/v1beta1",
        "kind": "Egress",
        "metadata": {"name": name},
        "spec": {"appliedTo": {}, "externalIPPool": pool, "egressIP": address},
    }


def usage_of(cluster: Cluster, name: str) -> dict[str, int]:
    status: dict[str, Any] = cluster.plane.request("GET", f"{POOLS}/{name}").body.get("status", {})
    usage: dict[str, int] = status.get("usage", {})
    return usage


def test_the_controller_counts_addresses_and_their_holders(cluster) -> None:
    cluster.create("a", "10.0.0.0/24", "2001:db8::/112")
    cluster.create("empty", "10.0.1.0/31")
    until(lambda: usage_of(cluster, "a") == {"total": 254 + 65535, "used": 0}, "the total")

    cluster.plane.request("POST", EGRESSES, egress("e", "a", "10.0.0.1"))
    until(lambda: usage_of(cluster, "a")["used"] == 1, "one is used")
    cluster.plane.request("DELETE", f"{EGRESSES}/e")
    until(lambda: usage_of(cluster, "a")["used"] == 0, "none is used")

    assert usage_of(cluster, "empty") == {}


def test_a_paused_controller_writes_after_it_resumes(cluster) -> None:
    cluster.controller.pause()
    cluster.create("a", "10.0.0.0/24")
    time.sleep(0.4)

    assert usage_of(cluster, "a") == {}

    cluster.controller.resume()
    until(lambda: usage_of(cluster, "a") == {"total": 254, "used": 0}, "the total")
