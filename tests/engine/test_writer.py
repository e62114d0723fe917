"""One write of a run: its result, and what it may have left, after each answer."""

import pytest

from ippoolctl.domain.antrea.messages import denied
from ippoolctl.engine.writer import (
    Applied,
    Changed,
    Denied,
    Effect,
    Failed,
    Ledger,
    NotDone,
    Refused,
    Result,
    Unknown,
    Write,
    Writer,
)
from ippoolctl.errors import StoppedError
from ippoolctl.ports.faults import Fault, RejectedFault, UnansweredFault, UnreachableFault
from tests.builders import pool_object
from tests.engine.conftest import World
from tests.fakes import run_of

SILENCE, AWAY = UnansweredFault("reset"), UnreachableFault("connection refused")
BUSY, UNAUTHORIZED = RejectedFault(429, "later"), RejectedFault(401, "Unauthorized")
UNEXPECTED = RejectedFault(520, "the server answered with status 520 and no reason")
EXISTS = RejectedFault(409, "it exists", reason="AlreadyExists")
DENIED = RejectedFault(400, denied("range [10.0.0.0/24] overlaps with range [10.0.0.0/24] of b"))
POLICY = RejectedFault(422, "a policy denied the request: no")

CREATED = pool_object("a", "10.0.0.0/24")
ENDS = 1010.0
"""When the time limit of a request ends that is sent at 1000."""


def writer_of(world: World) -> Writer:
    return Writer(run_of(world.gateway)[0])


@pytest.mark.parametrize(
    ("effect", "fault", "result", "late"),
    [
        (Effect.RESERVE, SILENCE, Unknown(SILENCE, ENDS), ENDS),
        (Effect.RESERVE, UNEXPECTED, Failed(UNEXPECTED), ENDS),
        (Effect.RESERVE, AWAY, NotDone(AWAY, unsent=True), None),
        (Effect.RESERVE, BUSY, NotDone(BUSY, unsent=False), None),
        (Effect.RESERVE, EXISTS, Changed(EXISTS), None),
        (Effect.RESERVE, DENIED, Denied(DENIED, repeated=False), None),
        (Effect.RESERVE, POLICY, Refused(POLICY), None),
        (Effect.RESERVE, UNAUTHORIZED, Failed(UNAUTHORIZED), None),
        (Effect.CHANGE, SILENCE, Unknown(SILENCE, ENDS), ENDS),
        (Effect.CHANGE, UNEXPECTED, Failed(UNEXPECTED), ENDS),
        (Effect.CHANGE, BUSY, NotDone(BUSY, unsent=False), None),
        (Effect.COMMIT, SILENCE, Unknown(SILENCE, ENDS), None),
        (Effect.DRY_RUN, SILENCE, NotDone(SILENCE, unsent=False), None),
        (Effect.DRY_RUN, UNEXPECTED, Failed(UNEXPECTED), None),
    ],
)
def test_only_an_unanswered_write_that_is_stored_may_commit_later(
    world: World, effect: Effect, fault: Fault, result: Result, late: float | None
) -> None:
    world.gateway.fail("create", fault)
    writer = writer_of(world)

    assert writer.write(Write.create(CREATED, effect)) == result
    assert writer.ledger == Ledger(
        late_write_deadline=late,
        sent=int(effect is Effect.RESERVE),
        changes=int(effect is Effect.CHANGE),
        result=result,
        answer=fault.message,
    )


@pytest.mark.parametrize("effect", Effect)
def test_an_applied_write_leaves_a_reservation_a_committed_pool_or_nothing(
    world: World, effect: Effect
) -> None:
    writer = writer_of(world)

    result = writer.write(Write.create(CREATED, effect))

    assert isinstance(result, Applied)
    assert result.pool is not None
    assert result.pool.live is not None
    expected = {
        Effect.RESERVE: Ledger(mine=result.pool, made={result.pool.live.uid}, sent=1),
        Effect.COMMIT: Ledger(committed=result.pool),
        Effect.CHANGE: Ledger(changes=1),
    }.get(effect, Ledger())
    expected.result = result
    assert writer.ledger == expected


def test_a_write_that_is_interrupted_has_no_result_not_even_that_of_the_write_before(
    world: World,
) -> None:
    def stop() -> None:
        raise StoppedError(2)

    writer = writer_of(world)
    writer.write(Write.create(CREATED, Effect.CHANGE))
    world.gateway.before("create", stop)

    with pytest.raises(StoppedError):
        writer.write(Write.create(CREATED, Effect.CHANGE))

    assert writer.ledger.result is None
