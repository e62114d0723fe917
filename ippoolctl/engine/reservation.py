"""The protocol that reserves ranges without a lock: one loop from step to step.

List all pools, decide, reserve (a pending pool, or a claim), verify what was first, then commit or
cancel. :mod:`ippoolctl.domain` makes every decision; the writer's ledger records what the run may
have left in the cluster.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Cause, CauseKind, Command
from ippoolctl.domain.protocol.decisions import (
    Committed,
    Done,
    Gone,
    InUse,
    Keep,
    Left,
    Reserve,
    Wait,
)
from ippoolctl.domain.protocol.outcome import Outcome, Report, ReportKind
from ippoolctl.engine import outcomes
from ippoolctl.engine.cancel import (
    CancelResult,
    clean_up,
    end,
    end_after,
    lose,
    outlast,
    wait_out_late_write,
)
from ippoolctl.engine.reserve_and_commit import commit, take, verify
from ippoolctl.engine.session import Session, TimedOutError
from ippoolctl.engine.steps import (
    Commit,
    Context,
    Decision,
    End,
    Holding,
    Look,
    Lose,
    Next,
    Outlast,
    State,
    Step,
    Take,
    Verify,
)
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import Fault


class Plan(Protocol):
    """What a run reserves: one set of ranges, or any range of a size."""

    def decide(self, state: State, pools: Sequence[Pool]) -> tuple[State, Decision]:
        """The state with what to hold, and the next step, given all pools."""

    def instead(self, context: Context, state: State, outcome: Outcome) -> Next:
        """The step that replaces an unsuccessful outcome; the outcome itself if there is none."""

    def found(self, state: State, pool: Pool) -> Holding:
        """What is held if our ``pool`` exists."""


@dataclass(frozen=True, slots=True)
class TheseRanges:
    """The plan of a run that accepts only the requested ranges."""

    asked: Holding

    def decide(self, state: State, pools: Sequence[Pool]) -> tuple[State, Decision]:
        """See :class:`Plan`."""
        holding = self.asked.with_existing_ranges(pools)
        compared = holding if state.has_verified(pools) else self.asked
        return replace(state, holding=holding), compared.decide(pools)

    def instead(self, context: Context, state: State, outcome: Outcome) -> Next:
        """See :class:`Plan`."""
        return state, outcome

    def found(self, state: State, pool: Pool) -> Holding:
        """See :class:`Plan`."""
        return state.holding


class Reservation:
    """One run of the protocol."""

    def __init__(self, session: Session, plan: Plan, holding: Holding, *, dry_run: bool) -> None:
        self._context = Context(session, dry_run=dry_run)
        self._plan = plan
        self._state = State(holding)

    def run(self) -> Outcome:
        """Run the protocol; leave nothing behind that the outcome does not name.

        Raises a :class:`~ippoolctl.ports.faults.Fault` if the run failed and left nothing behind,
        and passes :class:`StoppedError` on after the cleanup.
        """
        session, ledger = self._context.session, self._context.ledger
        session.request_id = self._state.holding.request_id
        try:
            try:
                outcome = self._run_steps()
            except (StoppedError, Fault):
                raise
            except BaseException:  # such as a closed output
                self._stopped()
                raise
        except StoppedError as stop:
            stop.report = self._stopped()
            raise
        return replace(
            outcome,
            request_id=session.request_id,
            attempts=ledger.sent,
            waited=session.elapsed,
            answer=outcome.answer or ledger.answer,
        )

    def _run_steps(self) -> Outcome:
        context = self._context
        step: Step = Look()
        try:
            while True:
                state = self._state
                match step:
                    case Look():
                        seen = context.session.list_pools()
                        state, decision = self._plan.decide(state, seen.pools)
                        exists = decision.exists if isinstance(decision, Wait) else None
                        # What a lost race was lost to no longer exists.
                        lost_to = () if isinstance(decision, Reserve) else state.lost_to
                        self._state = replace(state, looked=True, exists=exists, lost_to=lost_to)
                        step = Take(decision, seen)
                    case Take():
                        self._state, step = take(context, state, step)
                    case Verify():
                        self._state, step = verify(context, state, step)
                    case Commit():
                        self._state, step = commit(context, state, step)
                    case Lose():
                        self._state, step = lose(context, state)
                    case Outlast():
                        self._state, step = outlast(context, state, step)
                    case End():
                        self._state, step = end(context, state, step)
                    case Outcome(code=ExitCode.YES):
                        return step
                    case Outcome():
                        self._state, after = self._before_the_end(step)
                        if isinstance(after, Outcome):
                            return after
                        step = after
        except TimedOutError as timeout:
            return self._timed_out(timeout)
        except Fault as fault:
            return self._failed(fault)

    def _before_the_end(self, outcome: Outcome) -> Next:
        """Try what the plan offers instead; wait until an unanswered write can no longer commit."""
        self._state, step = self._plan.instead(self._context, self._state, outcome)
        if not isinstance(step, Outcome):
            return self._state, step
        result = wait_out_late_write(self._context, self._state)
        return end_after(self._state, End(step), result)

    def _timed_out(self, timeout: TimedOutError) -> Outcome:
        state = self._state
        if not state.looked:
            return nothing_known(self._context.session, state.holding.name, timeout)
        result = clean_up(self._context, state)
        if isinstance(result, Gone) and state.exists is None:
            if state.lost_to:
                return outcomes.lost(state.holding, state.lost_to)
            return self._too_late(timeout.cause)
        return self._what_is_left(result, timeout.cause)

    def _failed(self, fault: Fault) -> Outcome:
        result = clean_up(self._context, self._state)
        if isinstance(result, Gone) and self._state.exists is None:
            raise fault
        return replace(
            self._what_is_left(result, Cause(CauseKind.VERBATIM, text=fault.message)),
            answer=fault.message,
        )

    def _what_is_left(self, result: CancelResult, cause: Cause) -> Outcome:
        state = self._state
        match result:
            case Gone():
                assert state.exists is not None
                return outcomes.not_alone(state.holding, cause, state.exists)
            case Committed(pool):
                return self._committed(pool, cause)
            case InUse(pool) if state.lost_to:
                return outcomes.kept(state.holding, state.lost_to, pool)
            case InUse(pool):
                return outcomes.unsettled(state.holding, cause, pool)
            case Left() if self._context.ledger.mine is None:
                return outcomes.unknown(state.holding, result.cause)
            case Left():
                return outcomes.left(state.holding, result.cause, state.lost_to)

    def _committed(self, pool: Pool, cause: Cause) -> Outcome:
        """The reservation stays, whatever overlaps it; a new list shows the conflicts."""
        state = self._state
        holding = self._plan.found(state, pool)
        try:
            decision = holding.decide(self._context.session.list_pools().pools)
        except (Fault, TimedOutError):
            return outcomes.not_alone(holding, cause, pool)
        match decision:
            case Done(found):
                ours = self._context.created(state, found) or holding.command is Command.EXTEND
                return outcomes.done(holding, found, ours=ours)
            case Keep(found, conflicts):
                return outcomes.kept(holding, conflicts, found)
            case Wait(exists=Pool() as found):
                return outcomes.not_alone(holding, cause, found)
            case _:
                return self._too_late(cause)

    def _too_late(self, cause: Cause) -> Outcome:
        context = self._context
        limit, denied = context.session.limit, context.pauses.denied
        return outcomes.too_late(self._state.holding, cause, limit, denied=denied)

    def _stopped(self) -> Report:
        """Clean up quickly, and report what exists."""
        state = self._state
        if not state.looked:
            return Report(ReportKind.NOTHING_SENT)
        result = clean_up(self._context, state, hurry=True)
        return outcomes.after_signal(state.holding, result, state.exists)


def nothing_known(session: Session, name: str, timeout: TimedOutError) -> Outcome:
    """The outcome for a pool that was never read.

    Raises the :class:`~ippoolctl.ports.faults.Fault` if the server never responded.
    """
    session.raise_if_never_contacted(timeout)
    return outcomes.not_checked(name, timeout.cause, session.limit)
