"""Deleting the pools of a lease, and waiting until they are forgotten."""

import pytest

from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.protocol.outcome import Outcome, Report, ReportKind, State
from ippoolctl.engine.leases.end import Lease, delete_leases, end_leases
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import RejectedFault, UnreachableFault
from ippoolctl.render.sentences.outcome import hint_of, message_of
from tests.engine.conftest import World
from tests.fakes import run_of

LAG = 2.0
PATIENCE = 10.0
OURS = {"ippoolctl/request-id": "a/1", "ippoolctl/ttl": "30m"}


def lease(
    world: World, name: str = "a", *, network: int = 0, seen: bool = True, held: bool = False
) -> Lease:
    annotations = {**OURS, "ippoolctl/request-id": f"{name}/1"}
    finalizers = ["example.com/slow"] if held else []
    world.store(name, f"10.{network}.0.0/29", annotations=annotations, finalizers=finalizers)
    world.cluster.cache.lag = LAG
    return Lease(name, f"{name}/1", pool=world.gateway.get_pool(name), seen=seen)


def ended(world: World, *leases: Lease, seconds: float = 60.0) -> list[Outcome]:
    return end_leases(run_of(world.gateway, seconds)[0], leases, PATIENCE)


def test_the_pools_are_deleted_before_the_wait_for_any_begins(world: World) -> None:
    leases = [lease(world, "a"), lease(world, "b", network=1)]

    outcomes = ended(world, *leases)

    assert [(each.state, each.code) for each in outcomes] == [(State.FORGOTTEN, 0)] * 2
    assert [each.warning for each in outcomes] == [None] * 2
    assert all(each.waited < LAG * 2 for each in outcomes)
    assert world.cluster.names == []


def test_a_pool_that_the_webhook_has_not_seen_is_deleted_after_it_has(world: World) -> None:
    world.cluster.cache.lag = LAG
    (outcome,) = ended(world, lease(world, seen=False))

    assert outcome.state is State.FORGOTTEN
    assert outcome.waited >= LAG


def test_a_pool_that_the_webhook_never_sees_is_deleted_all_the_same(world: World) -> None:
    world.cluster.cache.lag = 1000
    held = lease(world, seen=False)

    (outcome,) = ended(world, held, seconds=5.0)

    assert (outcome.state, outcome.code) == (State.GONE, ExitCode.YES)
    assert world.cluster.names == []
    assert [method for _, method in world.gateway.requests].count("webhook") == 1


def test_without_the_right_to_probe_the_wait_ends_when_the_pool_is_gone(world: World) -> None:
    held = lease(world, seen=False, held=True)
    world.gateway.fail("create", RejectedFault(403, "cannot create", reason="Forbidden"))

    def release() -> None:
        world.store("a", "10.0.0.0/29")
        world.cluster.remove("a")

    world.clock.after(5.0, release)

    (outcome,) = ended(world, held)

    assert (outcome.state, outcome.code) == (State.GONE, ExitCode.YES)
    assert 5.0 <= outcome.waited <= 6.1


def test_time_that_runs_out_before_the_webhook_is_known_leaves_time_to_delete(
    world: World,
) -> None:
    held = lease(world)
    busy = RejectedFault(429, "come later", retry_after=1)
    world.gateway.fail("webhook", busy, times=10_000)

    (outcome,) = ended(world, held, seconds=5.0)

    assert (outcome.state, outcome.code) == (State.GONE, ExitCode.YES)
    assert world.cluster.names == []


def test_a_pool_that_this_run_does_not_know_is_deleted_without_a_wait_for_its_end(
    world: World,
) -> None:
    world.cluster.cache.lag = LAG
    lease(world, held=True)

    (outcome,) = ended(world, Lease("a", "a/1"))

    assert (outcome.state, outcome.code) == (State.DELETED, ExitCode.YES)
    # The webhook has to see it before it can forget it.
    assert LAG <= outcome.waited <= LAG + 1.1


def test_without_a_webhook_the_wait_ends_when_the_pool_is_gone(world: World) -> None:
    world.cluster.webhook_registered = False

    (outcome,) = ended(world, lease(world))

    assert (outcome.state, outcome.code) == (State.GONE, ExitCode.YES)


def test_consumers_that_disappear_soon_are_waited_for(world: World) -> None:
    held = lease(world)
    world.cluster.consumers = [Consumer("Egress", "e1", "a", "10.0.0.1")]
    world.clock.after(PATIENCE / 2, world.cluster.consumers.clear)

    (outcome,) = ended(world, held)

    assert outcome.code is ExitCode.YES
    assert world.cluster.names == []


def test_a_pool_that_stays_in_use_is_kept(world: World) -> None:
    held = lease(world)
    world.cluster.consumers = [Consumer("Egress", "e1", "a", "10.0.0.1")]

    (outcome,) = ended(world, held)

    assert (outcome.state, outcome.code) == (State.IN_USE, ExitCode.REFUSED)
    assert message_of(outcome) == ("pool a is in use and was not deleted: Egress e1 holds 10.0.0.1")
    assert "ippoolctl delete a" in hint_of(outcome)
    assert world.cluster.names == ["a"]
    assert PATIENCE / 2 < world.clock.now() - 1000 <= PATIENCE


def test_a_pool_in_use_is_kept_if_less_time_is_left_than_patience(world: World) -> None:
    held = lease(world)
    world.cluster.consumers = [Consumer("Egress", "e1", "a", "10.0.0.1")]

    (outcome,) = ended(world, held, seconds=PATIENCE / 2)

    names = ("Egress e1 holds 10.0.0.1",)
    assert (outcome.state, outcome.code) == (State.IN_USE, ExitCode.REFUSED)
    assert outcome.report == Report(ReportKind.LEASE_IN_USE, names=names)
    assert world.cluster.names == ["a"]


def test_one_pool_in_use_does_not_keep_the_others(world: World) -> None:
    leases = [lease(world, "a"), lease(world, "b", network=1)]
    world.cluster.consumers = [Consumer("Egress", "e1", "a", "10.0.0.1")]

    outcomes = ended(world, *leases)

    assert [each.code for each in outcomes] == [ExitCode.REFUSED, ExitCode.YES]
    assert world.cluster.names == ["a"]


def test_a_pool_that_another_client_has_deleted_is_told_and_its_ranges_are_awaited(
    world: World,
) -> None:
    held = lease(world)
    world.cluster.remove("a")

    (outcome,) = ended(world, held)

    assert (outcome.state, outcome.code) == (State.FORGOTTEN, ExitCode.YES)
    assert outcome.warning is not None
    assert outcome.warning.kind is ReportKind.DELETED_BY_OTHERS


def test_a_pool_that_the_webhook_does_not_forget_in_time_is_deleted_but_not_forgotten(
    world: World,
) -> None:
    held = lease(world)
    world.cluster.cache.lag = 1000

    (outcome,) = ended(world, held, seconds=5.0)

    assert (outcome.state, outcome.code) == (State.DELETED, ExitCode.NOT_YET)
    assert outcome.report is not None
    assert outcome.report.kind is ReportKind.DONE_BUT


def test_another_pool_of_that_name_is_left_alone(world: World) -> None:
    held = lease(world)
    world.cluster.remove("a")
    world.store("a", "10.9.0.0/29", annotations=OURS)

    (outcome,) = ended(world, held)

    assert outcome.code is ExitCode.YES
    assert world.cluster.names == ["a"]


def test_a_lease_ends_even_if_the_next_run_has_its_addresses(world: World) -> None:
    held = lease(world)
    world.gateway.before("delete", lambda: world.store("next", "10.0.0.0/29"))

    (outcome,) = ended(world, held)

    assert (outcome.state, outcome.code) == (State.DELETED, ExitCode.YES)
    assert world.cluster.names == ["next"]


def test_an_unreachable_server_is_reported_for_each_pool(world: World) -> None:
    leases = [lease(world, "a"), lease(world, "b", network=1)]
    for method in ("get", "list", "webhook", "consumers"):
        world.gateway.fail(method, UnreachableFault("down"), times=10_000)

    outcomes = ended(world, *leases, seconds=20.0)

    assert [each.code for each in outcomes] == [ExitCode.UNKNOWN] * 2
    assert world.clock.now() - 1000 < 30


@pytest.mark.parametrize("method", ["consumers", "delete", "list"])
def test_a_signal_leaves_time_to_delete_and_ends_the_wait(world: World, method: str) -> None:
    held = lease(world)

    def stop() -> None:
        raise StoppedError(15)

    world.gateway.before(method, stop)

    (outcome,) = ended(world, held)

    assert outcome.code is ExitCode.TERMINATED
    assert message_of(outcome) == (
        "stopped: pool a was deleted; the webhook may not have forgotten it yet"
    )
    assert world.cluster.names == []
    assert world.clock.now() - 1000 < 1.0


def test_a_signal_in_the_first_wait_ends_all_waits(world: World) -> None:
    leases = [lease(world, "a"), lease(world, "b", network=1)]

    def stop() -> None:
        raise StoppedError(15)

    world.clock.after(1.0, stop)

    outcomes = ended(world, *leases)

    assert [(each.state, each.code) for each in outcomes] == [
        (State.DELETED, ExitCode.TERMINATED),
        (State.DELETED, ExitCode.YES),
    ]
    assert [each.report for each in outcomes] == [Report(ReportKind.END_NOT_AWAITED), None]
    assert world.cluster.names == []
    assert world.clock.now() == 1001


def test_a_signal_does_not_delete_a_pool_in_use(world: World) -> None:
    held = lease(world)
    world.cluster.consumers = [Consumer("Egress", "e1", "a", "10.0.0.1")]

    def stop() -> None:
        raise StoppedError(15)

    world.clock.after(1.0, stop)

    (outcome,) = ended(world, held)

    assert (outcome.state, outcome.code) == (State.IN_USE, ExitCode.REFUSED)
    assert message_of(outcome) == "pool a is in use and was not deleted: Egress e1 holds 10.0.0.1"
    assert world.cluster.names == ["a"]


def test_after_a_signal_a_deletion_has_a_second(world: World) -> None:
    held = lease(world)
    world.cluster.consumers = [Consumer("Egress", "e1", "a", "10.0.0.1")]

    def stop() -> None:
        busy = RejectedFault(429, "later", retry_after=0.1)
        world.gateway.fail("get", busy, times=10_000)
        raise StoppedError(15)

    world.clock.after(3.0, stop)

    (outcome,) = ended(world, held)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert world.clock.now() - 1000 == pytest.approx(4.0)


def test_a_signal_during_the_last_deletion_reports_the_existing_pool(world: World) -> None:
    held = lease(world)

    def stop() -> None:
        raise StoppedError(2)

    world.gateway.before("get", stop)

    (outcome,) = delete_leases(run_of(world.gateway)[0], [held], hurry=True)

    assert (outcome.state, outcome.code) == (State.STOPPED, ExitCode.INTERRUPTED)
    assert message_of(outcome) == "stopped: pool a still exists"


def test_a_pool_that_this_run_does_not_know_is_recognized_by_its_request(world: World) -> None:
    lease(world)
    world.store("b", "10.9.0.0/29")

    leases = [Lease("a", "a/1"), Lease("b", "b/1")]

    found = delete_leases(run_of(world.gateway)[0], leases, hurry=False)

    assert [each.state for each in found] == [State.DELETED, State.ABSENT]
    assert world.cluster.names == ["b"]


@pytest.mark.parametrize(("hurry", "seconds"), [(True, 1.0), (False, 20.0)])
def test_in_a_hurry_a_deletion_has_a_second(world: World, seconds: float, *, hurry: bool) -> None:
    held = lease(world)
    world.gateway.fail("get", RejectedFault(429, "later", retry_after=0.1), times=10_000)

    (outcome,) = delete_leases(run_of(world.gateway, 20.0)[0], [held], hurry=hurry)

    assert (outcome.state, outcome.code) == (State.UNKNOWN, ExitCode.NOT_YET)
    assert world.clock.now() - 1000 == pytest.approx(seconds)
