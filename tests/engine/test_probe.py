"""The answer of the API server and of the webhook to a pool that is not stored."""

import pytest

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.explanation.probe import Probe, ProbeState
from ippoolctl.engine.probe import probe_pool
from ippoolctl.ports.faults import Fault, RejectedFault, UnreachableFault
from tests.builders import pool_object
from tests.engine.conftest import World
from tests.fakes import run_of

RANGE = "10.0.0.0/24"


def probed(world: World, *, patient: bool = False, seconds: float = 3) -> Probe:
    run, world.recorder = run_of(world.gateway, seconds, patient=patient)
    manifest = pool_object("a", RANGE)
    return probe_pool(run, read_pool(manifest), manifest)


def test_an_admitted_pool_is_not_stored(world: World) -> None:
    found = probed(world)

    assert (found.state, found.message) == (ProbeState.ADMITTED, "")
    assert world.cluster.names == []


def test_a_denial_because_of_a_live_pool_is_final(world: World) -> None:
    world.store("b", RANGE)
    world.cluster.cache.catch_up()

    found = probed(world)

    assert found.state is ProbeState.REFUSED
    assert "overlaps with range [10.0.0.0/24] of ExternalIPPool b" in found.message


def test_a_denial_because_of_a_deleted_pool_is_stale(world: World) -> None:
    world.store("b", RANGE)
    world.cluster.remove_but_for_the_cache("b", lag=30)

    assert probed(world).state is ProbeState.STALE


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (RejectedFault(422, "a value is invalid", reason="Invalid"), ProbeState.REFUSED),
        (RejectedFault(409, "it exists", reason="AlreadyExists"), ProbeState.REFUSED),
        (RejectedFault(403, "cannot create", reason="Forbidden"), ProbeState.UNKNOWN),
        (RejectedFault(401, "Unauthorized", reason="Unauthorized"), ProbeState.UNKNOWN),
        (UnreachableFault("connection refused"), ProbeState.UNKNOWN),
    ],
)
def test_another_answer_is_final_only_if_it_is_about_the_pool(
    world: World, fault: Fault, state: ProbeState
) -> None:
    world.gateway.fail("create", fault)

    found = probed(world)

    assert (found.state, found.message) == (state, fault.message)


def test_an_answer_that_does_not_come_in_time_is_unknown(world: World) -> None:
    world.gateway.fail("create", UnreachableFault("connection refused"), times=10_000)

    found = probed(world, patient=True)

    assert (found.state, found.message) == (ProbeState.UNKNOWN, "connection refused")
    assert world.clock.now() - 1000 == pytest.approx(3)


def test_a_denial_that_cannot_be_compared_in_time_is_unknown(world: World) -> None:
    world.store("b", RANGE)
    world.cluster.cache.catch_up()
    world.gateway.before("create", lambda: world.clock.sleep(3))

    found = probed(world)

    assert (found.state, found.message) == (ProbeState.UNKNOWN, "timed out")
