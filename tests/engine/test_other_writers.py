"""Reports and actions of a run while other clients write and answers are late."""

import pytest

from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.outcome import Report, ReportKind, State
from ippoolctl.domain.protocol.until import Until
from ippoolctl.engine.await_state import Subject, await_state
from ippoolctl.engine.deleting.delete import Deletion, delete
from ippoolctl.engine.deleting.sweep import find_leftovers, require_rights_to_sweep, sweep
from ippoolctl.engine.writer import Pauses
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import RejectedFault, UnansweredFault, UnreachableFault
from ippoolctl.render.sentences.causes import cause_text
from ippoolctl.render.sentences.outcome import message_of
from tests.builders import claim_on, pool
from tests.engine.conftest import World
from tests.engine.extensions import MORE, OWN, extended
from tests.fakes import run_of

OURS = {"ippoolctl/request-id": "mine/1"}
PENDING = {"ippoolctl/state": "pending"}
FOREIGN = 'admission webhook "policy.example.com" denied the request: no'


@pytest.mark.parametrize("patient", [True, False])
def test_a_pool_of_this_request_that_loses_is_replaced_by_another_range(
    world: World, patient: bool
) -> None:
    world.store("mine", "10.0.0.0/29", annotations={**OURS, **PENDING})
    world.store("it", "10.0.0.0/30")
    world.cluster.cache.catch_up()

    outcome = world.allocate("mine", "10.0.0.0/24", patient=patient)

    assert outcome.state is State.CREATED
    assert outcome.live is not None
    assert outcome.live.texts != ("10.0.0.0/29",)


def test_a_settled_pool_of_this_request_waits_for_a_pending_conflict(world: World) -> None:
    world.store("mine", "10.0.0.0/29", annotations=OURS)
    world.store("it", "10.0.0.0/30", annotations=PENDING)
    world.clock.after(3, lambda: world.cluster.remove("it"))

    outcome = world.allocate("mine", "10.0.0.0/24")

    assert outcome.state is State.EXISTS
    assert world.clock.now() - 1000 >= 3


def test_a_denial_by_a_pending_pool_is_waited_out(world: World) -> None:
    def write_in_between() -> None:
        world.store("it", "10.0.0.0/25", annotations=PENDING)
        world.cluster.cache.catch_up()

    world.gateway.before("patch", write_in_between)
    world.clock.after(3, lambda: world.cluster.remove("it"))

    outcome = world.create("mine", "10.0.0.0/24")

    assert outcome.state is State.CREATED
    assert any(each.cause.kind is CauseKind.RANGES_TAKEN for each in world.recorder.events)
    assert len(world.recorder.events) < 20


@pytest.mark.parametrize("method", ["create", "patch"])
def test_a_denial_by_a_pending_pool_is_not_reported_as_a_stale_cache(
    world: World, method: str
) -> None:
    def write_in_between() -> None:
        world.store("it", "10.0.0.0/25", annotations=PENDING)
        world.cluster.cache.catch_up()

    world.gateway.before(method, write_in_between)

    outcome = world.create("mine", "10.0.0.0/24", seconds=5)

    assert (outcome.state, outcome.code) == (State.FAILED, ExitCode.NOT_YET)
    assert "still taken by it (pending)" in message_of(outcome)


def test_ranges_that_a_twin_appends_while_we_claim_them_are_extended(world: World) -> None:
    world.store("a", OWN)
    world.gateway.before("patch", lambda: world.store("a", OWN, MORE))

    assert extended(world, MORE).state is State.EXTENDED


def test_ranges_that_exist_before_any_write_are_unchanged(world: World) -> None:
    world.store("a", OWN, MORE)

    assert extended(world, MORE).state is State.UNCHANGED


def test_waiting_for_a_late_write_at_the_end_is_reported(world: World) -> None:
    world.gateway.fail("create", UnansweredFault("no response"), times=100)

    world.create("mine", "10.0.0.0/24", seconds=2)

    assert any(each.cause.kind is CauseKind.NO_RESPONSE for each in world.recorder.events[-2:])


def test_a_state_not_reached_in_time_is_explained_by_the_last_read(world: World) -> None:
    world.store("a", OWN)
    world.cluster.cache.catch_up()
    world.cluster.remove("a")
    world.cluster.cache.lag = 100
    world.store("a", "10.9.0.0/24")
    run, recorder = run_of(world.gateway, 3.0)

    outcome = await_state(run, Until.SEEN, Subject("a"))

    assert outcome.code is ExitCode.NOT_YET
    last = recorder.events[-1].cause
    assert last.kind is CauseKind.NOT_YET
    assert last.cause == Cause(CauseKind.NOT_IN_CACHE)
    assert cause_text(Cause(CauseKind.NOT_IN_CACHE)) in message_of(outcome)


def test_a_denial_by_another_webhook_says_nothing_about_the_pool(world: World) -> None:
    world.store("bad", "10.5.0.9-10.5.0.1")
    world.gateway.fail("create", RejectedFault(400, FOREIGN), times=100)
    run, _ = run_of(world.gateway, 3.0)

    with pytest.raises(RejectedFault):
        await_state(run, Until.FORGOTTEN, Subject("a", "", pool("a", OWN).ranges))


def test_a_signal_at_the_deadline_still_reports_what_exists(world: World) -> None:
    world.store("a", OWN)

    def stop() -> None:
        world.cluster.remove("a")
        world.clock.sleep(30)
        raise StoppedError(2)

    world.gateway.before("delete", stop)
    run, _ = run_of(world.gateway, 10.0)

    with pytest.raises(StoppedError) as stopped:
        delete(run, Deletion("a"))

    assert stopped.value.report == Report(ReportKind.GONE)


def test_a_sweep_of_nothing_needs_no_rights(world: World) -> None:
    run, _ = run_of(world.gateway)

    require_rights_to_sweep(run, [])

    assert world.gateway.requests == []


def test_a_claim_that_may_not_be_removed_is_a_fault(world: World) -> None:
    world.store("a", OWN, annotations={"ippoolctl/claim": claim_on(MORE).text})
    world.clock.sleep(3600)
    run, _ = run_of(world.gateway)
    found = find_leftovers(run)
    world.gateway.fail("patch", RejectedFault(403, "forbidden", reason="Forbidden"))

    with pytest.raises(RejectedFault, match="forbidden"):
        sweep(run, found.due[0], found.now)


@pytest.mark.parametrize("until", [Until.READY, Until.GONE])
def test_states_that_do_not_depend_on_the_webhook_need_no_webhook(
    world: World, until: Until
) -> None:
    world.cluster.webhook_registered = False
    world.store("a", "10.0.0.4/31")
    if until is Until.GONE:
        world.cluster.remove("a")
    run, _ = run_of(world.gateway, 3.0)

    assert await_state(run, until, Subject("a")).code is ExitCode.YES


def test_an_existing_pool_is_not_forgotten(world: World) -> None:
    world.store("a", OWN)
    run, recorder = run_of(world.gateway, 3.0)

    outcome = await_state(run, Until.FORGOTTEN, Subject("a"))

    assert outcome.code is ExitCode.NOT_YET
    exists = Cause(CauseKind.DELETION_NOT_STARTED)
    waited = Cause(CauseKind.NOT_YET, pool="a", text="forgotten", cause=exists)
    assert {each.cause for each in recorder.events} == {waited}


def test_a_dry_run_of_a_deletion_needs_no_webhook(world: World) -> None:
    world.store("a", OWN)
    world.cluster.webhook_registered = False
    run, _ = run_of(world.gateway, 3.0)

    assert delete(run, Deletion("a", until=Until.FORGOTTEN)).code is ExitCode.UNKNOWN
    dry = delete(run, Deletion("a", until=Until.FORGOTTEN, dry_run=True))

    assert dry.code is ExitCode.YES
    assert world.cluster.names == ["a"]


def test_a_pool_or_a_claim_that_another_run_writes_at_the_same_moment_is_named(
    world: World,
) -> None:
    world.gateway.fail("create", RejectedFault(409, "exists", reason="AlreadyExists"))
    assert world.create("mine", "10.3.0.0/24").state is State.CREATED
    assert [each.cause for each in world.recorder.events] == [
        Cause(CauseKind.JUST_APPEARED, pool="mine")
    ]

    world.store("a", OWN)
    changed = "the server rejected our request due to an error in our request"
    world.gateway.fail("patch", RejectedFault(422, changed, reason="Invalid"))
    assert extended(world, MORE).state is State.EXTENDED
    assert [each.cause for each in world.recorder.events] == [
        Cause(CauseKind.JUST_CHANGED, pool="a")
    ]


def test_waits_are_numbered(world: World) -> None:
    run, recorder = run_of(world.gateway, 3.0)

    await_state(run, Until.READY, Subject("a"))

    assert [each.attempt for each in recorder.events] == list(range(1, len(recorder.events) + 1))


def test_after_a_reservation_the_first_conflict_is_not_waited_for(world: World) -> None:
    run, recorder = run_of(world.gateway)
    pauses, changed = Pauses(run), RejectedFault(409, "changed", reason="Conflict")
    for _ in range(3):
        pauses.for_change(changed)
    before = len(recorder.events)

    pauses.forget()
    pauses.for_change(changed)
    after_first = len(recorder.events)
    pauses.for_change(changed)

    assert (before, after_first, len(recorder.events)) == (2, 2, 3)


def test_a_search_for_leftovers_without_an_answer_in_time_is_a_fault(world: World) -> None:
    world.gateway.fail("list", RejectedFault(429, "slow down", retry_after=30.0), times=100)
    run, _ = run_of(world.gateway, 3.0)

    with pytest.raises(RejectedFault, match="slow down"):
        find_leftovers(run)


def test_a_pool_that_changes_while_it_is_canceled_leaves_the_denial_as_the_last_answer(
    world: World,
) -> None:
    def write_in_between() -> None:
        world.store("it", "10.0.0.0/25")
        world.cluster.cache.catch_up()

    world.gateway.before("patch", write_in_between)
    world.gateway.before("delete", lambda: world.cluster.write_status("mine", 254, 0))

    outcome = world.create("mine", "10.0.0.0/24", patient=False)

    assert outcome.code is ExitCode.REFUSED
    assert "overlaps with range [10.0.0.0/25] of ExternalIPPool it" in outcome.answer


def test_a_pool_that_vanishes_while_the_cache_is_probed_is_not_seen(world: World) -> None:
    world.store("a", OWN)
    world.cluster.cache.catch_up()
    world.cluster.cache.lag = 100
    world.gateway.before("create", lambda: world.cluster.remove("a"))
    run, recorder = run_of(world.gateway, 3.0)

    outcome = await_state(run, Until.SEEN, Subject("a"))

    assert outcome.code is ExitCode.NOT_YET
    assert recorder.events[0].cause.cause == Cause(CauseKind.DELETED_BUT_IN_CACHE)


@pytest.mark.parametrize("method", ["get", "consumers"])
def test_a_deletion_that_never_reaches_the_server_is_a_fault(world: World, method: str) -> None:
    world.store("a", OWN)
    for each in ("get", method):
        world.gateway.fail(each, UnreachableFault("connection refused"), times=10_000)
    run, _ = run_of(world.gateway, 3.0)

    with pytest.raises(UnreachableFault):
        delete(run, Deletion("a"))


def test_a_pool_whose_appearance_the_cache_misses_is_not_deleted(world: World) -> None:
    world.cluster.cache.lag = 100
    world.store("a", OWN)
    run, _ = run_of(world.gateway, 3.0)

    outcome = delete(run, Deletion("a", until=Until.FORGOTTEN))

    assert outcome.code is ExitCode.NOT_YET
    assert world.cluster.names == ["a"]
    assert "delete" not in [method for _, method in world.gateway.requests]


@pytest.mark.parametrize("claimed", [False, True])
def test_a_signal_after_which_the_server_is_silent_leaves_it_unknown(
    world: World, claimed: bool
) -> None:
    claim = {"ippoolctl/claim": claim_on(MORE).text} if claimed else {}
    world.store("a", OWN, annotations=claim)
    world.clock.sleep(3600)
    run, _ = run_of(world.gateway, 10.0)
    found = find_leftovers(run)

    def stop() -> None:
        world.gateway.fail("get", UnreachableFault("connection refused"), times=10_000)
        raise StoppedError(2)

    world.gateway.before("patch" if claimed else "delete", stop)

    with pytest.raises(StoppedError) as stopped:
        sweep(run, found.due[0], found.now) if claimed else delete(run, Deletion("a"))

    report = stopped.value.report
    assert isinstance(report, Report)
    assert report.kind is (
        ReportKind.CLAIM_UNKNOWN_AFTER_SIGNAL if claimed else ReportKind.UNKNOWN_AFTER_SIGNAL
    )
