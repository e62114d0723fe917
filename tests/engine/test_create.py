"""Creating a pool under staleness, conflicts, faults and twins: fake time, the real model."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from ippoolctl.domain.antrea.messages import denied
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.engine.pending_pool import create
from ippoolctl.errors import ExitCode, OutputClosedError, StoppedError
from ippoolctl.ports.faults import (
    Fault,
    RejectedFault,
    UnansweredFault,
    UnreachableFault,
    UntrustedFault,
)
from ippoolctl.render.sentences.causes import cause_text
from ippoolctl.render.sentences.outcome import hint_of, message_of, stopped_text
from tests.builders import pool_object
from tests.engine.conftest import World
from tests.fakes import run_of

RANGE = "10.0.0.0/24"
WEBHOOK_DOWN = RejectedFault(
    500,
    'Internal error occurred: failed calling webhook "externalippoolvalidator.antrea.io": '
    'failed to call webhook: Post "https://x": connect: connection refused',
    reason="InternalError",
)


def test_a_pool_is_created_and_carries_no_mark(world: World) -> None:
    outcome = world.create("a", RANGE)

    assert (outcome.state, outcome.code, outcome.created) == (State.CREATED, ExitCode.YES, True)
    assert world.mark_of("a") is None


def test_the_same_command_again_finds_its_pool(world: World) -> None:
    world.create("a", RANGE)

    again = world.create("a", RANGE)

    assert (again.state, again.code, again.created) == (State.EXISTS, ExitCode.YES, False)
    assert again.attempts == 0


def test_a_foreign_pool_is_never_changed(world: World) -> None:
    world.store("a", RANGE)

    outcome = world.create("a", RANGE)

    assert outcome.code is ExitCode.REFUSED
    assert {method for _, method in world.gateway.requests} == {"list"}


def test_a_real_overlap_names_every_conflict_and_sends_nothing(world: World) -> None:
    world.store("b", "10.0.0.0/25")
    world.store("c", "10.0.0.200-10.0.0.210", labels={"x": "y"})

    outcome = world.create("a", RANGE)

    assert outcome.code is ExitCode.REFUSED
    assert {each.pool.name for each in outcome.conflicts} == {"b", "c"}
    assert outcome.attempts == 0
    assert world.clock.now() == 1000.0


# --- the stale cache ---------------------------------------------------------------------------


@pytest.mark.parametrize("lag", [0.05, 0.3, 2.0, 10.0, 45.0])
def test_a_stale_denial_is_waited_out(world: World, lag: float) -> None:
    world.store("old", RANGE)
    world.clock.sleep(1)
    world.cluster.cache.lag = lag
    world.cluster.remove("old")
    deleted = world.clock.now()

    outcome = world.create("new", RANGE)

    assert outcome.state is State.CREATED
    regret = world.clock.now() - deleted - lag
    assert 0 <= regret <= 0.18 * lag + 0.15
    assert all("deleted pool old" in cause_text(each.cause) for each in world.recorder.events)


def test_a_stale_denial_without_waiting_names_the_deleted_pool(world: World) -> None:
    world.store("old", RANGE)
    world.cluster.remove_but_for_the_cache("old", lag=5)

    outcome = world.create("new", RANGE, patient=False)

    assert (outcome.state, outcome.code) == (State.STALE, ExitCode.NOT_YET)
    assert "deleted pool old" in message_of(outcome)
    assert "--wait" in hint_of(outcome)
    assert world.cluster.names == []


def test_a_stale_denial_that_outlasts_the_deadline_ends_with_it(world: World) -> None:
    world.store("old", RANGE)
    world.cluster.remove_but_for_the_cache("old", lag=1000)

    outcome = world.create("new", RANGE, seconds=30)

    assert (outcome.state, outcome.code) == (State.STALE, ExitCode.NOT_YET)
    assert 1030 <= world.clock.now() <= 1031
    assert "of ExternalIPPool old" in outcome.answer


def test_a_denial_by_an_old_version_of_a_changed_pool_is_stale(world: World) -> None:
    world.store("other", RANGE)
    world.cluster.remove_but_for_the_cache("other", lag=3)
    world.store("other", "10.9.0.0/24")

    outcome = world.create("new", RANGE)

    assert outcome.state is State.CREATED
    assert "an old version of pool" in cause_text(world.recorder.events[0].cause)


def test_an_existing_pool_that_cannot_be_read_is_named_and_final(world: World) -> None:
    world.store("poison", "10.5.0.9-10.5.0.1")

    outcome = world.create("a", RANGE)

    assert outcome.code is ExitCode.REFUSED
    assert "poison (EIP211)" in message_of(outcome)


def test_a_refusal_of_the_pool_itself_is_final(world: World) -> None:
    outcome = world.create("a", "10.0.0.0/24", "10.0.0.0/25")

    assert outcome.code is ExitCode.REFUSED
    assert "range [10.0.0.0/25] overlaps with range [10.0.0.0/24]" in message_of(outcome)


# --- conflicts ---------------------------------------------------------------------------------


def test_a_pool_that_is_being_deleted_is_waited_for(world: World) -> None:
    world.store("old", RANGE, finalizers=["example.com/slow"])
    world.cluster.remove("old")

    def let_go() -> None:
        document = world.cluster.document("old")
        assert document is not None
        document["metadata"]["finalizers"] = []
        world.cluster.remove("old")

    world.clock.after(5, let_go)

    outcome = world.create("new", RANGE)

    assert outcome.state is State.CREATED
    assert "old (terminating)" in cause_text(world.recorder.events[0].cause)


def test_without_waiting_a_pool_that_is_being_deleted_is_code_5(world: World) -> None:
    world.store("old", RANGE, finalizers=["example.com/slow"])
    world.cluster.remove("old")

    assert world.create("new", RANGE, patient=False).code is ExitCode.NOT_YET


def test_a_pending_pool_of_another_request_is_waited_for_and_wins(world: World) -> None:
    world.store("rival", RANGE, annotations={"ippoolctl/state": "pending"})
    world.clock.after(3, lambda: world.cluster.unmark("rival"))

    outcome = world.create("mine", RANGE)

    assert outcome.code is ExitCode.REFUSED
    assert world.cluster.names == ["rival"]
    assert world.clock.now() - 1000 < 4


def test_a_pending_pool_in_use_counts_as_settled(world: World) -> None:
    world.store("rival", RANGE, annotations={"ippoolctl/state": "pending"})
    world.cluster.write_status("rival", 254, 1)

    assert world.create("mine", RANGE).code is ExitCode.REFUSED


def test_a_conflict_at_our_revision_wins_and_our_pool_is_canceled(world: World) -> None:
    world.cluster.cache.lag = 10
    world.gateway.before("create", lambda: world.store("rival", "10.0.0.128/25"))

    outcome = world.create("mine", RANGE, patient=False)

    assert (outcome.state, outcome.code) == (State.LOST, ExitCode.LOST_RACE)
    assert [each.pool.name for each in outcome.conflicts] == ["rival"]
    assert world.cluster.names == ["rival"]


def test_after_a_lost_race_waiting_ends_with_code_6_as_soon_as_the_winner_is_settled(
    world: World,
) -> None:
    world.cluster.cache.lag = 10
    pending = {"ippoolctl/state": "pending"}
    world.gateway.before("create", lambda: world.store("rival", RANGE, annotations=pending))
    world.clock.after(2, lambda: world.cluster.unmark("rival"))

    outcome = world.create("mine", RANGE)

    assert (outcome.state, outcome.code) == (State.LOST, ExitCode.LOST_RACE)
    assert world.clock.now() - 1000 < 3


def test_after_a_lost_race_our_pool_is_created_if_the_winner_cancels(world: World) -> None:
    pending = {"ippoolctl/state": "pending"}
    world.cluster.cache.lag = 1
    world.gateway.before("create", lambda: world.store("rival", RANGE, annotations=pending))
    world.clock.after(2, lambda: world.cluster.remove("rival"))

    outcome = world.create("mine", RANGE)

    assert outcome.state is State.CREATED
    assert world.cluster.names == ["mine"]


def test_a_refusal_after_a_lost_race_for_another_reason_names_that_reason(world: World) -> None:
    world.cluster.cache.lag = 10
    pending = {"ippoolctl/state": "pending"}
    world.gateway.before("create", lambda: world.store("rival", RANGE, annotations=pending))
    world.clock.after(2, lambda: world.store("mine", "10.9.0.0/24"))

    outcome = world.create("mine", RANGE)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert "exists with 10.9.0.0/24, not with 10.0.0.0/24" in message_of(outcome)


def test_a_conflict_after_our_revision_loses_and_our_pool_is_settled(world: World) -> None:
    world.cluster.cache.lag = 10
    pending = {"ippoolctl/state": "pending"}
    world.gateway.before("list_exact", lambda: world.store("late", RANGE, annotations=pending))

    outcome = world.create("mine", RANGE)

    assert outcome.state is State.CREATED
    assert world.mark_of("mine") is None


def test_a_pool_whose_settling_a_foreign_pool_prevents_is_canceled(world: World) -> None:
    world.gateway.before("patch", lambda: world.store("foreign", RANGE))

    outcome = world.create("mine", RANGE)

    assert outcome.code is ExitCode.REFUSED
    assert world.cluster.names == ["foreign"]


def test_a_lost_pool_in_use_is_kept_and_reported(world: World) -> None:
    world.cluster.cache.lag = 10
    world.gateway.before("create", lambda: world.store("rival", RANGE))
    world.gateway.before("delete", lambda: world.cluster.write_status("mine", 254, 1))

    outcome = world.create("mine", RANGE)

    assert (outcome.state, outcome.code) == (State.KEPT, ExitCode.LOST_RACE)
    assert world.cluster.names == ["mine", "rival"]
    assert world.mark_of("mine") == "pending"


def test_an_expired_revision_means_that_any_overlap_was_first(world: World) -> None:
    world.cluster.compacted = True
    world.gateway.before("create", lambda: world.store("rival", RANGE))
    world.cluster.cache.lag = 10

    assert world.create("mine", RANGE, patient=False).state is State.LOST


# --- adoption ----------------------------------------------------------------------------------


def left_by_a_killed_run(world: World, name: str) -> None:
    _, manifest = world.request(name, RANGE)
    world.cluster.store(manifest)


def test_the_pending_pool_of_a_killed_run_is_adopted_and_settled(world: World) -> None:
    left_by_a_killed_run(world, "mine")

    outcome = world.create("mine", RANGE)

    assert outcome.state is State.CREATED
    assert outcome.attempts == 0
    assert world.mark_of("mine") is None


def test_the_pending_pool_of_a_killed_run_is_canceled_if_a_settled_pool_overlaps(
    world: World,
) -> None:
    left_by_a_killed_run(world, "mine")
    world.store("foreign", RANGE)

    outcome = world.create("mine", RANGE, patient=False)

    assert outcome.code is ExitCode.LOST_RACE
    assert world.cluster.names == ["foreign"]


def test_the_pending_pool_of_a_killed_run_is_settled_if_an_overlapping_one_is_later(
    world: World,
) -> None:
    left_by_a_killed_run(world, "mine")
    world.cluster.cache.lag = 1000
    world.store("later", RANGE, annotations={"ippoolctl/state": "pending"})

    outcome = world.create("mine", RANGE)

    assert outcome.state is State.CREATED
    assert world.mark_of("mine") is None


def test_a_pool_that_a_twin_settles_first_is_a_success(world: World) -> None:
    world.gateway.before("patch", lambda: world.cluster.unmark("mine"))

    assert world.create("mine", RANGE).state is State.CREATED


def test_a_status_written_in_between_does_not_disturb_the_settling(world: World) -> None:
    world.gateway.before("patch", lambda: world.cluster.write_status("mine", 254, 0))

    assert world.create("mine", RANGE).state is State.CREATED


# --- faults ------------------------------------------------------------------------------------


def test_a_pool_whose_create_answer_got_lost_is_not_created_twice(world: World) -> None:
    world.gateway.fail("create", UnansweredFault("reset"), after=True)

    outcome = world.create("mine", RANGE)

    assert outcome.state is State.CREATED
    assert outcome.attempts == 1
    assert world.mark_of("mine") is None


def test_a_lost_create_is_sent_again_only_after_its_request_timeout(world: World) -> None:
    world.gateway.fail("create", UnansweredFault("reset"))

    outcome = world.create("mine", RANGE)

    first, second = (at for at, method in world.gateway.requests if method == "create")
    assert outcome.state is State.CREATED
    assert second - first >= 10
    assert [method for _, method in world.gateway.requests].count("list") == 2


def test_a_lost_create_on_an_unreachable_server_is_unknown(world: World) -> None:
    world.gateway.fail("create", UnansweredFault("reset"))
    world.gateway.fail("get", UnreachableFault("connection refused"), times=10_000)

    outcome = world.create("mine", RANGE, seconds=20)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert outcome.request_id.startswith("mine/")
    assert 1020 <= world.clock.now() <= 1021.01


def test_a_webhook_that_is_down_is_waited_for_until_the_deadline(world: World) -> None:
    world.cluster.webhook_fault = WEBHOOK_DOWN

    outcome = world.create("mine", RANGE, seconds=30)

    assert outcome.code is ExitCode.NOT_YET
    assert "connection refused" in message_of(outcome)
    assert 1030 <= world.clock.now() <= 1031


def test_a_create_succeeds_when_the_webhook_comes_back(world: World) -> None:
    world.cluster.webhook_fault = WEBHOOK_DOWN

    def come_back() -> None:
        world.cluster.webhook_fault = None

    world.clock.after(10, come_back)

    outcome = world.create("mine", RANGE)

    assert outcome.state is State.CREATED
    assert world.clock.now() - 1010 <= 2.1


def test_a_webhook_that_is_down_without_waiting_is_code_5_and_leaves_nothing(world: World) -> None:
    world.cluster.webhook_fault = WEBHOOK_DOWN

    outcome = world.create("mine", RANGE, patient=False)

    assert outcome.code is ExitCode.NOT_YET
    assert world.cluster.names == []


def test_retry_after_is_obeyed_up_to_the_deadline(world: World) -> None:
    busy = RejectedFault(429, "too many requests", reason="TooManyRequests", retry_after=1e9)
    world.gateway.fail("create", busy)

    outcome = world.create("mine", RANGE, seconds=30)

    assert outcome.code is ExitCode.NOT_YET
    assert world.clock.now() == 1030
    assert [method for _, method in world.gateway.requests].count("create") == 1


NOT_SENT = UnreachableFault("connection refused")
AMBIGUOUS = (
    UnansweredFault("reset"),
    RejectedFault(503, "unavailable", retry_after=1),
    RejectedFault(429, "too many requests", retry_after=1),
    RejectedFault(502, "bad gateway"),
)


@pytest.mark.parametrize("method", ["list", "list_exact", "patch", "create", "get"])
@pytest.mark.parametrize(
    ("fault", "after"),
    [(NOT_SENT, False), *itertools.product(AMBIGUOUS, (False, True))],
    ids=lambda value: value.message if isinstance(value, Fault) else str(value),
)
def test_a_create_survives_single_faults(
    world: World, method: str, fault: Fault, *, after: bool
) -> None:
    world.gateway.fail(method, fault, after=after)

    outcome = world.create("mine", RANGE)

    assert outcome.state is State.CREATED
    assert world.cluster.names == ["mine"]
    assert world.mark_of("mine") is None


@pytest.mark.parametrize("method", ["list", "create", "list_exact", "patch"])
def test_a_permanent_fault_ends_the_create_and_leaves_nothing(world: World, method: str) -> None:
    world.gateway.fail(method, UntrustedFault("unknown authority"))

    with pytest.raises(UntrustedFault):
        world.create("mine", RANGE)

    assert world.cluster.names == []


def test_a_missing_right_is_named_before_anything_is_written(world: World) -> None:
    world.cluster.forbidden = {"patch", "delete"}

    with pytest.raises(RejectedFault, match="no permission to patch, delete"):
        world.create("mine", RANGE)

    assert "create" not in {method for _, method in world.gateway.requests}


def test_rights_are_checked_once_before_the_first_of_several_creates(world: World) -> None:
    world.gateway.fail("create", WEBHOOK_DOWN, times=3)

    outcome = world.create("mine", RANGE)

    methods = [method for _, method in world.gateway.requests]
    assert (outcome.state, outcome.attempts) == (State.CREATED, 4)
    assert methods.count("may") == 5


def test_a_missing_right_is_named_before_anything_is_adopted(world: World) -> None:
    left_by_a_killed_run(world, "mine")
    world.cluster.forbidden = {"patch"}

    with pytest.raises(RejectedFault, match="no permission to patch"):
        world.create("mine", RANGE)

    assert {method for _, method in world.gateway.requests} == {"list", "may"}
    assert world.mark_of("mine") == "pending"


def test_a_create_without_the_right_to_review_access_proceeds(world: World) -> None:
    world.gateway.fail("may", RejectedFault(403, "forbidden", reason="Forbidden"), times=5)

    assert world.create("mine", RANGE).state is State.CREATED


def test_a_first_contact_that_fails_ends_after_one_requests_time(world: World) -> None:
    world.gateway.fail("list", UnreachableFault("connection refused"), times=10_000)

    with pytest.raises(UnreachableFault):
        world.create("mine", RANGE)

    assert world.clock.now() - 1000 <= 12


def test_a_server_that_was_reached_is_waited_for_although_it_did_not_answer(world: World) -> None:
    world.gateway.seconds = 6.0
    world.gateway.fail("list", UnansweredFault("did not answer within 6 s"), times=4)

    assert world.create("mine", RANGE, seconds=300).state is State.CREATED


def test_a_server_that_never_answers_is_code_3_with_any_wait(world: World) -> None:
    world.gateway.seconds = 6.0
    world.gateway.fail("list", UnansweredFault("did not answer within 6 s"), times=100)

    with pytest.raises(UnansweredFault):
        world.create("mine", RANGE)

    assert 60 <= world.clock.now() - 1000 <= 70


# --- signals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["list", "create", "list_exact", "patch"])
@pytest.mark.parametrize("after", [False, True])
def test_a_signal_leaves_nothing_pending(world: World, method: str, *, after: bool) -> None:
    stop = StoppedError(15)
    if after:
        world.gateway.fail(method, stop, after=True)  # type: ignore[arg-type]
    else:

        def raise_it() -> None:
            raise stop

        world.gateway.before(method, raise_it)

    with pytest.raises(StoppedError) as stopped:
        world.create("mine", RANGE)

    settled = method == "patch" and after
    assert world.cluster.names == (["mine"] if settled else [])
    assert stopped.value.exit_code is ExitCode.TERMINATED
    said = {"list": "not checked", "create": ""}.get(method, "nothing is left")
    assert ("exists" if settled else said) in stopped_text("mine", stopped.value.report)


def test_marks_in_a_manifest_do_not_make_it_our_request(world: World) -> None:
    copied = pool_object("mine", RANGE)
    copied["metadata"]["annotations"] = {"ippoolctl/request-id": "mine/0000000000000000"}
    world.cluster.store(copied)

    assert world.create("mine", RANGE).code is ExitCode.REFUSED


# --- ends that must report everything ----------------------------------------------------------


def test_a_dry_run_leaves_a_pending_pool_of_the_same_request_alone(world: World) -> None:
    left_by_a_killed_run(world, "mine")
    request, manifest = world.request("mine", RANGE)
    run, _ = run_of(world.gateway)

    outcome = create(run, request, manifest, dry_run=True)

    assert outcome.state is State.DRY_RUN
    assert world.mark_of("mine") == "pending"
    assert {method for _, method in world.gateway.requests} == {"list"}


def test_a_signal_during_cleanup_at_the_deadline_does_not_stop_the_cleanup(
    world: World,
) -> None:
    world.gateway.fail("patch", WEBHOOK_DOWN, times=10_000)

    def stop() -> None:
        raise StoppedError(2)

    world.gateway.before("delete", stop)

    with pytest.raises(StoppedError) as stopped:
        world.create("mine", RANGE, seconds=5)

    assert world.cluster.names == []
    assert "nothing is left behind" in stopped_text("mine", stopped.value.report)


def test_a_closed_output_leaves_nothing_pending(world: World) -> None:
    class Closed(BaseException):
        pass

    def close() -> None:
        raise Closed

    world.gateway.before("patch", close)

    with pytest.raises(Closed):
        world.create("mine", RANGE)

    assert world.cluster.names == []


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_a_write_that_is_never_answered_is_not_repeated_without_a_pause(
    world: World, method: str
) -> None:
    failing = RejectedFault(500, "etcdserver: request timed out")
    world.gateway.fail(method, failing, times=10_000)
    if method == "delete":
        world.cluster.cache.lag = 10
        world.gateway.before("create", lambda: world.store("rival", RANGE))

    world.create("mine", RANGE, seconds=30)

    assert [each for _, each in world.gateway.requests].count(method) < 60


def test_an_unanswered_write_that_may_not_be_read_back_is_unknown(world: World) -> None:
    world.gateway.fail("create", UnansweredFault("reset"), after=True)
    world.gateway.fail("get", RejectedFault(403, "forbidden", reason="Forbidden"), times=10)

    outcome = world.create("mine", RANGE)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert outcome.answer == "forbidden"


def test_a_cancel_after_a_fault_may_use_the_remaining_time(world: World) -> None:
    world.gateway.fail("patch", RejectedFault(403, "forbidden", reason="Forbidden"))
    world.gateway.fail("delete", RejectedFault(429, "later", retry_after=2))

    with pytest.raises(RejectedFault):
        world.create("mine", RANGE)

    assert world.cluster.names == []


def test_a_name_that_another_request_takes_meanwhile_is_refused(world: World) -> None:
    world.gateway.before("create", lambda: world.store("mine", "10.9.0.0/24"))

    outcome = world.create("mine", RANGE, patient=False)

    assert outcome.code is ExitCode.REFUSED
    assert (
        f"exists with 10.9.0.0/24, not with {RANGE}, created by another client, such as kubectl"
        in message_of(outcome)
    )


def test_a_name_with_all_requested_ranges_suggests_if_not_exists(world: World) -> None:
    world.store("mine", RANGE, "10.9.0.0/24")

    outcome = world.create("mine", RANGE)

    assert outcome.code is ExitCode.REFUSED
    assert "--if-not-exists" in hint_of(outcome)


def test_a_terminating_pool_of_the_same_name_does_not_hide_a_real_overlap(world: World) -> None:
    world.store("mine", "10.9.0.0/24", finalizers=["example.com/slow"])
    world.cluster.remove("mine")
    world.store("other", RANGE)

    outcome = world.create("mine", RANGE)

    assert outcome.code is ExitCode.REFUSED
    assert world.clock.now() == 1000


def test_a_server_that_sends_retry_after_counts_as_contacted(world: World) -> None:
    busy = RejectedFault(429, "too many requests", retry_after=1)
    world.gateway.fail("list", busy, times=15)

    assert world.create("mine", RANGE).state is State.CREATED


def test_a_twin_that_settles_beside_a_foreign_pool_is_not_a_success(world: World) -> None:
    def settle_and_overlap() -> None:
        world.cluster.unmark("mine")
        world.store("foreign", RANGE)

    world.cluster.cache.lag = 10
    world.gateway.before("patch", settle_and_overlap)

    outcome = world.create("mine", RANGE)

    assert (outcome.state, outcome.code) == (State.KEPT, ExitCode.LOST_RACE)


def test_a_pool_in_use_that_cannot_be_settled_in_time_is_code_5(world: World) -> None:
    world.gateway.fail("patch", WEBHOOK_DOWN, times=10_000)
    world.gateway.before("delete", lambda: world.cluster.write_status("mine", 254, 3))

    outcome = world.create("mine", RANGE, seconds=5)

    assert outcome.code is ExitCode.NOT_YET
    assert "still pending" in message_of(outcome)
    assert world.mark_of("mine") == "pending"


def test_an_earlier_pool_with_a_pending_conflict_is_reported_as_existing(world: World) -> None:
    world.create("mine", RANGE)
    pending = {"ippoolctl/state": "pending"}
    world.store("rival", RANGE, annotations=pending)

    outcome = world.create("mine", RANGE, seconds=5)

    assert outcome.code is ExitCode.NOT_YET
    assert "pool mine exists" in message_of(outcome)


@pytest.mark.parametrize("status", [400, 403, 409, 422])
def test_a_denial_is_recognized_by_its_message_and_not_by_its_status(
    world: World, status: int
) -> None:
    sentence = "range [10.0.0.0/24] overlaps with range [10.0.0.0/24] of pool gone"
    world.gateway.fail("create", RejectedFault(status, denied(sentence)))

    assert world.create("mine", RANGE).state is State.CREATED


def test_a_live_range_that_only_old_releases_compare_is_a_real_conflict(world: World) -> None:
    world.store("odd", "10.0.0.0-fd00::1")
    sentence = "range [10.0.0.0/24] overlaps with range [10.0.0.0-fd00::1] of pool odd"
    world.gateway.fail("create", RejectedFault(400, denied(sentence)))

    assert world.create("mine", RANGE).code is ExitCode.REFUSED


def test_a_patch_whose_answer_got_lost_is_reported_at_the_deadline(world: World) -> None:
    world.gateway.fail("patch", UnansweredFault("reset"), after=True)

    def go_away() -> None:
        world.gateway.fail("list", UnreachableFault("connection refused"), times=10_000)

    world.gateway.before("get", go_away)

    outcome = world.create("mine", RANGE, seconds=10)

    assert outcome.code is ExitCode.NOT_YET
    assert "pool mine exists" in message_of(outcome)
    assert world.mark_of("mine") is None


def test_a_signal_during_cleanup_after_a_closed_output_still_reports_what_exists(
    world: World,
) -> None:
    def close() -> None:
        raise OutputClosedError

    def stop() -> None:
        raise StoppedError(2)

    world.gateway.before("patch", close)
    world.gateway.before("delete", stop)

    with pytest.raises(StoppedError) as stopped:
        world.create("mine", RANGE)

    assert world.cluster.names == []
    assert "nothing is left behind" in stopped_text("mine", stopped.value.report)


def test_only_the_run_whose_write_took_effect_has_created_the_pool(world: World) -> None:
    _, manifest = world.request("mine", RANGE)
    world.gateway.before("create", lambda: world.cluster.store(manifest))
    finished = world.create("mine", RANGE)

    world.cluster.remove("mine")
    world.gateway.before("create", lambda: world.cluster.store(manifest))
    world.gateway.before("list", before_the_next_list(world, lambda: world.cluster.unmark("mine")))
    found = world.create("mine", RANGE)

    world.cluster.remove("mine")
    world.gateway.before("patch", lambda: world.cluster.unmark("mine"))
    made = world.create("mine", RANGE)

    assert (finished.state, finished.created) == (State.CREATED, False)
    assert (found.state, found.created) == (State.EXISTS, False)
    assert (made.state, made.created) == (State.CREATED, True)


def test_a_twins_pool_after_ones_own_was_deleted_is_not_reported_as_created(world: World) -> None:
    _, manifest = world.request("mine", RANGE)

    def replaced_by_a_twin() -> None:
        world.cluster.remove("mine")
        world.cluster.store(manifest)
        world.cluster.unmark("mine")

    world.gateway.fail("create", UnansweredFault("reset"))
    world.clock.after(0.05, lambda: world.cluster.store(manifest))
    world.gateway.before("list", before_the_next_list(world, lambda: world.cluster.remove("mine")))
    world.gateway.before("patch", replaced_by_a_twin)

    outcome = world.create("mine", RANGE)

    assert outcome.attempts == 2
    assert (outcome.state, outcome.created) == (State.EXISTS, False)


def test_a_late_write_after_a_twins_pool_is_canceled(world: World) -> None:
    world.cluster.cache.lag = 30
    _, manifest = world.request("mine", RANGE)
    world.gateway.fail("create", UnansweredFault("reset"))
    world.clock.after(0.05, lambda: world.store("rival", RANGE))
    world.clock.after(0.2, lambda: world.cluster.store(manifest))
    world.clock.after(5.0, lambda: world.cluster.store(manifest))

    outcome = world.create("mine", RANGE)

    assert outcome.code is ExitCode.LOST_RACE
    assert world.clock.now() >= 1010
    assert world.cluster.names == ["rival"]


def late_behind_a_twin(world: World, *then: Callable[[], object]) -> Outcome:
    """A create that loses a race and whose own write takes effect late; then more happens."""
    world.cluster.cache.lag = 30
    _, manifest = world.request("mine", RANGE)
    world.gateway.fail("create", UnansweredFault("reset"))
    world.clock.after(0.05, lambda: world.store("rival", RANGE))
    world.clock.after(0.2, lambda: world.cluster.store(manifest))
    world.clock.after(5.0, lambda: world.cluster.store(manifest))
    for each in then:
        world.clock.after(5.0, each)
    return world.create("mine", RANGE)


def test_a_late_write_that_may_not_be_deleted_is_named(world: World) -> None:
    forbidden = RejectedFault(403, "forbidden", reason="Forbidden")

    outcome = late_behind_a_twin(world, lambda: world.gateway.fail("delete", forbidden))

    assert world.cluster.names == ["mine", "rival"]
    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert "forbidden" in message_of(outcome)


def test_a_late_write_in_use_is_reported_as_kept(world: World) -> None:
    outcome = late_behind_a_twin(world, lambda: world.cluster.write_status("mine", 254, 1))

    assert world.cluster.names == ["mine", "rival"]
    assert (outcome.state, outcome.code) == (State.KEPT, ExitCode.LOST_RACE)


def test_a_late_write_settled_by_a_twin_is_reported_as_kept(world: World) -> None:
    outcome = late_behind_a_twin(world, lambda: world.cluster.unmark("mine"))

    assert world.cluster.names == ["mine", "rival"]
    assert (outcome.state, outcome.code) == (State.KEPT, ExitCode.LOST_RACE)


def test_a_late_write_after_a_twins_pool_was_deleted_is_not_sent_twice(world: World) -> None:
    _, manifest = world.request("mine", RANGE)
    world.gateway.fail("create", UnansweredFault("reset"))
    world.clock.after(0.05, lambda: world.cluster.store(manifest))
    world.gateway.before("list", before_the_next_list(world, lambda: world.cluster.remove("mine")))

    outcome = world.create("mine", RANGE)

    posts = [at for at, method in world.gateway.requests if method == "create"]
    assert outcome.state is State.CREATED
    assert len(posts) == 2
    assert posts[1] - posts[0] == pytest.approx(10)


def before_the_next_list(world: World, happen: Callable[[], object]) -> Callable[[], None]:
    """Not before this list, but before the one after it."""
    return lambda: world.gateway.before("list", happen)


def test_ranges_changed_by_the_cluster_are_reported_and_the_pool_is_deleted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.store("seven", "10.7.0.0/24")

    def mutate(operation: str, document: dict[str, Any], old: object) -> None:
        document["spec"]["ipRanges"] = [{"cidr": "10.7.0.0/28"}]

    # The cluster in memory asks the validating webhook there; a mutating one comes before it.
    monkeypatch.setattr(world.cluster, "admit", mutate)

    outcome = world.create("mine", RANGE)

    assert (outcome.state, outcome.code) == (State.REFUSED, ExitCode.REFUSED)
    assert "changes its ranges to 10.7.0.0/28" in message_of(outcome)
    assert world.cluster.names == ["seven"]


def test_rights_are_checked_by_name_where_a_role_may_be_limited_to_names(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[tuple[str, str]] = set()

    def may(verb: str, name: str = "", *, of: object = None, within: float | None = None) -> bool:
        asked.add((verb, name))
        return True

    # The gateway in memory answers by the verb alone; this is about what it is asked.
    monkeypatch.setattr(world.gateway, "may", may)

    assert world.create("mine", RANGE).code is ExitCode.YES

    named = {("get", "mine"), ("patch", "mine"), ("delete", "mine")}
    assert asked == {("list", ""), ("create", "")} | named
