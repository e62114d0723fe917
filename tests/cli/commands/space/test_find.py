"""``find``: addresses with their pools and holders, and waiting consumers."""

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from ippoolctl.ports.faults import RejectedFault
from tests.builders import pool_object
from tests.cli.live_pools import store
from tests.cli.program import Program
from tests.consumers import detached, egress, service
from tests.fakes import FakeCluster, FakeGateway

FULL = "Cannot allocate EgressIP from ExternalIPPool: cannot allocate IP in any range"


class Input(io.TextIOWrapper):
    def __init__(self, text: str) -> None:
        super().__init__(io.BytesIO(text.encode()))


@pytest.fixture
def filled(cluster: FakeCluster) -> FakeCluster:
    subnet = {"gateway": "10.0.0.6", "prefixLength": 24}
    cluster.store(pool_object("edge", "10.0.0.0/29", subnetInfo=subnet))
    store(cluster, "lab", "10.0.0.2-10.0.0.3")
    cluster.others["egresses"] = [
        egress("web", "edge", "10.0.0.1", node="node-1"),
        egress("late", "lab", failure=FULL),
    ]
    cluster.others["services"] = [
        service("api", "edge", "10.0.0.2", requested="10.0.0.2", shared=True),
        service("api2", "edge", "10.0.0.2", requested="10.0.0.2", shared=True),
        service("stray", "gone"),
    ]
    addresses = [{"type": "InternalIP", "address": "10.9.0.5"}]
    cluster.others["nodes"] = [{"metadata": {"name": "n1"}, "status": {"addresses": addresses}}]
    return cluster


@pytest.mark.usefixtures("filled")
def test_a_row_for_each_address_pool_and_holder(program: Program) -> None:
    shown = program("find", "10.0.0.1", "10.0.0.2", "10.0.0.4", "10.0.0.6", "10.0.0.7", "10.9.0.5")

    assert shown.code == 1
    assert shown.out == (
        "ADDRESS    POOL   RANGE               STATE      HOLDER              NODE     NOTE\n"
        "10.0.0.1   edge   10.0.0.0/29         in-use     Egress web          node-1\n"
        "10.0.0.2   edge   10.0.0.0/29         in-use     Service prod/api    -        shared\n"
        "10.0.0.2   edge   10.0.0.0/29         in-use     Service prod/api2   -        shared\n"
        "10.0.0.2   lab    10.0.0.2-10.0.0.3   free       -                   -"
        "        in use in pool edge\n"
        "10.0.0.4   edge   10.0.0.0/29         free       -                   -\n"
        "10.0.0.6   edge   10.0.0.0/29         free       -                   -"
        "        gateway of the pool\n"
        "10.0.0.7   edge   10.0.0.0/29         reserved   -                   -"
        "        last of the CIDR\n"
        "10.9.0.5   -      -                   no-pool    -                   -        Node n1\n"
    )


def test_each_row_of_a_network_notes_only_what_has_its_own_addresses(
    program: Program, cluster: FakeCluster
) -> None:
    """Each row named the Node, also those of ranges without its address."""
    for number in range(2):
        store(cluster, f"p{number}", f"10.9.{number}.0/24")
    addresses = [{"type": "InternalIP", "address": each} for each in ("10.9.0.5", "10.9.2.5")]
    cluster.others["nodes"] = [{"metadata": {"name": "n1"}, "status": {"addresses": addresses}}]

    shown = program("find", "10.9.0.0/22")

    rows = [" ".join(each.split()) for each in shown.out.splitlines()[1:]]
    assert rows == [
        "10.9.0.0-10.9.0.255 p0 10.9.0.0/24 254 free, 2 reserved - - Node n1",
        "10.9.1.0-10.9.1.255 p1 10.9.1.0/24 254 free, 2 reserved - -",
        "10.9.2.0-10.9.3.255 - - no-pool - - Node n1",
    ]


@pytest.mark.usefixtures("filled")
def test_a_cidr_is_counted_and_its_holders_are_listed(program: Program) -> None:
    shown = program("find", "10.0.0.4/30", "10.0.0.1-10.0.0.2")

    rows = [" ".join(each.split()) for each in shown.out.splitlines()[1:]]
    assert shown.code == 0
    assert rows == [
        "10.0.0.4-10.0.0.7 edge 10.0.0.0/29 3 free, 1 reserved - - with the gateway of the pool",
        "10.0.0.1-10.0.0.2 edge 10.0.0.0/29 2 in use - -",
        "10.0.0.1 edge 10.0.0.0/29 in-use Egress web node-1",
        "10.0.0.2 edge 10.0.0.0/29 in-use Service prod/api - shared",
        "10.0.0.2 edge 10.0.0.0/29 in-use Service prod/api2 - shared",
        "10.0.0.2 lab 10.0.0.2-10.0.0.3 1 free - -",
    ]


@pytest.mark.usefixtures("filled")
def test_who_is_an_alias_of_find(program: Program, schema: Draft202012Validator) -> None:
    document = program("who", "10.0.0.2", "10.0.0.0/16", "-o", "json").document

    schema.validate(document)
    address, network = document["items"]
    assert [(each["pool"], each["state"]) for each in address["pools"]] == [
        ("edge", "in-use"),
        ("lab", "free"),
    ]
    assert [each["name"] for each in address["held"][0]["holders"]] == ["api", "api2"]
    assert network["withoutPool"][0]["first"] == "10.0.0.8"
    assert network["pools"][0]["used"] == 2


@pytest.mark.usefixtures("filled")
def test_thousands_of_addresses_from_standard_input(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = "\n".join(f"10.0.{number >> 8}.{number & 255}" for number in range(3000))
    monkeypatch.setattr("sys.stdin", Input(f"# all\n{many}\n\n10.0.0.1, fd00::1 # two\n"))

    shown = program("find", "-")

    lines = shown.out.splitlines()
    assert shown.code == 1
    assert len(lines) == 1 + 3000 + 2 + 2 + 1  # the header, two shared or overlapping rows each
    assert lines[1].split()[:4] == ["10.0.0.0", "edge", "10.0.0.0/29", "reserved"]
    assert lines[-1].split() == ["fd00::1", "-", "-", "no-pool", "-", "-"]


@pytest.mark.usefixtures("filled")
def test_an_odd_text_on_standard_input_is_named_with_its_line(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Input("10.0.0.1\n\n10.0.0.1 10.0.0.300\n"))

    shown = program("find", "-")

    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith("error: <stdin>:3: invalid range: '10.0.0.300'\n")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("10.0.0.9-10.0.0.1", "use 10.0.0.1-10.0.0.9"),
        ("10.0.0.9-fd00::1", "use a start and an end of the same family"),
        ("10.0.0.0/33", "use a CIDR, START-END or one address, without leading zeros"),
    ],
)
def test_the_hint_for_an_invalid_range_corrects_it(program: Program, text: str, hint: str) -> None:
    assert program("find", text).err == f"error: invalid range: {text!r}\nhint: {hint}\n"


@pytest.mark.parametrize(
    "arguments", [[], ["10.0.0.1", "--waiting"], ["10.0.0"], ["fd00::1/129"], ["-", "-"]]
)
def test_wrong_usage(
    program: Program, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Input("10.0.0.1\n"))

    assert program("find", *arguments).code == 2


@pytest.mark.usefixtures("filled")
def test_waiting_consumers_are_listed_with_reasons(
    program: Program, schema: Draft202012Validator
) -> None:
    shown = program("find", "--waiting")
    document = program("find", "--waiting", "-o", "json").document

    assert shown.code == 0
    assert shown.out == (
        "WAITING              POOL   REQUESTED   REASON\n"
        "Service prod/stray   gone   any         pool gone does not exist\n"
        f"Egress late          lab    any         {FULL}"
        " (an address is free again; Antrea retries within 5 minutes)\n"
    )
    schema.validate(document)
    assert [each["reason"] for each in document["items"]] == ["no-pool", "retry"]


def test_no_waiting_consumer_prints_a_message(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "edge", "10.0.0.0/29")

    shown = program("find", "--waiting")

    assert (shown.code, shown.out) == (0, "")
    assert shown.err == "no Egress or Service waits for an address\n"


def test_without_permission_the_holder_is_unknown_and_the_pool_is_named(
    program: Program,
    filled: FakeCluster,
    gateway: FakeGateway,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listed = gateway.list_objects

    def list_objects(resource: Any, *arguments: Any, **options: Any) -> Any:
        if resource.plural == "egresses":
            raise RejectedFault(403, "Forbidden", "egresses is forbidden")
        return listed(resource, *arguments, **options)

    monkeypatch.setattr(gateway, "list_objects", list_objects)
    assert filled.names

    shown = program("find", "10.0.0.1", "10.0.0.2")
    waiting = program("find", "--waiting")

    assert shown.code == 0
    assert "10.0.0.1   edge   10.0.0.0/29         unknown" in shown.out
    assert "10.0.0.2   edge   10.0.0.0/29         in-use" in shown.out
    assert shown.err == "warning: no permission to list Egresses; holders can be missing\n"
    assert waiting.code == 3
    assert waiting.err == "warning: no permission to list Egresses; the list is incomplete\n"
    assert "Service prod/stray" in waiting.out


@pytest.mark.usefixtures("here")
def test_find_reads_pools_and_holders_from_files(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "dump.yaml"
    objects = [pool_object("edge", "10.0.0.0/29"), egress("web", "edge", "10.0.0.1", node="node-1")]
    file.write_text(yaml.safe_dump_all(objects), encoding="utf-8")

    shown = program("find", "10.0.0.1", "-f", str(file))

    assert shown.code == 0
    assert shown.out.splitlines()[1].split() == [
        "10.0.0.1", "edge", "10.0.0.0/29", "in-use", "Egress", "web", "node-1",
    ]  # fmt: skip


def test_files_are_added_to_the_cluster(
    program: Program, filled: FakeCluster, tmp_path: Path
) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(yaml.safe_dump(pool_object("new", "10.0.0.0/28")), encoding="utf-8")
    assert filled.names

    shown = program("find", "10.0.0.1", "-f", str(file), "--live")

    pools = [each.split()[1] for each in shown.out.splitlines()[1:]]
    assert pools == ["edge", "new"]


@pytest.mark.parametrize("command", ["list", "show"])
@pytest.mark.parametrize("text", ["10.0.3.7", "fd00::1", "10.0.0.0/24", "10.0.0.1-10.0.0.5"])
def test_an_address_in_place_of_a_name_leads_to_find(
    program: Program, cluster: FakeCluster, command: str, text: str
) -> None:
    store(cluster, "edge", "10.0.0.0/29")

    shown = program(command, text)

    assert shown.code == (2 if ":" in text or "/" in text else 1)
    assert shown.err.startswith("error: ")
    assert shown.err.endswith(f"hint: find the pool of an address: ippoolctl find {text}\n")
    assert len(shown.err.splitlines()) == 2


def test_find_waiting_names_the_consumers_that_a_killed_run_has_detached(
    program: Program, cluster: FakeCluster
) -> None:
    """It said that nothing waits."""
    run = ("rename a b", "a", "b", "10.0.0.0/28")
    cluster.others["egresses"] = [
        detached(egress(name, "", f"10.0.0.{number}"), *run) for number, name in enumerate("xy", 1)
    ]

    shown = program("find", "--waiting")

    assert (shown.code, shown.out) == (0, "")
    assert shown.err.splitlines() == [
        "warning: unfinished run: rename a b; detached: Egress x, Egress y",
        "hint: finish the unfinished run: ippoolctl rename a b",
        "no Egress or Service waits for an address",
    ]


def test_find_names_the_detached_holder_of_an_address_once_and_before_the_freed_range(
    program: Program, cluster: FakeCluster
) -> None:
    """It named the first detached Egress for every address, also for its own."""
    run = ("rename a b", "a", "b", "10.0.0.0/28")
    cluster.others["egresses"] = [
        detached(egress(name, "", f"10.0.0.{number}"), *run) for number, name in enumerate("xy", 1)
    ]

    rows = program("find", "10.0.0.1", "10.0.0.2", "10.0.0.3").out.splitlines()[1:]

    range_ = "10.0.0.0/28 of an unfinished run"
    assert [each.split("-  ")[-1].strip() for each in rows] == [
        f"detached Egress x, {range_}",
        f"detached Egress y, {range_}",
        range_,
    ]
