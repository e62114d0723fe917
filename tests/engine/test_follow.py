"""Following the pools: the list is right after each event and fault, or a fault ends the watch."""

from collections.abc import Callable, Iterator

import pytest

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.engine.watching.follow import Interrupted, Resumed, Update, follow
from ippoolctl.engine.watching.steps import (
    POLL_SECONDS,
    WATCH_SECONDS,
    Next,
    after_end,
    after_event,
    after_fault,
    after_list,
)
from ippoolctl.ports.faults import (
    CredentialFault,
    Fault,
    RejectedFault,
    UnansweredFault,
    UnreachableFault,
    UntrustedFault,
)
from ippoolctl.ports.gateway import EventKind, PoolEvent
from tests.builders import pool_object
from tests.fakes import FakeClock, FakeCluster, FakeGateway

GONE = RejectedFault(410, "too old resource version: 1 (9)", reason="Expired")
SILENCE = UnansweredFault("10.0.0.1:443 did not respond within 29s")
FORBIDDEN = RejectedFault(403, "cannot watch", reason="Forbidden")


class World:
    """A cluster, and a follower of it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.cluster = FakeCluster(self.clock)
        self.gateway = FakeGateway(self.cluster)
        self.told = follow(self.gateway, self.clock, lambda: 0.5)
        self.pools: dict[str, Pool] = {}

    def store(self, name: str, *ranges: str) -> None:
        self.cluster.store(pool_object(name, *(ranges or ("10.0.0.0/28",))))

    def next(self, seconds: float = 120.0) -> Update | Interrupted | Resumed:
        """The next event, within this time."""
        ends = self.clock.now() + seconds
        for each in self.told:
            if each is not None:
                return each
            assert self.clock.now() < ends, "nothing was told"
        raise AssertionError("it ended")

    def update(self) -> Update:
        found = self.next()
        if isinstance(found, Resumed):
            found = self.next()
        assert isinstance(found, Update)
        return found

    def kinds(self, seconds: float) -> list[str]:
        """The kinds of all events within this time."""
        ends, found = self.clock.now() + seconds, list[str]()
        while self.clock.now() < ends:
            each = next(self.told)
            found += [] if each is None else [type(each).__name__]
        return found

    def asked(self, method: str) -> list[float]:
        return [when for when, each in self.gateway.requests if each == method]


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.told.close()  # type: ignore[attr-defined]


def test_all_pools_come_first_and_then_each_change(world: World) -> None:
    world.store("b")
    world.store("c")
    first = world.next()
    assert isinstance(first, Update)
    assert first.changed == {"b", "c"}
    assert not first.deleted
    assert first.listed.date

    world.store("a")
    world.cluster.write_status("b", 14, 3)
    world.cluster.remove("c")

    assert world.update().changed == {"a"}
    assert world.update().changed == {"b"}
    last = world.update()
    assert ([each.name for each in last.deleted], last.changed) == (["c"], frozenset())
    assert [each.name for each in last.listed.pools] == ["a", "b"]
    assert len(world.asked("list")) == 1


def test_an_empty_cluster_is_one_update(world: World) -> None:
    update = world.update()
    assert (update.listed.pools, update.changed, update.deleted) == ((), frozenset(), ())
    world.clock.after(101, lambda: world.store("a"))

    assert world.update().changed == {"a"}
    assert len(world.asked("watch")) == 5
    assert world.asked("watch")[1] - world.asked("watch")[0] == WATCH_SECONDS


def test_a_silent_watch_lets_its_caller_act(world: World) -> None:
    world.update()

    assert next(world.told) is None
    assert len(world.asked("watch")) == 1


@pytest.mark.parametrize("fault", [SILENCE, UnansweredFault("connection closed")])
def test_a_broken_watch_resumes_from_the_last_revision(world: World, fault: Fault) -> None:
    world.store("a")
    world.update()
    world.gateway.fail("watch", fault)
    world.store("b")

    told = [world.next(), world.next()]
    assert told == [Interrupted(fault, polls=False), Resumed()]
    assert world.update().changed == {"b"}
    assert len(world.asked("list")) == 1


def test_a_watch_that_ends_normally_after_a_fault_has_resumed(world: World) -> None:
    world.update()
    world.gateway.fail("watch", SILENCE)

    assert [world.next(), world.next()] == [Interrupted(SILENCE, polls=False), Resumed()]


def test_the_end_of_an_outage_is_reported_once_by_a_watch_without_events(world: World) -> None:
    world.update()
    world.gateway.fail("watch", SILENCE)

    assert world.kinds(4 * WATCH_SECONDS) == ["Interrupted", "Resumed"]


def test_the_end_of_an_outage_is_reported_once_before_the_next_events(world: World) -> None:
    world.update()
    world.gateway.fail("watch", SILENCE)
    world.store("a")
    world.store("b")

    assert world.kinds(WATCH_SECONDS) == ["Interrupted", "Resumed", "Update", "Update"]


def test_the_end_of_an_outage_is_reported_once_by_lists(world: World) -> None:
    world.cluster.forbidden = {"watch"}
    world.update()
    world.next()
    world.gateway.fail("list", UnreachableFault("refused"), times=2)

    assert world.kinds(10 * POLL_SECONDS) == ["Interrupted", "Resumed"]


def test_a_watch_that_ends_at_once_is_not_the_end_of_an_outage(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.update()
    world.gateway.fail("watch", SILENCE)
    assert isinstance(world.next(), Interrupted)
    # The cluster in memory ends no watch early.
    monkeypatch.setattr(world.gateway, "watch_pools", replaying())

    assert world.kinds(60) == []


def test_the_next_watch_begins_after_the_last_event(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, watch_pools = list[str](), world.gateway.watch_pools

    def noting(since: str, *, seconds: int) -> Iterator[PoolEvent | None]:
        asked.append(since)
        return watch_pools(since, seconds=seconds)

    # Events that come again would change nothing.
    monkeypatch.setattr(world.gateway, "watch_pools", noting)
    listed = world.update().listed.resource_version
    world.store("a")
    event = world.update().listed.resource_version
    world.kinds(WATCH_SECONDS + 1)

    assert asked == [listed, event]


def test_a_long_outage_is_reported_once_and_polled_less_often(world: World) -> None:
    world.store("a")
    world.update()
    world.gateway.fail("watch", UnreachableFault("refused"), times=8)
    world.store("b")

    assert isinstance(world.next(), Interrupted)
    assert world.update().changed == {"b"}
    pauses = [
        later - earlier
        for earlier, later in zip(world.asked("watch"), world.asked("watch")[1:], strict=False)
    ]
    assert len(pauses) == 8
    assert pauses == sorted(pauses)
    assert pauses[-1] <= 15


@pytest.mark.parametrize("meanwhile", ["changed", "deleted", "recreated", "nothing"])
def test_an_expired_revision_is_followed_by_a_new_list(world: World, meanwhile: str) -> None:
    world.store("a")
    world.store("b")
    world.update()
    world.gateway.fail("watch", GONE)
    if meanwhile == "changed":
        world.store("a", "10.7.0.0/28")
    if meanwhile in ("deleted", "recreated"):
        world.cluster.remove("a")
    if meanwhile == "recreated":
        world.store("a")

    if meanwhile == "nothing":
        world.clock.after(3, lambda: world.store("c"))
        assert world.update().changed == {"c"}
        return
    update = world.update()
    assert update.changed == (frozenset() if meanwhile == "deleted" else {"a"})
    assert len(update.deleted) == (meanwhile == "deleted")


def test_an_expired_revision_during_a_watch_is_followed_by_a_new_list(world: World) -> None:
    world.store("a")
    world.update()
    world.clock.after(2, lambda: setattr(world.cluster, "compacted", True))

    def come_back() -> None:
        world.store("b")
        world.cluster.compacted = False

    world.clock.after(2.2, come_back)

    assert world.update().changed == {"b"}


def test_permanently_expired_revisions_do_not_flood_the_server(world: World) -> None:
    world.store("a")
    world.update()
    world.gateway.fail("watch", GONE, times=50)
    began = world.clock.now()

    told = set()
    while world.clock.now() < began + 60:
        told.add(type(next(world.told)))

    assert told == {Interrupted, Resumed, type(None)}
    assert len(world.asked("list")) < 20


def test_without_permission_to_watch_the_list_is_repeated(world: World) -> None:
    world.cluster.forbidden = {"watch"}
    world.store("a")
    world.update()
    world.clock.after(12, lambda: world.store("b"))

    assert world.next() == Interrupted(world_fault(world), polls=True)
    assert world.update().changed == {"b"}
    assert len(world.asked("watch")) == 1
    assert world.asked("list")[-1] - world.asked("list")[-2] == POLL_SECONDS


def world_fault(world: World) -> Fault:
    """The fault of a watch without permission."""
    try:
        next(world.gateway.watch_pools("1", seconds=1))
    except RejectedFault as fault:
        world.gateway.requests.pop()
        return _Same(fault)
    raise AssertionError


class _Same(RejectedFault):
    """Equal to each fault with the same message."""

    def __init__(self, fault: RejectedFault) -> None:
        super().__init__(fault.status, fault.message)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RejectedFault) and other.message == self.message

    __hash__ = RejectedFault.__hash__


@pytest.mark.parametrize("times", [1, 2])
def test_polling_continues_after_a_fault(world: World, times: int) -> None:
    world.cluster.forbidden = {"watch"}
    world.update()
    world.next()
    world.gateway.fail("list", UnreachableFault("refused"), times=times)
    world.store("b")

    told = world.next()
    assert isinstance(told, Interrupted)
    assert not told.polls
    assert world.update().changed == {"b"}


@pytest.mark.parametrize(
    "fault",
    [UntrustedFault("x"), CredentialFault("x"), RejectedFault(401, "x"), RejectedFault(404, "x")],
)
def test_a_permanent_fault_ends_the_watch(world: World, fault: Fault) -> None:
    world.update()
    world.gateway.fail("watch", fault)

    with pytest.raises(type(fault)):
        world.next()


def test_the_first_list_must_succeed(world: World) -> None:
    world.gateway.fail("list", UnreachableFault("refused"))

    with pytest.raises(UnreachableFault):
        world.next()


def replaying(*events: PoolEvent) -> Callable[..., Iterator[PoolEvent]]:
    left = [list(events)]

    def watch(since: str, *, seconds: int) -> Iterator[PoolEvent]:
        yield from left.pop() if left else ()

    return watch


def test_events_that_come_twice_or_late_change_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.store("a")
    since = world.gateway.list_pools().resource_version
    world.cluster.write_status("a", 14, 1)
    world.cluster.write_status("a", 14, 2)
    world.store("b")
    world.cluster.remove("b")
    old, new, made, gone = world.cluster.events(since)
    world.update()
    bookmark = PoolEvent(EventKind.BOOKMARK, "999")
    again = (old, new, made, old, bookmark, made, gone, gone, new)
    monkeypatch.setattr(world.gateway, "watch_pools", replaying(*again))

    assert world.update().changed == {"b"}
    update = world.update()
    assert [each.name for each in update.deleted] == ["b"]
    (a,) = update.listed.pools
    assert a == new.pool
    assert [next(world.told) for _ in range(5)] == [None] * 5


@pytest.mark.parametrize("revision", ["x", "", "\N{SUPERSCRIPT TWO}"])
def test_events_whose_revision_is_no_number_count_if_the_pool_differs(
    world: World, monkeypatch: pytest.MonkeyPatch, revision: str
) -> None:
    world.store("a")
    since = world.gateway.list_pools().resource_version
    world.update()
    world.cluster.write_status("a", 14, 1)
    (event,) = world.cluster.events(since)
    odd = event._replace(resource_version=revision)
    monkeypatch.setattr(world.gateway, "watch_pools", replaying(odd, odd))

    assert world.update().changed == {"a"}
    assert next(world.told) is None


@pytest.mark.parametrize(
    ("status", "retried"),
    [(400, False), (401, False), (403, False), (404, False), (405, False), (410, True), (429, True),
     (500, True), (502, True), (503, True), (504, True)],
)  # fmt: skip
def test_temporary_faults_of_a_list_are_retried(status: int, retried: bool) -> None:
    step = after_fault(Next(), RejectedFault(status, "x"), 0.5)

    assert (step is not None) == retried


@pytest.mark.parametrize("status", [403, 405])
def test_a_watch_that_is_not_permitted_or_not_served_is_replaced_by_lists(status: int) -> None:
    step = after_fault(Next("7", failures=3), RejectedFault(status, "x"), 0.5)

    assert step == Next(pause=POLL_SECONDS, polls=True)
    assert after_list(Next(pause=POLL_SECONDS, polls=True), "8") == step


@pytest.mark.parametrize("status", [402, 404, 406])
def test_a_watch_that_is_rejected_otherwise_is_not_replaced(status: int) -> None:
    assert after_fault(Next("7"), RejectedFault(status, "x"), 0.5) is None


def test_a_watch_advances_its_revision_and_slows_down() -> None:
    listed = after_list(Next(), "7")
    assert (listed.since, listed.pause) == ("7", 0)
    assert after_event(listed, "9").since == "9"
    assert after_end(after_event(listed, "9"), 25.0, 0.5) == after_event(listed, "9")
    short = after_end(listed, 0.1, 1.0)
    assert (short.pause, short.failures) == (0.5, 1)
    assert after_end(short, 0.1, 1.0).pause == 1.0
    assert after_event(short, "9").failures == 0
    assert after_end(short, 1.0, 1.0) == listed
    busy = after_fault(listed, RejectedFault(429, "x", retry_after=3), 0.5)
    assert busy is not None
    assert (busy.since, busy.pause) == ("7", 3)
    assert busy.failures == 1
    rude = after_fault(listed, RejectedFault(429, "x", retry_after=1e9), 0.5)
    assert rude is not None
    assert rude.pause <= 15
    gone = after_fault(listed, GONE, 1.0)
    assert gone is not None
    assert (gone.since, gone.pause, gone.failures) == ("", 0, 1)
    assert after_list(gone, "8").pause == 0.5
