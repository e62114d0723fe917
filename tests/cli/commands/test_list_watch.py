"""``list --watch``: the list, then a line for each change."""

import signal
import time

import pytest

from ippoolctl.cli import watching
from ippoolctl.engine.watching.follow import Update
from ippoolctl.errors import StoppedError
from ippoolctl.ports.faults import RejectedFault, UnansweredFault
from ippoolctl.ports.gateway import PoolList
from tests.builders import live_pool, pool_object
from tests.cli.live_pools import store
from tests.cli.program import Program, Result
from tests.fakes import FakeCluster, FakeGateway


def stop() -> None:
    raise StoppedError(signal.SIGINT)


def watched(
    program: Program, cluster: FakeCluster, *arguments: str, seconds: float = 60
) -> tuple[Result, list[list[str]]]:
    """The result of a watch that is interrupted then, and its lines as words, without the age."""
    cluster.clock.after(seconds, stop)
    result = program("list", "--watch", *arguments)
    assert result.code == 130
    return result, [each.split()[:-1] for each in result.out.splitlines()]


def test_each_change_is_a_line(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", "10.0.0.0/28")
    store(cluster, "b", "10.0.1.0/28")
    cluster.clock.after(3, lambda: cluster.write_status("b", 14, 13))
    cluster.clock.after(30, lambda: store(cluster, "c", "10.0.2.0/28"))
    cluster.clock.after(50, lambda: cluster.remove("b"))

    result, lines = watched(program, cluster)

    assert lines == [
        ["NAME", "RANGES", "USABLE", "USED", "FREE", "USE%", "STATE"],
        ["a", "10.0.0.0/28", "14", "0", "14", "0%", "ok"],
        ["b", "10.0.1.0/28", "14", "0", "14", "0%", "ok"],
        ["b", "10.0.1.0/28", "14", "13", "1", "93%", "nearly-full"],
        ["c", "10.0.2.0/28", "14", "-", "-", "-", "no-status"],
        ["c", "10.0.2.0/28", "14", "0", "14", "0%", "ok"],
        ["b", "10.0.1.0/28", "14", "13", "1", "93%", "deleted"],
    ]
    assert result.err == ""


def test_a_change_of_another_pool_changes_a_state(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", "10.0.0.0/28")
    cluster.clock.after(3, lambda: cluster.store(pool_object("b", "10.0.0.8/29")))

    _, lines = watched(program, cluster, "--no-headers")

    assert [(each[0], each[-1]) for each in lines] == [
        ("a", "ok"),
        ("a", "overlap,frozen"),
        ("b", "overlap,frozen,no-status"),
    ]


def test_a_watch_begins_without_pools(program: Program, cluster: FakeCluster) -> None:
    cluster.clock.after(3, lambda: store(cluster, "a", "10.0.0.0/28"))

    result, lines = watched(program, cluster, "-o", "wide")

    assert result.err.startswith("no ExternalIPPools found\n")
    assert [each[0] for each in lines] == ["NAME", "a", "a"]
    assert "FIRST-FREE" in result.out


def test_names_and_selectors_choose_pools(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "a", "10.0.0.0/28", labels={"team": "net"})
    store(cluster, "b", "10.0.1.0/28")
    cluster.clock.after(3, lambda: cluster.write_status("b", 14, 1))
    cluster.clock.after(5, lambda: store(cluster, "c", "10.0.2.0/28", labels={"team": "net"}))
    cluster.clock.after(7, lambda: cluster.remove("c"))
    cluster.clock.after(8, lambda: cluster.remove("b"))

    _, lines = watched(program, cluster, "-l", "team=net", "--no-headers", seconds=20)

    assert [(each[0], each[-1]) for each in lines] == [
        ("a", "ok"), ("c", "no-status"), ("c", "ok"), ("c", "deleted"),
    ]  # fmt: skip


def test_a_name_that_does_not_exist_yet_can_appear(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "b", "10.0.1.0/28")
    cluster.clock.after(3, lambda: store(cluster, "a", "10.0.0.0/28"))

    result, lines = watched(program, cluster, "a", "--no-headers")

    assert result.err.startswith("error: pool a not found\n")
    assert [(each[0], each[-1]) for each in lines][-1] == ("a", "ok")


def test_without_permission_to_watch_changes_are_found_by_lists(
    program: Program, cluster: FakeCluster
) -> None:
    cluster.forbidden = {"watch"}
    store(cluster, "a", "10.0.0.0/28")
    cluster.clock.after(12, lambda: cluster.write_status("a", 14, 14))

    result, lines = watched(program, cluster, "--no-headers")

    assert [each[-1] for each in lines] == ["ok", "full"]
    assert result.err.splitlines()[0] == (
        "warning: no permission to watch ExternalIPPools; listing them every 5s instead"
    )


def test_an_interrupted_watch_prints_its_start_and_end(
    program: Program, cluster: FakeCluster, gateway: FakeGateway
) -> None:
    store(cluster, "a", "10.0.0.0/28")
    silence = UnansweredFault("10.0.0.1:443 did not respond within 29s", "retry")
    gateway.fail("watch", silence, times=4)
    cluster.clock.after(12, lambda: cluster.write_status("a", 14, 14))

    result, lines = watched(program, cluster, "--no-headers")

    assert [each[-1] for each in lines] == ["ok", "full"]
    assert result.err.splitlines() == [
        f"warning: watch interrupted: {silence}; retrying, changes are shown late",
        "watch resumed",
    ]


def test_a_rejection_ends_a_watch(
    program: Program, cluster: FakeCluster, gateway: FakeGateway
) -> None:
    store(cluster, "a", "10.0.0.0/28")
    gateway.fail("watch", RejectedFault(401, "Unauthorized", reason="Unauthorized"))

    result = program("list", "-w")

    assert result.code == 3
    assert "error: Unauthorized" in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "json"], "--watch does not support -o json"),
        (["-o", "openmetrics"], "--watch does not support -o openmetrics"),
        (["--fail-above", "9"], "--watch and --fail-above cannot be used together"),
    ],
)
def test_watch_rejects_incompatible_options(
    program: Program, gateway: FakeGateway, arguments: list[str], message: str
) -> None:
    result = program("list", "--watch", *arguments)

    assert result.code == 2
    assert message in result.err
    assert not gateway.requests


def test_updates_during_a_slow_output_are_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    shown: list[Update] = []

    def show(told: Update) -> None:
        shown.append(told)
        now[0] += 1.0

    paced = watching._Paced(show)
    a, b = (live_pool(name, "10.0.0.0/28") for name in "ab")
    paced.update(Update(PoolList((a, b), "1"), frozenset("ab"), ()))
    paced.update(Update(PoolList((b,), "2"), frozenset(), (a,)))
    now[0] += 1.0
    paced.update(Update(PoolList((b,), "3"), frozenset("b"), ()))
    assert len(shown) == 1

    paced.catch_up()
    paced.catch_up()

    assert shown[1:] == [Update(PoolList((b,), "3"), frozenset("b"), (a,))]
    now[0] += 4.0
    paced.update(Update(PoolList((a, b), "4"), frozenset("a"), ()))
    assert len(shown) == 3
