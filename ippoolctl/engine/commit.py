"""From a reservation to what lasts: verify what was there first, then commit."""

from dataclasses import replace

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.cancellation import Committed, Gone, Held
from ippoolctl.domain.protocol.creation import Refuse
from ippoolctl.domain.protocol.reports import Cause, CauseKind
from ippoolctl.domain.protocol.verification import Lost, after_adoption, after_write
from ippoolctl.engine import outcomes
from ippoolctl.engine.cancel import remove_unusable_claim
from ippoolctl.engine.steps import Commit, Context, End, Look, Lose, Next, State, Verify
from ippoolctl.engine.writer import (
    Applied,
    Changed,
    Denied,
    Effect,
    NotDone,
    Refused,
    Unknown,
)


def verify(context: Context, state: State, step: Verify) -> Next:
    """What was there first, by the lists that this takes."""
    session, pool = context.session, step.held
    context.ledger.mine = pool
    request = state.holding.contested(pool)
    assert pool.live is not None
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
    """Make it last. It is finished without ``--wait`` as well: it is written and has won."""
    holding, pool = state.holding, step.held
    result = context.writer.write(holding.commit(pool))
    match result:
        case Applied(made):
            assert made is not None
            return _committed(context, state, pool, made)
        case Denied():
            decision = context.judge(holding.judged(Effect.COMMIT, pool), result)
            if isinstance(decision, Refuse):
                return state, End(outcomes.refused(holding, decision))
            context.pauses.for_denial(decision)
            return state, step
        case Refused(fault):
            return state, End(
                outcomes.refused(holding, Refuse((Cause(CauseKind.SAID, text=fault.message),)))
            )
        case NotDone(fault):
            context.pauses.for_server(fault)
            return state, step
        case Changed(fault):
            context.pauses.for_change(fault)
            return _look_at_it(context, state, pool)
        case Unknown(fault):
            context.pauses.for_server(fault)
            return _look_at_it(context, state, pool)
        case _:
            raise result.fault


def _committed(context: Context, state: State, pool: Pool, made: Pool) -> Next:
    holding, ledger = state.holding, context.ledger
    changed = holding.not_as_asked(Effect.COMMIT, pool, made)
    if changed is not None:
        ledger.committed = None
        return state, outcomes.refused(holding, changed)
    if holding.lacks(made):  # an adopted claim may have been for some of the ranges only
        ledger.committed = None
        return state, Look()
    return state, outcomes.committed(holding, made, ours=context.created(state, made))


def _look_at_it(context: Context, state: State, pool: Pool) -> Next:
    """Never repeat a commit on an object that has changed: verify again."""
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
        case unusable:
            return remove_unusable_claim(context, state, unusable.pool)
