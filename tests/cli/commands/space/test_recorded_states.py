"""``show``, ``find`` and ``list`` against every recorded state of a real Antrea, fed as objects."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.program import Program
from tests.fakes import FakeCluster
from tests.truth.histories import FILES, histories
from tests.truth.objects import Objects, objects_in

Named = dict[tuple[str, str], str]
"""The address of each consumer, by its kind and name."""

ALL = ("0.0.0.0/0", "::/0")
EVERY = [pytest.param(each, id=each["id"]) for file in FILES for each in histories(file)]


def states(history: dict[str, Any], cluster: FakeCluster) -> Iterator[Objects]:
    """The states of a history, each once it is in the cluster."""
    before: Any = None
    for objects in objects_in(history):
        if objects == before:
            continue
        before = objects
        for name in cluster.names:
            cluster.remove(name)
        for each in objects.pools:
            cluster.store(each)
        cluster.others["egresses"] = objects.egresses
        cluster.others["services"] = objects.services
        yield objects


def recorded(objects: Objects, waiting: set[tuple[str, str]]) -> Named:
    """What has an address. Antrea leaves one that it has taken away in the status of a Service that
    waits.
    """
    egresses = objects.state["egresses"]
    has = {
        ("Egress", name): each["ip"]
        for name, each in egresses.items()
        if each["allocated"] and each["allocated"][0] == "True"
    }
    services = objects.state["services"].items()
    return has | {
        ("Service", name): ip for name, ip in services if ip and ("Service", name) not in waiting
    }


def named(held: list[dict[str, Any]]) -> Named:
    return {(each["kind"], each["name"]): one["address"] for one in held for each in one["holders"]}


def told(objects: Objects) -> dict[str, str]:
    """The message of Antrea about each Egress without an address."""
    allocated = {name: each["allocated"] for name, each in objects.state["egresses"].items()}
    return {name: each[2] for name, each in allocated.items() if each and each[0] == "False"}


@pytest.mark.parametrize("history", EVERY)
def test_list_find_and_show_agree_with_recorded_states(
    program: Program, cluster: FakeCluster, history: dict[str, Any]
) -> None:
    for objects in states(history, cluster):
        used = {name: each["used"] if each else 0 for name, each in objects.state["pools"].items()}

        waiting = program("find", "--waiting", "-o", "json").document["items"]
        rows = program("list", "-o", "json").document["items"]

        pending = {(each["kind"], each["name"]) for each in waiting}
        expected = recorded(objects, pending)
        found = program("find", *ALL, *set(expected.values()), "-o", "json").document
        ipv4, ipv6, *single = found["items"]
        everything = [*ipv4["held"], *ipv6["held"]]
        assert {each["name"]: each["used"] for each in rows} == used
        assert named(everything) == expected
        assert named([held for each in single for held in each["held"]]) == expected
        assert len(everything) == sum(used.values())
        reasons = {each["name"]: each for each in waiting if each["kind"] == "Egress"}
        assert {name: each.get("told") for name, each in reasons.items()} == told(objects)
        for name, use in used.items():
            (item,) = program("show", name, "-o", "json").document["items"]
            assert item["used"] == use
            # By its arithmetic of 64 bits Antrea also assigns addresses beside the ranges.
            assert sum(each["used"] for each in item["ranges"]) <= item["used"]
            assert item["held"] == [each for each in everything if each["pool"] == name]
            assert item["waitingConsumers"] == [
                each for each in waiting if each.get("pool") == name
            ]
