"""``suggest``: free ranges of a size."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import pool_object
from tests.cli.conftest import CONFLICT
from tests.cli.program import Program, Result
from tests.fakes import FakeCluster


@pytest.mark.usefixtures("conflict")
def test_suggested_ranges_avoid_every_taken_span(program: Program) -> None:
    found = program("suggest", "--ips", "14", "--within", "10.0.0.0/22", ".", "-o", "ranges")
    kept = program(
        "suggest", "--ips", "3", "--within", "10.0.0.0/22", ".", "--exclude", "10.0.1.10-10.0.1.20",
        "-o", "cidrs", "--count", "2",
    )  # fmt: skip

    assert found == Result(0, "10.0.1.16/28\n", "")
    assert kept.out.splitlines() == ["10.0.1.24/29", "10.0.1.32/29"]


@pytest.mark.usefixtures("conflict")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--ips", "14", "."], 2),
        (["--within", "10.0.0.0/16", "."], 2),
        (["--ips", "1", "--prefix", "28", "--within", "10.0.0.0/16", "."], 2),
        (["--ips", "1", "--within", "10.0.0/16", "."], 2),
        (["--ips", "0", "--within", "10.0.0.0/16", "."], 2),
        (["--ips", "1", "--within", "10.0.0.0/16", "--exclude", "x", "."], 2),
        (["--ips", "1", "--within", "10.0.0.0/16"], 3),
        (["--prefix", "24", "--within", "10.0.0.0/24", "."], 1),
        (["--prefix", "64", "--within", "10.0.0.0/16", "."], 2),
        (["--ips", "1", "--within", "10.0.0.0/16", "nowhere.yaml"], 2),
        (["--ips", "200", "--count", "2", "--within", "10.0.1.0/24", "."], 1),
        (["--ips", "14", "--within", "10.0.1.0/24,10.0.0.0/24", "--count", "16", "."], 1),
        (["--ips", "65536", "--within", "10.0.0.0/8", "."], 0),
        (["--ips", "65537", "--within", "10.0.0.0/8", "."], 2),
        (["--ips", "65536", "--within", "10.0.0.0/8", ".", "-o", "cidrs"], 2),
        (["--ips", "65536", "--within", "10.0.0.0/8,fd00::/64", ".", "-o", "cidrs"], 0),
        (["--prefix", "33", "--within", "10.0.0.0/8", "."], 2),
        (["--prefix", "129", "--within", "fd00::/64", "."], 2),
        (["--ips", "14", "--within", "0.0.0.0/0,::/0", "."], 0),
        (["--ips", "14", "--within", "10.0.0.0/8", "--strategy", "worst", "."], 2),
        (["--ips", "14", "--within", "10.0.0.0/8", "--strategy", "best", "--seed", "1", "."], 2),
        (["--ips", "14", "--within", "10.0.0.0/8", "--strategy", "best", "--near", "lab", "."], 2),
        (["--ips", "14", "--within", "10.0.0.0/8", "--near", "lab", "."], 0),
        (["--ips", "14", "--within", "10.0.0.0/8", "--near", "nowhere", "."], 1),
        (["--ips", "14", "--within", "10.0.0.0/8", "--near", "No Name", "."], 2),
        (["--ips", "14", "--within", "10.0.0.0/8", "--exclude-from", "nowhere.txt", "."], 2),
        (["--ips", "14", "--within", "10.0.0.0/8", "--name", "A!", "."], 2),
    ],
)
def test_exit_codes_of_suggest(program: Program, arguments: list[str], code: int) -> None:
    assert program("suggest", *arguments).code == code


@pytest.mark.usefixtures("conflict")
def test_an_invalid_pool_is_a_warning(program: Program, here: Path) -> None:
    text = CONFLICT["edge.yaml"].replace("cidr:", "cidrs:")
    (here / "typo.yaml").write_text(text, encoding="utf-8")

    result = program("suggest", "--ips", "5", "--within", "10.0.0.0/24", "typo.yaml")

    assert result.code == 0
    assert result.err.startswith(
        "warning: pool edge is invalid: spec.ipRanges[0]; the addresses of its unreadable ranges"
    )


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("nodeSelector: {matchLabels: 5}", "spec.nodeSelector.matchLabels"),
        ("nodeSelector: {}\n  subnetInfo: {gateway: 10.0.0.1}", "spec.subnetInfo.prefixLength"),
    ],
)
@pytest.mark.usefixtures("conflict")
def test_an_invalid_field_is_a_warning_if_the_ranges_are_readable(
    program: Program, here: Path, text: str, field: str
) -> None:
    invalid = CONFLICT["edge.yaml"].replace("nodeSelector: {}", text)
    (here / "invalid.yaml").write_text(invalid, encoding="utf-8")

    result = program("suggest", "--ips", "5", "--within", "10.0.0.0/23", "invalid.yaml")

    assert (result.code, "\n10.0.1." in result.out) == (0, True)
    assert result.err.startswith(f"warning: pool edge is invalid: {field}\nhint: find the errors")


@pytest.mark.parametrize("command", [("suggest", "--ips", "5"), ("free",)])
def test_an_input_without_pools_is_a_warning(
    program: Program, here: Path, command: tuple[str, ...]
) -> None:
    (here / "empty.yaml").write_text("", encoding="utf-8")

    result = program(*command, "--within", "10.0.0.0/24", "empty.yaml")

    assert (result.code, result.err) == (0, "warning: no ExternalIPPools in the input\n")


NODE = """\
apiVersion: v1
kind: Node
metadata: {name: node-1}
spec: {podCIDRs: [10.0.2.0/24]}
status: {addresses: [{type: InternalIP, address: 10.0.1.20}]}
"""


@pytest.mark.usefixtures("conflict")
def test_objects_in_the_files_count_and_are_named(program: Program, here: Path) -> None:
    (here / "node.yaml").write_text(NODE, encoding="utf-8")

    found = program("suggest", "--ips", "14", "--within", "10.0.0.0/22", ".", "-o", "ranges")
    none = program("suggest", "--prefix", "24", "--within", "10.0.0.0/23", ".")

    assert found.out == "10.0.1.32/28\n"
    assert none.code == 1
    assert none.err.endswith("taken by edge, lab, Node node-1\n")


def test_objects_of_the_cluster_count(program: Program, cluster: FakeCluster) -> None:
    cluster.others["nodes"].append(yaml.safe_load(NODE))

    suggest = ("suggest", "--prefix", "24", "--within", "10.0.1.0/22", "-o", "ranges")

    # The gap of the first one has more addresses, without room for another /24.
    assert program(*suggest, "--strategy", "first").out == "10.0.0.0/24\n"
    assert program(*suggest).out == "10.0.3.0/24\n"
    assert program("suggest", "--prefix", "24", "--within", "10.0.2.0/24").code == 1


def test_a_forbidden_kind_is_reported_with_verbose_only(
    program: Program, cluster: FakeCluster
) -> None:
    cluster.forbidden.add("list:nodes")

    suggest = ("suggest", "--ips", "6", "--within", "10.0.0.0/24", "-o", "ranges")
    quiet, verbose = program(*suggest), program(*suggest, "-v")

    assert (quiet.code, quiet.err) == (0, "")
    assert quiet.out == verbose.out
    assert "no permission to list Nodes; their addresses are not avoided" in verbose.err


def test_more_addresses_than_a_range_can_have_are_two_ranges(program: Program) -> None:
    result = program("suggest", "--ips", "70000", "--within", "10.0.0.0/8", "-o", "ranges")

    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "error: --ips 70000 is too large: Antrea caps a range at 65,536 addresses\n"
        "hint: use several ranges: --count 2 --ips 35000\n"
    )


@pytest.mark.usefixtures("conflict")
def test_every_range_has_its_reason_and_its_room(program: Program) -> None:
    text = program("suggest", "--ips", "14", "--within", "10.0.0.0/22", ".").out
    item = program("suggest", "--ips", "14", "--within", "10.0.0.0/22", ".", "-o", "json")

    assert re.split("   +", text.splitlines()[1]) == [
        "10.0.1.16/28", "14", "16", "736", "free block of exactly this size"
    ]  # fmt: skip
    (found,) = item.document["items"]
    assert found["reason"] == "free block of exactly this size"
    assert found["room"] == {"first": "10.0.1.32", "last": "10.0.3.255", "addresses": "736"}
    assert found["grown"] is None


def reasons(program: Program, *arguments: str) -> list[tuple[str, str]]:
    result = program("suggest", *arguments, "-o", "json")
    assert result.code == 0
    return [(each["text"], each["reason"]) for each in result.document["items"]]


@pytest.mark.usefixtures("conflict")
def test_the_reason_of_each_strategy(program: Program) -> None:
    fourteen = ("--ips", "14", "--within", "10.0.0.0/22", ".")

    assert reasons(program, "--ips", "20", "--within", "10.0.0.0/22", ".") == [
        ("10.0.1.10-10.0.1.29", "smallest gap that fits: 10.0.1.10-10.0.3.254")
    ]
    assert reasons(program, *fourteen, "--strategy", "first") == [
        ("10.0.1.16/28", "lowest free addresses")
    ]
    assert reasons(program, *fourteen, "--strategy", "last") == [
        ("10.0.3.240/28", "highest free addresses")
    ]
    assert reasons(program, *fourteen, "--strategy", "sparse") == [
        ("10.0.2.128/28", "middle of the largest gap: 10.0.1.10-10.0.3.255")
    ]
    assert reasons(program, *fourteen, "--strategy", "random", "--seed", "7")[0][1] == (
        "random (--seed 7)"
    )
    assert reasons(program, *fourteen, "--near", "lab") == [
        ("10.0.1.16/28", "6 addresses after pool lab")
    ]
    assert reasons(program, *fourteen, "--near", "10.0.3.7") == [
        ("10.0.3.0/28", "contains 10.0.3.7")
    ]
    assert reasons(program, "--ips", "2", "--within", "10.0.0.0/22", ".", "--near", "eip/lab") == [
        ("10.0.1.10-10.0.1.11", "directly after pool lab")
    ]


def test_near_a_pool_the_subnets_of_other_pools_are_not_searched(
    program: Program, here: Path
) -> None:
    subnet = {"gateway": "10.9.0.1", "prefixLength": 24}
    far = pool_text("far", "10.9.0.16/28", subnetInfo=subnet)
    (here / "far.yaml").write_text(far)
    (here / "edge.yaml").write_text(pool_text("edge", "10.0.0.0/29"))

    assert reasons(program, "--ips", "6", "--near", "edge", ".") == [
        ("10.0.0.8/29", "directly after pool edge")
    ]
    assert reasons(program, "--ips", "6", "--near", "far", ".") == [
        ("10.9.0.32/29", "directly after pool far")
    ]


def test_near_a_pool_without_room_beside_it_a_network_is_required(
    program: Program, here: Path
) -> None:
    (here / "a.yaml").write_text(pool_text("edge", "10.0.0.0/29"))

    result = program("suggest", "--ips", "600", "--near", "edge", "a.yaml")

    assert result.code == 2
    assert "pool edge has no subnetInfo, and no range with room for this size" in result.err


def test_without_an_aligned_block_the_reason_names_it(program: Program, here: Path) -> None:
    (here / "a.yaml").write_text(pool_text("a", "10.0.0.0/30", "10.0.0.15/32"), encoding="utf-8")

    assert reasons(
        program, "--ips", "6", "--within", "10.0.0.0/28", ".", "--exclude", "10.0.0.12"
    ) == [("10.0.0.4-10.0.0.9", "smallest gap that fits: 10.0.0.4-10.0.0.11; no /29 is free")]


def pool_text(name: str, *ranges: str, **spec: Any) -> str:
    return json.dumps(pool_object(name, *ranges, **spec))


@pytest.mark.usefixtures("conflict")
def test_the_seed_repeats_a_random_suggestion(program: Program) -> None:
    arguments = ["suggest", "--ips", "6", "--within", "fd00::/64", ".", "--strategy", "random"]

    first = program(*arguments, "-o", "json").document
    again = program(*arguments, "--seed", str(first["seed"]), "-o", "json").document

    assert first == again
    assert program(*arguments, "-o", "ranges").out != program(*arguments, "-o", "ranges").out


@pytest.mark.usefixtures("conflict")
def test_networks_of_both_families_get_ranges_of_both(program: Program) -> None:
    within = ("--within", "10.0.0.0/22", "--within", "fd00::/64", ".")

    both = program("suggest", "--ips", "6", *within, "--count", "2", "-o", "ranges")
    one = program("suggest", "--prefix", "28", *within)
    none = program("suggest", "--prefix", "22", *within)

    assert both.out.split() == [
        "10.0.1.16/29",
        "10.0.1.24/29",
        "fd00::1-fd00::6",
        "fd00::7-fd00::c",
    ]
    assert one.code == 0
    assert one.err == "no IPv6 network is large enough for a /28\n"
    assert none.code == 1
    assert none.err.startswith("warning: found 0 of 1 free ranges (largest: 10.0.2.0/23 with 510 ")


@pytest.mark.usefixtures("conflict")
def test_no_room_names_the_largest_range(program: Program) -> None:
    arguments = ("suggest", "--within", "10.0.0.0/23", ".")

    number = program(*arguments, "--ips", "254")
    prefix = program(*arguments, "--prefix", "24", "-o", "json")

    assert (number.code, number.out) == (1, "")
    assert number.err == (
        "warning: found 0 of 1 free ranges (largest: 10.0.1.10-10.0.1.254 with 245 usable"
        " addresses): 246 of 512 addresses are free, largest free block: 246; taken by edge, lab\n"
    )
    assert prefix.code == 1
    (shortage,) = prefix.document["shortages"]
    assert shortage["largest"]["text"] == "10.0.1.128/25"
    assert shortage["takenBy"] == ["edge", "lab"]


@pytest.mark.usefixtures("conflict")
def test_nothing_free_has_no_largest_range(program: Program) -> None:
    result = program("suggest", "--ips", "1", "--within", "10.0.0.0/25", ".")

    assert (result.code, result.out) == (1, "")
    assert "found 0 of 1 free ranges (none of any size): 0 of 128 addresses" in result.err


@pytest.mark.usefixtures("conflict")
def test_manifests_are_admitted_and_have_names_of_their_own(program: Program, here: Path) -> None:
    within = ("--within", "10.0.0.0/22,fd00::/64")
    arguments = ("suggest", "--ips", "6", *within, ".", "-o", "manifest")
    text = pool_text("pool-10-0-1-16-29", "10.9.0.0/28")
    (here / "same.yaml").write_text(text, encoding="utf-8")

    found = program(*arguments)
    named = program(*arguments, "--name", "lab-b")

    new = list(yaml.safe_load_all(found.out))
    assert [each["metadata"]["name"] for each in new] == [
        "pool-10-0-1-16-29-new", "pool-fd00--1-fd00--6"
    ]  # fmt: skip
    assert [each["spec"]["ipRanges"] for each in new] == [
        [{"cidr": "10.0.1.16/29"}], [{"start": "fd00::1", "end": "fd00::6"}]
    ]  # fmt: skip
    assert re.findall("name: (.*)", named.out) == ["lab-b-1", "lab-b-2"]
    (here / "new").mkdir()
    (here / "new" / "new.yaml").write_text(found.out, encoding="utf-8")
    assert program("verdict", "new", "--against", ".").code == 0


@pytest.mark.usefixtures("conflict")
def test_a_derived_name_is_never_that_of_an_existing_pool(program: Program, here: Path) -> None:
    names = ["pool-10-0-1-16-29", "pool-10-0-1-16-29-new"]
    for number, each in enumerate(names, 8):
        (here / f"{each}.json").write_text(pool_text(each, f"10.{number}.0.0/28"), encoding="utf-8")
    arguments = ("suggest", "--ips", "6", "--within", "10.0.0.0/22", ".", "-o", "manifest")

    derived, given = program(*arguments), program(*arguments, "--name", names[0])

    assert re.findall("name: (.*)", derived.out) == ["pool-10-0-1-16-29-new-2"]
    assert derived.err == ""
    assert re.findall("name: (.*)", given.out) == [names[0]]
    assert f"warning: pool {names[0]} exists; use another --name" in given.err


@pytest.mark.usefixtures("conflict")
def test_exclusions_come_from_files_and_standard_input(
    program: Program, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "taken.txt").write_text(
        "# lab network\n10.0.1.0/25, 10.0.1.128 - 10.0.1.191  # printers\n\n10.0.1.192\n",
        encoding="utf-8",
    )
    (here / "bad.txt").write_text("10.0.1.0/25\nserver-1\n", encoding="utf-8")
    arguments = ("suggest", "--ips", "14", "--within", "10.0.1.0/24", ".", "-o", "ranges")

    assert program(*arguments, "--exclude-from", "taken.txt").out == "10.0.1.208/28\n"
    bad = program(*arguments, "--exclude-from", "bad.txt")
    assert bad.code == 2
    assert bad.err.startswith("error: bad.txt:2: invalid range: 'server-1'\nhint: use a CIDR, ")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"10.0.1.0/25\n")))
    assert program(*arguments, "--exclude-from", "-").out == "10.0.1.128/28\n"
    assert program(*arguments, "-f", "-", "--exclude-from", "-").code == 2


def test_without_networks_the_subnets_of_the_pools_are_searched(
    program: Program, here: Path
) -> None:
    subnet = {"gateway": "10.0.5.1", "prefixLength": 28}
    text = pool_text("a", "10.0.5.2-10.0.5.9", subnetInfo=subnet)
    (here / "a.yaml").write_text(text, encoding="utf-8")

    found = program("suggest", "--ips", "5", ".", "-o", "ranges")
    more = program("suggest", "--ips", "6", ".", "-o", "ranges")

    # Neither the gateway nor the ends of the subnet.
    assert found.out == "10.0.5.10-10.0.5.14\n"
    assert more.code == 1
