"""``suggest``: free ranges of a size."""

from pathlib import Path

import pytest
import yaml

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
    assert "warning: pool edge is invalid; its unreadable ranges are ignored" in result.err


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

    result = program("suggest", "--prefix", "24", "--within", "10.0.1.0/22", "-o", "ranges")

    assert result.out == "10.0.0.0/24\n"
    assert program("suggest", "--prefix", "24", "--within", "10.0.2.0/24").code == 1


def test_what_cannot_be_read_is_told_with_verbose_only(
    program: Program, cluster: FakeCluster
) -> None:
    cluster.forbidden.add("list:nodes")

    suggest = ("suggest", "--ips", "6", "--within", "10.0.0.0/24", "-o", "ranges")
    quiet, verbose = program(*suggest), program(*suggest, "-v")

    assert (quiet.code, quiet.err) == (0, "")
    assert quiet.out == verbose.out
    assert "no permission to list Nodes; their addresses are not avoided" in verbose.err
