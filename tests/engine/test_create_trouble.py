"""Creates with lost answers, denials, timeouts and twins: requests and leftovers."""

from collections.abc import Callable
from typing import Any

import pytest

from ippoolctl.crd.created_object import pending_object, requested_object
from ippoolctl.domain.protocol.causes import CauseKind
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.space.search import SearchStrategy
from ippoolctl.errors import ExitCode
from ippoolctl.ports.faults import RejectedFault, UnansweredFault, UnreachableFault
from ippoolctl.ports.gateway import PoolList
from ippoolctl.render.sentences.outcome import message_of
from tests.builders import pool_object
from tests.engine.conftest import World

RANGE = "10.0.0.0/24"
PENDING = {"ippoolctl/state": "pending"}
SILENCE = UnansweredFault("reset")
LATER = RejectedFault(429, "too many requests", retry_after=1)
DOWN = RejectedFault(500, "Internal error occurred: failed calling webhook: refused")
POLICY = RejectedFault(422, "ValidatingAdmissionPolicy 'x' with binding 'y' denied request: no")
UNAUTHORIZED = RejectedFault(401, "Unauthorized", reason="Unauthorized")
AHEAD = RejectedFault(504, "Timeout: Too large resource version: 9")


def count(world: World, method: str) -> int:
    return [each for _, each in world.gateway.requests].count(method)


def lost(world: World, *, use: bool = False) -> None:
    """A pending pool is first; ``use``: an address of ours is assigned before its deletion."""
    world.cluster.cache.lag = 1000
    world.gateway.before("create", lambda: world.store("rival", RANGE, annotations=PENDING))
    if use:
        world.gateway.before("delete", lambda: world.cluster.write_status("mine", 254, 1))


# --- a create without an answer ------------------------------------------------------------------


def test_a_pending_pool_of_another_request_after_a_lost_answer_is_not_ours(world: World) -> None:
    world.gateway.fail("create", SILENCE)
    foreign = pending_object(requested_object(pool_object("mine", RANGE)), "mine/other")
    world.clock.after(0.05, lambda: world.cluster.store(foreign))

    outcome = world.create("mine", RANGE)

    assert outcome.code is ExitCode.REFUSED
    assert world.mark_of("mine") == "pending"
    assert count(world, "delete") == 0


def test_a_pool_whose_answer_got_lost_was_created_by_this_run(world: World) -> None:
    world.gateway.fail("create", SILENCE, after=True)

    assert world.create("mine", RANGE).created is True


def test_a_create_with_an_unknown_outcome_is_reported_as_unknown(world: World) -> None:
    world.gateway.fail("create", SILENCE)
    world.gateway.fail("get", UnreachableFault("connection refused"), times=10_000)

    assert "unknown whether pool mine" in message_of(world.create("mine", RANGE, seconds=20))


def test_a_pending_pool_that_cannot_be_deleted_at_the_deadline_is_reported(world: World) -> None:
    world.gateway.fail("patch", DOWN, times=10_000)
    world.gateway.fail("delete", LATER, times=10_000)

    outcome = world.create("mine", RANGE, seconds=5)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert "mine may still exist as a pending pool" in message_of(outcome)


def test_a_pending_pool_that_may_not_be_deleted_after_a_lost_race_is_reported(
    world: World,
) -> None:
    lost(world)
    world.gateway.fail("delete", RejectedFault(403, "forbidden", reason="Forbidden"))

    outcome = world.create("mine", RANGE)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert "may still exist" in message_of(outcome)
    assert [each.pool.name for each in outcome.conflicts] == ["rival"]


# --- canceling -----------------------------------------------------------------------------------


def test_a_deletion_that_conflicts_is_repeated(world: World) -> None:
    lost(world)
    world.gateway.before("delete", lambda: world.cluster.write_status("mine", 254, 0))

    outcome = world.create("mine", RANGE, patient=False)

    assert (outcome.state, world.cluster.names) == (State.LOST, ["rival"])
    assert count(world, "delete") == 2


def test_a_pool_that_has_changed_before_it_is_lost_is_deleted_as_it_is_now(world: World) -> None:
    def overtaken() -> None:
        world.cluster.write_status("mine", 254, 0)
        world.store("rival", RANGE)

    world.cluster.cache.lag = 1000
    world.gateway.before("patch", overtaken)
    world.gateway.fail("patch", SILENCE)

    outcome = world.create("mine", RANGE, patient=False)

    assert (outcome.state, world.cluster.names) == (State.LOST, ["rival"])
    assert count(world, "delete") == 1


def test_a_pool_is_kept_if_the_one_before_its_last_change_is_gone(world: World) -> None:
    def overtaken() -> None:
        world.store("rival", RANGE, annotations=PENDING)
        world.cluster.write_status("mine", 254, 0)

    def gone() -> None:
        world.cluster.remove("rival")

    world.cluster.cache.lag = 1000
    world.gateway.before("patch", overtaken)
    world.gateway.fail("patch", SILENCE)
    world.gateway.before("list", lambda: world.gateway.before("list", gone))

    outcome = world.create("mine", RANGE)

    assert (outcome.state, outcome.attempts) == (State.CREATED, 1)
    assert count(world, "delete") == 0


def test_a_range_that_another_client_adds_before_the_settling_stays(world: World) -> None:
    def extended() -> None:
        document = world.cluster.document("mine")
        assert document is not None
        more = [*document["spec"]["ipRanges"], {"cidr": "10.0.1.0/24"}]
        world.cluster.store({**document, "spec": {**document["spec"], "ipRanges": more}})

    world.gateway.before("patch", extended)

    outcome = world.create("mine", RANGE)

    assert outcome.state is State.CREATED
    assert ranges_of(outcome) == (RANGE, "10.0.1.0/24")


def test_a_pool_that_others_have_deleted_is_not_deleted_after_a_fault(world: World) -> None:
    def deleted() -> None:
        world.cluster.remove("mine")
        world.gateway.fail("list", UNAUTHORIZED)

    world.gateway.before("patch", deleted)

    with pytest.raises(RejectedFault, match="Unauthorized"):
        world.create("mine", RANGE)

    assert count(world, "delete") == 0


def test_a_pool_in_use_is_settled_when_the_conflicting_pool_is_deleted(world: World) -> None:
    lost(world, use=True)
    world.clock.after(2, lambda: world.cluster.remove("rival"))
    world.clock.after(2, world.cluster.cache.catch_up)

    outcome = world.create("mine", RANGE)

    assert outcome.state is State.CREATED
    assert world.mark_of("mine") is None


def test_a_pool_that_a_twin_settles_while_we_cancel_is_reported(world: World) -> None:
    world.gateway.fail("patch", POLICY)
    world.gateway.before("delete", lambda: world.cluster.unmark("mine"))
    world.gateway.before("get", lambda: world.gateway.fail("list", UNAUTHORIZED))

    outcome = world.create("mine", RANGE)

    assert (outcome.state, outcome.code) == (State.EXISTS, ExitCode.NOT_YET)
    assert outcome.answer == "Unauthorized"


# --- denials -------------------------------------------------------------------------------------


def test_an_overlap_that_comes_with_the_denial_is_real(world: World) -> None:
    world.gateway.before("create", lambda: world.store("late", RANGE))

    outcome = world.create("mine", RANGE, patient=False)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert [each.pool.name for each in outcome.conflicts] == ["late"]


def stale(world: World, lag: float) -> None:
    """A pool with the wanted range is deleted, and the webhook does not know yet."""
    world.store("old", RANGE)
    world.cluster.remove_but_for_the_cache("old", lag=lag)


def test_a_known_denial_needs_no_further_list(world: World) -> None:
    stale(world, 5)

    world.create("mine", RANGE)

    assert count(world, "list") <= count(world, "create") + 1


def test_a_second_stale_denial_is_waited_out_as_carefully_as_the_first(world: World) -> None:
    stale(world, 10)
    world.gateway.before("list_exact", lambda: stale(world, 0.3))

    outcome = world.create("mine", RANGE)

    last = world.recorder.events[-1]
    assert outcome.state is State.CREATED
    assert last.wait < 0.2


# --- without waiting -----------------------------------------------------------------------------


def test_a_server_that_becomes_unreachable_is_code_3_without_waiting(world: World) -> None:
    world.gateway.fail("create", UnreachableFault("connection refused"))

    with pytest.raises(UnreachableFault):
        world.create("mine", RANGE, patient=False)


@pytest.mark.parametrize("fault", [LATER, DOWN], ids=["busy", "webhook down"])
def test_a_temporary_rejection_of_a_create_is_code_5_without_waiting(
    world: World, fault: RejectedFault
) -> None:
    world.gateway.fail("create", fault)

    outcome = world.create("mine", RANGE, patient=False)

    assert (outcome.state, outcome.code) == (State.FAILED, ExitCode.NOT_YET)
    assert fault.message in message_of(outcome)
    assert world.cluster.names == []


# --- reads ---------------------------------------------------------------------------------------


def test_a_read_from_a_server_that_is_behind_is_repeated_even_without_waiting(world: World) -> None:
    world.gateway.fail("list_exact", AHEAD, times=3)

    assert world.create("mine", RANGE, patient=False).state is State.CREATED


def test_a_throttled_request_is_repeated_even_without_waiting(
    world: World,
) -> None:
    world.gateway.fail("list", LATER, times=3)

    assert world.create("mine", RANGE, patient=False).state is State.CREATED


def test_a_server_that_does_not_answer_is_not_asked_again_without_waiting(world: World) -> None:
    world.gateway.fail("list", SILENCE)

    with pytest.raises(UnansweredFault):
        world.create("mine", RANGE, patient=False)

    assert count(world, "list") == 1


def test_only_the_deadline_bounds_a_list(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bounds: list[float | None] = []
    list_pools = world.gateway.list_pools

    def noting(
        *, at: str | None = None, selector: str = "", within: float | None = None
    ) -> PoolList:
        bounds.append(within)
        return list_pools(at=at, selector=selector, within=within)

    # The gateway in memory takes no time for a list.
    monkeypatch.setattr(world.gateway, "list_pools", noting)

    world.create("mine", RANGE, seconds=60)

    assert bounds == [60, 60]


# --- any range of a size -------------------------------------------------------------------------

NETWORK, FIRST, SECOND = "10.0.0.0/28", "10.0.0.0/29", "10.0.0.8/29"


def allocated(world: World, **options: Any) -> Outcome:
    return world.allocate("mine", NETWORK, strategy=SearchStrategy.FIRST, **options)


def ranges_of(outcome: Outcome) -> tuple[str, ...]:
    assert outcome.live is not None
    return outcome.live.texts


def test_a_lost_range_is_retried_only_after_every_other_candidate(world: World) -> None:
    world.cluster.cache.lag = 1000
    world.gateway.before("create", lambda: world.store("rival", FIRST, annotations=PENDING))
    world.gateway.before("delete", lambda: world.cluster.remove("rival"))

    outcome = allocated(world)

    assert ranges_of(outcome) == (SECOND,)
    assert world.clock.now() == 1000


def test_a_range_that_a_pending_pool_takes_is_not_waited_for(world: World) -> None:
    world.gateway.before("create", lambda: world.store("rival", FIRST, annotations=PENDING))

    outcome = allocated(world)

    assert ranges_of(outcome) == (SECOND,)
    assert world.clock.now() == 1000


def test_a_fault_is_waited_out_even_if_another_range_is_free(world: World) -> None:
    world.gateway.fail("create", DOWN)

    outcome = allocated(world)

    assert ranges_of(outcome) == (FIRST,)
    assert world.clock.now() > 1000


def test_the_winner_of_an_earlier_range_is_not_named_at_the_deadline(world: World) -> None:
    world.cluster.cache.lag = 1000
    world.gateway.before("create", lambda: world.store("rival", FIRST, annotations=PENDING))
    world.gateway.before("delete", lambda: world.gateway.fail("create", DOWN, times=10_000))

    outcome = allocated(world, seconds=5)

    assert (outcome.state, outcome.code) == (State.FAILED, ExitCode.NOT_YET)


def late_write(world: World, network: str) -> Callable[[], object]:
    document = requested_object(pool_object("mine", network))
    return lambda: world.cluster.store(pending_object(document, "mine/1"))


def test_a_late_write_of_one_range_is_deleted_before_the_end(world: World) -> None:
    world.gateway.fail("create", SILENCE)
    world.clock.after(0.05, late_write(world, FIRST))
    world.gateway.before("get", lambda: world.gateway.before("list", twin_loses))
    world.clock.after(5.0, late_write(world, FIRST))

    def twin_loses() -> None:
        world.cluster.remove("mine")
        world.store("full", NETWORK)

    outcome = allocated(world)

    assert (outcome.state, outcome.code) == (State.NO_ROOM, ExitCode.NO)
    assert world.clock.now() >= 1010
    assert world.cluster.names == ["full"]


def test_the_other_range_of_a_twin_is_reported_at_the_deadline(world: World) -> None:
    def twin_finishes() -> None:
        late_write(world, SECOND)()
        world.cluster.unmark("mine")

    world.gateway.fail("create", SILENCE)
    world.clock.after(8, twin_finishes)

    outcome = allocated(world, seconds=8)

    assert outcome.code is ExitCode.YES
    assert ranges_of(outcome) == (SECOND,)


def test_a_dry_run_counts_as_no_attempt(world: World) -> None:
    assert allocated(world, dry_run=True).attempts == 0


def test_a_dry_run_reports_the_conflict_of_our_pending_pool(world: World) -> None:
    late_write(world, FIRST)()
    world.store("there", FIRST)

    outcome = allocated(world, dry_run=True)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert world.mark_of("mine") == "pending"


def test_a_pool_that_others_delete_before_it_is_settled_is_created_again(world: World) -> None:
    world.gateway.before("patch", lambda: world.cluster.remove("mine"))

    outcome = world.create("mine", "10.0.0.0/24")

    assert (outcome.state, outcome.attempts, outcome.created) == (State.CREATED, 2, True)
    assert world.mark_of("mine") is None


def test_reads_after_a_create_without_an_answer_become_rarer(world: World) -> None:
    world.gateway.fail("create", UnansweredFault("reset"))

    outcome = world.create("mine", "10.0.0.0/24")

    waits = [
        round(each.wait, 3)
        for each in world.recorder.events
        if each.cause.kind is CauseKind.NO_RESPONSE
    ]
    assert outcome.state is State.CREATED
    assert waits[:4] == [0.1, 0.15, 0.225, 0.338]
    assert sum(waits) == pytest.approx(10, abs=0.01)
