"""Reports of unsuccessful runs name every object that exists and no other."""

import os
import signal
from collections.abc import Callable

import pytest

from ippoolctl.cli.signals import stoppable
from ippoolctl.domain.annotations.claims import made_claim
from ippoolctl.domain.annotations.marks import CLAIM
from ippoolctl.domain.protocol.causes import Cause, CauseKind, Command
from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.engine.pending_pool import create
from ippoolctl.engine.range_claim import extend
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import Fault, RejectedFault, UnansweredFault
from ippoolctl.render.sentences.outcome import hint_of, message_of, stopped_text
from tests.builders import pool
from tests.engine.conftest import World
from tests.fakes import run_of

OWN, RANGE, MORE = "10.9.0.0/24", "10.0.0.0/24", "10.0.1.0/24"
PENDING = {"ippoolctl/state": "pending"}
LATER = RejectedFault(429, "too many requests", retry_after=1)
UNAUTHORIZED = RejectedFault(401, "Unauthorized", reason="Unauthorized")
SILENCE = UnansweredFault("no response")
UNEXPECTED = RejectedFault(520, "the server answered with status 520 and no reason")


def stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def stopped(world: World, command: Callable[[World], object]) -> str:
    """The message of a command that a signal ends."""
    with stoppable() as world.hold, pytest.raises(StoppedError) as error:
        command(world)
    name = "mine" if command is create_mine else "a"
    return stopped_text(name, error.value.report)


def create_mine(world: World, *, seconds: float = 20.0, patient: bool = True) -> Outcome:
    request, manifest = world.request("mine", RANGE)
    run, _ = run_of(world.gateway, seconds, patient=patient)
    run.shield = world.hold
    return create(run, request, manifest)


def extend_a(
    world: World, *, seconds: float = 20.0, patient: bool = True, dry_run: bool = False
) -> Outcome:
    run, _ = run_of(world.gateway, seconds, patient=patient)
    run.shield = world.hold
    return extend(run, Extension("a", pool("a", MORE).ranges, "one"), dry_run=dry_run)


def second(world: World, method: str, happen: Callable[[], object]) -> None:
    """Let something happen before the second request of a method from now on."""
    world.gateway.before(method, lambda: world.gateway.before(method, happen))


def claim_by(world: World, request_id: str) -> None:
    claim = made_claim(request_id, "n", "2026-01-01T00:00:00Z", pool("a", MORE).ranges)
    world.store("a", OWN, annotations={CLAIM: claim.text})


# --- a lost pool that is in use ------------------------------------------------------------------


def lost_and_in_use(world: World) -> None:
    """Our pool is created after a pending one; an Egress has its address before it is canceled."""
    world.cluster.cache.lag = 100
    world.gateway.before("create", lambda: world.store("rival", RANGE, annotations=PENDING))
    world.gateway.before("delete", lambda: world.cluster.write_status("mine", 254, 1))


def test_a_lost_pool_in_use_is_named_at_the_deadline(world: World) -> None:
    lost_and_in_use(world)

    outcome = create_mine(world)

    assert world.mark_of("mine") == "pending"
    assert (outcome.state, outcome.code) == (State.KEPT, ExitCode.LOST_RACE)
    assert "still pending" in message_of(outcome)


def test_a_lost_pool_in_use_is_named_after_a_signal(world: World) -> None:
    lost_and_in_use(world)
    world.clock.after(2, stop)

    assert stopped(world, create_mine) == "pool mine exists and was kept"


def test_a_lost_pool_in_use_is_named_after_a_fault(world: World) -> None:
    lost_and_in_use(world)
    world.clock.after(2, lambda: world.gateway.fail("list", UNAUTHORIZED))

    outcome = create_mine(world)

    assert "pool mine" in message_of(outcome)
    assert (outcome.answer, world.mark_of("mine")) == ("Unauthorized", "pending")


def test_a_lost_pool_is_canceled_once_it_is_unused(world: World) -> None:
    lost_and_in_use(world)
    world.clock.after(1, lambda: world.cluster.write_status("mine", 254, 0))

    outcome = create_mine(world)

    assert outcome.state is State.LOST
    assert world.cluster.names == ["rival"]


def test_a_lost_pool_that_is_deleted_is_not_reported_as_kept(world: World) -> None:
    lost_and_in_use(world)
    world.clock.after(1, lambda: world.cluster.remove("mine"))
    world.clock.after(2, lambda: world.cluster.unmark("rival"))

    outcome = create_mine(world)

    assert outcome.state is State.LOST
    assert world.cluster.names == ["rival"]


def test_a_lost_pool_in_use_is_reported_as_it_was_last_read(world: World) -> None:
    lost_and_in_use(world)
    world.clock.after(1, lambda: world.cluster.write_status("mine", 254, 2))

    outcome = create_mine(world)

    assert outcome.live is not None
    assert outcome.live.live is not None
    assert outcome.live.live.usage == (254, 2)


def test_a_lost_pool_in_use_is_reported_with_the_pool_that_overlaps_now(world: World) -> None:
    lost_and_in_use(world)
    world.clock.after(1, lambda: world.store("another", RANGE, annotations=PENDING))
    world.clock.after(2, lambda: world.cluster.remove("rival"))

    assert [each.pool.name for each in create_mine(world).conflicts] == ["another"]


def test_a_lost_pool_in_use_is_reported_as_soon_as_the_winner_is_settled(world: World) -> None:
    lost_and_in_use(world)
    world.clock.after(2, lambda: world.cluster.unmark("rival"))

    outcome = create_mine(world, seconds=60)

    assert (outcome.state, outcome.code) == (State.KEPT, ExitCode.LOST_RACE)
    assert 2 <= outcome.waited < 10


def test_a_lost_pool_that_a_twin_settles_is_not_reported_as_pending_after_a_fault(
    world: World,
) -> None:
    def settled_by_a_twin() -> None:
        world.cluster.unmark("mine")
        world.gateway.fail("list", UNAUTHORIZED)

    lost_and_in_use(world)
    world.clock.after(1, settled_by_a_twin)

    outcome = create_mine(world)

    assert (outcome.state, outcome.code) == (State.EXISTS, ExitCode.NOT_YET)
    assert outcome.answer == "Unauthorized"


def test_a_pool_found_after_a_lost_answer_is_canceled_without_another_read(world: World) -> None:
    def unreadable() -> None:
        world.gateway.fail("get", UNAUTHORIZED, times=10_000)
        world.clock.sleep(30)

    world.gateway.fail("create", SILENCE, after=True)
    world.gateway.before("patch", unreadable)
    world.gateway.fail("patch", LATER, times=10_000)

    outcome = create_mine(world)

    assert outcome.code is ExitCode.NOT_YET
    assert world.cluster.names == []


def test_a_late_pool_is_looked_for_until_just_before_the_deadline(world: World) -> None:
    _, manifest = world.request("mine", RANGE)
    world.gateway.fail("create", SILENCE)
    world.gateway.fail("get", UNAUTHORIZED)
    world.clock.after(4.85, lambda: world.cluster.store(manifest))

    outcome = world.create("mine", RANGE, seconds=5.05)

    assert (outcome.state, outcome.answer) == (State.UNKNOWN, "Unauthorized")
    assert (world.cluster.names, world.gateway.requests[-1][1]) == ([], "delete")
    cause = Cause(CauseKind.NO_RESPONSE, command=Command.CREATE)
    assert [each.cause for each in world.recorder.events] == [cause]


def test_a_late_pool_that_is_in_use_is_told_although_its_name_was_taken(world: World) -> None:
    _, manifest = world.request("mine", RANGE)

    def come_first() -> None:
        world.store("mine", OWN, finalizers=["example.com/slow"])
        world.cluster.remove("mine")

    def make_way() -> None:
        world.store("mine", OWN)
        world.cluster.remove("mine")
        world.cluster.store(manifest)
        world.cluster.write_status("mine", 254, 1)

    world.gateway.before("create", come_first)
    world.gateway.fail("create", SILENCE)
    world.clock.after(2, make_way)

    outcome = create_mine(world, patient=False)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert message_of(outcome) == "pool mine is in use and still pending: timed out"
    assert world.mark_of("mine") == "pending"


def test_a_lost_answer_to_a_cancellation_is_looked_for_before_it_is_repeated(world: World) -> None:
    world.cluster.cache.lag = 100
    world.gateway.before("create", lambda: world.store("rival", RANGE, annotations=PENDING))
    world.gateway.fail("delete", SILENCE, after=True)

    outcome = create_mine(world, patient=False)

    assert outcome.state is State.LOST
    assert [method for _, method in world.gateway.requests][-3:] == ["list_exact", "delete", "get"]


def test_a_lost_answer_is_not_waited_for_while_another_pool_has_the_name(world: World) -> None:
    def come_first() -> None:
        world.store("mine", OWN)
        world.gateway.fail("get", UNAUTHORIZED)

    world.gateway.before("create", come_first)
    world.gateway.fail("create", SILENCE)

    outcome = create_mine(world)

    assert (outcome.state, outcome.answer) == (State.UNKNOWN, "Unauthorized")
    assert outcome.waited < 1


# --- leftovers of an earlier run or a twin -------------------------------------------------------


@pytest.mark.parametrize("command", [create_mine, extend_a])
def test_a_signal_before_the_adoption_cancels_the_leftover(
    world: World, command: Callable[[World], object]
) -> None:
    world.cluster.store(world.request("mine", RANGE)[1])
    claim_by(world, "one")
    world.gateway.before("may", stop)

    assert "nothing is left behind" in stopped(world, command)
    document = world.cluster.document("a")
    assert document is not None
    if command is create_mine:
        assert world.cluster.names == ["a"]
    else:
        assert CLAIM not in document["metadata"].get("annotations", {})


def test_a_pool_settled_by_a_twin_during_our_cancel_is_named_at_the_deadline(world: World) -> None:
    world.cluster.cache.lag = 100
    world.gateway.before("create", lambda: world.store("rival", RANGE, annotations=PENDING))
    world.gateway.before("delete", lambda: world.cluster.unmark("mine"))
    world.gateway.before("get", lambda: world.gateway.fail("list", LATER, times=1000))

    outcome = create_mine(world, seconds=5)

    assert world.mark_of("mine") is None
    assert (outcome.state, outcome.code) == (State.EXISTS, ExitCode.NOT_YET)


def test_a_fault_after_our_own_settling_names_the_pool(world: World) -> None:
    world.gateway.fail("patch", UnansweredFault("reset"), after=True)
    world.gateway.before("get", lambda: world.gateway.fail("list", UNAUTHORIZED))

    outcome = create_mine(world)

    assert (outcome.state, outcome.answer) == (State.EXISTS, "Unauthorized")


def test_our_pool_deleted_while_we_wait_is_not_reported_as_existing(world: World) -> None:
    create_mine(world)
    world.store("rival", RANGE, annotations=PENDING)
    world.gateway.fail("create", LATER, times=1000)

    def gone() -> None:
        world.cluster.remove("mine")
        world.cluster.remove("rival")

    world.clock.after(1, gone)

    assert create_mine(world, seconds=5).state is State.FAILED


def test_a_leftover_that_is_settled_despite_a_fault_is_not_reported_as_created(
    world: World,
) -> None:
    world.cluster.store(world.request("mine", RANGE)[1])
    world.gateway.fail("patch", UNAUTHORIZED, after=True)

    outcome = create_mine(world)

    assert (outcome.state, outcome.created) == (State.EXISTS, False)


def test_a_leftover_claim_that_is_appended_despite_a_fault_is_reported_as_extended(
    world: World,
) -> None:
    claim_by(world, "one")
    world.gateway.fail("patch", UNAUTHORIZED, after=True)

    assert extend_a(world).state is State.EXTENDED


@pytest.mark.parametrize("command", [create_mine, extend_a])
def test_a_deadline_before_the_first_list_leaves_the_state_unknown(
    world: World, command: Callable[..., Outcome]
) -> None:
    create_mine(world)
    world.store("a", OWN, MORE)
    world.gateway.fail("list", LATER, times=1000)

    outcome = command(world, seconds=5)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert "was not checked" in message_of(outcome)


def test_a_slow_server_without_waiting_suggests_the_option_that_helps(world: World) -> None:
    world.gateway.seconds = 3.0

    outcome = create_mine(world, seconds=10, patient=False)

    assert outcome.code is ExitCode.NOT_YET
    assert "--wait" in hint_of(outcome)
    assert "--request-timeout" in hint_of(outcome)


def test_an_existing_pool_is_not_called_missing_without_waiting(world: World) -> None:
    create_mine(world)
    world.store("rival", RANGE, annotations=PENDING)

    outcome = create_mine(world, patient=False)

    assert (outcome.state, outcome.code) == (State.EXISTS, ExitCode.NOT_YET)


def test_a_conflict_with_a_deleted_pool_is_not_a_lost_race(world: World) -> None:
    world.cluster.cache.lag = 0.01
    world.gateway.before("create", lambda: world.store("rival", RANGE, annotations=PENDING))

    def gone() -> None:
        world.cluster.cache.lag = 1000
        world.cluster.remove("rival")

    world.clock.after(0.05, gone)

    outcome = create_mine(world)

    assert (outcome.state, outcome.code) == (State.STALE, ExitCode.NOT_YET)


def test_a_dry_run_reports_the_conflicts_of_a_leftover(world: World) -> None:
    request, manifest = world.request("mine", RANGE)
    world.cluster.store(manifest)
    world.store("there", RANGE)
    run, _ = run_of(world.gateway)

    outcome = create(run, request, manifest, dry_run=True)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert world.mark_of("mine") == "pending"


# --- extensions ----------------------------------------------------------------------------------


def appended_without_an_answer(world: World, fault: Fault) -> None:
    world.store("a", OWN)
    second(world, "patch", lambda: world.gateway.fail("patch", fault, after=True))


def test_a_signal_after_the_append_reports_that_the_ranges_exist(world: World) -> None:
    world.cluster.cache.lag = 100
    appended_without_an_answer(world, UnansweredFault("reset"))
    world.gateway.before("get", lambda: world.store("late", MORE, annotations=PENDING))
    world.clock.after(3, stop)

    assert stopped(world, extend_a) == "pool a has the ranges and keeps them"


def test_an_unexpected_answer_to_a_committed_append_is_not_a_failure(world: World) -> None:
    appended_without_an_answer(world, UNEXPECTED)

    outcome = extend_a(world)

    assert (outcome.state, outcome.answer) == (State.EXTENDED, UNEXPECTED.message)


def test_a_fault_after_the_append_reports_that_the_ranges_exist(world: World) -> None:
    appended_without_an_answer(world, UnansweredFault("reset"))
    world.gateway.before("get", lambda: world.gateway.fail("list", UNAUTHORIZED))

    outcome = extend_a(world)

    assert (outcome.state, outcome.code) == (State.UNCHANGED, ExitCode.NOT_YET)
    assert outcome.answer == "Unauthorized"


def test_existing_ranges_are_not_called_missing_without_waiting(world: World) -> None:
    world.store("a", OWN, MORE)
    world.store("rival", MORE, annotations=PENDING)

    outcome = extend_a(world, patient=False)

    assert (outcome.state, outcome.code) == (State.UNCHANGED, ExitCode.NOT_YET)


def test_a_dry_run_reports_the_conflicts_of_a_leftover_claim(world: World) -> None:
    claim_by(world, "one")
    world.store("there", MORE)

    outcome = extend_a(world, dry_run=True)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)


def test_a_dry_run_reports_the_claim_of_another_pool_beside_a_leftover_claim(
    world: World,
) -> None:
    claim_by(world, "one")
    claim = made_claim("other", "n", "2026-01-01T00:00:00Z", pool("b", MORE).ranges)
    world.store("b", RANGE, annotations={CLAIM: claim.text})

    outcome = extend_a(world, patient=False, dry_run=True)

    assert (outcome.state, outcome.code) == (State.BUSY, ExitCode.NOT_YET)
    assert [each.pool.name for each in outcome.conflicts] == ["b"]
