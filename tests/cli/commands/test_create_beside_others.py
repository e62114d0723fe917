"""``create`` and ``extend`` beside Nodes, Services and other objects with addresses."""

import json
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from ippoolctl.cli.linting import hazards
from ippoolctl.errors import StoppedError
from ippoolctl.ports.faults import RejectedFault
from tests.builders import pool_object
from tests.cli.program import Program
from tests.fakes import FakeCluster, FakeGateway

NODE: dict[str, Any] = {
    "metadata": {"name": "node-1"},
    "status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.9"}]},
}
WARNING = "warning: range 10.0.0.8/29 of pool lab contains Node addresses: 10.0.0.9 (Node node-1)"


@pytest.fixture(autouse=True)
def _node(cluster: FakeCluster) -> None:
    cluster.others["nodes"].append(NODE)


@pytest.mark.parametrize("dry_run", ["none", "server"])
def test_a_range_with_a_node_address_is_warned_about(program: Program, dry_run: str) -> None:
    result = program("create", "lab", "--range", "10.0.0.8/29", f"--dry-run={dry_run}")

    assert result.code == 0
    assert result.err.startswith(WARNING)
    assert "(EIP501); leave the addresses of Nodes out of the range" in result.err


def test_a_signal_while_the_ranges_are_compared_does_not_hide_the_pool(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise StoppedError(signal.SIGTERM)

    # The comparison sends no request, at which a signal could be sent.
    monkeypatch.setattr("ippoolctl.domain.lint.creation.hazards_beside_others", stop)

    result = program("create", "lab", "--range", "10.0.0.8/29")

    assert (result.code, result.out) == (0, "externalippool.crd.antrea.io/lab created\n")


def test_creating_from_a_file_warns_about_a_node_address(program: Program, here: Path) -> None:
    (here / "lab.yaml").write_text(
        "apiVersion: crd.antrea.io/v1beta1\nkind: ExternalIPPool\nmetadata: {name: lab}\n"
        "spec: {ipRanges: [{cidr: 10.0.0.8/29}], nodeSelector: {}}\n",
        encoding="utf-8",
    )

    assert program("create", "-f", "lab.yaml").err.startswith(WARNING)


def test_extending_warns_about_a_node_address(program: Program, cluster: FakeCluster) -> None:
    cluster.store(pool_object("lab", "10.0.1.0/29"))

    result = program("extend", "lab", "--range", "10.0.0.8/29")

    assert result.code == 0
    assert WARNING in result.err


@pytest.mark.parametrize(
    ("plural", "document", "rule"),
    [
        ("nodes", {"spec": {"podCIDRs": ["10.0.0.0/16"]}}, "EIP502"),
        ("servicecidrs", {"spec": {"cidrs": ["10.0.0.0/16"]}}, "EIP503"),
        ("ippools", {"spec": {"ipRanges": [{"cidr": "10.0.0.8/30"}]}}, "EIP504"),
        ("egresses", {"spec": {"egressIP": "10.0.0.10"}}, "EIP506"),
        ("services", {"spec": {"externalIPs": ["10.0.0.10"]}}, "EIP507"),
    ],
)
def test_every_kind_of_holder_is_compared(
    program: Program, cluster: FakeCluster, plural: str, document: dict[str, Any], rule: str
) -> None:
    cluster.others["nodes"].clear()
    cluster.others[plural].append({"metadata": {"name": "x"}, **document})

    result = program("create", "lab", "--range", "10.0.0.8/29")

    assert result.err.startswith("warning: range 10.0.0.8/29 of pool lab ")
    assert f"({rule});" in result.err


@pytest.mark.parametrize("command", ["create lab", "extend more"])
def test_the_gateway_of_another_pool_is_warned_about(
    program: Program, cluster: FakeCluster, command: str
) -> None:
    document = pool_object("edge", "10.0.1.16/28")
    document["spec"]["subnetInfo"] = {"gateway": "10.0.1.1", "prefixLength": 24}
    cluster.store(document)
    cluster.store(pool_object("more", "10.0.2.0/29"))

    result = program(*command.split(), "--range", "10.0.1.0/29")

    assert result.code == 0
    assert "range 10.0.1.0/29 contains the gateway 10.0.1.1 of pool edge; the first" in result.err


def test_special_addresses_are_a_warning_but_for_those_of_tests(program: Program) -> None:
    loopback = program("create", "lab", "--range", "127.0.0.8/29")
    internal = program("create", "own", "--range", "169.254.0.248/29")
    link_local = program("create", "e2e", "--range", "169.254.100.0/30")

    assert "contains loopback addresses (127.0.0.0/8) (EIP307)" in loopback.err
    assert "contains Antrea's internal addresses" in internal.err
    assert [each.code for each in (loopback, internal, link_local)] == [0, 0, 0]
    assert link_local.err == ""


@pytest.mark.parametrize(
    ("command", "verb", "done"),
    [
        ("create lab --range {}", "create", "created"),
        ("extend edge --range {}", "extend", "extended"),
        ("apply lab.json --yes", "apply", "applied"),
    ],
)
def test_one_hazard_that_blocks_is_an_outcome_and_its_hint_names_the_command(
    program: Program, cluster: FakeCluster, here: Path, command: str, verb: str, done: str
) -> None:
    cluster.store(pool_object("edge", "10.1.0.0/24"))
    mapped = "::ffff:10.0.0.8/125"
    (here / "lab.json").write_text(json.dumps(pool_object("lab", mapped)), encoding="utf-8")
    arguments = command.format(mapped).split()

    people, machines = program(*arguments), program(arguments[0], "-o", "json", *arguments[1:])

    assert (people.code, machines.code) == (4, 4)
    assert f" was not {done}: cidr {mapped} crashes" in people.err
    assert f", or {verb} it anyway with --allow EIP301" in people.err
    assert machines.document["kind"] == "OutcomeList"
    assert [each["state"] for each in machines.document["items"]] == ["refused"]
    assert cluster.names == ["edge"]


def test_a_pool_that_is_not_created_is_not_warned_about(
    program: Program, cluster: FakeCluster
) -> None:
    cluster.store(pool_object("edge", "10.0.0.0/24"))

    result = program("create", "lab", "--range", "10.0.0.8/29")

    assert result.code == 4
    assert "Node" not in result.err


def test_a_range_by_size_avoids_node_addresses(program: Program) -> None:
    network = ("--within", "10.0.0.0/28", "--strategy", "first")

    assert program("create", "lab", "--prefix", "29", *network, "-o", "ranges").out == (
        "10.0.0.0/29\n"
    )
    full = program("create", "more", "--prefix", "29", *network)
    assert full.code == 1
    assert "taken by lab, Node node-1" in full.err


@pytest.mark.parametrize("verbose", [False, True])
def test_a_create_succeeds_without_permission_to_list_other_objects(
    program: Program, cluster: FakeCluster, *, verbose: bool
) -> None:
    cluster.forbidden |= {"list:nodes", "list:services"}

    result = program("create", "lab", "--range", "10.0.0.8/29", *["-v"] * verbose)

    assert result.code == 0
    told = "no permission to list Nodes; their addresses are not compared\n" in result.err
    assert told == verbose
    assert bool(result.err) == verbose


def test_a_create_succeeds_if_listing_other_objects_fails(
    program: Program, gateway: FakeGateway
) -> None:
    gateway.fail("objects", RejectedFault(500, "etcd is down"), times=20)

    result = program("create", "lab", "--range", "10.0.0.8/29")

    assert (result.code, result.err) == (0, "")


def test_an_unreadable_node_does_not_fail_a_create(program: Program, cluster: FakeCluster) -> None:
    cluster.others["nodes"][0] = {"metadata": None}

    assert program("create", "lab", "--range", "10.0.0.8/29").code == 0


def test_an_unanswered_list_delays_only_the_end_and_briefly(
    program: Program,
    cluster: FakeCluster,
    gateway: FakeGateway,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hazards, "PATIENCE", 0.2)
    silent = threading.Event()
    created = []

    def list_objects(*_: object, within: float | None = None) -> list[object]:
        assert within == 0.2
        created.append(silent.wait(5))
        return []

    monkeypatch.setattr(gateway, "list_objects", list_objects)

    result = program("create", "lab", "--range", "10.0.0.8/29", "-v")

    assert result.code == 0
    assert cluster.names == ["lab"]
    assert created == []
    assert "could not read Nodes: timed out; their addresses are not" in result.err
    silent.set()


def test_without_more_threads_the_pool_is_created(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)

    result = program("create", "lab", "--range", "10.0.0.8/29", "-v")

    assert result.code == 0
    assert "addresses of other objects are not compared: can't start new thread" in result.err
