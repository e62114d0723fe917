"""Creating a pool by size: fake time, the real model of the webhook."""

from collections.abc import Mapping
from typing import Any

import pytest

from ippoolctl.domain.antrea.messages import denied
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.outcome import State
from ippoolctl.domain.space.search import SearchStrategy
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import RejectedFault, UnansweredFault
from ippoolctl.render.sentences.causes import cause_text
from ippoolctl.render.sentences.outcome import message_of, stopped_text
from tests.engine.conftest import World

NETWORK = "10.0.0.0/24"
PENDING = {"ippoolctl/state": "pending"}
FULL = [f"10.0.0.{8 * each}/29" for each in range(32)]


def ranges_of(world: World, name: str) -> list[str]:
    document = world.cluster.document(name)
    assert document is not None
    return [each["cidr"] for each in document["spec"]["ipRanges"]]


def posts(world: World) -> int:
    return [method for _, method in world.gateway.requests].count("create")


def stale(world: World, lag: float, *ranges: str) -> None:
    """Pools with these ranges are gone, and the webhook does not know yet."""
    for number, each in enumerate(ranges):
        world.store(f"old-{number}", each)
    world.cluster.cache.catch_up()
    world.cluster.cache.lag = lag
    for number in range(len(ranges)):
        world.cluster.remove(f"old-{number}")


def test_a_free_range_is_taken_and_settled(world: World) -> None:
    world.store("other", "10.0.0.0/25")

    outcome = world.allocate("mine", NETWORK)

    assert (outcome.state, outcome.created, outcome.attempts) == (State.CREATED, True, 1)
    assert outcome.live is not None
    assert list(outcome.live.texts) == ranges_of(world, "mine")
    assert world.mark_of("mine") is None


def test_the_first_range_tried_depends_on_the_request_id(world: World) -> None:
    taken = set()
    for number in range(20):
        world.allocate(f"mine-{number}", "10.0.0.0/16", request_id=f"id-{number}")
        taken |= set(ranges_of(world, f"mine-{number}"))
        world.cluster.remove(f"mine-{number}")
    assert len(taken) > 15

    world.allocate("again", "10.0.0.0/16", request_id="id-19")
    assert set(ranges_of(world, "again")) <= taken


def test_the_lowest_free_range_is_taken_first(world: World) -> None:
    world.store("other", "10.0.0.0-10.0.0.20")

    world.allocate("mine", NETWORK, strategy=SearchStrategy.FIRST)

    assert ranges_of(world, "mine") == ["10.0.0.24/29"]


# --- conflicts ---------------------------------------------------------------------------------


def test_after_a_stale_denial_another_range_is_taken_at_once(world: World) -> None:
    stale(world, 1000, *FULL[:31])

    outcome = world.allocate("mine", NETWORK)

    assert outcome.state is State.CREATED
    assert ranges_of(world, "mine") == [FULL[31]]
    assert world.clock.now() == 1000
    assert world.recorder.events == []


def test_all_ranges_named_by_a_stale_denial_are_skipped(world: World) -> None:
    stale(world, 1000, "10.0.0.0/25", "10.0.0.128/26")

    assert world.allocate("mine", NETWORK).state is State.CREATED
    assert posts(world) <= 3


def test_a_stale_denial_of_a_range_that_a_policy_has_rewritten_leads_to_another_one(
    world: World,
) -> None:
    rewritten = "range [10.9.0.0/29] overlaps with range [10.9.0.0/24] of ExternalIPPool gone"
    world.gateway.fail("create", RejectedFault(400, denied(rewritten)))

    outcome = world.allocate("mine", NETWORK)

    assert (outcome.state, outcome.attempts) == (State.CREATED, 2)
    assert world.recorder.events == []


@pytest.mark.parametrize("lag", [0.3, 2.0, 10.0])
def test_the_cache_is_waited_for_only_when_every_range_is_denied(world: World, lag: float) -> None:
    stale(world, lag, NETWORK)
    deleted = world.clock.now()

    outcome = world.allocate("mine", NETWORK)

    assert outcome.state is State.CREATED
    assert 0 <= world.clock.now() - deleted - lag <= 0.18 * lag + 0.15
    held = "still contains deleted pool old-0 with 10.0.0.0/24"
    assert all(held in cause_text(each.cause) for each in world.recorder.events)


def test_the_pause_for_the_cache_grows_with_the_time_since_the_first_denied_range(
    world: World,
) -> None:
    stale(world, 30, "10.0.0.0/29", "10.0.0.8/29")
    world.gateway.seconds = 2.0

    outcome = world.allocate("mine", "10.0.0.0/28")

    denied = [at for at, method in world.gateway.requests if method == "create"]
    paused = world.recorder.events[0].wait
    assert outcome.state is State.CREATED
    assert denied[1] - denied[0] == 6
    # Each denial is followed by a list, which shows that it is stale, and the second by another.
    assert paused == pytest.approx(0.15 * (6 - 2 + 2 + 2))


def test_stale_denials_of_every_range_are_code_5_without_waiting(world: World) -> None:
    stale(world, 1000, NETWORK)

    outcome = world.allocate("mine", NETWORK, patient=False)

    assert (outcome.state, outcome.code) == (State.BUSY, ExitCode.NOT_YET)
    assert "still contains deleted pool old-0 with 10.0.0.0/24" in message_of(outcome)
    assert world.cluster.names == []


def test_a_range_is_retried_only_after_every_other_range(world: World) -> None:
    stale(world, 3, *FULL)
    seen: list[str] = []
    create = world.gateway.create_pool

    def noting(pool: Mapping[str, Any], **more: Any) -> Pool:
        seen.append(pool["spec"]["ipRanges"][0]["cidr"])
        return create(pool, **more)

    world.gateway.create_pool = noting  # type: ignore[method-assign]
    world.allocate("mine", NETWORK)

    assert sorted(seen[:32]) == sorted(FULL)
    assert sorted(seen[32:64]) == sorted(FULL)


def test_another_range_is_taken_after_a_lost_race_even_without_waiting(world: World) -> None:
    world.cluster.cache.lag = 1000
    took: list[int] = []

    def be_first() -> None:
        # Another client has just taken the range that this run is about to take.
        world.store(f"rival-{len(took)}", NETWORK.replace("0/24", "0/25"))
        took.append(1)

    world.gateway.before("create", be_first)

    outcome = world.allocate("mine", NETWORK, patient=False, strategy=SearchStrategy.FIRST)

    assert outcome.state is State.CREATED
    assert outcome.attempts == 2
    assert ranges_of(world, "mine") == ["10.0.0.128/29"]
    assert "list_exact" in {method for _, method in world.gateway.requests}


def test_a_stale_denial_of_the_settling_is_waited_out_with_the_same_range(world: World) -> None:
    stale_denial = denied("range [10.0.0.0/29] overlaps with range [10.0.0.0/24] of pool gone")
    world.gateway.fail("patch", RejectedFault(400, stale_denial))

    outcome = world.allocate("mine", NETWORK, strategy=SearchStrategy.FIRST)

    assert (outcome.state, outcome.attempts) == (State.CREATED, 1)
    assert ranges_of(world, "mine") == ["10.0.0.0/29"]
    assert world.clock.now() > 1000


def test_ranges_of_pending_pools_are_waited_for(world: World) -> None:
    world.store("rival", NETWORK, annotations=PENDING)
    world.clock.after(3, lambda: world.cluster.remove("rival"))

    outcome = world.allocate("mine", NETWORK)

    assert outcome.state is State.CREATED
    assert "rival (pending)" in cause_text(world.recorder.events[0].cause)
    assert posts(world) == 1


def test_ranges_of_terminating_pools_are_waited_for(world: World) -> None:
    world.store("old", NETWORK, finalizers=["example.com/slow"])
    world.cluster.remove("old")

    outcome = world.allocate("mine", NETWORK, seconds=5)

    assert (outcome.code, posts(world)) == (ExitCode.NOT_YET, 0)
    assert "old (terminating)" in message_of(outcome)


def test_no_room_is_reported_at_once_with_the_networks_searched(world: World) -> None:
    world.store("a", "10.0.0.0/25")
    world.store("b", "10.0.0.128/25")
    world.store("c", "10.9.0.0/25")

    outcome = world.allocate("mine", NETWORK)

    assert (outcome.state, outcome.code) == (State.NO_ROOM, ExitCode.NO)
    assert "(6 addresses in 10.0.0.0/24): 0 of 256 addresses are free" in message_of(outcome)
    assert "taken by a, b" in message_of(outcome)
    assert posts(world) == 0
    assert world.clock.now() == 1000


@pytest.mark.parametrize(
    "fault",
    [
        RejectedFault(403, 'admission webhook "x.example.com" denied the request: no more pools'),
        RejectedFault(422, "ValidatingAdmissionPolicy 'x' with binding 'y' denied request: no"),
    ],
)
def test_a_denial_by_another_webhook_or_policy_is_final(world: World, fault: RejectedFault) -> None:
    world.gateway.fail("create", fault, times=9)

    outcome = world.allocate("mine", NETWORK)

    assert (outcome.code, posts(world)) == (ExitCode.REFUSED, 1)
    assert fault.message in message_of(outcome)


def test_a_pool_that_breaks_the_webhook_is_final(world: World) -> None:
    world.store("poison", "10.5.0.9-10.5.0.1")

    outcome = world.allocate("mine", NETWORK)

    assert outcome.code is ExitCode.REFUSED
    assert "poison (EIP211)" in message_of(outcome)


# --- the same request again --------------------------------------------------------------------


def test_the_same_request_again_finds_its_pool_in_any_range(world: World) -> None:
    first = world.allocate("mine", NETWORK)
    for each in FULL:
        if [each] != ranges_of(world, "mine"):
            world.store(f"other-{each[7:-3]}", each)

    again = world.allocate("mine", NETWORK)

    assert (again.state, again.code, again.created) == (State.EXISTS, ExitCode.YES, False)
    assert first.live is not None
    assert again.live is not None
    assert again.live.texts == first.live.texts


def killed(world: World, method: str) -> None:
    """A run that ends for good just before a request."""

    def die() -> None:
        raise KeyboardInterrupt

    world.gateway.before(method, die)
    world.gateway.before("get", die)
    before = world.gateway.delete_pool
    world.gateway.delete_pool = lambda *_, **__: die()  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        world.allocate("mine", NETWORK)
    world.gateway.delete_pool = before  # type: ignore[method-assign]
    world.gateway._hooks.clear()


@pytest.mark.parametrize("step", ["list_exact", "patch"])
def test_the_pending_pool_of_a_killed_run_is_settled(world: World, step: str) -> None:
    killed(world, step)
    taken = ranges_of(world, "mine")
    assert world.mark_of("mine") == "pending"

    outcome = world.allocate("mine", NETWORK)

    assert (outcome.code, outcome.created, outcome.attempts) == (ExitCode.YES, False, 0)
    assert ranges_of(world, "mine") == taken
    assert world.mark_of("mine") is None


def test_a_dry_run_reports_the_conflicts_of_the_pending_pool_of_a_killed_run(world: World) -> None:
    killed(world, "patch")
    world.store("foreign", *ranges_of(world, "mine"))

    outcome = world.allocate("mine", NETWORK, dry_run=True)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert [each.pool.name for each in outcome.conflicts] == ["foreign"]
    assert world.mark_of("mine") == "pending"


def test_a_pending_pool_in_the_range_of_the_settled_pool_is_waited_for(world: World) -> None:
    world.allocate("mine", NETWORK)
    taken = ranges_of(world, "mine")
    world.store("rival", *taken, annotations=PENDING)
    world.clock.after(3, lambda: world.cluster.remove("rival"))

    outcome = world.allocate("mine", NETWORK)

    assert (outcome.state, outcome.code) == (State.EXISTS, ExitCode.YES)
    assert (outcome.attempts, ranges_of(world, "mine")) == (0, taken)
    assert "rival (pending)" in cause_text(world.recorder.events[0].cause)


def test_the_pending_pool_of_a_killed_run_loses_to_a_settled_pool(world: World) -> None:
    killed(world, "patch")
    taken = ranges_of(world, "mine")
    world.store("foreign", *taken)

    outcome = world.allocate("mine", NETWORK)

    assert outcome.state is State.CREATED
    assert ranges_of(world, "mine") != taken
    assert world.mark_of("mine") is None


def test_a_pool_whose_create_answer_got_lost_is_found_in_any_range(world: World) -> None:
    world.gateway.fail("create", UnansweredFault("reset"), after=True)

    outcome = world.allocate("mine", NETWORK)

    assert (outcome.state, outcome.attempts) == (State.CREATED, 1)
    assert world.mark_of("mine") is None


def test_a_request_whose_pool_is_smaller_is_refused(world: World) -> None:
    world.allocate("mine", NETWORK, ips=6)

    outcome = world.allocate("mine", NETWORK, ips=14)

    assert outcome.code is ExitCode.REFUSED
    assert "have 6 usable addresses, not 14" in message_of(outcome)


def test_a_signal_cancels_the_pending_pool(world: World) -> None:
    def stop() -> None:
        raise StoppedError(15)

    world.gateway.before("list_exact", stop)

    with pytest.raises(StoppedError) as stopped:
        world.allocate("mine", NETWORK)

    assert "nothing is left behind" in stopped_text("mine", stopped.value.report)
    assert world.cluster.names == []


def test_a_dry_run_writes_nothing_and_reports_the_range(world: World) -> None:
    outcome = world.allocate("mine", NETWORK, dry_run=True)

    assert outcome.state is State.DRY_RUN
    assert outcome.live is not None
    assert outcome.live.texts
    assert world.cluster.names == []


# --- foreign pools -----------------------------------------------------------------------------


def test_a_foreign_pool_is_refused_without_if_not_exists(world: World) -> None:
    world.store("mine", "10.0.0.0/28")

    assert world.allocate("mine", NETWORK).code is ExitCode.REFUSED
    outcome = world.allocate("mine", NETWORK, ips=14, if_not_exists=True)

    assert (outcome.state, outcome.code, outcome.created) == (State.EXISTS, ExitCode.YES, False)
    assert {method for _, method in world.gateway.requests} == {"list"}


def test_a_foreign_pool_with_too_few_addresses_is_refused(world: World) -> None:
    world.store("mine", "10.0.0.0/28")

    outcome = world.allocate("mine", NETWORK, ips=15, if_not_exists=True)

    assert outcome.code is ExitCode.REFUSED
    assert "its ranges 10.0.0.0/28 have 14 usable addresses, not 15" in message_of(outcome)


def test_an_existing_pool_must_have_every_requested_range(world: World) -> None:
    world.store("mine", "10.0.0.0/28", "10.0.1.0/28")

    enough = world.create("mine", "10.0.1.0/28", if_not_exists=True)
    lacking = world.create("mine", "10.0.1.0/28", "10.0.2.0/28", if_not_exists=True)

    assert (enough.code, enough.created) == (ExitCode.YES, False)
    assert lacking.code is ExitCode.REFUSED
    assert "missing 10.0.2.0/28; it has 10.0.0.0/28, 10.0.1.0/28" in message_of(lacking)
    assert {method for _, method in world.gateway.requests} == {"list"}


def test_a_pending_foreign_pool_is_waited_for(world: World) -> None:
    world.store("mine", "10.0.0.0/28", annotations=PENDING)
    world.clock.after(3, lambda: world.cluster.unmark("mine"))

    outcome = world.create("mine", "10.0.0.0/28", if_not_exists=True)

    assert (outcome.code, outcome.created) == (ExitCode.YES, False)
    assert "is still pending" in cause_text(world.recorder.events[0].cause)


def test_a_pending_foreign_pool_in_use_is_not_enough(world: World) -> None:
    world.store("mine", "10.0.0.0/29", annotations={"ippoolctl/state": "pending"})
    world.cluster.write_status("mine", 6, 1)

    outcome = world.create("mine", "10.0.0.0/29", if_not_exists=True, seconds=5)

    assert (outcome.code, outcome.state) == (ExitCode.NOT_YET, State.FAILED)
    assert "is still pending" in message_of(outcome)


def test_if_not_exists_creates_an_absent_pool(world: World) -> None:
    assert world.create("mine", "10.0.0.0/28", if_not_exists=True).state is State.CREATED
    assert world.allocate("more", NETWORK, if_not_exists=True).state is State.CREATED


def test_a_deleted_unreadable_pool_is_waited_out_with_pauses(
    world: World,
) -> None:
    stale(world, 8.0, "10.5.0.9-10.5.0.1")

    impatient = world.allocate("mine", NETWORK, patient=False)
    before = posts(world)
    patient = world.allocate("mine", NETWORK)

    assert (impatient.state, impatient.code, before) == (State.STALE, ExitCode.NOT_YET, 1)
    assert (patient.state, patient.code) == (State.CREATED, ExitCode.YES)
    # As often as for a range that is named, and not without a pause.
    assert posts(world) - before < 40
