"""Carrying out a decision: reserve, verify what was first, then commit."""

from collections.abc import Sequence
from dataclasses import replace

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.backoff import pause_between_polls
from ippoolctl.domain.protocol.causes import Cause, CauseKind, Command
from ippoolctl.domain.protocol.decisions import (
    Absent,
    Adopt,
    Committed,
    Done,
    Enough,
    Exhausted,
    Gone,
    Held,
    Keep,
    Lost,
    NoRoom,
    Refuse,
    Reserve,
    Stale,
    UnusableClaim,
    Wait,
)
from ippoolctl.domain.protocol.verification import (
    Unanswered,
    after_adoption,
    after_unanswered_write,
    after_write,
)
from ippoolctl.engine import outcomes
from ippoolctl.engine.cancel import remove_unusable_claim
from ippoolctl.engine.steps import Commit, Context, End, Look, Lose, Next, State, Take, Verify
from ippoolctl.engine.writer import (
    Applied,
    Changed,
    Denied,
    Effect,
    Failed,
    NotDone,
    Refused,
    Result,
    Unknown,
)
from ippoolctl.ports.faults import Fault
from ippoolctl.ports.gateway import PoolList


def take(context: Context, state: State, step: Take) -> Next:
    """Carry out a decision."""
    holding = state.holding
    match step.decision:
        case Reserve(base):
            return _reserve(context, state, base, step.seen)
        case Adopt(pool) if context.dry_run:
            decision = holding.decide_without(pool, step.seen.pools)
            if isinstance(decision, Reserve):
                return state, outcomes.dry_run_succeeded(holding, pool)
            return take(context, state, Take(decision, step.seen))
        case Adopt(pool):
            context.adopt(holding, pool)
            return state, Verify(pool, adopted=True)
        case UnusableClaim(pool) if context.dry_run:
            return state, outcomes.dry_run_succeeded(holding, pool)
        case UnusableClaim(pool):
            context.adopt(holding, pool)
            return remove_unusable_claim(context, state, pool)
        case Wait() as wait:
            return _wait(context, state, wait)
        case Exhausted(cause):
            return _wait_for_room(context, state, cause)
        case Done(pool):
            ours = context.ledger.sent > 0
            if holding.command is Command.CREATE:
                ours = context.created(state, pool)
            return state, outcomes.done(holding, pool, ours=ours)
        case Enough(pool):
            return state, outcomes.enough(holding, pool)
        case Keep(pool, found):
            return state, outcomes.kept(holding, found, pool)
        case Refuse() as refuse:
            return state, outcomes.refused(holding, refuse, lost_to=state.lost_to)
        case Absent():
            return state, outcomes.absent(holding.name)
        case NoRoom(cause):
            return state, outcomes.no_room(holding.name, cause)


def _wait(context: Context, state: State, wait: Wait) -> Next:
    """Wait until a temporary conflict ends, if allowed."""
    if not context.patient(state):
        return state, outcomes.busy(state.holding, wait.cause, wait)
    context.pauses.for_others(wait.cause)
    return state, Look()


def _wait_for_room(context: Context, state: State, cause: Cause) -> Next:
    if not context.session.patient:
        return state, outcomes.busy(state.holding, cause)
    if state.tried.stale is not None:
        context.pauses.for_cache(Stale(state.tried.stale))
    else:
        context.pauses.for_others(cause)
    return replace(state, tried=state.tried.forgotten()), Look()


def _reserve(context: Context, state: State, base: Pool | None, seen: PoolList) -> Next:
    """Send the reservation once."""
    holding, session = state.holding, context.session
    context.require_rights(holding)
    if context.dry_run:
        write, effect = holding.dry_run(base), Effect.DRY_RUN
    elif _earlier_write_may_commit(context):
        return state, Look()
    else:
        write, effect = holding.reserve(base, seen.date, session.random), Effect.RESERVE
    result = context.writer.write(write)
    if not isinstance(result, Applied):
        return _after_failure(context, state, result, base, seen.pools)
    made = result.pool
    assert made is not None
    context.pauses.forget()
    changed = holding.not_as_asked(effect, base, made)
    if changed is not None:
        return state, End(outcomes.refused(holding, changed))
    if context.dry_run:
        return state, outcomes.dry_run_succeeded(holding, made)
    return state, Verify(made, adopted=False)


def _earlier_write_may_commit(context: Context) -> bool:
    """Whether an earlier write of this run may still commit, or has since the last list; waits
    until it can no longer commit.

    A result that was seen meanwhile proves nothing: a twin may have written and canceled it.
    """
    until, now = context.ledger.late_write_deadline, context.session.clock.now()
    if until is None:
        return False
    if after_unanswered_write(there=False, over=now >= until) is Unanswered.WAIT:
        context.pauses.for_others(Cause(CauseKind.NO_EARLIER_RESPONSE), until - now)
    else:
        context.ledger.late_write_deadline = None
    return True


def _after_failure(
    context: Context, state: State, result: Result, base: Pool | None, seen: Sequence[Pool]
) -> Next:
    holding, session = state.holding, context.session
    match result:
        case Denied():
            return _after_denial(context, state, result, base, seen)
        case Changed():
            # The next list shows whose it is; pause in case nothing has changed by then.
            context.pauses.for_others(
                Cause(CauseKind.JUST_APPEARED, pool=holding.name)
                if holding.command is Command.CREATE
                else Cause(CauseKind.JUST_CHANGED, pool=holding.name)
            )
            return state, Look()
        case Applied():
            raise AssertionError
        case Refused(fault):
            return state, outcomes.refused(
                holding, Refuse((Cause(CauseKind.VERBATIM, text=fault.message),))
            )
        case Unknown(fault, until) if _appeared(context, state, base, fault, until):
            return replace(state, ownership_unknown=True), Look()
        case NotDone(fault, unsent=True) if not session.patient:
            raise fault
        case Unknown(fault) | NotDone(fault):
            context.ledger.late_write_deadline = None
            if not session.patient:
                return state, outcomes.unavailable(holding, fault)
            context.pauses.for_server(fault)
            return state, Look()
        case Failed(fault):
            raise fault


def _appeared(
    context: Context, state: State, base: Pool | None, fault: Fault, until: float
) -> bool:
    """Whether an unanswered reservation seems to exist; reads until it can no longer commit."""
    session, polls = context.session, 0
    while True:
        over = session.clock.now() >= until
        there = state.holding.appeared(base, session.get_pool(state.holding.name))
        if after_unanswered_write(there=there, over=over) is not Unanswered.WAIT:
            return there
        seconds = min(pause_between_polls(polls), until - session.clock.now())
        cause = Cause(CauseKind.NO_RESPONSE, command=state.holding.command, text=fault.message)
        session.pause(cause, max(seconds, 0.0), fault)
        polls += 1


def _after_denial(
    context: Context, state: State, denied: Denied, base: Pool | None, seen: Sequence[Pool]
) -> Next:
    holding = state.holding
    match context.judge(holding.validated_request(Effect.RESERVE, base), denied, seen):
        case Refuse() as refuse:
            return state, outcomes.refused(holding, refuse, lost_to=state.lost_to)
        case Wait() as wait:
            return _wait(context, state, wait)
        case Stale() as stale if context.patient(state):
            context.pauses.for_cache(stale)
            return state, Look()
        case Stale() as stale:
            return state, outcomes.stale(holding, stale)


def verify(context: Context, state: State, step: Verify) -> Next:
    """Verify that no overlapping pool or claim was first; takes the lists for that."""
    session, pool = context.session, step.held
    context.ledger.mine = pool
    request = state.holding.contested(pool)
    assert pool.live is not None
    state = replace(state, verified=pool.live.uid)
    snapshot = session.snapshot(pool.live.resource_version)
    if snapshot is None or step.adopted:
        now = session.list_pools().pools
        result = after_adoption(request, now, snapshot.pools if snapshot else None)
    else:
        result = after_write(request, snapshot.pools)
    if isinstance(result, Lost):
        return replace(state, lost_to=result.conflicts), Lose()
    return state, Commit(pool)


def commit(context: Context, state: State, step: Commit) -> Next:
    """Commit the reservation; also without ``--wait``, since it is written and has won."""
    holding, pool = state.holding, step.held
    result = context.writer.write(holding.commit(pool))
    match result:
        case Applied(made):
            assert made is not None
            return _committed(context, state, pool, made)
        case Denied():
            decision = context.judge(holding.validated_request(Effect.COMMIT, pool), result)
            if isinstance(decision, Refuse):
                return state, End(outcomes.refused(holding, decision))
            claims = holding.command is Command.EXTEND
            if claims and state.candidate and isinstance(decision, Stale):
                # Only now the webhook saw the range: another one may not be in its cache.
                return state, End(outcomes.stale(holding, decision))
            context.pauses.for_denial(decision)
            return state, step
        case Refused(fault):
            return state, End(
                outcomes.refused(holding, Refuse((Cause(CauseKind.VERBATIM, text=fault.message),)))
            )
        case NotDone(fault):
            context.pauses.for_server(fault)
            return state, step
        case Changed(fault):
            context.pauses.for_change(fault)
            return _verify_again(context, state, pool)
        case Unknown(fault):
            context.pauses.for_server(fault)
            return _verify_again(context, state, pool)
        case Failed(fault):
            raise fault


def _committed(context: Context, state: State, pool: Pool, made: Pool) -> Next:
    holding = state.holding
    changed = holding.not_as_asked(Effect.COMMIT, pool, made)
    if changed is not None:
        return state, outcomes.refused(holding, changed)
    if holding.lacks(made):  # an adopted claim may have had only some of the ranges
        context.ledger.committed = None
        return state, Look()
    return state, outcomes.committed(holding, made, ours=context.created(state, made))


def _verify_again(context: Context, state: State, pool: Pool) -> Next:
    """Never repeat a commit on a changed object: verify it again."""
    assert pool.live is not None
    present = context.session.get_pool(pool.name)
    match state.holding.after_commit(pool.live.uid, present):
        case Held(found):
            return state, Verify(found, adopted=True)
        case Gone():
            context.ledger.mine = None
            return state, Look()
        case Committed(found):
            context.ledger.mine = None
            return replace(state, exists=found), Look()
        case Refuse() as refuse:
            return state, End(outcomes.refused(state.holding, refuse))
        case UnusableClaim(found):
            return remove_unusable_claim(context, state, found)
