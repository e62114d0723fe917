"""``delete --force`` and ``restore`` on a real API server, whose Egresses lose their addresses."""

from pathlib import Path
from typing import Any

from ippoolctl.domain.surroundings.service import POOL_ANNOTATION
from tests.e2e.api import EGRESSES
from tests.e2e.cluster import Cluster
from tests.e2e.command import Command
from tests.e2e.waiting import until

SERVICES = "/api/v1/namespaces/default/services"
ADDRESSES = {f"e{number}": f"10.0.0.{9 - number}" for number in range(4)}


def put_consumers(cluster: Cluster) -> None:
    for name, address in ADDRESSES.items():
        egress = {
            "apiVersion": "crd.antrea.io/v1beta1",
            "kind": "Egress",
            "metadata": {"name": name},
            "spec": {"appliedTo": {}, "externalIPPool": "edge", "egressIP": address},
        }
        assert cluster.plane.request("POST", EGRESSES, egress).status == 201
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "waits", "annotations": {POOL_ANNOTATION: "edge"}},
        "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
    }
    assert cluster.plane.request("POST", SERVICES, service).status == 201


def take_addresses(cluster: Cluster) -> None:
    """The effect of a deleted pool in antrea-controller."""
    for name in ADDRESSES:
        patch = {"spec": {"egressIP": None}}
        answer = cluster.plane.request(
            "PATCH", f"{EGRESSES}/{name}", patch, content_type="application/merge-patch+json"
        )
        assert answer.status == 200, answer


def objects(cluster: Cluster, path: str) -> dict[str, Any]:
    """By name, the metadata and the spec that clients have written."""
    listed = cluster.plane.request("GET", path).body["items"]
    return {
        each["metadata"]["name"]: (each["metadata"].get("annotations"), each["spec"])
        for each in listed
    }


def used(cluster: Cluster, name: str) -> object:
    return cluster.pools()[name].get("status", {}).get("usage", {}).get("used")


def test_addresses_come_back_with_the_pool(
    cluster: Cluster, command: Command, tmp_path: Path
) -> None:
    cluster.create_and_tell("edge", "10.0.0.0/28")
    put_consumers(cluster)
    until(lambda: used(cluster, "edge") == len(ADDRESSES), "the addresses are counted")
    before = objects(cluster, EGRESSES)
    services = objects(cluster, SERVICES)
    path = str(tmp_path / "edge.yaml")

    deleted = command("delete", "edge", "--force", "--save", path)
    take_addresses(cluster)
    looked = command("restore", path, "--dry-run", "server")
    assert "edge" not in cluster.pools()
    restored = command("restore", path, "--yes")
    again = command("restore", path, "--yes")

    assert (deleted.code, looked.code, restored.code, again.code) == (0, 0, 0, 0), restored
    assert objects(cluster, EGRESSES) == before
    assert objects(cluster, SERVICES) == services
    assert used(cluster, "edge") == len(ADDRESSES)
    assert again.err == "nothing to restore\n"


def test_addresses_of_a_pool_that_is_back_are_exchanged(
    cluster: Cluster, command: Command, tmp_path: Path
) -> None:
    cluster.create_and_tell("edge", "10.0.0.0/28")
    put_consumers(cluster)
    until(lambda: used(cluster, "edge") == len(ADDRESSES), "the addresses are counted")
    before = objects(cluster, EGRESSES)
    path = str(tmp_path / "edge.yaml")
    assert command("delete", "edge", "--force", "--save", path).code == 0
    cluster.create_and_tell("edge", "10.0.0.0/28")
    for name, address in zip(ADDRESSES, reversed(ADDRESSES.values()), strict=True):
        patch = {"spec": {"egressIP": address}}
        cluster.plane.request(
            "PATCH", f"{EGRESSES}/{name}", patch, content_type="application/merge-patch+json"
        )

    assert command("restore", path, "--yes").code == 0

    assert objects(cluster, EGRESSES) == before
