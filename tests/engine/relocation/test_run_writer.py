"""One write of a relocation: what it tells the run, and the pause before the next look."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.engine.relocation.run_writer import RejectedError, RunWriter
from ippoolctl.engine.writer import Effect, Write
from ippoolctl.errors import StoppedError
from ippoolctl.ports.faults import Fault, RejectedFault, UnansweredFault
from tests.builders import pool_object
from tests.engine.conftest import World
from tests.fakes import run_of

SILENCE, BUSY = UnansweredFault("reset"), RejectedFault(429, "later")
EXISTS = RejectedFault(409, "it exists", reason="AlreadyExists")
POLICY = RejectedFault(422, "a policy denied the request: no")
UNAUTHORIZED = RejectedFault(401, "Unauthorized")

WRITE = Write.create(pool_object("a", "10.0.0.0/24"), Effect.CHANGE)


class Writing:
    """A writer of a relocation, and what it told."""

    def __init__(self, world: World) -> None:
        self.session, self.recorder = run_of(world.gateway)
        self.writer = RunWriter(self.session)
        self.noted = 0

    def send(self, *, stale: bool = False) -> bool:
        return self.writer.send(WRITE, self._note, stale=stale)

    def _note(self) -> None:
        self.noted += 1

    def waits(self) -> list[tuple[float, Cause]]:
        return [(round(each.wait, 3), each.cause) for each in self.recorder.events]


@pytest.fixture
def writing(world: World) -> Writing:
    return Writing(world)


def test_an_applied_write_is_noted_without_a_pause(writing: Writing) -> None:
    assert writing.send() is True
    assert (writing.noted, writing.writer.wrote, writing.waits()) == (1, True, [])


@pytest.mark.parametrize(("fault", "wrote"), [(BUSY, False), (SILENCE, True)])
def test_a_write_that_is_not_answered_may_have_been_stored(
    world: World, writing: Writing, fault: Fault, *, wrote: bool
) -> None:
    world.gateway.fail("create", fault)

    assert writing.send() is False
    assert (writing.noted, writing.writer.wrote) == (0, wrote)
    assert writing.waits() == [(0.1, Cause(CauseKind.SERVER_FAILED, text=fault.message))]


def test_a_second_change_by_another_client_is_followed_by_a_pause(
    world: World, writing: Writing
) -> None:
    world.gateway.fail("create", EXISTS, times=2)

    assert [writing.send(), writing.send()] == [False, False]
    assert (writing.noted, writing.writer.wrote) == (0, False)
    assert writing.waits() == [(0.1, Cause(CauseKind.KEEPS_CHANGING, text="it exists"))]


def test_a_denial_is_final_unless_the_webhook_may_be_behind(world: World, writing: Writing) -> None:
    world.gateway.fail("create", POLICY, times=2)

    assert writing.send(stale=True) is False
    assert writing.waits() == [(0.1, Cause(CauseKind.VERBATIM, text=POLICY.message))]
    with pytest.raises(RejectedError, match="a policy denied the request: no"):
        writing.send()


def test_a_fault_for_which_a_retry_cannot_help_is_raised(world: World, writing: Writing) -> None:
    world.gateway.fail("create", UNAUTHORIZED)

    with pytest.raises(RejectedFault, match="Unauthorized"):
        writing.send()


@pytest.mark.parametrize(("fault", "noted"), [(None, 1), (BUSY, 0), (SILENCE, 0)])
def test_a_write_is_noted_if_it_was_applied_while_a_signal_waited(
    world: World, writing: Writing, fault: Fault | None, noted: int
) -> None:
    @contextmanager
    def stopped_at_the_end() -> Iterator[None]:
        yield
        raise StoppedError(2)

    writing.session.shield = stopped_at_the_end
    if fault is not None:
        world.gateway.fail("create", fault)

    with pytest.raises(StoppedError):
        writing.send()

    assert writing.noted == noted


@pytest.mark.parametrize(("fault", "until"), [(SILENCE, 1010), (EXISTS, 1000)])
def test_a_late_write_is_waited_out_until_the_end_of_its_request(
    world: World, writing: Writing, fault: Fault, until: float
) -> None:
    world.gateway.fail("create", fault)
    writing.send()

    writing.writer.wait_out_late_writes()

    assert world.clock.now() == pytest.approx(until)
