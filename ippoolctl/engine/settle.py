"""From a pending pool to one that stays: verify who was first, then take the mark off."""

from dataclasses import replace

from ippoolctl.domain.annotations.marks import Standing
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol import backoff
from ippoolctl.domain.protocol.cancellation import Settled, StillUsed, Withdrawn
from ippoolctl.domain.protocol.conflicts import standing_as
from ippoolctl.domain.protocol.creation import Done, Refuse
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.protocol.verification import (
    Again,
    Lost,
    Settle,
    Won,
    after_adoption,
    after_conflict,
    after_write,
    settling_patch,
)
from ippoolctl.engine import reports
from ippoolctl.engine.attempt import Attempt
from ippoolctl.engine.nature import Step, Verb, step_after
from ippoolctl.engine.withdraw import Left, Withdrawal, look_again, withdraw
from ippoolctl.ports.faults import Fault


def settle(attempt: Attempt, pool: Pool, *, adopted: bool) -> Outcome | None:
    """Verify and settle a pending pool of this request; ``None`` to begin again.

    ``adopted`` says that its revision may be later than its creation, since we did not see the
    write or the object changed.
    """
    while True:
        attempt.mine = pool
        result = verify(attempt, attempt.request, pool, adopted=adopted)
        if isinstance(result, Lost):
            return _lose(attempt, result)
        match _take_off_the_mark(attempt, pool):
            case Settle(present):
                pool, adopted = present, True
            case Again(settled):
                attempt.mine, attempt.exists = None, settled
                return None
            case Done(settled):
                attempt.done(settled)
                outcome = reports.created(attempt.request, settled)
                return replace(outcome, created=attempt.created(settled))
            case Outcome() as outcome:
                return end_with(attempt, outcome, withdraw(attempt))


def verify(attempt: Attempt, request: Request, pool: Pool, *, adopted: bool) -> Won | Lost:
    """Who was first, by the lists that this takes; ``request`` says which ranges it is about."""
    run = attempt.run
    assert pool.live is not None
    revision = pool.live.resource_version
    try:
        snapshot = run.list_pools(at=revision)
    except Fault as fault:
        if step_after(fault, Verb.READ) is not Step.RELIST:
            raise
        return after_adoption(request, attempt.look(), None)
    if adopted:
        return after_adoption(request, attempt.look(), snapshot.pools)
    return after_write(request, snapshot.pools)


def _take_off_the_mark(attempt: Attempt, pool: Pool) -> Settle | Again | Done | Outcome:
    patch = settling_patch(pool)
    after: Settle | Again | Done | Outcome | None = None
    while after is None:
        run = attempt.run
        try:
            after = Done(run.gateway.patch_pool(pool.name, patch, within=run.within()))
        except Fault as fault:
            after = _after_failed_patch(attempt, fault, pool)
    return after


def _after_failed_patch(
    attempt: Attempt, fault: Fault, pool: Pool
) -> Settle | Again | Done | Outcome | None:
    """What comes of a patch that failed; ``None`` to send the same again."""
    step = step_after(fault, Verb.PATCH)
    if step is Step.JUDGE:
        return _after_denial(attempt, fault)
    attempt.answer = fault.message
    match step:
        case Step.DECIDE_AGAIN | Step.LOOK:
            attempt.wait_to_look(fault, step)
            assert pool.live is not None
            return after_conflict(attempt.request, pool.live.uid, attempt.get())
        case Step.REFUSE:
            return reports.refused(attempt.request, Refuse((fault.message,)))
        case Step.REPEAT:
            attempt.wait_for_server(fault)
            return None
        case _:
            raise fault


def _after_denial(attempt: Attempt, fault: Fault) -> Outcome | None:
    # Whoever is patient or not: a pool that is written and has won deserves to be finished.
    decision = attempt.judge(fault)
    if isinstance(decision, Refuse):
        return reports.refused(attempt.request, decision)
    attempt.wait_for_denial(decision)
    return None


def _lose(attempt: Attempt, lost: Lost) -> Outcome | None:
    attempt.lost_to = lost.rivals
    match withdraw(attempt):
        case Withdrawn():
            return None if attempt.patient else reports.lost(attempt.request, lost.rivals)
        case Settled(pool):
            attempt.exists = pool
            return None
        case StillUsed(pool):
            return _outlast(attempt, pool)
        case Left() as left:
            return reports.left(attempt.request, left.reason, lost.rivals)


def _outlast(attempt: Attempt, pool: Pool) -> Outcome | None:
    """Ours lost and is in use: it stays as long as it is, and is settled if all others go."""
    after: Withdrawal | Pool = StillUsed(pool)
    while isinstance(after, StillUsed):
        attempt.mine = pool = after.pool
        found = attempt.request.rivals(attempt.look())
        if not found:
            attempt.lost_to = ()
            return settle(attempt, pool, adopted=True)
        attempt.lost_to = found
        if standing_as(found, Standing.SETTLED):
            attempt.mine = None
            return reports.kept(attempt.request, found, pool)
        reason = f"pool {pool.name} came second and is in use; it stays if the others go"
        attempt.run.pause(reason, backoff.POLL_MOST)
        after = look_again(attempt, pool)
    attempt.mine = after if isinstance(after, Pool) else None
    return _lose(attempt, Lost(attempt.lost_to))


def end_with(attempt: Attempt, outcome: Outcome, withdrawal: Withdrawal) -> Outcome | None:
    """An end without success after a withdrawal: say what could not be withdrawn; ``None`` to look
    again, since a twin settled it.
    """
    match withdrawal:
        case Withdrawn():
            return outcome
        case Settled(pool):
            attempt.exists = pool
            return None
        case StillUsed(pool):
            return _kept(attempt, outcome, pool)
        case Left() as left:
            return replace(
                reports.left(attempt.request, left.reason, outcome.rivals), answer=outcome.answer
            )


def _kept(attempt: Attempt, outcome: Outcome, pool: Pool) -> Outcome:
    if outcome.rivals:
        return reports.kept(attempt.request, outcome.rivals, pool)
    return replace(reports.unsettled(attempt.request, outcome.message, pool), answer=outcome.answer)
