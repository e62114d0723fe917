"""``extend`` by a size, against a sandbox in this process."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ippoolctl.ports.faults import RejectedFault
from ippoolctl.sandbox.sandbox import Sandbox
from tests.allocation.clients import Server, kubeconfig
from tests.cli.live_pools import store
from tests.cli.program import Program, Result
from tests.fakes import FakeGateway

NETWORK = ("--within", "10.0.0.0/24")
Command = Callable[..., Result]


@pytest.fixture
def server() -> Iterator[Server]:
    with Sandbox() as sandbox:
        server = Server(sandbox.url)
        server.create("lab", "10.0.0.32/28")
        yield server
        server.close()


@pytest.fixture
def command(program: Program, server: Server, here: Path) -> Command:
    config = kubeconfig(server.url, here)
    return lambda *arguments: program(*arguments, "--kubeconfig", config)


def ranges(server: Server, name: str = "lab") -> list[str]:
    found = next(each for each in server.pools() if each["metadata"]["name"] == name)
    return [
        each.get("cidr") or f"{each['start']}-{each['end']}" for each in found["spec"]["ipRanges"]
    ]


def test_the_range_is_next_to_the_pool(command: Command, server: Server) -> None:
    result = command("extend", "lab", "--ips", "14", *NETWORK, "--wait")

    assert (result.code, result.err) == (0, "")
    assert result.out == "externalippool.crd.antrea.io/lab extended with 10.0.0.48/28\n"
    assert ranges(server) == ["10.0.0.32/28", "10.0.0.48/28"]


def test_without_a_network_the_range_is_beside_the_pool(command: Command, server: Server) -> None:
    first = command("extend", "lab", "--ips", "14")
    again = command("extend", "lab", "--ips", "14")
    second = command("extend", "lab", "--prefix", "28", "--request-id", "2")
    far = command("extend", "lab", "--ips", "2000")

    assert (first.code, again.code, second.code) == (0, 0, 0)
    assert "searching next to the ranges of pool lab, in 10.0.0.32/27; use --within" in first.err
    assert ranges(server) == ["10.0.0.32/28", "10.0.0.48/28", "10.0.0.16/28"]
    assert (far.code, "no range with room for this size next to it" in far.err) == (2, True)


def test_ranges_of_others_beside_the_pool_are_left_alone(command: Command, server: Server) -> None:
    server.create("next", "10.0.0.48/28")

    result = command("extend", "lab", "--ips", "14")
    predicted = command("extend", "lab", "--ips", "14", "--dry-run", "client")

    assert (result.code, predicted.code) == (1, 1)
    for each in (result, predicted):
        assert "no free range for pool lab (14 addresses in 10.0.0.32/27)" in each.err
        assert "use another --within" in each.err


def test_an_extension_by_size_skips_taken_and_excluded_ranges(
    command: Command, server: Server
) -> None:
    server.create("next", "10.0.0.48/28")

    command("extend", "lab", "--prefix", "28", *NETWORK, "--exclude", "10.0.0.16/28,10.0.0.64/28")

    assert ranges(server)[1] == "10.0.0.0/28"


@pytest.mark.parametrize(
    ("near", "found"), [("10.0.0.200", "10.0.0.200/29"), ("other", "10.0.0.136/29")]
)
def test_near_names_another_place(command: Command, server: Server, near: str, found: str) -> None:
    server.create("other", "10.0.0.128/29")

    assert command("extend", "lab", "--ips", "6", *NETWORK, "--near", near).code == 0
    assert ranges(server)[1] == found
    assert command("extend", "lab", "--ips", "6", *NETWORK, "--near", "nope").code == 1


def test_the_same_command_appends_once(
    command: Command, server: Server, schema: Draft202012Validator
) -> None:
    size = ("extend", "lab", "--ips", "6", *NETWORK)

    first = command(*size, "-o", "json")
    again = command(*size, "-o", "json")
    told = command(*size)
    other = command(*size, "--request-id", "2")
    larger = command("extend", "lab", "--ips", "14", *NETWORK, "--request-id", "2")

    for each in (first, again):
        schema.validate(each.document)
        assert each.document["items"][0]["appended"] == ["10.0.0.48/29"]
    assert [each.document["items"][0]["state"] for each in (first, again)] == [
        "extended",
        "unchanged",
    ]
    assert "unchanged with 10.0.0.48/29 (extended by an earlier run of this request" in told.out
    assert (other.code, ranges(server)[2:]) == (0, ["10.0.0.56/29"])
    assert (larger.code, "have 6 usable addresses, not 14" in larger.err) == (4, True)


def test_too_many_addresses_are_several_extensions(command: Command) -> None:
    large = command("extend", "lab", "--ips", "200000", *NETWORK)

    assert large.code == 2
    assert large.err.endswith(
        "hint: append several ranges: use --ips 50000 in 4 commands, each with another"
        " --request-id\n"
    )


def test_an_extension_with_the_request_id_of_another_one_names_the_difference(
    command: Command, server: Server
) -> None:
    size = ("extend", "lab", "--ips", "6", "--request-id", "2")
    command(*size, *NETWORK)
    before = ranges(server)

    outside = command(*size, "--within", "10.9.0.0/24")
    excluded = command(*size, *NETWORK, "--exclude", before[-1])
    same = command(*size, *NETWORK)
    beside = command(*size)

    differently = "an earlier run of this request extended it differently"
    assert (outside.code, excluded.code, same.code, beside.code) == (4, 4, 0, 0)
    assert f"{differently}: its ranges {before[-1]} are outside 10.9.0.0/24" in outside.err
    assert f"{differently}: its ranges {before[-1]} contain excluded" in excluded.err
    assert ranges(server) == before


def test_a_range_stays_in_the_subnet_and_leaves_the_gateway_out(
    command: Command, server: Server
) -> None:
    command("create", "edge", "--ips", "2", "--gateway", "10.5.0.1", "--prefix-length", "28",
            "--strategy", "first")  # fmt: skip

    found = command("extend", "edge", "--ips", "11", "-o", "json")
    outside = command("extend", "edge", "--ips", "2", *NETWORK)
    full = command("extend", "edge", "--ips", "2", "--within", "10.0.0.0/8")

    assert (found.code, ranges(server, "edge")) == (0, ["10.5.0.2-10.5.0.3", "10.5.0.4-10.5.0.14"])
    assert (outside.code, "outside its subnet 10.5.0.0/28" in outside.err) == (4, True)
    assert (full.code, "no free range for pool edge" in full.err) == (1, True)


def test_dry_runs_append_nothing(command: Command, server: Server, here: Path) -> None:
    listed = command("list", "-o", "manifest").out
    (here / "live.yaml").write_text(listed, encoding="utf-8")
    size = ("extend", "lab", "--ips", "6", *NETWORK, "--dry-run")

    sent = command(*size, "server")
    predicted = command(*size, "client", "--against", "live.yaml", "-o", "ranges")

    assert sent.out.endswith("lab extended (server dry run) with 10.0.0.48/29\n")
    assert predicted.out == "10.0.0.32/28\n10.0.0.48/29\n"
    assert "would get 10.0.0.48/29" in predicted.err
    assert ranges(server) == ["10.0.0.32/28"]


def test_addresses_of_other_objects_are_avoided(command: Command, server: Server) -> None:
    node: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "node-1"},
        "spec": {"podCIDRs": ["10.0.0.48/28"]},
    }
    connections = server._connections
    assert connections.request("POST", f"{server.url}/api/v1/nodes", json=node).status == 201

    command("extend", "lab", "--ips", "6", *NETWORK)

    assert "10.0.0.48/29" not in ranges(server)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("lab", "--ips", "600"), 2, "no network to search: pool lab has no subnetInfo"),
        (("nope", "--ips", "6"), 1, "pool nope not found"),
        (("nope", "--ips", "6", *NETWORK), 1, "pool nope not found"),
        (("lab", "--ips", "6", "--prefix", "28", *NETWORK), 2, "exactly one of --ips and"),
        (("lab", "--ips", "6", "--range", "10.0.0.0/29"), 2, "cannot be used with --range"),
        (("lab", "--range", "10.0.0.0/29", "--near", "10.0.0.1"), 2, "--near requires --ips"),
        (("lab",), 2, "no ranges specified"),
        (("lab", "--prefix", "33", *NETWORK), 2, "invalid prefix length"),
    ],
)
def test_an_impossible_extension_by_size_changes_nothing(
    command: Command, server: Server, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = command("extend", *arguments)

    assert (result.code, said in result.err) == (code, True)
    assert ranges(server) == ["10.0.0.32/28"]


NOT_READY = RejectedFault(503, "etcd has no leader", retry_after=1)


@pytest.mark.parametrize("place", [(), (*NETWORK, "--near", "other")])
def test_a_failed_read_of_the_named_pools_is_retried_with_wait(
    program: Program, gateway: FakeGateway, here: Path, place: tuple[str, ...]
) -> None:
    store(gateway.cluster, "lab", "10.0.0.32/28")
    store(gateway.cluster, "other", "10.0.0.128/28")
    gateway.fail("get", NOT_READY, times=3)

    result = program("extend", "lab", "--ips", "14", *place, "--wait", "--events", "log")

    assert (result.code, result.out.count("extended with 10.0.0.")) == (0, 1)
    events = [json.loads(each) for each in (here / "log").read_text("utf-8").splitlines()]
    read = [each["outcome"] for each in events if each.get("verb") == "get"]
    assert read[:4] == ["busy", "busy", "busy", "answered"]


def test_pools_that_cannot_be_read_until_the_timeout_were_not_checked(
    program: Program, gateway: FakeGateway
) -> None:
    gateway.fail("get", NOT_READY, times=10_000)

    result = program("extend", "lab", "--ips", "14", "--wait", "--timeout", "5s")

    assert result.code == 5
    assert (
        "timed out after 5s: pool lab was not checked: request failed: etcd has no leader"
        in result.err
    )
