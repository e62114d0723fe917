"""``rename``, ``move`` and ``shrink`` on a real API server, whose Egresses have fixed addresses."""

from typing import Any

from tests.e2e.api import EGRESSES
from tests.e2e.cluster import Cluster
from tests.e2e.command import Command
from tests.e2e.waiting import until

ADDRESSES = {f"e{number}": f"10.0.0.{9 - number}" for number in range(4)}


def put_egresses(cluster: Cluster) -> None:
    cluster.create_and_tell("edge", "10.0.0.0/28")
    for name, address in ADDRESSES.items():
        egress = {
            "apiVersion": "crd.antrea.io/v1beta1",
            "kind": "Egress",
            "metadata": {"name": name, "labels": {"team": "net"}},
            "spec": {"appliedTo": {}, "externalIPPool": "edge", "egressIP": address},
        }
        assert cluster.plane.request("POST", EGRESSES, egress).status == 201
    until(lambda: used(cluster, "edge") == len(ADDRESSES), "the addresses are counted")


def used(cluster: Cluster, name: str) -> object:
    return cluster.pools()[name].get("status", {}).get("usage", {}).get("used")


def egresses(cluster: Cluster) -> dict[str, Any]:
    """Pool and address by name."""
    listed = cluster.plane.request("GET", EGRESSES).body["items"]
    assert not any(each["metadata"].get("annotations") for each in listed)
    return {
        each["metadata"]["name"]: (each["spec"]["externalIPPool"], each["spec"]["egressIP"])
        for each in listed
    }


def test_egresses_of_a_renamed_pool_keep_their_addresses(
    cluster: Cluster, command: Command
) -> None:
    put_egresses(cluster)

    renamed = command("rename", "edge", "border", "--yes")
    again = command("rename", "edge", "border", "--yes")

    assert (renamed.code, again.code) == (0, 0), renamed
    assert egresses(cluster) == {name: ("border", text) for name, text in ADDRESSES.items()}
    assert [*cluster.pools()] == ["border"]
    assert used(cluster, "border") == len(ADDRESSES)


def test_egresses_of_moved_and_removed_ranges_keep_their_addresses(
    cluster: Cluster, command: Command
) -> None:
    put_egresses(cluster)
    cluster.create_and_tell("lab", "10.9.0.0/28")

    moved = command("move", "10.0.0.8-10.0.0.11", "--from", "edge", "--to", "lab", "--yes")
    shrunk = command("shrink", "edge", "--range", "10.0.0.12-10.0.0.14", "--yes")

    assert (moved.code, shrunk.code) == (0, 0), (moved, shrunk)
    assert egresses(cluster) == {
        name: ("lab" if int(text.rpartition(".")[2]) >= 8 else "edge", text)
        for name, text in ADDRESSES.items()
    }
    assert cluster.pools()["edge"]["spec"]["ipRanges"] == [{"start": "10.0.0.1", "end": "10.0.0.7"}]
