"""Every write finds a changed object: the writes are repeated with pauses."""

import json

import pytest

from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.engine.deleting.delete import Deletion, delete
from ippoolctl.engine.deleting.sweep import find_leftovers, sweep
from ippoolctl.engine.range_claim import extend
from ippoolctl.errors import ExitCode
from ippoolctl.ports.faults import Fault, RejectedFault
from ippoolctl.render.sentences.outcome import message_of
from tests.builders import pool
from tests.engine.conftest import World
from tests.fakes import run_of

RANGE = "10.0.0.0/24"
TEST_FAILED = RejectedFault(
    422, "the server rejected our request due to an error in our request", reason="Invalid"
)
CONFLICT = RejectedFault(409, "Operation cannot be fulfilled", reason="Conflict")
SECONDS = 10
FEW = 100
"""Requests of ten seconds; without a pause there would be a thousand."""


@pytest.fixture(autouse=True)
def slow(world: World) -> None:
    world.gateway.seconds = 0.01


def always(world: World, method: str, fault: Fault) -> None:
    """Let each request of that method fail."""
    world.gateway.fail(method, fault, times=10_000)


def after_the_first(world: World, method: str, fault: Fault) -> None:
    """Let each request of that method fail but the first one."""
    # What a hook plans befalls the very request that it comes before.
    world.gateway.before(
        method, lambda: world.gateway.before(method, lambda: always(world, method, fault))
    )


def test_a_busy_range_is_refused_for_now_with_its_holder(world: World) -> None:
    world.store("other", RANGE, annotations={"ippoolctl/state": "pending"})

    outcome = world.create("mine", RANGE, patient=False)

    assert (outcome.state, outcome.code) == (State.BUSY, ExitCode.NOT_YET)
    assert [each.pool.name for each in outcome.conflicts] == ["other"]


def created(world: World) -> Outcome:
    return world.create("mine", RANGE, seconds=SECONDS)


def extended(world: World) -> Outcome:
    world.store("a", RANGE)
    run, _ = run_of(world.gateway, SECONDS)
    return extend(run, Extension("a", pool("a", "10.0.1.0/24").ranges, "one"))


def deleted(world: World) -> Outcome:
    world.store("a", RANGE)
    return delete(run_of(world.gateway, SECONDS)[0], Deletion("a"))


def swept(world: World) -> Outcome:
    said = {"request-id": "x/1", "at": world.cluster.date, "ranges": []}
    world.store("a", RANGE, annotations={"ippoolctl/claim": json.dumps(said)})
    world.clock.sleep(3600)
    run, _ = run_of(world.gateway, SECONDS)
    found = find_leftovers(run)
    return sweep(run, found.due[0], found.now)


def test_a_patch_that_always_conflicts_is_repeated_with_pauses(world: World) -> None:
    always(world, "patch", TEST_FAILED)

    outcome = created(world)

    assert (outcome.code, world.cluster.names) == (ExitCode.NOT_YET, [])
    assert len(world.gateway.requests) < FEW


def test_a_cancel_that_always_conflicts_is_repeated_with_pauses(world: World) -> None:
    world.gateway.before("create", lambda: world.store("rival", RANGE))
    world.cluster.cache.lag = 100
    always(world, "delete", CONFLICT)

    assert created(world).code is ExitCode.NOT_YET
    assert len(world.gateway.requests) < FEW


def test_an_append_that_always_conflicts_is_repeated_with_pauses(world: World) -> None:
    after_the_first(world, "patch", TEST_FAILED)

    assert extended(world).code is ExitCode.NOT_YET
    assert len(world.gateway.requests) < FEW


def test_a_deletion_that_always_conflicts_is_repeated_with_pauses(world: World) -> None:
    always(world, "delete", CONFLICT)

    outcome = deleted(world)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert "keeps changing" in message_of(outcome)
    assert len(world.gateway.requests) < FEW


def test_a_sweep_that_always_conflicts_is_repeated_with_pauses(world: World) -> None:
    always(world, "patch", TEST_FAILED)

    assert swept(world).code is ExitCode.NOT_YET
    assert len(world.gateway.requests) < FEW


@pytest.mark.parametrize("times", [1, 2])
def test_the_first_conflict_costs_no_time_but_that_of_its_requests(
    world: World, times: int
) -> None:
    world.gateway.fail("delete", CONFLICT, times=times)

    assert deleted(world).state is State.DELETED
    took = world.clock.now() - 1000 - len(world.gateway.requests) * 0.01
    assert (took > 0.01) is (times == 2)
