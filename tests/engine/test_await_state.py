"""Waiting until the cluster has caught up."""

import signal
from collections.abc import Sequence

import pytest

from ippoolctl.domain.addresses.ranges import read_range
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.outcome import Limit, Outcome, Report, ReportKind, State
from ippoolctl.domain.protocol.until import Until
from ippoolctl.engine.await_state import Subject, afterwards, await_state, change_and_await
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import RejectedFault, UnansweredFault, UnreachableFault
from ippoolctl.ports.gateway import PoolList
from ippoolctl.render.sentences.causes import cause_text
from ippoolctl.render.sentences.outcome import message_of
from tests.builders import spelling
from tests.engine.conftest import World
from tests.fakes import FakeGateway, run_of

RANGE, MORE = "10.0.0.0/24", "10.0.1.0/24"


def methods(world: World) -> list[str]:
    return [method for _, method in world.gateway.requests]


def awaited(
    world: World, until: Until, *, ranges: Sequence[str] = (), seconds: float = 60
) -> Outcome:
    run, world.recorder = run_of(world.gateway, seconds)
    read = [read_range(spelling(each)) for each in ranges]
    return await_state(run, until, Subject("a", "", read))


def test_a_pool_is_ready_when_its_status_total_matches_its_ranges(world: World) -> None:
    world.store("a", RANGE)
    world.clock.after(1, lambda: world.cluster.write_status("a", 100, 0))
    world.clock.after(3, lambda: world.cluster.write_status("a", 254, 0))

    assert awaited(world, Until.READY).state is State.READY
    assert 3 <= world.clock.now() - 1000 <= 4.1
    assert "100 addresses, expected 254" in cause_text(world.recorder.events[-1].cause)


def test_a_pool_without_addresses_is_ready_at_once(world: World) -> None:
    world.store("a", "10.0.0.4/31")

    assert awaited(world, Until.READY).state is State.READY


def test_a_false_condition_means_not_ready(world: World) -> None:
    world.store("a", RANGE)
    world.cluster.write_status("a", 254, 0)
    document = world.cluster.document("a")
    assert document is not None
    condition = {"type": "Ready", "status": "False", "reason": "IPRangeOverlap", "message": "b"}
    document["status"]["conditions"] = [condition]

    outcome = awaited(world, Until.READY, seconds=3)

    assert outcome.code is ExitCode.NOT_YET
    assert "IPRangeOverlap" in message_of(outcome)


def test_an_absent_pool_is_waited_for(world: World) -> None:
    world.clock.after(2, lambda: world.store("a", "10.0.0.4/31"))

    outcome = awaited(world, Until.READY)

    assert outcome.state is State.READY
    assert outcome.waited == world.clock.now() - 1000 >= 2


def test_a_pool_is_seen_when_the_webhook_denies_an_overlap(world: World) -> None:
    world.cluster.cache.lag = 3
    world.store("a", RANGE)

    assert awaited(world, Until.SEEN).state is State.SEEN
    assert 3 <= world.clock.now() - 1000 <= 4.1


def test_a_pool_that_disappears_while_it_is_probed_does_not_exist(world: World) -> None:
    world.store("a", RANGE)
    world.gateway.before("list", lambda: world.cluster.remove("a"))

    outcome = awaited(world, Until.SEEN, seconds=0.1)

    assert outcome.report is not None
    assert outcome.report.cause == Cause(CauseKind.DOES_NOT_EXIST)


def test_a_denial_because_of_another_pool_does_not_show_that_this_one_is_seen(
    world: World,
) -> None:
    world.store("a", RANGE)
    world.store("poison", "10.5.0.9-10.5.0.1")

    outcome = awaited(world, Until.SEEN, seconds=3)

    assert outcome.code is ExitCode.NOT_YET
    assert outcome.report is not None
    assert outcome.report.cause == Cause(CauseKind.NOT_IN_CACHE)


def test_a_wait_in_which_the_server_stays_busy_reports_what_it_answered(world: World) -> None:
    world.store("a", RANGE)
    world.gateway.fail("get", RejectedFault(429, "come later", retry_after=1), times=10_000)

    outcome = awaited(world, Until.READY, seconds=5)

    cause = Cause(CauseKind.SERVER_FAILED, text="come later")
    limit = Limit(5, waits=True)
    assert outcome.report == Report(ReportKind.NOT_REACHED, text="ready", cause=cause, limit=limit)


PENDING = {"ippoolctl/request-id": "b/1", "ippoolctl/state": "pending"}


def test_a_pending_pool_that_loses_a_race_against_this_one_is_waited_for(world: World) -> None:
    world.store("a", RANGE)
    world.store("b", "10.0.0.0/16", annotations=PENDING)
    world.clock.after(2, lambda: world.cluster.remove("b"))

    assert awaited(world, Until.SEEN).state is State.SEEN
    said = "the webhook does not know pool a yet: its ranges are still taken by b (pending)"
    assert cause_text(world.recorder.events[-1].cause) == said


def test_a_pending_pool_in_freed_ranges_is_waited_for(world: World) -> None:
    world.store("b", "10.0.0.0/16", annotations=PENDING)
    world.clock.after(2, lambda: world.cluster.remove("b"))

    assert awaited(world, Until.FORGOTTEN, ranges=[RANGE]).state is State.FORGOTTEN


def test_seen_is_unknown_where_other_pools_cover_every_address(world: World) -> None:
    world.store("a", RANGE)
    world.store("b", "10.0.0.0/16")

    outcome = awaited(world, Until.SEEN)

    assert outcome.code is ExitCode.UNKNOWN
    assert "b" in message_of(outcome)


def test_a_recreated_pool_counts_as_gone(world: World) -> None:
    world.store("a", RANGE, finalizers=["example.com/slow"])
    world.cluster.remove("a")

    def replace() -> None:
        document = world.cluster.document("a")
        assert document is not None
        document["metadata"]["finalizers"] = []
        world.cluster.remove("a")
        world.store("a", RANGE)

    world.clock.after(2, replace)

    assert awaited(world, Until.GONE).state is State.GONE


def test_a_known_object_that_is_gone_takes_one_request(world: World) -> None:
    run, _ = run_of(world.gateway)

    assert await_state(run, Until.GONE, Subject("a", "uid")).state is State.GONE
    assert methods(world) == ["get"]


def test_a_pool_that_appears_while_its_ranges_are_probed_is_waited_for(world: World) -> None:
    world.gateway.before("list", lambda: world.store("a", RANGE))
    world.clock.after(2, lambda: world.cluster.remove("a"))

    assert awaited(world, Until.FORGOTTEN, ranges=[RANGE]).state is State.FORGOTTEN
    assert world.clock.now() - 1000 >= 2
    cause = world.recorder.events[0].cause.cause
    assert cause == Cause(CauseKind.DELETION_NOT_STARTED)


def test_forgotten_uses_the_ranges_of_the_live_pool(world: World) -> None:
    world.store("a", RANGE)
    world.cluster.cache.catch_up()
    world.cluster.cache.lag = 2
    world.clock.after(1, lambda: world.cluster.remove("a"))

    assert awaited(world, Until.FORGOTTEN).state is State.FORGOTTEN
    assert world.clock.now() - 1000 >= 3


def test_only_the_given_ranges_of_a_live_pool_are_probed(world: World) -> None:
    world.store("a", RANGE, MORE)
    world.clock.after(1, lambda: world.cluster.remove("a"))

    assert awaited(world, Until.FORGOTTEN, ranges=[MORE]).state is State.FORGOTTEN
    assert methods(world).count("create") == 1


def test_the_address_that_is_still_denied_is_named_with_the_pool_of_the_cache(
    world: World,
) -> None:
    world.store("a", RANGE)
    world.cluster.remove_but_for_the_cache("a", lag=60)

    outcome = awaited(world, Until.FORGOTTEN, ranges=[RANGE], seconds=3)

    assert outcome.report is not None
    assert outcome.report.cause == Cause(CauseKind.STILL_DENIED, text="10.0.0.0", pool="a")


def test_a_denial_for_the_invalid_range_of_a_deleted_pool_names_no_pool(world: World) -> None:
    world.store("poison", "10.5.0.9-10.5.0.1")
    world.cluster.remove_but_for_the_cache("poison", lag=60)

    outcome = awaited(world, Until.FORGOTTEN, ranges=[RANGE], seconds=3)

    assert outcome.report is not None
    assert outcome.report.cause == Cause(CauseKind.STILL_DENIED, text="10.0.0.0", pool="")


def test_an_unreadable_pool_that_is_not_in_the_cache_yet_hides_nothing(world: World) -> None:
    world.store("a", RANGE)
    world.cluster.remove_but_for_the_cache("a", lag=60)
    world.store("poison", "10.5.0.9-10.5.0.1")

    outcome = awaited(world, Until.FORGOTTEN, ranges=[RANGE], seconds=3)

    assert outcome.report is not None
    assert outcome.report.cause == Cause(CauseKind.STILL_DENIED, text="10.0.0.0", pool="a")


@pytest.mark.parametrize("until", [Until.SEEN, Until.FORGOTTEN])
def test_without_a_probe_only_the_awaited_pool_is_read(world: World, until: Until) -> None:
    if until is Until.FORGOTTEN:
        world.store("a", RANGE)

    assert awaited(world, until, seconds=5).code is ExitCode.NOT_YET

    assert set(methods(world)) == {"webhook", "get"}


def test_waiting_for_forgotten_of_an_absent_pool_requires_ranges(world: World) -> None:
    assert awaited(world, Until.FORGOTTEN).code is ExitCode.USAGE
    assert awaited(world, Until.FORGOTTEN, ranges=[RANGE]).state is State.FORGOTTEN


def test_an_unreadable_pool_that_hides_the_cache_is_named(world: World) -> None:
    world.store("poison", "10.5.0.9-10.5.0.1")

    outcome = awaited(world, Until.FORGOTTEN, ranges=[RANGE])

    assert outcome.code is ExitCode.UNKNOWN
    assert "poison (EIP211)" in message_of(outcome)


class Backwards(FakeGateway):
    """Lists pools in another order than that of their names."""

    def list_pools(
        self, *, at: str | None = None, selector: str = "", within: float | None = None
    ) -> PoolList:
        listed = super().list_pools(at=at, selector=selector, within=within)
        return listed._replace(pools=listed.pools[::-1])


def test_only_unreadable_pools_are_named_in_the_order_of_their_names(world: World) -> None:
    world.gateway = Backwards(world.cluster)
    world.store("d", MORE)
    for name in ("b", "c"):
        world.store(name, "10.5.0.9-10.5.0.1", "10.6.0.0/24")

    outcome = awaited(world, Until.FORGOTTEN, ranges=[RANGE])

    assert "because of pool b, c (EIP211)" in message_of(outcome)


@pytest.mark.parametrize("until", [Until.SEEN, Until.FORGOTTEN])
def test_seen_and_forgotten_are_unknown_without_a_webhook(world: World, until: Until) -> None:
    world.store("a", RANGE)
    world.cluster.webhook_registered = False

    assert awaited(world, until).code is ExitCode.UNKNOWN
    assert world.clock.now() == 1000


@pytest.mark.parametrize(("until", "state"), [(Until.SEEN, "seen"), (Until.FORGOTTEN, "forgotten")])
def test_the_webhook_is_asked_if_its_configuration_may_not_be_read(
    world: World, until: Until, state: str
) -> None:
    if until is Until.SEEN:
        world.store("a", RANGE)
    world.gateway.fail("webhook", RejectedFault(403, "forbidden", reason="Forbidden"))

    assert awaited(world, until, ranges=[RANGE]).state is State(state)


def test_without_waiting_a_failed_read_of_the_webhook_is_a_fault(world: World) -> None:
    world.gateway.fail("webhook", UnansweredFault("reset"))
    run, _ = run_of(world.gateway, patient=False)

    with pytest.raises(UnansweredFault):
        await_state(run, Until.FORGOTTEN, Subject("a"))


@pytest.mark.parametrize("until", list(Until))
def test_a_server_that_cannot_be_reached_at_all_is_a_fault(world: World, until: Until) -> None:
    for method in ("get", "list", "webhook", "create"):
        world.gateway.fail(method, UnreachableFault("connection refused"), times=10_000)

    with pytest.raises(UnreachableFault):
        awaited(world, until, ranges=[RANGE], seconds=2)


def test_a_recreated_pool_that_hides_whether_the_old_one_is_forgotten_is_named(
    world: World,
) -> None:
    world.store("a", "10.0.0.0/24")
    old = world.gateway.get_pool("a")
    world.cluster.remove("a")
    world.store("a", "10.0.0.0/24")

    run, _ = run_of(world.gateway, 5.0)
    assert old is not None
    assert old.live is not None
    outcome = await_state(run, Until.FORGOTTEN, Subject("a", old.live.uid, old.ranges))

    assert outcome.code is ExitCode.UNKNOWN
    assert "its ranges also belong to a new pool a" in message_of(outcome)


@pytest.mark.parametrize(
    ("state", "code", "waits"),
    [
        (State.CREATED, ExitCode.YES, True),
        (State.REFUSED, ExitCode.REFUSED, False),
        (State.BUSY, ExitCode.NOT_YET, False),
    ],
)
def test_the_state_of_a_pool_is_waited_for_only_after_a_change(
    world: World, state: State, code: ExitCode, *, waits: bool
) -> None:
    world.store("a", "10.0.0.4/31")
    run, _ = run_of(world.gateway)
    present = run.get_pool("a")
    made = Outcome("a", state, code, live=present)

    outcome = change_and_await(run, Until.READY, Subject("a", "", ()), lambda: made)

    assert (outcome is made) is not waits
    assert outcome.code is code


@pytest.mark.parametrize(
    ("asked", "appended", "seconds"), [([MORE], [], 3), ([], [MORE], 3), ([], [], 0)]
)
def test_after_an_append_the_webhook_is_asked_for_the_new_ranges(
    world: World, asked: list[str], appended: list[str], seconds: float
) -> None:
    world.store("a", RANGE)
    world.cluster.cache.catch_up()
    world.cluster.cache.lag = 3
    world.store("a", RANGE, MORE)
    run, _ = run_of(world.gateway)
    pool = world.gateway.get_pool("a")
    made = Outcome("a", State.EXTENDED, ExitCode.YES, live=pool, appended=tuple(appended))
    ranges = [read_range(spelling(each)) for each in asked]

    outcome = change_and_await(run, Until.SEEN, Subject("a", "", ranges, LATEST), lambda: made)

    assert (outcome.state, outcome.code) == (State.EXTENDED, ExitCode.YES)
    assert seconds <= outcome.waited <= seconds + 1.1
    assert methods(world).count("webhook") == 1


@pytest.mark.parametrize("until", [Until.READY, Until.SEEN])
def test_nothing_is_changed_if_the_webhook_would_have_to_be_asked_and_is_not_there(
    world: World, until: Until
) -> None:
    world.store("a", "10.0.0.4/31")
    world.cluster.webhook_registered = False
    run, _ = run_of(world.gateway)
    made = Outcome("a", State.EXTENDED, ExitCode.YES, live=world.gateway.get_pool("a"))
    changes: list[Outcome] = []

    def change() -> Outcome:
        changes.append(made)
        return made

    outcome = change_and_await(run, until, Subject("a"), change)

    if until is Until.READY:
        assert (outcome.state, outcome.code, changes) == (State.EXTENDED, ExitCode.YES, [made])
        assert "webhook" not in methods(world)
    else:
        report = Report(ReportKind.CANNOT_ASK_WEBHOOK, cause=Cause(CauseKind.NO_WEBHOOK))
        assert outcome == Outcome("a", State.FAILED, ExitCode.UNKNOWN, report)
        assert changes == []


@pytest.mark.parametrize("holder", ["cache", "pending pool", "finalizer", "nothing"])
def test_what_the_wait_saw_last_of_a_deleted_pool_is_not_read_again(
    world: World, holder: str
) -> None:
    world.store("a", RANGE, finalizers=["example.com/slow"] if holder == "finalizer" else [])
    deleted = world.gateway.get_pool("a")
    assert deleted is not None
    assert deleted.live is not None
    if holder == "cache":
        world.cluster.cache.catch_up()
        world.cluster.cache.lag = 60
    if holder != "nothing":  # else as if an answer is from before the deletion
        world.cluster.remove("a")
    if holder == "pending pool":
        world.store("b", RANGE, annotations=PENDING)
    run, world.recorder = run_of(world.gateway, 5)
    made = Outcome("a", State.DELETED, ExitCode.YES, live=deleted)
    world.gateway.requests.clear()

    subject = Subject("a", deleted.live.uid, deleted.ranges)
    outcome = afterwards(run, made, Until.FORGOTTEN, subject)

    assert (outcome.state, outcome.code) == (State.DELETED, ExitCode.NOT_YET)
    assert outcome.report is not None
    gone = holder in ("cache", "pending pool")
    assert outcome.report.text == (State.GONE if gone else State.DELETED)
    assert methods(world).count("get") == len(world.recorder.events)


def test_a_deleted_pool_that_cannot_be_read_within_a_second_is_told_as_deleted(
    world: World,
) -> None:
    world.store("a", RANGE)
    run, _ = run_of(world.gateway)
    made = Outcome("a", State.DELETED, ExitCode.YES, live=world.gateway.get_pool("a"))
    world.cluster.remove("a")

    def fall_silent() -> None:
        world.gateway.fail("get", UnansweredFault("reset"), times=10_000)
        raise RejectedFault(403, "cannot create", reason="Forbidden")

    world.gateway.before("create", fall_silent)
    subject = Subject("a", "uid", [read_range(spelling(RANGE))])

    outcome = afterwards(run, made, Until.FORGOTTEN, subject)

    rest = Report(ReportKind.TEXT, text="cannot create")
    assert outcome.report == Report(ReportKind.DONE_BUT, text="deleted", rest=rest)
    assert outcome.waited == pytest.approx(1)


def test_a_created_pool_that_another_client_deletes_is_told_as_created(world: World) -> None:
    world.store("a", RANGE)
    run, _ = run_of(world.gateway, 5)
    made = Outcome("a", State.CREATED, ExitCode.YES, live=run.get_pool("a"))
    world.clock.after(2, lambda: world.cluster.remove("a"))

    outcome = change_and_await(run, Until.READY, Subject("a"), lambda: made)

    cause = Cause(CauseKind.DOES_NOT_EXIST)
    limit = Limit(5, waits=True)
    rest = Report(ReportKind.NOT_REACHED, text="ready", cause=cause, limit=limit)
    assert (outcome.state, outcome.code) == (State.CREATED, ExitCode.NOT_YET)
    assert outcome.report == Report(ReportKind.DONE_BUT, text="created", rest=rest)


@pytest.mark.parametrize(
    ("until", "state", "finalizers", "kind", "done"),
    [
        (Until.READY, State.CREATED, [], ReportKind.DONE_AND_STOPPED, State.CREATED),
        (Until.GONE, State.DELETED, [], ReportKind.DONE_AND_STOPPED, State.GONE),
        (Until.GONE, State.DELETED, ["x/y"], ReportKind.DONE_AND_STOPPED, State.DELETED),
        (Until.FORGOTTEN, State.DELETED, ["x/y"], ReportKind.DONE_AND_STOPPED, State.DELETED),
        (Until.FORGOTTEN, State.DELETED, [], ReportKind.END_NOT_AWAITED, State.GONE),
    ],
)
def test_a_signal_in_the_wait_after_a_change_tells_the_change(
    world: World,
    until: Until,
    state: State,
    finalizers: list[str],
    kind: ReportKind,
    done: State,
) -> None:
    world.store("a", RANGE, finalizers=finalizers)
    run, _ = run_of(world.gateway, 60)
    made = Outcome("a", state, ExitCode.YES, live=run.get_pool("a"))

    def stop() -> None:
        raise StoppedError(signal.SIGINT)

    def change() -> Outcome:
        if state is State.DELETED:
            world.cluster.remove_but_for_the_cache("a", lag=60)
        world.gateway.before("get", stop)
        return made

    outcome = change_and_await(run, until, Subject("a", "", [read_range(spelling(RANGE))]), change)

    assert outcome.code == StoppedError(signal.SIGINT).exit_code
    assert outcome.report == Report(kind, text=done.value)
