"""Creating one pool with whatever free range of a size there is: another one upon any conflict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ippoolctl.domain.addresses.ranges import Span, Spelling
from ippoolctl.domain.antrea.messages import Denial, Kind, recognise
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.candidates import (
    Candidate,
    Exhausted,
    NoRoom,
    Own,
    Tried,
    next_step,
    request_for,
    wants_another,
)
from ippoolctl.domain.protocol.creation import FirstStep, Wait, first_step
from ippoolctl.domain.protocol.denials import Stale, unreadable
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.space.search import Search
from ippoolctl.domain.space.suggest import Suggestion, taken_by
from ippoolctl.engine import reports
from ippoolctl.engine.attempt import Attempt
from ippoolctl.engine.create import carry_out, last_look, take
from ippoolctl.engine.run import Run
from ippoolctl.engine.send import Sender

Writing = Callable[[Spelling], Mapping[str, Any]]
"""Makes the object to post, with the mark and the request's id, for a range."""


def allocate(
    run: Run, request: Request, search: Search, writing: Writing, *, dry_run: bool = False
) -> Outcome:
    """Create the pool with a free range of the size that is searched for.

    ``request`` names it and has no ranges; ``live`` of the outcome has the one that was taken. All
    else is as :func:`ippoolctl.engine.create.create` does it.
    """
    sender = Sender(Attempt(run, request, elsewhere=True), {}, dry_run=dry_run)
    return carry_out(sender, _Allocation(sender, request, search, writing).until_settled)


@dataclass
class _Allocation:
    """A search on its way."""

    sender: Sender
    asked: Request
    search: Search
    writing: Writing
    tried: Tried = field(default_factory=Tried)

    @property
    def attempt(self) -> Attempt:
        return self.sender.attempt

    def until_settled(self) -> Outcome:
        outcome = None
        while outcome is None:
            pools = self.attempt.look()
            outcome = last_look(self.attempt, self._take(pools))
        return outcome

    def _take(self, pools: Sequence[Pool]) -> Outcome | None:
        """The outcome in view of what was seen, or ``None`` to look again."""
        self.attempt.exists = None
        match next_step(self.asked, self.search, pools, self.tried):
            case Candidate(suggestion):
                return self._try(suggestion, pools)
            case Own(pool, step):
                return self._go_on_with(pool, step, pools)
            case Exhausted(reason):
                return self._wait_for_room(reason)
            case NoRoom(reason):
                return reports.no_room(self.asked.name, self.search, reason)
            case Wait() as wait:
                return self._wait(wait)
            case step:
                return take(step, self.sender, pools)

    def _try(self, suggestion: Suggestion, pools: Sequence[Pool]) -> Outcome | None:
        attempt = self.attempt
        attempt.request = request_for(self.asked, suggestion.spelling)
        self.sender.manifest = self.writing(suggestion.spelling)
        outcome = take(first_step(attempt.request, pools), self.sender, pools)
        return self._unless_in_conflict(outcome, suggestion.span)

    def _go_on_with(self, pool: Pool, step: FirstStep, pools: Sequence[Pool]) -> Outcome | None:
        """With a pool of this request that is there, whatever range it took."""
        self.attempt.request = replace(self.asked, pool=pool)
        if isinstance(step, Wait):
            return self._wait(step)
        return self._unless_in_conflict(take(step, self.sender, pools), *taken_by(pool))

    def _unless_in_conflict(self, outcome: Outcome | None, *spans: Span) -> Outcome | None:
        if outcome is None or not wants_another(outcome):
            return outcome
        attempt = self.attempt
        denial = recognise(attempt.answer) if outcome.state is State.STALE else None
        if denial is not None and denial.kind is not Kind.OVERLAP:
            return self._wait_for_readers(outcome, denial)
        self.tried = self.tried.and_also(spans, denial)
        attempt.lost_to = ()  # of that range, and another one is to come
        return None

    def _wait_for_readers(self, outcome: Outcome, denial: Denial) -> Outcome | None:
        """The webhook refuses whatever is asked for: another range would do no better."""
        if not self.attempt.run.patient:
            return outcome
        self.attempt.wait_for_cache(unreadable(denial))
        return None

    def _wait_for_room(self, reason: str) -> Outcome | None:
        if not self.attempt.run.patient:
            return reports.busy(self.asked, Wait(reason))
        if self.tried.stale:
            self.attempt.wait_for_cache(Stale(self.tried.stale))
        else:
            self.attempt.wait_for_others(reason)
        self.tried = self.tried.forgotten()
        return None

    def _wait(self, wait: Wait) -> Outcome | None:
        if not self.attempt.run.patient:
            return reports.busy(self.asked, wait)
        self.attempt.exists = wait.exists
        self.attempt.wait_for_others(wait.reason)
        return None
