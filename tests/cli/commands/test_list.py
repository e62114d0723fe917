"""``list``: the table, the other formats, the order."""

from pathlib import Path

import pytest

from tests.builders import pool_object
from tests.cli.live_pools import store
from tests.cli.program import Program
from tests.fakes import FakeCluster, FakeGateway

RANGE = "10.0.0.0/24"


def test_a_list_is_a_table_like_that_of_kubectl(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "edge", RANGE, used=2)
    store(cluster, "lab", "10.0.0.128/25", "fd00::/124")
    store(cluster, "tiny", "10.9.0.4/31")

    assert program("list").out == (
        "NAME   RANGES                     USABLE   USED   FREE   USED%   STATE\n"
        "edge   10.0.0.0/24                254      2      252    1%      overlap,frozen\n"
        "lab    10.0.0.128/25,fd00::/124   141      0      141    0%      overlap,frozen\n"
        "tiny   10.9.0.4/31                0        0      0      -       hazard\n"
    )


def test_an_unknown_number_is_a_dash(program: Program, cluster: FakeCluster) -> None:
    cluster.store(pool_object("a", RANGE))

    assert program("list", "--no-headers").out.split() == [
        "a", RANGE, "254", "-", "-", "-", "no-status",
    ]  # fmt: skip


def test_a_total_that_does_not_match_the_ranges_is_stale(
    program: Program, cluster: FakeCluster
) -> None:
    cluster.store(pool_object("a", RANGE))
    cluster.write_status("a", 100, 0)

    assert program("list", "--no-headers").out.split()[-1] == "stale-status"


@pytest.mark.parametrize(
    ("arguments", "states"),
    [
        ([], ["full", "nearly-full", "ok"]),
        (["--nearly-full", "80"], ["full", "nearly-full", "nearly-full"]),
        (["--nearly-full", "100"], ["full", "ok", "ok"]),
    ],
)
def test_a_pool_without_free_addresses_is_full(
    program: Program, cluster: FakeCluster, arguments: list[str], states: list[str]
) -> None:
    for number, used in enumerate((10, 9, 8)):
        store(cluster, f"p{number}", f"10.0.{number}.1-10.0.{number}.10", used=used)

    lines = program("list", "--no-headers", *arguments).out.splitlines()

    assert [each.split()[-1] for each in lines] == states


@pytest.mark.parametrize("command", [["list", "a"], ["show", "a"], ["check"]])
def test_the_configuration_says_when_a_pool_is_nearly_full(
    program: Program, cluster: FakeCluster, command: list[str], tmp_path: Path
) -> None:
    store(cluster, "a", "10.0.0.1-10.0.0.10", used=8)
    config = tmp_path / "config.yaml"
    config.write_text("nearlyFull: 80\n")

    def shown(*arguments: str) -> bool:
        out = program(*command, *arguments).out
        return "nearly-full" in out or "nearly full" in out

    assert not shown()
    assert shown("--config", str(config))
    assert not shown("--config", str(config), "--nearly-full", "81")


def test_marks_and_deletions_are_states(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", RANGE, annotations={"ippoolctl/state": "pending"})
    store(cluster, "b", "10.1.0.0/24", finalizers=["example.com/x"])
    cluster.remove("b")

    states = [each.split()[-1] for each in program("list", "--no-headers").out.splitlines()]

    assert states == ["pending", "terminating"]


@pytest.mark.parametrize(("antrea", "states"), [("1.15", "overlap"), ("2.7", "overlap,frozen")])
def test_what_is_frozen_depends_on_the_release(
    program: Program, cluster: FakeCluster, antrea: str, states: str
) -> None:
    store(cluster, "a", RANGE)
    store(cluster, "b", RANGE)

    assert program("list", "a", "--no-headers", "--antrea", antrea).out.split()[-1] == states


def test_an_empty_cluster_is_a_message_on_standard_error(
    program: Program, gateway: FakeGateway
) -> None:
    result = program("list")

    assert (result.code, result.out, result.err) == (0, "", "no ExternalIPPools found\n")
    assert program("list", "-o", "json").document["items"] == []


def test_the_other_formats_of_a_list(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "b", "10.1.0.0/24")
    store(cluster, "a", RANGE, "fd00::1-fd00::9")

    assert program("list", "-o", "name").out == (
        "externalippool.crd.antrea.io/a\nexternalippool.crd.antrea.io/b\n"
    )
    assert program("list", "a", "-o", "ranges").out == f"{RANGE}\nfd00::1-fd00::9\n"
    assert program("list", "-o", "manifest").out.count("\n---\n") == 1
    wide = program("ls", "-o", "wide").out.splitlines()
    assert wide[0].split()[-4:] == ["TOTAL", "AGE", "SUBNET", "NODES"]


def test_sort_orders(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", "10.0.0.0/28", used=9)
    store(cluster, "b", "10.0.1.0/24", used=1)

    for column, expected in (("name", "ab"), ("usable", "ba"), ("used", "ab"), ("free", "ba")):
        shown = program("get", "--sort-by", column, "-o", "name").out.split()
        assert "".join(each[-1] for each in shown) == expected
    assert program("list", "--sort-by", "colour").code == 2


def test_text_of_the_cluster_is_escaped(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", RANGE, annotations={"x": "\x1b[2J\u202e"}, labels={"y": "\x9b"})

    for arguments in (["show", "a"], ["list", "-o", "json"], ["list", "-o", "manifest"]):
        out = program(*arguments).out
        assert not any(ord(each) < 32 and each != "\n" for each in out)
        assert "\u202e" not in out
        assert "\x9b" not in out
