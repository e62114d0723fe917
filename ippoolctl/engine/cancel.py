"""Canceling a reservation (a pending pool or a claim), however a run ends: only our own, and never
one that a twin has committed.
"""

from dataclasses import replace
from typing import Final

from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.backoff import POLL_MOST
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.decisions import Committed, Gone, Held, InUse, Left, Refuse
from ippoolctl.domain.protocol.outcome import WaitEvent
from ippoolctl.domain.protocol.request import held_as
from ippoolctl.engine import outcomes
from ippoolctl.engine.session import TimedOutError
from ippoolctl.engine.steps import Context, End, Look, Lose, Next, Outlast, State, Verify
from ippoolctl.engine.writer import (
    Applied,
    Changed,
    Denied,
    Effect,
    Failed,
    NotDone,
    Refused,
    Unknown,
)
from ippoolctl.ports.faults import Fault

LOOK_EVERY: Final = 0.1
"""Seconds between reads that look for the result of a late write."""

CancelResult = Gone | Committed | InUse | Left
"""What is left after a cancellation."""


def cancel(context: Context, state: State) -> CancelResult:
    """Cancel the reservation in the ledger, if there is one."""
    ledger, holding = context.ledger, state.holding
    if ledger.mine is None:
        return Gone()
    assert ledger.mine.live is not None
    uid = ledger.mine.live.uid
    found: Held | CancelResult = holding.what_is_left(uid, ledger.mine)
    while isinstance(found, Held):
        ledger.mine = pool = found.pool
        result = context.writer.write(holding.cancel(pool))
        match result:
            case Applied():
                found = Gone()
            case Changed(fault):
                context.pauses.for_change(fault)
                found = holding.what_is_left(uid, context.session.get_pool(pool.name))
            case Unknown(fault):
                context.pauses.for_server(fault)
                found = holding.what_is_left(uid, context.session.get_pool(pool.name))
            case NotDone(fault):
                context.pauses.for_server(fault)
            case Denied(fault):
                # The webhook validates every update, even one that only removes an annotation.
                decision = context.judge(holding.validated_request(Effect.CANCEL, pool), result)
                if isinstance(decision, Refuse):
                    return Left(Cause(CauseKind.EVERY_CHANGE_DENIED, text=fault.message))
                context.pauses.for_denial(decision)
            case Refused(fault) | Failed(fault):
                return Left(Cause(CauseKind.VERBATIM, text=fault.message))
    ledger.mine = found.pool if isinstance(found, InUse) else None
    return found


def lose(context: Context, state: State) -> Next:
    """Cancel after a lost race."""
    match cancel(context, state):
        case Gone() if context.patient(state):
            return state, Look()
        case Gone():
            return state, outcomes.lost(state.holding, state.lost_to)
        case Committed(pool):
            return replace(state, exists=pool), Look()
        case InUse(pool):
            return state, Outlast(pool)
        case Left(cause):
            return state, outcomes.left(state.holding, cause, state.lost_to)


def outlast(context: Context, state: State, step: Outlast) -> Next:
    """Our pool lost and is in use: settle it if the conflict ends, cancel it once it is unused."""
    ledger, pool = context.ledger, step.pool
    ledger.mine = pool
    found = state.holding.contested(pool).conflicts(context.session.list_pools().pools)
    if not found:
        return replace(state, lost_to=()), Verify(pool, adopted=True)
    state = replace(state, lost_to=found)
    if held_as(found, HoldState.SETTLED):
        return state, outcomes.kept(state.holding, found, pool)
    context.session.pause(Cause(CauseKind.LOST_BUT_IN_USE, pool=pool.name), POLL_MOST)
    assert pool.live is not None
    match state.holding.what_is_left(pool.live.uid, context.session.get_pool(pool.name)):
        case InUse(present):
            return state, Outlast(present)
        case Held(present):
            ledger.mine = present
            return state, Lose()
        case Committed(present):
            ledger.mine = None
            return replace(state, exists=present), Look()
        case Gone():
            ledger.mine = None
            return state, Lose()


def remove_unusable_claim(context: Context, state: State, pool: Pool) -> Next:
    """Remove a claim of this request that cannot be appended, and list the pools again."""
    context.ledger.mine = pool
    left = cancel(context, state)
    if isinstance(left, Left):
        return state, outcomes.left(state.holding, left.cause)
    return state, Look()


def end(context: Context, state: State, step: End) -> Next:
    """Cancel before an end without success."""
    return end_after(state, step, cancel(context, state))


def end_after(state: State, step: End, result: CancelResult) -> Next:
    """The outcome, given what is left; list the pools again if a twin has committed."""
    outcome = step.outcome
    match result:
        case Gone():
            return state, outcome
        case Committed(pool):
            return replace(state, exists=pool), Look()
        case InUse(pool) if outcome.conflicts:
            return state, outcomes.kept(state.holding, outcome.conflicts, pool)
        case InUse(pool):
            # Without a conflict it is a refusal, or what was waited for ended meanwhile.
            assert outcome.report is not None
            causes = outcome.report.causes
            cause = causes[0] if causes else Cause(CauseKind.OUT_OF_TIME)
            unsettled = outcomes.unsettled(state.holding, cause, pool)
            return state, replace(unsettled, answer=outcome.answer)
        case Left(cause):
            left = outcomes.left(state.holding, cause, outcome.conflicts)
            return state, replace(left, answer=outcome.answer)


def clean_up(context: Context, state: State, *, hurry: bool = False) -> CancelResult:
    """Cancel everything that this run may have left, including an unanswered write.

    With ``hurry`` it takes at most a second, after the write can no longer commit.
    """
    ledger, late = context.ledger, context.ledger.late_write_deadline
    context.session.allow_grace(hurry=hurry, after=late if hurry else None)
    if ledger.committed is not None:
        return Committed(ledger.committed)
    try:
        if ledger.mine is None and late is not None:
            ledger.mine = _watch(context, state, late)
        result = cancel(context, state)
        if not isinstance(result, Gone):
            return result
        if context.writer.late_write_may_commit and not hurry:
            return Left(Cause(CauseKind.MAY_STILL_COMMIT))
        # The last read may have been before the write's deadline.
        return wait_out_late_write(context, state)
    except TimedOutError as timeout:
        return Left(Cause(CauseKind.NOT_CHECKED_AGAIN, cause=timeout.cause))
    except Fault as fault:
        return Left(
            Cause(CauseKind.NOT_CHECKED_AGAIN, cause=Cause(CauseKind.VERBATIM, text=fault.message))
        )


def wait_out_late_write(context: Context, state: State) -> CancelResult:
    """Wait until an unanswered write can no longer commit, then cancel its result.

    A result that was seen and canceled before proves nothing: a twin may have written it. Raises
    :class:`TimedOutError` if the deadline comes first.
    """
    session, holding, until = context.session, state.holding, context.ledger.late_write_deadline
    if until is None:
        return Gone()
    cause = Cause(CauseKind.NO_EARLIER_RESPONSE, command=holding.command)
    while session.clock.now() < until:
        session.pause(cause, until - session.clock.now())
    context.ledger.mine = holding.ours(session.get_pool(holding.name))
    context.ledger.late_write_deadline = None
    return cancel(context, state)


def _watch(context: Context, state: State, until: float) -> Pool | None:
    """Our pool, if an unanswered write commits while time is left."""
    session, holding = context.session, state.holding
    cause = Cause(CauseKind.NO_RESPONSE, command=holding.command)
    session.progress.waiting(WaitEvent(cause, session.pauses, LOOK_EVERY, session.left))
    while True:
        present = session.get_pool(holding.name)
        ours = holding.ours(present)
        if ours is not None or holding.cannot_appear(present):
            return ours
        if session.clock.now() >= until or session.left <= LOOK_EVERY * 2:
            return None
        session.clock.sleep(LOOK_EVERY)
