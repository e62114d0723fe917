"""Creating one pool so that it is really there, once, and overlaps nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ippoolctl.domain.creation import Adopt, Done, FirstStep, Keep, Refuse, Send, Wait, first_step
from ippoolctl.domain.existing import Enough, lacking_ranges, others_step
from ippoolctl.domain.marks import Standing
from ippoolctl.domain.outcome import Outcome
from ippoolctl.domain.pool import Pool
from ippoolctl.domain.request import Request
from ippoolctl.domain.rivals import standing_as
from ippoolctl.domain.withdrawal import Settled, StillUsed, Withdrawn
from ippoolctl.engine import reports
from ippoolctl.engine.attempt import Attempt
from ippoolctl.engine.run import OutOfTimeError, Run
from ippoolctl.engine.send import Sender
from ippoolctl.engine.withdraw import Left, clean_up, outlive_late_write
from ippoolctl.errors import ExitCode, StoppedError
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
    return carry_out(sender, _until_settled)


Course = Callable[[Sender], Outcome]
"""What is done until there is an outcome; it may raise all that the engine raises."""


def carry_out(sender: Sender, course: Course) -> Outcome:
    """Follow a course to its end and leave nothing behind; see :func:`create`."""
    attempt = sender.attempt
    run, request = attempt.run, attempt.request
    run.request_id = request.id
    try:
        outcome = _in_order(sender, course)
    except StoppedError as stop:
        left = clean_up(attempt, hurry=True)
        stop.message = reports.stopped(request, left, attempt.exists)
        raise
    return replace(
        outcome,
        request_id=request.id,
        attempts=attempt.sent,
        waited=run.elapsed,
        answer=outcome.answer or attempt.answer,
    )


def _in_order(sender: Sender, course: Course) -> Outcome:
    try:
        return _to_the_end(sender, course)
    except (StoppedError, Fault):
        raise
    except BaseException:  # such as an output that nobody reads any more
        clean_up(sender.attempt, hurry=True)
        raise


def _to_the_end(sender: Sender, course: Course) -> Outcome:
    attempt = sender.attempt
    try:
        return course(sender)
    except OutOfTimeError as end:
        if not attempt.run.contacted and end.fault is not None:
            raise end.fault from None
        return _out_of_time(attempt, end)
    except Fault as fault:
        match clean_up(attempt):
            case Left(reason):
                outcome = _left(attempt, reason)
            case Settled(pool):
                outcome = _settled_by_a_twin(attempt, pool)
            case StillUsed(pool):
                outcome = reports.unsettled(attempt.request, fault.message, pool)
            case Withdrawn():
                raise
        return replace(outcome, answer=fault.message)


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
        # A twin that took any range of a size may have taken another one than we.
        request = replace(attempt.request, pool=pool) if attempt.elsewhere else attempt.request
        found = standing_as(request.rivals(attempt.look()), Standing.SETTLED)
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


def _until_settled(sender: Sender) -> Outcome:
    attempt = sender.attempt
    outcome = None
    while outcome is None:
        pools = attempt.look()
        outcome = take(_step(attempt.request, pools), sender, pools)
    if outcome.code is not ExitCode.YES:
        outlive_late_write(attempt)
    return outcome


def _step(request: Request, pools: Sequence[Pool]) -> FirstStep | Enough:
    lacking = partial(lacking_ranges, request)
    return others_step(request, pools, lacking) or first_step(request, pools)


def take(step: FirstStep | Enough, sender: Sender, seen: Sequence[Pool]) -> Outcome | None:
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
        case Enough(pool):
            return reports.enough(request, pool)
        case Keep(pool, found):
            return reports.kept(request, found, pool)
        case Refuse():
            return reports.refused(request, step, lost_to=attempt.lost_to)
        case Wait() as wait:
            attempt.exists = wait.exists
            return sender.wait(wait)
