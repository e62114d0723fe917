"""The end of an unsuccessful run: it reads once more, and reports only what it saw."""

import itertools
from collections.abc import Callable

import pytest

from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.engine.pending_pool import create
from ippoolctl.engine.range_claim import extend
from ippoolctl.errors import ExitCode
from ippoolctl.ports.faults import RejectedFault, UnansweredFault, UnreachableFault
from ippoolctl.ports.gateway import PoolList
from ippoolctl.render.sentences.outcome import message_of
from tests.builders import pool
from tests.engine.conftest import World
from tests.fakes import FakeGateway, run_of

RANGE, MORE = "10.0.0.0/24", "10.0.1.0/24"
PENDING = {"ippoolctl/state": "pending"}
DOWN = RejectedFault(500, "Internal error occurred: failed calling webhook: refused")
SILENCE = UnansweredFault("reset")

Happening = Callable[[World], object]


# --- create: a twin settled the pool -------------------------------------------------------------


def settled_by_a_twin_at_the_deadline(world: World, *then: Happening) -> Outcome:
    """Our patch always fails; a twin's succeeds, and then more happens before our last read."""

    def twin() -> None:
        world.cluster.unmark("mine")
        for each in then:
            each(world)

    world.cluster.cache.lag = 60
    world.gateway.fail("patch", DOWN, times=10_000)
    world.gateway.before("delete", twin)
    return world.create("mine", RANGE, seconds=5)


def test_a_pool_settled_by_a_twin_without_an_overlap_is_a_success(world: World) -> None:
    outcome = settled_by_a_twin_at_the_deadline(world)

    assert (outcome.state, outcome.code) == (State.CREATED, ExitCode.YES)


def unreachable(world: World) -> None:
    world.gateway.fail("list", UnreachableFault("refused"), times=10_000)


def rival(world: World) -> None:
    world.store("rival", RANGE, annotations=PENDING)


@pytest.mark.parametrize("happening", [unreachable, rival])
def test_an_unverified_pool_settled_by_a_twin_is_not_a_success_at_the_deadline(
    world: World, happening: Happening
) -> None:
    outcome = settled_by_a_twin_at_the_deadline(world, happening)

    assert outcome.code is ExitCode.NOT_YET
    assert "pool mine exists" in message_of(outcome)


def test_a_pool_deleted_before_the_last_read_is_not_a_success(world: World) -> None:
    def go(world: World) -> None:
        world.gateway.before("list", lambda: world.cluster.remove("mine"))

    outcome = settled_by_a_twin_at_the_deadline(world, go)

    assert (outcome.state, outcome.code) == (State.FAILED, ExitCode.NOT_YET)


# --- extend: the ranges were appended without our knowledge --------------------------------------


def appended_at_the_deadline(world: World, *then: Happening) -> Outcome:
    """The append takes effect, and its answer is lost until the deadline."""

    def late() -> None:
        world.clock.sleep(30)
        for each in then:
            each(world)

    def lose_the_answer() -> None:
        world.gateway.before("patch", late)
        world.gateway.fail("patch", SILENCE, after=True)

    world.store("a", RANGE)
    world.cluster.cache.lag = 60
    world.gateway.before("list_exact", lose_the_answer)
    run, _ = run_of(world.gateway, 20)
    run.random = itertools.cycle([0.1, 0.2]).__next__
    return extend(run, Extension("a", pool("a", MORE).ranges, "one"))


def test_appended_ranges_without_an_overlap_are_a_success(world: World) -> None:
    outcome = appended_at_the_deadline(world)

    assert (outcome.state, outcome.code) == (State.EXTENDED, ExitCode.YES)


def foreign(world: World) -> None:
    world.store("foreign", MORE)


def more_rivals(world: World) -> None:
    world.store("rival", MORE, annotations=PENDING)


@pytest.mark.parametrize(
    ("happening", "code"),
    [
        (foreign, ExitCode.LOST_RACE),
        (more_rivals, ExitCode.NOT_YET),
        (unreachable, ExitCode.NOT_YET),
    ],
)
def test_appended_ranges_with_an_overlap_are_not_a_success_at_the_deadline(
    world: World, happening: Happening, code: ExitCode
) -> None:
    assert appended_at_the_deadline(world, happening).code is code


# --- an unanswered write takes effect late -------------------------------------------------------


def test_a_late_write_after_a_twins_pool_was_deleted_is_canceled_at_the_deadline(
    world: World,
) -> None:
    _, manifest = world.request("mine", RANGE)
    world.gateway.fail("create", SILENCE)
    world.gateway.fail("patch", DOWN, times=10_000)
    world.clock.after(0.05, lambda: world.cluster.store(manifest))
    world.clock.after(5.0, lambda: world.cluster.remove("mine"))
    world.clock.after(7.0, lambda: world.cluster.store(manifest))

    outcome = world.create("mine", RANGE, seconds=8)

    assert outcome.code is ExitCode.NOT_YET
    assert world.cluster.names == []


def test_a_late_write_in_use_at_the_end_is_reported_as_kept(world: World) -> None:
    _, manifest = world.request("mine", RANGE)

    def twin_goes() -> None:
        world.cluster.remove("mine")
        world.store("foreign", RANGE)

    world.cluster.cache.lag = 60
    world.gateway.fail("create", SILENCE)
    world.gateway.before("get", lambda: world.gateway.before("list", twin_goes))
    world.clock.after(0.05, lambda: world.cluster.store(manifest))
    world.clock.after(5.0, lambda: world.cluster.store(manifest))
    world.clock.after(6.0, lambda: world.cluster.write_status("mine", 254, 1))

    outcome = world.create("mine", RANGE)

    assert world.mark_of("mine") == "pending"
    assert (outcome.state, outcome.code) == (State.KEPT, ExitCode.LOST_RACE)
    assert "still pending" in message_of(outcome)


def test_a_lost_pool_in_use_is_reported_as_kept_at_the_deadline(world: World) -> None:
    def come_first(world: World) -> None:
        world.store("rival", RANGE, annotations=PENDING)

    world.cluster.cache.lag = 60
    world.gateway.before("create", lambda: come_first(world))
    world.gateway.before("delete", lambda: world.cluster.write_status("mine", 254, 1))

    outcome = world.create("mine", RANGE, seconds=5)

    assert world.mark_of("mine") == "pending"
    assert (outcome.state, outcome.code) == (State.KEPT, ExitCode.LOST_RACE)


class SlowLists(FakeGateway):
    """A list is read, and its answer is late."""

    def list_pools(
        self, *, at: str | None = None, selector: str = "", within: float | None = None
    ) -> PoolList:
        listed = super().list_pools(at=at, selector=selector, within=within)
        self.cluster.clock.sleep(0.36)
        return listed


def test_a_late_write_not_listed_yet_is_not_left_behind_after_a_refusal(world: World) -> None:
    request, manifest = world.request("mine", RANGE)
    gateway = SlowLists(world.cluster)

    def late() -> None:
        world.cluster.store(manifest)
        world.store("foreign", RANGE)
        world.cluster.cache.catch_up()

    gateway.fail("create", SILENCE)
    world.clock.after(0.41, lambda: world.cluster.store(manifest))
    gateway.before("list", lambda: gateway.before("list", lambda: world.cluster.remove("mine")))
    world.clock.after(10.33, late)
    run, _ = run_of(gateway)

    outcome = create(run, request, manifest)

    assert outcome.code is not ExitCode.YES
    assert world.cluster.names == ["foreign"]
