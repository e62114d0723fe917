"""F6 and F29: processes that are killed at any step, and races; for both backends.

Modules that provide a ``kit`` fixture import all of it.
"""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kills import applying, leases, scenarios
from tests.kills.kit import Kit, seeded

Record = Callable[[str, object], None]


def test_a_create_killed_at_any_request_is_finished_by_the_next_run(
    kit: Kit, record_property: Record
) -> None:
    kills = scenarios.create_killed_at_each_request(kit)

    record_property("shown at the end", f"F6: create killed at {kills} steps, all finished")


def test_a_create_with_ips_killed_at_any_request_is_finished_by_the_next_run(
    kit: Kit, record_property: Record
) -> None:
    kills = scenarios.picking_killed_at_each_request(kit)

    record_property("shown at the end", f"F6: create --ips killed at {kills} steps, all finished")


def test_an_extend_killed_at_any_request_is_finished_by_the_next_run(
    kit: Kit, record_property: Record
) -> None:
    kills = scenarios.extend_killed_at_each_request(kit)

    record_property("shown at the end", f"F6: extend killed at {kills} steps, all finished")


def test_an_extend_with_ips_killed_at_any_request_appends_one_range(
    kit: Kit, record_property: Record
) -> None:
    kills = scenarios.growing_killed_at_each_request(kit)

    record_property("shown at the end", f"F6: extend --ips killed at {kills} steps, all finished")


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL])
def test_a_lease_stopped_at_any_request_leaves_nothing_that_sweep_would_not_delete(
    kit: Kit, signum: signal.Signals, record_property: Record
) -> None:
    codes = leases.stopped_at_each_request(kit, signum)

    record_property("shown at the end", f"leases ended by {signum.name}: {dict(codes)}")


def test_an_apply_killed_at_any_request_is_finished_by_the_next_run(
    kit: Kit, tmp_path: Path, record_property: Record
) -> None:
    kills = applying.apply_killed_at_each_request(kit, tmp_path)

    record_property("shown at the end", f"F6: apply killed at {kills} steps, all finished")


def test_a_saved_plan_that_was_killed_is_finished_by_the_next_run(kit: Kit, tmp_path: Path) -> None:
    assert applying.saved_plan_killed_at_each_write(kit, tmp_path) > 5


def test_a_run_killed_in_a_wait_is_finished_by_the_next_run(
    kit: Kit, record_property: Record
) -> None:
    scenarios.killed_in_a_wait(kit, seeded(record_property, "F6: killed in 6 waits"), 6)


@pytest.mark.parametrize("command", ["create", "extend"])
def test_a_run_killed_during_a_cancel_leaves_nothing_for_long(
    kit: Kit, command: str, record_property: Record
) -> None:
    kills = scenarios.killed_in_a_rollback(kit, command)

    record_property("shown at the end", f"F6: {command} killed in {kills} rollbacks")
    assert kills > 5


def test_a_hundred_random_kills_leave_one_object_each(kit: Kit, record_property: Record) -> None:
    chance = seeded(record_property, "F6: 100 random kills")

    states = scenarios.killed_at_random(kit, chance, 100)

    record_property("shown at the end", f"F6: what the dead left: {dict(states)}")


def test_twins_never_succeed_without_the_pool(kit: Kit, record_property: Record) -> None:
    codes = scenarios.twins(kit, seeded(record_property, "F6: 20 twins"), 20)

    record_property("shown at the end", f"F6: codes of twins: {dict(codes)}")
    # 3: not even the first answer came in the little time that one of them has.
    assert all(first in (0, 3, 5, 6) for first, _ in codes), codes


@pytest.mark.parametrize("lag", [0.0, 0.3])
def test_parallel_extensions_and_creates_of_the_same_ranges_do_not_overlap(
    kit: Kit, lag: float, record_property: Record
) -> None:
    won = scenarios.extensions_and_creates(kit, 20, lag)

    record_property("shown at the end", f"F29: lag {lag} s: {dict(won)} of 20 pairs won")
