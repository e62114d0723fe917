"""Appending ranges to one pool so that they are really there, once, and overlap nothing."""

from dataclasses import replace

from ippoolctl.domain.creation import Done, Keep, Refuse, Wait
from ippoolctl.domain.extension import (
    Absent,
    AdoptClaim,
    Extension,
    ExtensionStep,
    GiveUp,
    Reserve,
    next_step,
)
from ippoolctl.domain.outcome import Outcome
from ippoolctl.engine import extend_reports as reports
from ippoolctl.engine.attempt import Attempt
from ippoolctl.engine.claim import Claimer
from ippoolctl.engine.release import Kept, clean_up, outlive_late_claim
from ippoolctl.engine.run import OutOfTimeError, Run
from ippoolctl.engine.withdraw import Left
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import Fault


def extend(run: Run, extension: Extension, *, dry_run: bool = False) -> Outcome:
    """Append the ranges.

    Whatever the end, no claim of ours is left that the outcome does not name. With ``dry_run`` the
    server is asked and nothing is written. Raises a :class:`~ippoolctl.ports.faults.Fault` if
    nothing could be found out, and passes :class:`StoppedError` on after it has cleaned up.
    """
    attempt = Attempt(run, extension.alone(extension.ranges))
    claimer = Claimer(attempt, extension, dry_run=dry_run)
    try:
        outcome = _carry_out(claimer)
    except StoppedError as stop:
        left = clean_up(attempt, extension, hurry=True)
        stop.message = reports.stopped(extension, left)
        raise
    return replace(
        outcome,
        request_id=extension.id,
        attempts=attempt.sent,
        waited=run.elapsed,
        answer=outcome.answer or attempt.answer,
    )


def _carry_out(claimer: Claimer) -> Outcome:
    try:
        return _to_the_end(claimer)
    except (StoppedError, Fault):
        raise
    except BaseException:  # such as an output that nobody reads any more
        clean_up(claimer.attempt, claimer.extension, hurry=True)
        raise


def _to_the_end(claimer: Claimer) -> Outcome:
    attempt, extension = claimer.attempt, claimer.extension
    try:
        return _until_there(claimer)
    except OutOfTimeError as end:
        if not attempt.run.contacted and end.fault is not None:
            raise end.fault from None
        return _out_of_time(claimer, end)
    except Fault as fault:
        left = clean_up(attempt, extension)
        if not isinstance(left, Left):
            raise
        return replace(reports.left(extension, left.reason), answer=fault.message)


def _out_of_time(claimer: Claimer, end: OutOfTimeError) -> Outcome:
    attempt, extension = claimer.attempt, claimer.extension
    match clean_up(attempt, extension):
        case Kept(pool):
            return reports.extended(extension, pool)
        case Left(reason):
            return reports.left(extension, reason)
        case _ if attempt.exists is not None:
            return reports.not_alone(extension, end.reason, attempt.exists)
        case _ if attempt.lost_to:
            return reports.lost(extension, attempt.lost_to)
        case _:
            return reports.too_late(extension, end.reason, denied=attempt.denied)


def _until_there(claimer: Claimer) -> Outcome:
    outcome = None
    while outcome is None:
        seen = claimer.attempt.run.list_pools()
        outcome = _take(next_step(claimer.extension, seen.pools), claimer, seen.date)
    if outcome.code is not ExitCode.YES:
        outlive_late_claim(claimer.attempt, claimer.extension)
    return outcome


def _take(step: ExtensionStep, claimer: Claimer, date: str) -> Outcome | None:
    """The outcome of a step, or ``None`` to look again; ``date`` is the server's time."""
    attempt, extension = claimer.attempt, claimer.extension
    match step:
        case Absent():
            return reports.absent(extension)
        case Reserve(pool, ranges):
            attempt.request = extension.whole(pool)
            return claimer.claim(pool, ranges, date)
        case AdoptClaim(pool, claim):
            attempt.request = extension.whole(pool)
            return claimer.adopt(pool, claim)
        case GiveUp(pool):
            return claimer.give_up(pool)
        case Done(pool):
            return (reports.extended if attempt.sent else reports.unchanged)(extension, pool)
        case Keep(pool, found):
            return reports.kept(extension, found, pool)
        case Refuse():
            return reports.refused(extension, step, lost_to=attempt.lost_to)
        case Wait() as wait:
            attempt.exists = wait.exists
            return claimer.wait(wait)
