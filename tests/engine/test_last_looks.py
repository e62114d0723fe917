"""The end of a run that did not go well: it looks once more, and says no more than it saw."""

from collections.abc import Callable

import pytest

from ippoolctl.domain.outcome import Outcome, State
from ippoolctl.errors import ExitCode
from ippoolctl.ports.faults import RejectedFault, UnreachableFault
from tests.engine.conftest import World

RANGE = "10.0.0.0/24"
PENDING = {"ippoolctl/state": "pending"}
DOWN = RejectedFault(500, "Internal error occurred: failed calling webhook: refused")

Happening = Callable[[World], object]


# --- create: what is there in the end was settled by a twin --------------------------------------


def settled_by_a_twin_at_the_deadline(world: World, *then: Happening) -> Outcome:
    """Our patch never gets through; a twin's does, and then more happens before we look."""

    def twin() -> None:
        world.cluster.unmark("mine")
        for each in then:
            each(world)

    world.cluster.cache.lag = 60
    world.gateway.fail("patch", DOWN, times=10_000)
    world.gateway.before("delete", twin)
    return world.create("mine", RANGE, seconds=5)


def test_what_a_twin_settled_and_nobody_overlaps_is_a_success(world: World) -> None:
    outcome = settled_by_a_twin_at_the_deadline(world)

    assert (outcome.state, outcome.code) == (State.CREATED, ExitCode.YES)


def unreachable(world: World) -> None:
    world.gateway.fail("list", UnreachableFault("refused"), times=10_000)


def rival(world: World) -> None:
    world.store("rival", RANGE, annotations=PENDING)


@pytest.mark.parametrize("happening", [unreachable, rival])
def test_what_nobody_saw_to_be_alone_is_no_success_at_the_deadline(
    world: World, happening: Happening
) -> None:
    outcome = settled_by_a_twin_at_the_deadline(world, happening)

    assert outcome.code is ExitCode.NOT_YET
    assert "pool mine exists" in outcome.message


def test_what_goes_before_the_last_look_is_no_success(world: World) -> None:
    def go(world: World) -> None:
        world.gateway.before("list", lambda: world.cluster.remove("mine"))

    outcome = settled_by_a_twin_at_the_deadline(world, go)

    assert (outcome.state, outcome.code) == (State.FAILED, ExitCode.NOT_YET)
