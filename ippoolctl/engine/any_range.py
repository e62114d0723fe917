"""How ``create --ips`` and ``extend --ips`` hold ranges: any free range of a size.

After a conflict the run tries other ranges before it waits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ippoolctl.domain.addresses.ranges import Spelling, range_of, read_range, span_of
from ippoolctl.domain.antrea.messages import Denial, parse_denial
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.candidates import (
    Candidate,
    Own,
    OwnAppend,
    next_append,
    next_step,
    request_for,
    wants_another,
    with_failed_range,
)
from ippoolctl.domain.protocol.causes import Command
from ippoolctl.domain.protocol.creation import first_step
from ippoolctl.domain.protocol.decisions import Adopt, Wait
from ippoolctl.domain.protocol.denials import unreadable
from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.outcome import State as OutcomeState
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.space.search import Search
from ippoolctl.domain.space.taken import taken_by, taken_in
from ippoolctl.engine.pending_pool import PendingPool
from ippoolctl.engine.range_claim import RangeClaim
from ippoolctl.engine.reservation import Reservation
from ippoolctl.engine.session import Session
from ippoolctl.engine.steps import Context, Decision, Holding, Look, Next, State

Writing = Callable[[Spelling], Mapping[str, Any]]
"""Builds the object to create, with the mark and the request ID, for a range."""


@dataclass(frozen=True, slots=True)
class _AnyRange:
    """See :class:`ippoolctl.engine.reservation.Plan`."""

    asked: Request
    """The request without ranges."""
    search: Search
    writing: Writing
    dry_run: bool

    def decide(self, state: State, pools: Sequence[Pool]) -> tuple[State, Decision]:
        """The next range to try, or the range of an existing pool of this request."""
        state = replace(state, candidate=())
        asked = replace(self.asked, given_id=False) if state.has_verified(pools) else self.asked
        match next_step(asked, self.search, pools, state.tried):
            case Candidate(free_range):
                request = request_for(self.asked, free_range.spelling)
                holding = PendingPool(request, self.writing(free_range.spelling))
                state = replace(state, holding=holding, candidate=(free_range.span,))
                return state, first_step(request, pools)
            case Own(pool, step):
                state = replace(state, holding=self.found(state, pool))
                # A dry run does not cancel the pool, so it cannot try another range.
                if not isinstance(step, Wait) and not self.dry_run:
                    state = replace(state, candidate=tuple(taken_by(pool)))
                return state, step
            case step:
                return state, step

    def found(self, state: State, pool: Pool) -> PendingPool:
        """The pool with its own range: a twin may have chosen another one."""
        assert isinstance(state.holding, PendingPool)
        return replace(state.holding, request=replace(self.asked, pool=pool))

    def instead(self, context: Context, state: State, outcome: Outcome) -> Next:
        """Try another range, unless the outcome is unrelated to this one."""
        return _another(context, state, outcome)


def _another(context: Context, state: State, outcome: Outcome) -> Next:
    if not state.candidate or not wants_another(outcome):
        return state, outcome
    stale = outcome.state is OutcomeState.STALE
    denial = parse_denial(context.ledger.answer) if stale else None
    if denial is None or _denies(denial, state):
        assert outcome.report is not None
        tried = with_failed_range(state.tried, state.candidate, denial, outcome.report.cause)
        return replace(state, tried=tried, lost_to=()), Look()
    # The webhook denies every range: another one would be denied too.
    if not context.session.patient:
        return state, outcome
    context.pauses.for_cache(unreadable(denial))
    return state, Look()


def _denies(denial: Denial, state: State) -> bool:
    """Whether a denial is about the range that was tried: a claim is denied for any range of its
    pool, and any pool for an invalid range of another one.
    """
    if denial.own is None:
        return False
    creates = state.holding.command is Command.CREATE
    return creates or span_of(range_of(denial.own)) in state.candidate


def allocate(
    session: Session, request: Request, search: Search, writing: Writing, *, dry_run: bool = False
) -> Outcome:
    """Create the pool with a free range of the requested size.

    ``request`` has a name and no ranges; ``live`` of the outcome has the chosen range. Otherwise
    like :func:`ippoolctl.engine.pending_pool.create`.
    """
    plan = _AnyRange(request, search, writing, dry_run)
    return Reservation(session, plan, PendingPool(request, {}), dry_run=dry_run).run()


@dataclass(frozen=True, slots=True)
class _AnyMoreRange:
    """See :class:`ippoolctl.engine.reservation.Plan`."""

    asked: Extension
    """The extension without ranges."""
    search: Search

    def decide(self, state: State, pools: Sequence[Pool]) -> tuple[State, Decision]:
        """The next range to claim, or the ranges of an earlier run of this request."""
        state = replace(state, candidate=())
        match next_append(self.asked, self.search, pools, state.tried):
            case Candidate(free_range):
                ranges = (read_range(free_range.spelling),)
                holding = RangeClaim(replace(self.asked, ranges=ranges))
                state = replace(state, holding=holding, candidate=(free_range.span,))
                return state, holding.decide(pools)
            case OwnAppend(extension, step):
                state = replace(state, holding=RangeClaim(extension))
                if isinstance(step, Adopt):
                    state = replace(state, candidate=tuple(taken_in(extension.ranges)))
                return state, step
            case step:
                return state, step

    def found(self, state: State, pool: Pool) -> Holding:
        """See :class:`ippoolctl.engine.reservation.Plan`."""
        return state.holding

    def instead(self, context: Context, state: State, outcome: Outcome) -> Next:
        """Claim another range, unless the outcome is unrelated to this one."""
        return _another(context, state, outcome)


def extend_by_size(
    session: Session, extension: Extension, search: Search, *, dry_run: bool = False
) -> Outcome:
    """Append a free range of the requested size: next to the pool if there is room.

    ``extension`` has no ranges; the pool remembers which ones its request appended, see
    :func:`ippoolctl.domain.annotations.extended.appended_by`. Otherwise like
    :func:`ippoolctl.engine.range_claim.extend`.
    """
    plan = _AnyMoreRange(extension, search)
    return Reservation(session, plan, RangeClaim(extension), dry_run=dry_run).run()
