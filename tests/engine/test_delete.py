"""Deleting a pool, and waiting for its effects."""

import signal
from dataclasses import replace

import pytest

from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.outcome import Limit, Outcome, Report, ReportKind, State
from ippoolctl.domain.protocol.until import Until
from ippoolctl.engine.deleting.delete import (
    Deletion,
    delete,
    not_awaited,
    stopped_before_the_end,
    wait_for_the_end,
)
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import RejectedFault, UnansweredFault, UnreachableFault
from ippoolctl.render.sentences.outcome import message_of, report_text
from tests.engine.conftest import World
from tests.fakes import run_of

RANGE, MORE = "10.0.0.0/24", "10.0.1.0/24"


def warning_of(outcome: Outcome) -> str:
    return report_text(outcome.pool, outcome.warning) if outcome.warning else ""


def deleted(world: World, *, patient: bool = False, seconds: float = 60, **more: object) -> Outcome:
    run, world.recorder = run_of(world.gateway, seconds, patient=patient)
    deletion = Deletion("a", **more)  # type: ignore[arg-type]
    outcome = delete(run, deletion)
    if deletion.until is None or outcome.code is not ExitCode.YES:
        return outcome
    return wait_for_the_end(run, outcome, deletion.until, deletion.release)


def test_an_unused_pool_is_deleted(world: World) -> None:
    world.store("a", RANGE)

    assert deleted(world).state is State.DELETED
    assert world.cluster.names == []


def test_a_new_pool_of_that_name_does_not_delay_the_end(world: World) -> None:
    world.store("a", RANGE)
    outcome = deleted(world)
    world.store("a", "10.1.0.0/24")
    run, _ = run_of(world.gateway)

    assert wait_for_the_end(run, outcome, Until.GONE, None).code is ExitCode.YES
    assert run.elapsed == 0


def test_deleting_an_absent_pool_succeeds_unless_it_must_exist(world: World) -> None:
    assert deleted(world).code is ExitCode.YES
    assert deleted(world, must_exist=True).code is ExitCode.NO


def test_a_terminating_pool_is_not_deleted_again(world: World) -> None:
    world.store("a", RANGE, finalizers=["example.com/held"])
    world.cluster.remove("a")

    outcome = deleted(world)

    assert [method for _, method in world.gateway.requests] == ["get"]
    live = world.gateway.get_pool("a")
    assert outcome == Outcome("a", State.TERMINATING, ExitCode.YES, live=live)


def test_a_pool_in_use_stays_and_its_users_are_named(world: World) -> None:
    world.store("a", RANGE)
    world.cluster.consumers = [
        Consumer("Service", "default/web", "a", "10.0.0.9"),
        Consumer("Egress", "out", "a"),
        Consumer("Egress", "other", "b", "10.1.0.1"),
    ]

    outcome = deleted(world)

    assert outcome.code is ExitCode.REFUSED
    assert "Egress out has no address yet; Service default/web holds 10.0.0.9" in message_of(
        outcome
    )
    assert world.cluster.names == ["a"]
    assert deleted(world, force=True).state is State.DELETED


def test_a_pool_without_consumers_is_deleted_without_a_warning(world: World) -> None:
    world.store("a", RANGE)

    outcome = deleted(world)

    assert (outcome.state, outcome.warning) == (State.DELETED, None)


@pytest.mark.parametrize(("used", "code"), [(0, ExitCode.YES), (2, ExitCode.REFUSED)])
def test_the_status_decides_without_the_right_to_list_consumers(
    world: World, used: int, code: ExitCode
) -> None:
    world.store("a", RANGE)
    world.cluster.write_status("a", 254, used)
    world.cluster.unseen = {"Egress", "Service"}

    outcome = deleted(world)

    assert outcome.code is code
    assert used or "Egress and Service" in warning_of(outcome)


def test_an_egress_that_may_be_seen_counts_although_services_may_not(world: World) -> None:
    world.store("a", RANGE)
    world.cluster.consumers = [Consumer("Egress", "out", "a", "10.0.0.1")]
    world.cluster.unseen = {"Service"}

    assert deleted(world).code is ExitCode.REFUSED


def test_a_failed_read_of_consumers_deletes_nothing(world: World) -> None:
    world.store("a", RANGE)
    world.gateway.fail("consumers", RejectedFault(401, "Unauthorized"))

    with pytest.raises(RejectedFault):
        deleted(world)

    assert world.cluster.names == ["a"]


def test_a_status_written_in_between_does_not_stop_the_deletion(world: World) -> None:
    world.store("a", RANGE)
    world.gateway.before("delete", lambda: world.cluster.write_status("a", 254, 0))

    assert deleted(world).state is State.DELETED


def test_a_user_that_appears_in_between_stops_the_deletion(world: World) -> None:
    world.store("a", RANGE)

    def use() -> None:
        world.cluster.write_status("a", 254, 1)
        world.cluster.consumers = [Consumer("Egress", "out", "a", "10.0.0.1")]

    world.gateway.before("delete", use)

    assert deleted(world).code is ExitCode.REFUSED
    assert world.cluster.names == ["a"]


@pytest.mark.parametrize("after", [False, True])
def test_the_outcome_of_an_unanswered_deletion_is_looked_up(world: World, *, after: bool) -> None:
    world.store("a", RANGE)
    world.gateway.fail("delete", UnansweredFault("reset"), after=after)

    assert deleted(world, patient=True).state is State.DELETED
    assert world.cluster.names == []


def test_a_recreated_pool_is_never_deleted(world: World) -> None:
    world.store("a", RANGE)
    world.gateway.fail("delete", UnansweredFault("reset"), after=True)
    world.gateway.before("get", lambda: None)

    def recreate() -> None:
        world.store("a", RANGE)

    world.clock.after(0.01, recreate)

    outcome = deleted(world, patient=True)

    assert outcome.state is State.DELETED
    assert world.cluster.names == ["a"]


def test_waiting_until_gone_names_the_finalizers(world: World) -> None:
    world.store("a", RANGE, finalizers=["example.com/held"])

    outcome = deleted(world, patient=True, seconds=5, until=Until.GONE)

    assert outcome.code is ExitCode.NOT_YET
    assert "example.com/held" in message_of(outcome)


def test_waiting_until_forgotten_lasts_until_the_cache_has_caught_up(world: World) -> None:
    world.store("a", RANGE)
    world.cluster.cache.catch_up()
    world.cluster.cache.lag = 4

    outcome = deleted(world, patient=True, until=Until.FORGOTTEN)

    assert outcome.state is State.FORGOTTEN
    assert 4 <= world.clock.now() - 1000 <= 5.2
    assert [method for _, method in world.gateway.requests].count("webhook") == 1


def test_an_impossible_wait_is_reported_before_anything_is_deleted(world: World) -> None:
    world.store("a", RANGE)
    world.cluster.webhook_registered = False

    outcome = deleted(world, patient=True, until=Until.FORGOTTEN)

    assert outcome.code is ExitCode.UNKNOWN
    assert world.cluster.names == ["a"]
    world.cluster.webhook_registered = True
    old = deleted(world, patient=True, until=Until.FORGOTTEN, release=Release(1, 15, 0))
    assert old.code is ExitCode.UNKNOWN


def test_a_wait_that_fails_afterwards_does_not_hide_the_deletion(world: World) -> None:
    world.store("a", RANGE)
    forbidden = RejectedFault(403, "cannot create", reason="Forbidden")
    world.gateway.before("delete", lambda: world.gateway.fail("create", forbidden))

    outcome = deleted(world, patient=True, until=Until.FORGOTTEN)

    assert (outcome.state, outcome.code) == (State.DELETED, ExitCode.UNKNOWN)
    assert "pool a was deleted, but cannot create" in message_of(outcome)


def test_a_wait_that_fails_leaves_other_pools_of_the_run_their_time(world: World) -> None:
    world.store("a", RANGE)
    run, _ = run_of(world.gateway)
    outcome = delete(run, Deletion("a"))
    world.gateway.fail("create", RejectedFault(403, "cannot create", reason="Forbidden"))

    wait_for_the_end(run, outcome, Until.FORGOTTEN, None)

    assert run.left == 60


def test_a_server_that_goes_away_is_waited_for_until_the_deadline(world: World) -> None:
    world.store("a", RANGE)
    world.gateway.fail("delete", UnreachableFault("connection refused"), times=10_000)

    outcome = deleted(world, patient=True, seconds=20)

    cause = Cause(CauseKind.SERVER_FAILED, text="connection refused")
    limit = Limit(20, waits=True)
    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert outcome.report == Report(ReportKind.MAY_STILL_EXIST, cause=cause, limit=limit)
    assert 1020 <= world.clock.now() <= 1021


def test_a_server_that_never_answers_is_a_fault(world: World) -> None:
    world.gateway.fail("get", UnreachableFault("connection refused"), times=10_000)

    with pytest.raises(UnreachableFault):
        deleted(world, patient=True, seconds=5)


@pytest.mark.parametrize(
    "fault",
    [
        RejectedFault(403, "cannot delete", reason="Forbidden"),
        RejectedFault(400, 'admission webhook "x.example.com" denied the request: no'),
    ],
)
def test_a_rejected_deletion_is_a_fault(world: World, fault: RejectedFault) -> None:
    world.store("a", RANGE)
    world.gateway.fail("delete", fault)

    with pytest.raises(RejectedFault) as raised:
        deleted(world, patient=True)

    assert raised.value is fault
    assert world.cluster.names == ["a"]


def test_a_pool_that_keeps_changing_is_not_deleted_in_time(world: World) -> None:
    world.store("a", RANGE)

    def change() -> None:
        world.cluster.write_status("a", 254, 0)
        world.gateway.before("delete", change)

    change()

    outcome = deleted(world, patient=True, seconds=5)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert outcome.report is not None
    assert outcome.report.cause is not None
    assert outcome.report.cause.kind is CauseKind.KEEPS_CHANGING
    assert world.cluster.names == ["a"]


def test_a_dry_run_deletes_nothing(world: World) -> None:
    world.store("a", RANGE)

    assert deleted(world, dry_run=True).state is State.DRY_RUN
    assert world.cluster.names == ["a"]


def test_a_pool_that_the_webhook_has_not_seen_yet_is_not_forgotten_at_once(world: World) -> None:
    world.cluster.cache.lag = 4
    world.store("a", RANGE)

    outcome = deleted(world, patient=True, until=Until.FORGOTTEN)

    assert outcome.state is State.FORGOTTEN
    with world.cluster.cache.known() as known:
        assert len(known) == 0
    assert world.cluster.cache.at_rest


def test_the_webhook_is_not_asked_for_a_terminating_pool_before_it_is_gone(world: World) -> None:
    world.store("a", RANGE, finalizers=["example.com/slow"])
    world.cluster.remove("a")

    def release() -> None:
        world.store("a", RANGE)
        world.cluster.remove("a")

    world.clock.after(2, release)

    outcome = deleted(world, patient=True, until=Until.FORGOTTEN)

    assert outcome.state is State.FORGOTTEN
    assert all(at >= 1002 for at, method in world.gateway.requests if method == "create")


def test_a_pool_that_the_webhook_does_not_see_in_time_is_not_deleted(world: World) -> None:
    world.cluster.cache.lag = 30
    world.store("a", RANGE)

    outcome = deleted(world, patient=True, seconds=3, until=Until.FORGOTTEN)

    assert (outcome.state, outcome.code) == (State.FAILED, ExitCode.NOT_YET)
    assert outcome.report is not None
    assert outcome.report.cause == Cause(CauseKind.NOT_IN_CACHE)
    assert world.cluster.names == ["a"]


@pytest.mark.parametrize(
    ("dry_run", "kind"),
    [(True, ReportKind.WOULD_DELETE_IN_USE), (False, ReportKind.DELETED_WHILE_IN_USE)],
)
def test_the_users_of_a_pool_deleted_by_force_are_named(
    world: World, kind: ReportKind, *, dry_run: bool
) -> None:
    world.store("a", RANGE)
    world.cluster.write_status("a", 254, 2)
    world.cluster.consumers = [Consumer("Egress", "out", "a", "10.0.0.1")]

    outcome = deleted(world, force=True, dry_run=dry_run)

    names = ("Egress out holds 10.0.0.1",)
    assert outcome.warning == Report(kind, names=names, count=2)
    assert (outcome.code, world.cluster.names) == (ExitCode.YES, ["a"] if dry_run else [])


def test_a_pool_deleted_by_another_run_is_waited_for_by_its_known_ranges(world: World) -> None:
    world.store("a", RANGE)
    world.cluster.cache.catch_up()
    world.cluster.cache.lag = 4
    for happen in (list, list, lambda: world.cluster.remove("a")):
        world.gateway.before("get", happen)

    outcome = deleted(world, patient=True, until=Until.FORGOTTEN)

    assert outcome.state is State.FORGOTTEN
    assert 1004 <= world.clock.now() <= 1005.2


def test_a_pool_that_is_extended_just_before_its_deletion_is_told_with_all_ranges(
    world: World,
) -> None:
    world.store("a", RANGE)
    for happen in (list, list, lambda: world.store("a", RANGE, MORE)):
        world.gateway.before("get", happen)
    run, _ = run_of(world.gateway)

    outcome = delete(run, Deletion("a", until=Until.FORGOTTEN))

    assert outcome.live is not None
    assert (outcome.state, outcome.live.texts) == (State.DELETED, (RANGE, MORE))


def test_a_pool_that_must_exist_and_that_another_run_deletes_is_not_found(world: World) -> None:
    world.store("a", RANGE)
    for happen in (list, list, lambda: world.cluster.remove("a")):
        world.gateway.before("get", happen)

    outcome = deleted(world, must_exist=True, patient=True, until=Until.FORGOTTEN)

    report = Report(ReportKind.NOT_FOUND)
    assert outcome == Outcome("a", State.ABSENT, ExitCode.NO, report)


def test_a_pool_deleted_before_the_webhook_saw_it_is_not_called_forgotten(world: World) -> None:
    world.cluster.cache.lag = 4
    world.store("a", RANGE)
    world.clock.after(3, lambda: world.cluster.remove("a"))

    outcome = deleted(world, patient=True, until=Until.FORGOTTEN)

    assert (outcome.state, outcome.code) == (State.ABSENT, ExitCode.UNKNOWN)
    assert world.clock.now() < 1005


def test_whether_an_absent_pool_is_forgotten_is_unknown(world: World) -> None:
    outcome = deleted(world, patient=True, until=Until.FORGOTTEN)

    assert (outcome.state, outcome.code) == (State.ABSENT, ExitCode.UNKNOWN)
    assert deleted(world, patient=True, until=Until.GONE).code is ExitCode.YES


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (State.DELETED, True),
        (State.TERMINATING, True),
        (State.ABSENT, False),
        (State.IN_USE, False),
        (State.DRY_RUN, False),
    ],
)
def test_only_of_a_deletion_that_has_begun_the_end_is_not_awaited(
    state: State, *, told: bool
) -> None:
    outcome = Outcome("a", state, ExitCode.YES)

    found = not_awaited(outcome)

    report = Report(ReportKind.DELETION_STARTED) if told else None
    assert found == replace(outcome, report=report)


@pytest.mark.parametrize(
    ("state", "done"),
    [
        (State.DELETED, "deleted"),
        (State.TERMINATING, "terminating"),
        (State.ABSENT, "gone"),
    ],
)
def test_a_deletion_whose_end_a_signal_kept_from_being_awaited_tells_what_is_done(
    state: State, done: str
) -> None:
    outcome = Outcome("a", state, ExitCode.YES, answer="no")

    found = stopped_before_the_end(outcome, StoppedError(signal.SIGTERM))

    report = Report(ReportKind.DONE_AND_STOPPED, text=done)
    assert found == replace(outcome, code=ExitCode.TERMINATED, report=report)


def test_a_failure_after_another_run_deleted_the_pool_is_told_as_of_a_deleted_pool(
    world: World,
) -> None:
    def removed_by_another() -> None:
        world.cluster.remove("a")
        world.gateway.fail("create", RejectedFault(403, "cannot create", reason="Forbidden"))

    world.store("a", RANGE)
    for happen in (list, list, removed_by_another):
        world.gateway.before("get", happen)

    outcome = deleted(world, patient=True, until=Until.FORGOTTEN)

    assert (outcome.state, outcome.code) == (State.ABSENT, ExitCode.UNKNOWN)
    assert "pool a was deleted, but cannot create" in message_of(outcome)


def test_a_signal_after_another_run_deleted_the_pool_is_told_as_of_a_deleted_pool(
    world: World,
) -> None:
    def stop() -> None:
        raise StoppedError(signal.SIGINT)

    def removed_by_another() -> None:
        world.cluster.remove("a")
        world.gateway.before("create", stop)

    world.store("a", RANGE)
    for happen in (list, list, removed_by_another):
        world.gateway.before("get", happen)

    outcome = deleted(world, patient=True, until=Until.FORGOTTEN)

    assert outcome.code is ExitCode.INTERRUPTED
    assert message_of(outcome) == (
        "stopped: pool a was deleted; the webhook may not have forgotten it yet"
    )


def test_a_pool_that_is_gone_when_the_webhook_stays_unavailable_was_deleted(world: World) -> None:
    world.store("a", RANGE)
    down = RejectedFault(500, "Internal error occurred: failed calling webhook: refused")
    world.gateway.before("delete", lambda: world.gateway.fail("create", down, times=10_000))

    outcome = deleted(world, patient=True, seconds=5, until=Until.FORGOTTEN)

    assert outcome.code is ExitCode.NOT_YET
    assert message_of(outcome).startswith("pool a was deleted, but timed out after 5s")


def test_a_pool_that_another_run_deletes_meanwhile_is_not_saved_without_its_addresses(
    world: World,
) -> None:
    """Two runs with one file: the second one replaced the saved addresses by none."""
    world.store("a", RANGE)
    world.gateway.before("consumers", lambda: world.cluster.remove("a"))
    saved: list[str] = []

    outcome = deleted(world, force=True, save=lambda pool, _: saved.append(pool.name))

    assert (outcome.state, outcome.code) == (State.ABSENT, ExitCode.YES)
    assert saved == []


def test_a_pool_that_another_run_recreates_meanwhile_is_saved_as_it_is_then(world: World) -> None:
    def recreate() -> None:
        world.cluster.remove("a")
        world.store("a", MORE)

    world.store("a", RANGE)
    world.gateway.before("consumers", recreate)
    saved: list[tuple[str, ...]] = []

    outcome = deleted(world, force=True, save=lambda pool, _: saved.append(pool.texts))

    assert outcome.state is State.DELETED
    assert saved == [(MORE,)]
