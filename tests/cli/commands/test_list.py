"""``list``: the table, the other formats, the order."""

import re
from pathlib import Path

import pytest

from tests.builders import pool_object
from tests.cli.live_pools import consume, store
from tests.cli.program import Program
from tests.fakes import FakeCluster, FakeGateway

RANGE = "10.0.0.0/24"
AGE = re.compile(r" +\d+[smhdy]\w*$", re.MULTILINE)


def states(program: Program, *arguments: str) -> list[str]:
    """The column STATE, which is the last but one."""
    lines = program("list", "--no-headers", *arguments).out.splitlines()
    return [each.split()[-2] for each in lines]


def test_a_list_is_a_table_like_that_of_kubectl(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "edge", RANGE, used=2)
    consume(cluster, "edge", "10.0.0.1", "10.0.0.2")
    store(cluster, "lab", "10.0.0.128/25", "fd00::/124")
    store(cluster, "tiny", "10.9.0.4/31")

    assert AGE.sub("", program("list").out) == (
        "NAME   RANGES                     USABLE   USED   FREE   USE%   STATE            AGE\n"
        "edge   10.0.0.0/24                   254      2    252     1%   overlap,frozen\n"
        "lab    10.0.0.128/25,fd00::/124      141      0    141     0%   overlap,frozen\n"
        "tiny   10.9.0.4/31                     0      0      0      -   hazard\n"
    )


def test_an_unknown_number_is_a_dash(program: Program, cluster: FakeCluster) -> None:
    cluster.store(pool_object("a", RANGE))
    cluster.forbidden = {"list:services"}

    assert program("list", "--no-headers").out.split()[:-1] == [
        "a", RANGE, "254", "-", "-", "-", "no-status",
    ]  # fmt: skip


def test_a_total_that_does_not_match_the_ranges_is_stale(
    program: Program, cluster: FakeCluster
) -> None:
    cluster.store(pool_object("a", RANGE))
    cluster.write_status("a", 100, 0)

    assert states(program) == ["stale-status"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["full", "nearly-full", "ok"]),
        (["--nearly-full", "80"], ["full", "nearly-full", "nearly-full"]),
        (["--nearly-full", "100"], ["full", "ok", "ok"]),
    ],
)
def test_a_pool_without_free_addresses_is_full(
    program: Program, cluster: FakeCluster, arguments: list[str], expected: list[str]
) -> None:
    for number, used in enumerate((10, 9, 8)):
        store(cluster, f"p{number}", f"10.0.{number}.1-10.0.{number}.10", used=used)
        consume(cluster, f"p{number}", *(f"10.0.{number}.{each + 1}" for each in range(used)))

    assert states(program, *arguments) == expected


@pytest.mark.parametrize("command", [["list", "a"], ["show", "a"], ["check"]])
def test_the_configuration_sets_the_share_of_nearly_full(
    program: Program, cluster: FakeCluster, command: list[str], tmp_path: Path
) -> None:
    store(cluster, "a", "10.0.0.1-10.0.0.10", used=8)
    consume(cluster, "a", *(f"10.0.0.{each}" for each in range(1, 9)))
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

    assert states(program) == ["pending", "terminating"]


@pytest.mark.parametrize(("antrea", "expected"), [("1.15", "overlap"), ("2.7", "overlap,frozen")])
def test_the_frozen_state_depends_on_the_release(
    program: Program, cluster: FakeCluster, antrea: str, expected: str
) -> None:
    store(cluster, "a", RANGE)
    store(cluster, "b", RANGE)

    assert states(program, "a", "--antrea", antrea) == [expected]


def test_an_empty_cluster_is_a_message_on_standard_error(
    program: Program, gateway: FakeGateway
) -> None:
    result = program("list")

    assert (result.code, result.out, result.err) == (0, "", "no ExternalIPPools found\n")
    assert program("list", "-o", "json").document["items"] == []


def test_list_prints_every_other_format(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "b", "10.1.0.0/24")
    store(cluster, "a", RANGE, "fd00::1-fd00::9")

    assert program("list", "-o", "name").out == (
        "externalippool.crd.antrea.io/a\nexternalippool.crd.antrea.io/b\n"
    )
    assert program("list", "a", "-o", "ranges").out == f"{RANGE}\nfd00::1-fd00::9\n"
    assert program("list", "-o", "manifest").out.count("\n---\n") == 1
    wide = program("ls", "-o", "wide").out.splitlines()
    assert wide[0].split()[-9:] == [
        "AGE", "TOTAL", "FAMILIES", "SUBNET", "VLAN", "NODES", "USERS", "WAITING", "FIRST-FREE",
    ]  # fmt: skip
    assert wide[1].split()[-8:] == ["263", "IPv4,IPv6", "-", "-", "<all>", "0", "0", "10.0.0.1"]


def test_list_sorts_by_each_column(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", "10.0.0.0/28", creationTimestamp="2026-01-01T00:00:09Z")
    store(cluster, "b", "10.0.1.0/24", creationTimestamp="2026-01-01T00:00:00Z")
    consume(cluster, "a", "10.0.0.1", "10.0.0.2", "")
    consume(cluster, "b", "10.0.1.1")

    for column, expected in (
        ("name", "ab"),
        ("age", "ba"),
        ("usable", "ba"),
        ("used", "ab"),
        ("free", "ba"),
        ("use", "ab"),
        ("waiting", "ab"),
    ):
        for key, order in ((column, expected), (f"-{column}", expected[::-1])):
            for arguments in (["--sort-by", key], [f"--sort-by={key}"]):
                shown = program("get", *arguments, "-o", "name").out.split()
                assert "".join(each[-1] for each in shown) == order
    for wrong in ("colour", "--free", "-"):
        assert program("list", f"--sort-by={wrong}").code == 2


def test_text_of_the_cluster_is_escaped(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", RANGE, annotations={"x": "\x1b[2J\u202e"}, labels={"y": "\x9b"})

    for arguments in (["show", "a"], ["list", "-o", "json"], ["list", "-o", "manifest"]):
        out = program(*arguments).out
        assert not any(ord(each) < 32 and each != "\n" for each in out)
        assert "\u202e" not in out
        assert "\x9b" not in out


def test_used_addresses_are_those_of_the_consumers(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", "10.0.0.0/28", used=3)
    consume(cluster, "a", "10.0.0.1", "10.0.0.2", "")

    document = program("list", "-o", "json").document
    (item,) = document["items"]

    assert document["usedSource"] == "consumers"
    assert (item["used"], item["usedInStatus"], item["free"]) == (2, 3, 12)
    assert item["states"] == ["stale-status"]
    assert item["waiting"] == {"Egress": 1, "Service": 0}
    wide = program("list", "-o", "wide", "--no-headers").out.split()
    assert wide[-3:] == ["2", "1", "10.0.0.3"]


@pytest.mark.parametrize("kind", ["egresses", "services"])
def test_without_permission_used_addresses_are_those_of_the_status(
    program: Program, cluster: FakeCluster, kind: str
) -> None:
    store(cluster, "a", "10.0.0.0/28", used=3)
    consume(cluster, "a", "10.0.0.1")
    cluster.forbidden = {f"list:{kind}"}

    result = program("list", "-o", "json")
    (item,) = result.document["items"]

    assert result.document["usedSource"] == "status"
    assert (item["used"], item["states"], len(item["waiting"])) == (3, ["ok"], 1)
    assert result.err == ""
    told = program("list", "-v").err
    plural = "Egresses" if kind == "egresses" else "Services"
    assert f"no permission to list {plural}; USED is that of the status\n" in told


def test_a_cluster_without_egresses_has_no_consumers_of_that_kind(
    program: Program, cluster: FakeCluster
) -> None:
    store(cluster, "a", "10.0.0.0/28")
    del cluster.others["egresses"]

    assert program("list", "-o", "json").document["usedSource"] == "consumers"


def fill(cluster: FakeCluster, name: str, block: int, used: int, **annotations: str) -> None:
    """A pool of ten addresses, of which some are in use."""
    store(
        cluster, name, f"10.0.{block}.1-10.0.{block}.10", used=used,
        annotations={key.replace("_", "/"): text for key, text in annotations.items()},
    )  # fmt: skip
    consume(cluster, name, *(f"10.0.{block}.{each + 1}" for each in range(used)))


def test_a_pool_that_is_fuller_fails_the_list(program: Program, cluster: FakeCluster) -> None:
    fill(cluster, "a", 1, 9)
    fill(cluster, "b", 2, 10)
    fill(cluster, "c", 3, 10, ippoolctl_full="expected")
    store(cluster, "empty", "10.9.0.0/32")

    for limit, code in (("90%", 1), ("90", 1), ("99%", 1), ("100%", 0), ("0", 1)):
        assert program("list", "--fail-above", limit).code == code
    result = program("list", "--fail-above", "90%", "-o", "name", "--quiet")
    assert (result.code, len(result.out.splitlines())) == (1, 4)
    assert result.err == (
        "error: pool b is more than 90% full: 10 of 10 usable addresses are in use\n"
    )
    assert program("list", "a", "c", "--fail-above", "90%").code == 0


@pytest.mark.parametrize("wrong", ["101%", "x", "-1", "", "9.5%", "90%%", "\u0669"])
def test_a_wrong_limit_is_wrong_usage(program: Program, gateway: FakeGateway, wrong: str) -> None:
    result = program("list", f"--fail-above={wrong}")

    assert result.code == 2
    assert "use a percentage from 0% to 100%, such as 90%" in result.err
    assert not gateway.requests


def test_a_limit_with_unknown_use_is_code_3(program: Program, cluster: FakeCluster) -> None:
    fill(cluster, "b", 2, 10)
    cluster.store(pool_object("a", RANGE))
    cluster.forbidden = {"list:services"}

    result = program("list", "--fail-above", "90%", "-q")

    assert result.code == 3
    assert result.err.splitlines() == [
        "error: pool b is more than 90% full: 10 of 10 usable addresses are in use",
        "error: unknown how many addresses of pool a are in use",
    ]


@pytest.mark.parametrize(
    ("until", "code"), [("", 0), ("expires: 2999-01-01", 0), ("expires: 2020-01-01", 1)]
)
def test_a_pool_whose_eip411_is_accepted_is_full_on_purpose(
    program: Program, cluster: FakeCluster, tmp_path: Path, until: str, code: int
) -> None:
    fill(cluster, "a", 1, 10)
    config = tmp_path / "config.yaml"
    config.write_text(f"accepted:\n- rule: EIP411\n  pool: a\n  reason: one each\n  {until}\n")
    options = ("--config", str(config), "-o", "json")

    result = program("list", "--fail-above", "90", *options)

    assert result.code == code
    assert result.document["items"][0].get("fullOnPurpose", False) == (code == 0)
    assert result.document["items"][0]["states"] == ["full"]


@pytest.mark.usefixtures("cluster")
def test_a_pool_that_does_not_exist_hints_at_the_list_of_all(program: Program) -> None:
    result = program("list", "nope")

    assert (result.code, result.out) == (1, "")
    assert result.err == "error: pool nope not found\nhint: list all pools: ippoolctl list\n"
