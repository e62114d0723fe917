"""Twenty clients request a range of one network at the same time, at several webhook lags."""

from collections.abc import Callable
from functools import partial

import pytest

from ippoolctl.sandbox.sandbox import Settings
from tests.allocation.clients import (
    CLIENTS,
    at_once,
    commands_at_once,
    fresh,
    marked,
    naively,
    overlaps,
    processes_at_once,
)
from tests.allocation.conftest import Field

ROUNDS = 10
LAGS = (0.0, 0.3, 2.0, 10.0)
PATIENCE = 30.0
"""Seconds; the bar is 5, and the machine does other things: the waits below tell more."""
WAITS = 10
"""How many of a hundred may meet a cache with an old conflicting pool when they settle, if slow."""
MakeField = Callable[[Settings], Field]
Note = Callable[[str, object], None]


@pytest.mark.parametrize("lag", LAGS)
def test_each_parallel_command_gets_its_own_range(
    field: MakeField, lag: float, record_property: Note, capsys: pytest.CaptureFixture[str]
) -> None:
    where = field(Settings(lag=lag))
    slowest = 0.0
    for number in range(ROUNDS):
        ends = commands_at_once(where.config, fresh(number))

        assert [each.code for each in ends] == [0] * CLIENTS
        slowest = max(slowest, *(each.seconds for each in ends))

    pools = where.server.pools()
    assert (len(pools), overlaps(pools), marked(pools)) == (ROUNDS * CLIENTS, 0, [])
    waits = capsys.readouterr().err.count("stale denial")
    shown = f"{ROUNDS} rounds of {CLIENTS} with a lag of {lag} s: slowest {slowest:.2f} s"
    record_property("shown at the end", f"{shown}, {waits} waits for the cache")
    assert waits <= WAITS * ROUNDS * CLIENTS // 100
    assert slowest < PATIENCE


def test_each_parallel_process_gets_its_own_range(field: MakeField, record_property: Note) -> None:
    for lag in LAGS:
        where = field(Settings(lag=lag))

        ends = processes_at_once(where.config, fresh(0))

        assert [each.code for each in ends] == [0] * CLIENTS
        pools = where.server.pools()
        assert (len(pools), overlaps(pools), marked(pools)) == (CLIENTS, 0, [])
        slowest = max(each.seconds for each in ends)
        shown = f"{CLIENTS} processes with a lag of {lag} s: slowest {slowest:.2f} s beyond start"
        record_property("shown at the end", shown)
        assert slowest < PATIENCE


def test_naive_clients_leave_overlaps_in_the_same_sandbox(
    field: MakeField, record_property: Note
) -> None:
    found = {}
    for lag in LAGS:
        where = field(Settings(lag=lag))

        at_once([partial(naively, where.server, 0, each) for each in range(CLIENTS)])

        found[lag] = overlaps(where.server.pools())
    record_property("shown at the end", f"overlaps of the naive way by lag: {found}")
    assert found[2.0] > 0
