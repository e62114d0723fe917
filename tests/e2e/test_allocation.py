"""Ranges without overlaps on a real API server: twenty parallel clients, and colliding pairs."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.allocation.clients import (
    BLOCKS,
    CLIENTS,
    at_once,
    collisions,
    commands_at_once,
    fresh,
    losers_of_pairs,
    marked,
    overlaps,
    processes_at_once,
)
from tests.e2e.cluster import Cluster

ROUNDS = 10
PAIR_ROUNDS = 3
LAGS = (0.0, 0.3, 2.0, 10.0)
PATIENCE = 30.0
"""Seconds; the bar is 5, and the machine does other things: the waits below tell more."""
WAITS = 10
"""How many of a hundred may meet a cache with an old conflicting pool when they settle, if slow."""
Note = Callable[[str, object], None]


def config_of(cluster: Cluster) -> str:
    return str(cluster.plane.kubeconfig("admin"))


def all_have_their_own(cluster: Cluster, rounds: int) -> None:
    pools = list(cluster.pools().values())
    assert (len(pools), overlaps(pools), marked(pools)) == (rounds * CLIENTS, 0, [])


@pytest.mark.parametrize("lag", LAGS)
def test_each_parallel_command_gets_its_own_range(
    cluster: Cluster, lag: float, record_property: Note, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster.webhook.lag = lag
    slowest = 0.0
    for number in range(ROUNDS):
        ends = commands_at_once(config_of(cluster), fresh(number))

        assert [each.code for each in ends] == [0] * CLIENTS
        slowest = max(slowest, *(each.seconds for each in ends))

    all_have_their_own(cluster, ROUNDS)
    waits = capsys.readouterr().err.count("stale denial")
    shown = f"{ROUNDS} rounds of {CLIENTS} with a lag of {lag} s: slowest {slowest:.2f} s"
    record_property("shown at the end", f"{shown}, {waits} waits for the cache")
    assert waits <= WAITS * ROUNDS * CLIENTS // 100
    assert slowest < PATIENCE


@pytest.mark.parametrize("lag", LAGS)
def test_each_parallel_process_gets_its_own_range(
    cluster: Cluster, lag: float, record_property: Note
) -> None:
    cluster.webhook.lag = lag

    ends = processes_at_once(config_of(cluster), fresh(0))

    assert [each.code for each in ends] == [0] * CLIENTS
    all_have_their_own(cluster, 1)
    slowest = max(each.seconds for each in ends)
    shown = f"{CLIENTS} processes with a lag of {lag} s: slowest {slowest:.2f} s beyond start"
    record_property("shown at the end", shown)
    assert slowest < PATIENCE


def test_ranges_do_not_overlap_without_a_webhook(cluster: Cluster) -> None:
    cluster.webhook.unregister()

    ends = commands_at_once(config_of(cluster), fresh(0))

    assert [each.code for each in ends] == [0] * CLIENTS
    all_have_their_own(cluster, 1)


def naively(cluster: Cluster, client: int) -> int:
    while True:
        taken = {each["spec"]["ipRanges"][0].get("cidr") for each in cluster.pools().values()}
        blocks = (f"10.0.0.{8 * each}/29" for each in range(BLOCKS))
        block = next(each for each in blocks if each not in taken)
        if cluster.create(f"naive-{client}", block).status == 201:
            return 0


def test_naive_clients_leave_overlaps_in_the_same_harness(
    cluster: Cluster, record_property: Note
) -> None:
    cluster.webhook.lag = 2.0

    at_once([partial(naively, cluster, each) for each in range(CLIENTS)])

    found = overlaps(list(cluster.pools().values()))
    record_property("shown at the end", f"{found} overlaps of the naive way with a lag of 2 s")
    assert found > 0


@pytest.mark.parametrize("lag", [0.0, 0.3, 2.0])
@pytest.mark.parametrize("wait", [True, False])
def test_each_colliding_pair_has_one_winner(cluster: Cluster, lag: float, *, wait: bool) -> None:
    cluster.webhook.lag = lag
    for number in range(PAIR_ROUNDS):
        ends = commands_at_once(config_of(cluster), collisions(number, wait=wait))

        pools = list(cluster.pools().values())
        losers = losers_of_pairs([each.code for each in ends])
        assert set(losers) <= ({4, 6} if wait else {4, 5, 6})
        assert len(pools) == len(losers) * (number + 1)
        assert overlaps(pools) == 0


@pytest.mark.parametrize("lag", [0.0, 2.0])
def test_parallel_extensions_by_a_size_are_disjoint(cluster: Cluster, lag: float) -> None:
    cluster.webhook.lag = lag
    for each in range(CLIENTS):
        assert cluster.create(f"grow-{each}", f"10.1.0.{8 * each}/29").status == 201
    # For as long as the cache lags, the range next to all pools is denied.
    cluster.create("gone", f"10.1.0.{8 * CLIENTS}/29")
    cluster.delete("gone")
    size = ("--ips", "6", "--within", "10.1.0.0/16", "--wait")

    commands = [["extend", f"grow-{each}", *size] for each in range(CLIENTS)]
    first = commands_at_once(config_of(cluster), commands)
    again = commands_at_once(config_of(cluster), commands[:3])

    pools = [each for each in cluster.pools().values() if each["metadata"]["name"] != "gone"]
    assert {each.code for each in (*first, *again)} == {0}
    assert [len(each["spec"]["ipRanges"]) for each in pools] == [2] * CLIENTS
    assert overlaps(pools) == 0
    assert not [each for each in pools if "ippoolctl/claim" in each["metadata"]["annotations"]]
