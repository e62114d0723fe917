"""Creating one pool so that it is really there, once, and overlaps nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from ippoolctl.domain.creation import (
    Adopt,
    Done,
    FirstStep,
    Keep,
    Refuse,
    Request,
    Send,
    Wait,
    first_step,
)
from ippoolctl.domain.denials import Stale
from ippoolctl.domain.marks import Standing, is_pending
from ippoolctl.domain.outcome import Outcome
from ippoolctl.domain.pace import between_polls
from ippoolctl.domain.pool import Pool
from ippoolctl.domain.rivals import standing_as
from ippoolctl.engine import reports
from ippoolctl.engine.attempt import Attempt
from ippoolctl.engine.nature import Nature, nature
from ippoolctl.engine.run import OutOfTimeError, Run
from ippoolctl.engine.settle import settle
from ippoolctl.engine.withdraw import Left, Settled, StillUsed, Withdrawn, clean_up
from ippoolctl.errors import StoppedError
from ippoolctl.ports.faults import Fault

NEEDED_VERBS: Final = ("list", "get", "create", "patch", "delete")
"""What a create may have to do; asked before the first write."""


def create(
    run: Run, request: Request, manifest: Mapping[str, Any], *, dry_run: bool = False
) -> Outcome:
    """Create the pool; ``manifest`` is the object to post, with the mark and the request's id.

    Whatever the end, nothing of ours is left that the outcome does not name. With ``dry_run`` the
    server is asked and nothing is written. Raises a :class:`~ippoolctl.ports.faults.Fault` if
    nothing could be found out, and passes :class:`StoppedError` on after it has cleaned up.
    """
    attempt = Attempt(run, request)
    try:
        outcome = _to_the_end(_Sender(attempt, manifest, dry_run=dry_run))
        return replace(
            outcome,
            request_id=request.id,
            attempts=attempt.sent,
            waited=run.elapsed,
            answer=outcome.answer or attempt.answer,
        )
    except StoppedError as stop:
        stop.message = reports.stopped(request, clean_up(attempt, hurry=True))
        raise
    except Fault:
        raise
    except BaseException:  # such as an output that nobody reads any more
        clean_up(attempt, hurry=True)
        raise


def _to_the_end(sender: "_Sender") -> Outcome:
    attempt = sender.attempt
    try:
        return _until_settled(sender)
    except OutOfTimeError as end:
        if not attempt.run.contacted and end.fault is not None:
            raise end.fault from None
        return _out_of_time(attempt, end)
    except Fault as fault:
        left = clean_up(attempt)
        if not isinstance(left, Left):
            raise
        return replace(_left(attempt, left.reason), answer=fault.message)


def _out_of_time(attempt: Attempt, end: OutOfTimeError) -> Outcome:
    request, lost_to = attempt.request, attempt.lost_to
    match clean_up(attempt):
        case Withdrawn() if attempt.exists is not None:
            return reports.not_alone(request, end.reason, attempt.exists)
        case Withdrawn() if lost_to:
            return reports.lost(request, lost_to)
        case Withdrawn():
            return reports.too_late(request, end.reason, denied=attempt.denied)
        case Settled(pool):
            return _settled_by_a_twin(attempt, pool)
        case StillUsed(pool) if lost_to:
            return reports.kept(request, lost_to, pool)
        case StillUsed(pool):
            return reports.unsettled(request, end.reason, pool)
        case Left(reason):
            return _left(attempt, reason)


def _settled_by_a_twin(attempt: Attempt, pool: Pool) -> Outcome:
    """It stays, whatever overlaps it; say what does, if there is time to look."""
    try:
        found = standing_as(attempt.request.rivals(attempt.look()), Standing.SETTLED)
    except (Fault, OutOfTimeError):
        found = ()
    return (
        reports.kept(attempt.request, found, pool)
        if found
        else reports.created(attempt.request, pool)
    )


def _left(attempt: Attempt, reason: str) -> Outcome:
    if attempt.mine is None:
        return reports.unknown(attempt.request, reason)
    return reports.left(attempt.request, reason, attempt.lost_to)


def _until_settled(sender: "_Sender") -> Outcome:
    attempt = sender.attempt
    outcome = None
    while outcome is None:
        pools = attempt.look()
        outcome = _take(first_step(attempt.request, pools), sender, pools)
    return outcome


def _take(step: FirstStep, sender: "_Sender", seen: Sequence[Pool]) -> Outcome | None:
    """The outcome of a step in view of what was seen, or ``None`` to look again."""
    attempt = sender.attempt
    request = attempt.request
    match step:
        case Send():
            return sender.send(seen)
        case Adopt(pool):
            return sender.adopt(pool)
        case Done(pool):
            return (reports.created if attempt.sent else reports.exists)(request, pool)
        case Keep(pool, found):
            return reports.kept(request, found, pool)
        case Refuse():
            return reports.refused(request, step, lost_to=attempt.lost_to)
        case Wait() as wait:
            attempt.exists = wait.exists
            return sender.wait(wait)


class _Sender:
    """Posts the pool, and finds out what came of it."""

    def __init__(self, attempt: Attempt, manifest: Mapping[str, Any], *, dry_run: bool) -> None:
        self.attempt = attempt
        self._run = attempt.run
        self._manifest = manifest
        self._dry_run = dry_run
        self._allowed = dry_run

    def send(self, seen: Sequence[Pool]) -> Outcome | None:
        """Post it once, verify and settle it; ``None`` to look again."""
        self._require_rights()
        attempt, within = self.attempt, self._run.within()
        until = self._run.clock.now() + within
        if not self._dry_run:
            attempt.sent += 1
            attempt.unanswered_until = until
        gateway = self._run.gateway
        try:
            made = gateway.create_pool(self._manifest, dry_run=self._dry_run, within=within)
        except Fault as fault:
            return self._after(fault, until, seen)
        if self._dry_run:
            return reports.judged(attempt.request, made)
        attempt.made(made)
        return settle(attempt, made, adopted=False)

    def adopt(self, pool: Pool) -> Outcome | None:
        """Go on with a pending pool of this request, which somebody else left or is at."""
        if self._dry_run:
            return reports.judged(self.attempt.request, pool)
        return settle(self.attempt, pool, adopted=True)

    def wait(self, wait: Wait) -> Outcome | None:
        """Let others finish, if we may wait."""
        if not self._run.patient:
            return reports.busy(self.attempt.request, wait)
        self.attempt.wait_for_others(wait.reason)
        return None

    def _after(self, fault: Fault, until: float, seen: Sequence[Pool]) -> Outcome | None:
        attempt, kind = self.attempt, nature(fault)
        if kind is Nature.UNKNOWN and not self._dry_run and self._happened(fault, until):
            return None
        attempt.unanswered_until = None
        if kind is Nature.DENIED:
            return self._after_denial(fault, seen)
        attempt.answer = fault.message
        match kind:
            case Nature.EXISTS:
                # The next look says whose it is; a pause, should it be gone again by then.
                attempt.wait_for_others(f"a pool {attempt.request.name} has just appeared")
                return None
            case Nature.INVALID:
                return reports.refused(attempt.request, Refuse((fault.message,)))
            case Nature.NOT_SENT if not self._run.patient:
                raise fault
            case Nature.BUSY | Nature.NOT_SENT | Nature.UNKNOWN | Nature.WEBHOOK_FAILED:
                return self._again_after(fault)
            case _:
                raise fault

    def _again_after(self, fault: Fault) -> Outcome | None:
        if not self._run.patient:
            return reports.unavailable(self.attempt.request, fault)
        self.attempt.wait_for_server(fault)
        return None

    def _happened(self, fault: Fault, until: float) -> bool:
        """Whether a write that got no answer took effect; looks until it cannot any more."""
        attempt, clock, polls = self.attempt, self._run.clock, 0
        while True:
            over = clock.now() >= until
            present = attempt.get()
            if present is not None or over:
                break
            seconds = min(between_polls(polls), until - clock.now())
            reason = f"no answer to the create request: {fault.message}"
            self._run.pause(reason, max(seconds, 0.0), cause=fault)
            polls += 1
        if present is not None and attempt.request.owns(present) and is_pending(present):
            attempt.made(present)
        return present is not None

    def _after_denial(self, fault: Fault, seen: Sequence[Pool]) -> Outcome | None:
        request = self.attempt.request
        match self.attempt.judge(fault, seen):
            case Refuse() as decision:
                return reports.refused(request, decision, lost_to=self.attempt.lost_to)
            case Wait() as wait:
                return self.wait(wait)
            case Stale() as stale if self._run.patient:
                self.attempt.wait_for_cache(stale)
                return None
            case Stale() as stale:
                return reports.stale(request, stale)

    def _require_rights(self) -> None:
        """Raise if a verb is missing that this may need; asked once, before the first write."""
        if self._allowed:
            return
        missing = [verb for verb in NEEDED_VERBS if not self._may(verb)]
        if missing:
            raise reports.not_allowed(missing)
        self._allowed = True

    def _may(self, verb: str) -> bool:
        try:
            return self._run.gateway.may(verb, within=self._run.within())
        except Fault:  # who may not even ask finds out by trying
            return True
