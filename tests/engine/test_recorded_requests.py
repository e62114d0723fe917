"""The requests and waits of a run as events; recording does not change a result."""

import pytest

from ippoolctl.domain.protocol.outcome import Outcome, State, WaitEvent
from ippoolctl.engine.pending_pool import create
from ippoolctl.engine.recorded_gateway import RecordedGateway
from ippoolctl.engine.session import Session
from ippoolctl.errors import StoppedError
from ippoolctl.ports.faults import RejectedFault, UnansweredFault
from ippoolctl.ports.gateway import Resource
from ippoolctl.ports.observer import EventTime, RequestEvent
from tests.builders import pool_object
from tests.engine.conftest import World
from tests.engine.consumer_contract import *  # noqa: F403
from tests.engine.gateway_contract import *  # noqa: F403 - the contract's tests
from tests.fakes import FakeClock, FakeCluster, FakeGateway, Recorder

RANGE = "10.0.0.0/24"


@pytest.fixture
def behind() -> FakeGateway:
    return FakeGateway(FakeCluster(FakeClock()))


@pytest.fixture
def gateway(behind: FakeGateway) -> RecordedGateway:
    return recorded(behind, [])


@pytest.fixture
def put(behind: FakeGateway) -> Put:  # noqa: F405
    return behind.cluster.put_other


def recorded(gateway: FakeGateway, told: list[tuple[float, RequestEvent]]) -> RecordedGateway:
    def tell(began: float, event: RequestEvent) -> None:
        told.append((began, event))

    return RecordedGateway(gateway, gateway.cluster.clock, tell)


class Log:
    """Remembers all events, in their order."""

    def __init__(self) -> None:
        self.requests: list[tuple[EventTime, RequestEvent]] = []
        self.waits: list[tuple[EventTime, WaitEvent]] = []

    def request(self, time: EventTime, event: RequestEvent) -> None:
        self.requests.append((time, event))

    def wait(self, time: EventTime, event: WaitEvent) -> None:
        self.waits.append((time, event))


def created(world: World, log: Log) -> Outcome:
    request, manifest = world.request("mine", RANGE)
    clock, progress = world.clock, Recorder()
    run = Session(world.gateway, clock, progress, lambda: 0.5, 60.0, patient=True, events=log)
    return create(run, request, manifest)


def test_each_request_is_recorded_with_query_attempt_and_duration(world: World) -> None:
    told: list[tuple[float, RequestEvent]] = []
    gateway = recorded(world.gateway, told)
    world.gateway.seconds = 0.25

    gateway.list_pools()
    made = gateway.create_pool(pool_object("a", RANGE), dry_run=True)
    made = gateway.create_pool(pool_object("a", RANGE))
    assert made.live is not None
    gateway.list_pools(at=made.live.resource_version, selector="x=y")
    gateway.get_pool("a")
    gateway.get_pool("b")
    gateway.get_pool("a")
    gateway.patch_pool("a", [], dry_run=True)
    patched = gateway.patch_pool("a", [])
    gateway.delete_pool(patched)
    gateway.consumers()
    gateway.may("get")
    gateway.may("list")
    gateway.may("list", of=Resource("", "v1", "services"))
    gateway.webhook_registered()

    dry, exact = {"dryRun": "All"}, {"resourceVersion": made.live.resource_version}
    assert [(each.verb, each.pool, each.query, each.attempt) for _, each in told] == [
        ("list", "", {}, 1),
        ("create", "a", dry, 1),
        ("create", "a", {}, 1),
        ("list", "", {"labelSelector": "x=y", **exact}, 1),
        ("get", "a", {}, 1),
        ("get", "b", {}, 1),
        ("get", "a", {}, 2),
        ("patch", "a", dry, 1),
        ("patch", "a", {}, 1),
        ("delete", "a", {}, 1),
        ("consumers", "", {}, 1),
        ("may", "", {"verb": "get"}, 1),
        ("may", "", {"verb": "list"}, 1),
        ("may", "", {"verb": "list", "resource": "services"}, 1),
        ("webhook", "", {}, 1),
    ]
    assert [began for began, _ in told] == [1000 + 0.25 * at for at in range(len(told))]
    assert {(each.outcome, each.status, each.seconds) for _, each in told} == {
        ("answered", None, 0.25)
    }


def test_rejections_lost_answers_and_signals_are_recorded_and_raised(world: World) -> None:
    told: list[tuple[float, RequestEvent]] = []
    gateway = recorded(world.gateway, told)

    def stop() -> None:
        raise StoppedError(2)

    world.gateway.fail("get", RejectedFault(429, "later"))
    with pytest.raises(RejectedFault, match="later"):
        gateway.get_pool("a")
    world.gateway.fail("get", UnansweredFault("reset"))
    with pytest.raises(UnansweredFault, match="reset"):
        gateway.get_pool("a")
    world.gateway.before("get", stop)
    with pytest.raises(StoppedError):
        gateway.get_pool("a")

    assert [(each.outcome, each.status, each.attempt) for _, each in told] == [
        ("busy", 429, 1),
        ("unknown", None, 2),
        ("interrupted", None, 3),
    ]


def test_a_create_records_the_start_of_each_request_and_each_wait(world: World) -> None:
    log = Log()
    world.gateway.seconds = 0.5
    world.gateway.fail("list", RejectedFault(429, "later", retry_after=3.0))

    outcome = created(world, log)

    assert outcome.state is State.CREATED
    ((at, wait),) = log.waits
    assert (at.at, at.elapsed, wait.wait, wait.attempt) == (1000.5, 0.5, 3.0, 1)
    times = [time for time, _ in log.requests]
    assert [(each.at, each.elapsed) for each in times[:3]] == [
        (1000.0, 0.0), (1003.5, 3.5), (1004.0, 4.0)
    ]  # fmt: skip
    assert {each.request_id for each in (at, *times)} == {outcome.request_id}
    verbs = [each.verb for _, each in log.requests]
    assert verbs == ["list", "list", *["may"] * 5, "create", "list", "patch"]


def test_the_host_is_that_of_the_server(behind: FakeGateway) -> None:
    assert recorded(behind, []).host == behind.host


def test_the_connection_to_the_server_is_closed(behind: FakeGateway) -> None:
    recorded(behind, []).close()

    assert behind.closed
