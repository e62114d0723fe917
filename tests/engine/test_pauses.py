"""The pauses of one run: their growth and their reset."""

import pytest

from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.decisions import Stale, Wait
from ippoolctl.engine.session import TimedOutError
from ippoolctl.engine.writer import Pauses
from ippoolctl.ports.faults import RejectedFault, UnreachableFault
from tests.engine.conftest import World
from tests.fakes import run_of

AWAY = UnreachableFault("connection refused")
OTHERS = Cause(CauseKind.RANGES_TAKEN)
STALE = Stale(Cause(CauseKind.CACHE_HOLDS_OLD, pool="a", text="10.0.0.0/24"))


class Paused:
    """Pauses, and how long each was."""

    def __init__(self, world: World, seconds: float = 60.0) -> None:
        run, self.recorder = run_of(world.gateway, seconds)
        self.pauses = Pauses(run)

    def waits(self) -> list[float]:
        found = [round(each.wait, 3) for each in self.recorder.events]
        self.recorder.events.clear()
        return found


@pytest.fixture
def paused(world: World) -> Paused:
    return Paused(world)


def test_pauses_after_faults_double_up_to_two_seconds(paused: Paused) -> None:
    for _ in range(7):
        paused.pauses.for_server(AWAY)

    # Chance is in the middle.
    assert paused.waits() == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0]


def test_a_longer_retry_after_is_respected(paused: Paused) -> None:
    paused.pauses.for_server(RejectedFault(429, "busy", retry_after=5.0))

    assert paused.waits() == [5.0]


def test_the_first_change_by_another_writer_needs_no_pause(paused: Paused) -> None:
    for _ in range(4):
        paused.pauses.for_change(AWAY)

    assert paused.waits() == [0.1, 0.2, 0.4]


def test_pauses_for_other_writers_grow_up_to_a_second(paused: Paused) -> None:
    for _ in range(8):
        paused.pauses.for_others(OTHERS)

    assert paused.waits() == [0.1, 0.15, 0.225, 0.338, 0.506, 0.759, 1.0, 1.0]
    paused.pauses.for_others(OTHERS, most=0.3)
    assert paused.waits() == [0.3]


def test_pauses_for_the_cache_grow_with_the_time_since_the_first_denial(
    paused: Paused, world: World
) -> None:
    denied = [paused.pauses.denied]
    paused.pauses.for_cache(STALE)
    denied.append(paused.pauses.denied)
    world.clock.sleep(3.9)
    paused.pauses.for_cache(STALE)

    assert denied == [False, True]
    assert paused.waits() == [0.1, 0.6]


def test_the_time_since_the_first_denial_begins_with_a_denial_that_is_only_noted(
    paused: Paused, world: World
) -> None:
    paused.pauses.note_denial()
    world.clock.sleep(4)
    paused.pauses.note_denial()
    paused.pauses.for_denial(STALE)

    assert paused.waits() == [0.6]


def test_a_denial_because_of_a_live_pool_is_a_wait_for_others(paused: Paused) -> None:
    paused.pauses.for_denial(Wait(OTHERS))

    assert [each.cause for each in paused.recorder.events] == [OTHERS]
    assert not paused.pauses.denied


def test_all_pauses_are_short_again_after_a_success(paused: Paused, world: World) -> None:
    for _ in range(2):
        paused.pauses.for_server(AWAY)
        paused.pauses.for_change(AWAY)
        paused.pauses.for_others(OTHERS)
        paused.pauses.for_cache(STALE)
        world.clock.sleep(5)
    paused.waits()

    paused.pauses.forget()

    assert not paused.pauses.denied
    paused.pauses.for_server(AWAY)
    paused.pauses.for_change(AWAY)
    paused.pauses.for_others(OTHERS)
    paused.pauses.for_cache(STALE)
    assert paused.waits() == [0.1, 0.1, 0.1]


def test_a_pause_until_the_deadline_ends_the_run_with_its_cause(world: World) -> None:
    paused = Paused(world, 0.05)

    with pytest.raises(TimedOutError) as end:
        paused.pauses.for_others(OTHERS)

    assert end.value.cause == OTHERS
    assert world.clock.now() == pytest.approx(1000.05)
