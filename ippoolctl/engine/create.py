"""Creating one pool so that it is really there, once, and overlaps nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.cancellation import Settled, StillUsed, Withdrawn
from ippoolctl.domain.protocol.creation import (
    Adopt,
    Done,
    FirstStep,
    Keep,
    Refuse,
    Send,
    Wait,
    first_step,
)
from ippoolctl.domain.protocol.if_not_exists import Enough, lacking_ranges, others_step
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.request import Request
from ippoolctl.engine import reports
from ippoolctl.engine.attempt import Attempt
from ippoolctl.engine.ending import to_the_end
from ippoolctl.engine.run import OutOfTimeError, Run
from ippoolctl.engine.send import Sender
from ippoolctl.engine.settle import end_with
from ippoolctl.engine.withdraw import Left, clean_up, outlive_late_write
from ippoolctl.errors import ExitCode
from ippoolctl.ports.faults import Fault


def create(
    run: Run, request: Request, manifest: Mapping[str, Any], *, dry_run: bool = False
) -> Outcome:
    """Create the pool; ``manifest`` is the object to post, with the mark and the request's id.

    Whatever the end, nothing of ours is left that the outcome does not name. With ``dry_run`` the
    server is asked and nothing is written. Raises a :class:`~ippoolctl.ports.faults.Fault` if
    nothing could be found out, and passes :class:`StoppedError` on after it has cleaned up.
    """
    sender = Sender(Attempt(run, request), manifest, dry_run=dry_run)
    return carry_out(sender, partial(_until_settled, sender))


def carry_out(sender: Sender, course: Callable[[], Outcome]) -> Outcome:
    """Follow a course to its end and leave nothing behind; see :func:`create`."""
    attempt = sender.attempt
    return to_the_end(attempt, attempt.request.id, course, _Ending(attempt, attempt.request))


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a create ends badly; see :class:`~ippoolctl.engine.ending.Ending`."""

    attempt: Attempt
    asked: Request
    """What was asked for, where the attempt is at one of several ranges that would do."""

    def out_of_time(self, end: OutOfTimeError) -> Outcome:
        attempt = self.attempt
        request, lost_to = attempt.request, attempt.lost_to
        match clean_up(attempt):
            case Withdrawn() if attempt.exists is not None:
                return reports.not_alone(request, end.reason, attempt.exists)
            case Withdrawn() if lost_to:
                return reports.lost(request, lost_to)
            case Withdrawn():
                patient = attempt.run.patient
                return reports.too_late(request, end.reason, denied=attempt.denied, patient=patient)
            case Settled(pool):
                return _settled_by_a_twin(attempt, pool, end.reason)
            case StillUsed(pool) if lost_to:
                return reports.kept(request, lost_to, pool)
            case StillUsed(pool):
                return reports.unsettled(request, end.reason, pool)
            case Left(reason):
                return _left(attempt, reason)

    def failed(self, fault: Fault) -> Outcome:
        attempt = self.attempt
        match clean_up(attempt):
            case Left(reason):
                outcome = _left(attempt, reason)
            case Settled(pool):
                outcome = _settled_by_a_twin(attempt, pool, fault.message)
            case StillUsed(pool):
                outcome = reports.unsettled(attempt.request, fault.message, pool)
            case Withdrawn() if attempt.exists is not None:
                outcome = reports.not_alone(attempt.request, fault.message, attempt.exists)
            case Withdrawn():
                raise fault
        return replace(outcome, answer=fault.message)

    def stopped(self) -> str:
        left = clean_up(self.attempt, hurry=True)
        return reports.stopped(self.asked, left, self.attempt.exists)


def _settled_by_a_twin(attempt: Attempt, pool: Pool, reason: str) -> Outcome:
    """It stays, whatever overlaps it; whether it is there alone only a look tells."""
    # A twin that took any range of a size may have taken another one than we.
    request = replace(attempt.request, pool=pool) if attempt.elsewhere else attempt.request
    try:
        step = first_step(request, attempt.look())
    except (Fault, OutOfTimeError):
        return reports.not_alone(request, reason, pool)
    match step:
        case Done(found):
            return (reports.created if attempt.created(found) else reports.exists)(request, found)
        case Keep(found, rivals):
            return reports.kept(request, rivals, found)
        case Wait(exists=Pool() as found):
            return reports.not_alone(request, reason, found)
        case _:
            return reports.too_late(request, reason, denied=attempt.denied)


def _left(attempt: Attempt, reason: str) -> Outcome:
    if attempt.mine is None:
        return reports.unknown(attempt.request, reason)
    return reports.left(attempt.request, reason, attempt.lost_to)


def _until_settled(sender: Sender) -> Outcome:
    attempt = sender.attempt
    asked, outcome = attempt.request, None
    while outcome is None:
        pools = attempt.look()
        attempt.request = asked.as_it_stands(pools)
        outcome = last_look(attempt, take(_step(attempt.request, pools), sender, pools))
    return outcome


def last_look(attempt: Attempt, outcome: Outcome | None) -> Outcome | None:
    """No end without success before a write that got no answer is over and taken back."""
    if outcome is None or outcome.code is ExitCode.YES:
        return outcome
    return end_with(attempt, outcome, outlive_late_write(attempt))


def _step(request: Request, pools: Sequence[Pool]) -> FirstStep | Enough:
    lacking = partial(lacking_ranges, request)
    return others_step(request, pools, lacking) or first_step(request, pools)


def take(step: FirstStep | Enough, sender: Sender, seen: Sequence[Pool]) -> Outcome | None:
    """The outcome of a step in view of what was seen, or ``None`` to look again."""
    attempt = sender.attempt
    request = attempt.request
    attempt.exists = step.exists if isinstance(step, Wait) else None
    match step:
        case Send():
            attempt.lost_to = ()  # they are all gone
            return sender.send(seen)
        case Adopt(pool) if sender.dry_run:
            others = [each for each in seen if each.name != pool.name]
            beside = first_step(request, others)
            return sender.adopt(pool) if isinstance(beside, Send) else take(beside, sender, others)
        case Adopt(pool):
            return sender.adopt(pool)
        case Done(pool):
            return (reports.created if attempt.created(pool) else reports.exists)(request, pool)
        case Enough(pool):
            return reports.enough(request, pool)
        case Keep(pool, found):
            return reports.kept(request, found, pool)
        case Refuse():
            return reports.refused(request, step, lost_to=attempt.lost_to)
        case Wait() as wait:
            return sender.wait(wait)
