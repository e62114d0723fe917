"""The time limits of a run, and its reads."""

from typing import Any

import pytest

from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.outcome import Limit, WaitEvent
from ippoolctl.engine.relocation.consumers import list_consumers
from ippoolctl.engine.session import Session, TimedOutError, timeout_as_fault
from ippoolctl.ports.faults import (
    RejectedFault,
    UnansweredFault,
    UnreachableFault,
)
from ippoolctl.ports.gateway import Resource
from tests.engine.conftest import World
from tests.fakes import FakeCluster, FakeGateway, Recorder, run_of

AWAY, SILENT = UnreachableFault("connection refused"), UnansweredFault("reset")
BUSY = RejectedFault(429, "busy")
AHEAD = RejectedFault(504, "Too large resource version: 9")
CAUSE = Cause(CauseKind.NOT_IN_CACHE)


class Asked(FakeGateway):
    """Records the time limit of each read, and the requested permissions."""

    def __init__(self, cluster: FakeCluster) -> None:
        super().__init__(cluster)
        self.limits: list[float | None] = []
        self.rights: list[tuple[str, str]] = []

    def get_pool(self, name: str, *, within: float | None = None) -> Any:
        self.limits.append(within)
        return super().get_pool(name, within=within)

    def list_pools(
        self, *, at: str | None = None, selector: str = "", within: float | None = None
    ) -> Any:
        self.limits.append(within)
        return super().list_pools(at=at, selector=selector, within=within)

    def consumers(self, *, within: float | None = None) -> Any:
        self.limits.append(within)
        return super().consumers(within=within)

    def list_objects(self, resource: Resource, read: Any, *, within: float | None = None) -> Any:
        self.limits.append(within)
        return super().list_objects(resource, read, within=within)

    def may(
        self,
        verb: str,
        name: str = "",
        *,
        of: Resource | None = None,
        within: float | None = None,
    ) -> bool:
        self.rights.append((verb, name))
        return super().may(verb, name, of=of, within=within)


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world.cluster)


def test_a_request_may_take_ten_seconds_or_the_time_that_is_left(world: World) -> None:
    run, _ = run_of(world.gateway, 60)

    assert (run.within(), run.within(30.0), run.left, run.elapsed) == (10, 30, 60, 0)
    world.clock.sleep(55)
    assert (run.within(), run.within(30.0), run.left, run.elapsed) == (5, 5, 5, 55)
    assert run.limit == Limit(60, waits=True)
    world.clock.sleep(5)
    with pytest.raises(TimedOutError) as end:
        run.within()
    assert end.value.cause == Cause(CauseKind.OUT_OF_TIME)
    world.clock.sleep(5)
    assert run.left == 0
    run.renew()
    assert run.left == 60


def test_only_the_deadline_bounds_a_list(asked: Asked) -> None:
    run, _ = run_of(asked, 60)

    run.get_pool("a")
    revision = run.list_pools().resource_version
    run.snapshot(revision)
    run.consumers()
    list_consumers(run)

    assert asked.limits == [10, 60, 60, 60, 60, 60]


@pytest.mark.parametrize(
    ("passed", "after", "hurry", "left"),
    [
        (10, None, False, 50),
        (10, None, True, 1),
        (59.5, None, False, 1),
        (80, None, False, 1),
        (80, None, True, 1),
        (10, 5.0, True, 6),
        (10, -5.0, True, 1),
        (59, 5.0, False, 6),
    ],
)
def test_a_second_of_grace_begins_now_or_after_the_last_possible_late_write(
    world: World, passed: float, after: float | None, hurry: bool, left: float
) -> None:
    run, _ = run_of(world.gateway, 60)
    world.clock.sleep(passed)

    run.allow_grace(hurry=hurry, after=None if after is None else world.clock.now() + after)

    assert run.left == pytest.approx(left)


def test_a_pause_is_recorded_with_its_attempt_and_the_remaining_time(world: World) -> None:
    run, recorder = run_of(world.gateway, 10)

    run.pause(CAUSE, 4.0)
    with pytest.raises(TimedOutError) as end:
        run.pause(CAUSE, 7.0, AWAY)

    assert recorder.events == [WaitEvent(CAUSE, 1, 4, 10), WaitEvent(CAUSE, 2, 6, 6)]
    assert (end.value.cause, end.value.fault) == (CAUSE, AWAY)
    with pytest.raises(TimedOutError):
        run.pause(CAUSE, 0.0)
    assert len(recorder.events) == 2


def test_a_pause_up_to_the_deadline_times_out(world: World) -> None:
    run, _ = run_of(world.gateway, 10)

    with pytest.raises(TimedOutError):
        run.pause(CAUSE, 10.0)


def test_a_timed_out_read_raises_the_underlying_fault() -> None:
    with pytest.raises(UnreachableFault), timeout_as_fault():
        raise TimedOutError(CAUSE, AWAY)
    with pytest.raises(UnansweredFault, match="timed out"), timeout_as_fault():
        raise TimedOutError(CAUSE)


@pytest.mark.parametrize("fault", [AWAY, SILENT, BUSY, AHEAD])
def test_a_waiting_run_repeats_a_failed_read(world: World, fault: Any) -> None:
    world.gateway.fail("get", fault, times=3)
    run, recorder = run_of(world.gateway, 60)

    assert run.get_pool("a") is None
    assert [round(each.wait, 1) for each in recorder.events] == [0.1, 0.2, 0.4]
    assert {each.cause for each in recorder.events} == {
        Cause(CauseKind.SERVER_FAILED, text=fault.message)
    }


@pytest.mark.parametrize(
    ("fault", "repeated"), [(AWAY, False), (SILENT, False), (BUSY, True), (AHEAD, True)]
)
def test_without_wait_a_first_read_is_repeated_if_the_server_has_answered(
    world: World, fault: Any, repeated: bool
) -> None:
    world.gateway.fail("get", fault)
    run, _ = run_of(world.gateway, 60, patient=False)

    if repeated:
        assert run.get_pool("a") is None
    else:
        with pytest.raises(type(fault)):
            run.get_pool("a")


def test_without_wait_a_later_read_is_repeated(world: World) -> None:
    run, _ = run_of(world.gateway, 60, patient=False)
    run.get_pool("a")
    world.gateway.fail("get", AWAY)

    assert run.get_pool("a") is None


@pytest.mark.parametrize(("fault", "seconds"), [(AWAY, 10), (SILENT, 60)])
def test_a_wrong_address_fails_before_the_deadline(
    world: World, fault: Any, seconds: float
) -> None:
    world.gateway.fail("get", fault, times=10_000)
    run, _ = run_of(world.gateway, 60)

    with pytest.raises((UnreachableFault, TimedOutError)) as end:
        run.get_pool("a")

    assert seconds <= run.elapsed <= seconds + 1
    assert isinstance(end.value, UnreachableFault) is (fault is AWAY)


def test_an_address_that_is_unreachable_for_as_long_as_a_request_may_take_is_not_tried_again(
    world: World,
) -> None:
    world.gateway.seconds = 10.0
    world.gateway.fail("get", AWAY, times=10_000)
    run, _ = run_of(world.gateway, 60)

    with pytest.raises(UnreachableFault):
        run.get_pool("a")

    assert world.clock.now() == 1010


def test_a_timeout_without_any_answer_is_the_fault_behind_it(world: World) -> None:
    run, _ = run_of(world.gateway, 60)
    end = TimedOutError(CAUSE, AWAY)

    with pytest.raises(UnreachableFault):
        run.raise_if_never_contacted(end)
    run.raise_if_never_contacted(TimedOutError(CAUSE))
    run.get_pool("a")
    run.raise_if_never_contacted(end)


def test_every_missing_permission_is_named_at_once(asked: Asked) -> None:
    asked.cluster.forbidden = {"create", "delete"}
    run, _ = run_of(asked)

    with pytest.raises(RejectedFault, match="no permission to create, delete extern") as fault:
        run.require_rights(("list", "get", "create", "patch", "delete"), "do so", "a")

    assert (fault.value.status, fault.value.hint) == (403, "do so")
    assert asked.rights == [
        ("list", ""), ("get", "a"), ("create", ""), ("patch", "a"), ("delete", "a")
    ]  # fmt: skip


def test_a_permission_that_cannot_be_checked_counts_as_granted(asked: Asked) -> None:
    asked.fail("may", BUSY)
    asked.cluster.forbidden = {"list"}
    run, _ = run_of(asked)

    run.require_rights(("list", "get"), "")

    assert asked.rights == [("list", ""), ("get", "")]


def test_permissions_count_as_granted_once_the_time_is_up(asked: Asked) -> None:
    asked.cluster.forbidden = {"list"}
    run, _ = run_of(asked, 10)
    asked.cluster.clock.sleep(10)

    run.require_rights(("list", "get"), "")

    assert asked.rights == []


def test_a_revision_that_is_compacted_has_no_snapshot(world: World) -> None:
    world.cluster.compacted = True
    run, _ = run_of(world.gateway)

    assert run.snapshot("100") is None
    world.gateway.fail("list_exact", RejectedFault(401, "Unauthorized"))
    with pytest.raises(RejectedFault):
        run.snapshot("100")


def test_each_list_of_pools_calls_the_callback(world: World) -> None:
    told: list[int] = []
    world.store("a", "10.0.0.0/24")
    run = Session(
        world.gateway, world.clock, Recorder(), lambda: 0.5, 60.0, patient=True,
        listed=lambda found: told.append(len(found.pools)),
    )  # fmt: skip

    run.list_pools()
    run.snapshot("100")

    assert told == [1]
