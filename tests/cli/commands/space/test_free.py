"""``free``: the free addresses of networks."""

import json
from pathlib import Path

import pytest
import yaml

from tests.builders import claim_on, live_pool, pool_object
from tests.cli.live_pools import store
from tests.cli.program import Program
from tests.fakes import FakeCluster

NODE = """\
apiVersion: v1
kind: Node
metadata: {name: node-1}
spec: {podCIDRs: [10.0.2.0/24]}
status: {addresses: [{type: InternalIP, address: 10.0.1.20}]}
"""


@pytest.mark.usefixtures("conflict")
def test_gaps_have_sizes_and_there_are_totals(program: Program, here: Path) -> None:
    (here / "node.yaml").write_text(NODE, encoding="utf-8")

    result = program("free", "--within", "10.0.0.0/22", ".")

    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "FREE                   ADDRESSES",
        "10.0.1.10-10.0.1.19           10",
        "10.0.1.21-10.0.1.255         235",
        "10.0.3.0-10.0.3.255          256",
        "",
        "501 of 1,024 addresses are free in 3 gaps; largest: 10.0.3.0-10.0.3.255 (256)",
    ]


@pytest.mark.usefixtures("conflict")
def test_ranges_and_cidrs_are_the_same_addresses(program: Program) -> None:
    arguments = ("free", "--within", "10.0.1.0/27,fd00::/64", ".")

    assert program(*arguments, "-o", "ranges").out.splitlines() == [
        "10.0.1.10-10.0.1.31",
        "fd00::-fd00::ffff:ffff:ffff:ffff",
    ]
    assert program(*arguments, "-o", "cidrs").out.splitlines() == [
        "10.0.1.10/31", "10.0.1.12/30", "10.0.1.16/28", "fd00::/64"
    ]  # fmt: skip


@pytest.mark.usefixtures("conflict")
def test_the_document_has_exact_numbers(program: Program) -> None:
    found = program("free", "--within", "fd00::/64", ".", "--exclude", "fd00::/65", "-o", "json")

    ends = {"first": "fd00::8000:0:0:0", "last": "fd00::ffff:ffff:ffff:ffff"}
    gap = {**ends, "addresses": str(2**63)}
    assert found.document["items"] == [{**gap, "cidrs": ["fd00::8000:0:0:0/65"]}]
    assert found.document["summary"] == {"free": str(2**63), "outOf": str(2**64), "largest": gap}


@pytest.mark.usefixtures("conflict")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["."], 2),
        (["--within", "10.0.0.0/24", "."], 1),
        (["--within", "10.0.0.0/24", ".", "-o", "json"], 1),
        (["--within", "10.0.0/24", "."], 2),
        (["--within", "10.0.0.0/24", "--exclude", "x", "."], 2),
        (["--within", "10.0.0.0/24", "nowhere.yaml"], 2),
        (["--within", "10.0.0.0/24"], 3),
        (["--within", "0.0.0.0/0,::/0", "."], 0),
    ],
)
def test_exit_codes_of_free(program: Program, arguments: list[str], code: int) -> None:
    assert program("free", *arguments).code == code


@pytest.mark.usefixtures("conflict")
def test_the_whole_of_ipv4_is_without_special_space(program: Program) -> None:
    result = program("free", "--within", "0.0.0.0/0", ".", "-o", "ranges")

    assert result.out.splitlines() == [
        "1.0.0.0-9.255.255.255",
        "10.0.1.10-10.0.255.255",
        "10.1.0.16-126.255.255.255",
        "128.0.0.0-169.253.255.255",
        "169.255.0.0-223.255.255.255",
    ]


def test_free_reads_the_cluster_the_files_or_both(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    cluster.others["nodes"].append(yaml.safe_load(NODE))
    store(cluster, "edge", "10.0.0.0/24")
    text = json.dumps(pool_object("lab", "10.0.1.0/28"))
    (here / "lab.yaml").write_text(text, encoding="utf-8")
    arguments = ("free", "--within", "10.0.0.0/23", "-o", "ranges")

    assert program(*arguments).out.split() == ["10.0.1.0-10.0.1.19", "10.0.1.21-10.0.1.255"]
    assert program(*arguments, "lab.yaml").out.split() == [
        "10.0.0.0-10.0.0.255", "10.0.1.16-10.0.1.255"
    ]  # fmt: skip
    assert program(*arguments, "-f", "lab.yaml", "--live").out.split() == [
        "10.0.1.16-10.0.1.19", "10.0.1.21-10.0.1.255"
    ]  # fmt: skip


def test_free_leaves_out_claims_and_gateways(program: Program, here: Path) -> None:
    subnet = {"gateway": "10.0.5.1", "prefixLength": 28}
    text = json.dumps(pool_object("a", "10.0.5.2-10.0.5.9", subnetInfo=subnet))
    (here / "a.yaml").write_text(text, encoding="utf-8")
    claim = claim_on("10.0.5.12/31")
    claimed = pool_object("b", "10.0.6.0/28")
    claimed["metadata"]["annotations"] = dict(live_pool("b", claim=claim).annotations)
    (here / "b.yaml").write_text(json.dumps(claimed), encoding="utf-8")

    result = program("free", ".", "-o", "ranges")

    assert result.out.split() == ["10.0.5.0-10.0.5.0", "10.0.5.10-10.0.5.11", "10.0.5.14-10.0.5.15"]
