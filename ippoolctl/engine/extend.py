"""Appending ranges to one pool so that they are really there, once, and overlap nothing."""

from dataclasses import dataclass, replace
from functools import partial

from ippoolctl.domain.annotations.claims import without_claim
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.creation import Done, Keep, Refuse, Wait
from ippoolctl.domain.protocol.extension import (
    Absent,
    AdoptClaim,
    Extension,
    ExtensionStep,
    GiveUp,
    Reserve,
    next_step,
)
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.engine import extend_reports as reports
from ippoolctl.engine.append import end_with
from ippoolctl.engine.attempt import Attempt
from ippoolctl.engine.claim import Claimer
from ippoolctl.engine.ending import to_the_end
from ippoolctl.engine.release import Kept, clean_up, outlive_late_claim
from ippoolctl.engine.run import OutOfTimeError, Run
from ippoolctl.engine.withdraw import Left
from ippoolctl.errors import ExitCode
from ippoolctl.ports.faults import Fault
from ippoolctl.ports.gateway import PoolList


def extend(run: Run, extension: Extension, *, dry_run: bool = False) -> Outcome:
    """Append the ranges.

    Whatever the end, no claim of ours is left that the outcome does not name. With ``dry_run`` the
    server is asked and nothing is written. Raises a :class:`~ippoolctl.ports.faults.Fault` if
    nothing could be found out, and passes :class:`StoppedError` on after it has cleaned up.
    """
    attempt = Attempt(run, extension.alone(extension.ranges))
    claimer = Claimer(attempt, extension, dry_run=dry_run)
    course, ending = partial(_until_there, claimer), _Ending(attempt, extension)
    return to_the_end(attempt, extension.id, course, ending)


@dataclass(frozen=True, slots=True)
class _Ending:
    """How an extension ends badly; see :class:`~ippoolctl.engine.ending.Ending`."""

    attempt: Attempt
    extension: Extension

    def out_of_time(self, end: OutOfTimeError) -> Outcome:
        attempt, extension = self.attempt, self.extension
        match clean_up(attempt, extension):
            case Kept(pool):
                return _appended_before(attempt, extension, pool, end.reason)
            case Left(reason):
                return reports.left(extension, reason)
            case _ if attempt.exists is not None:
                return reports.not_alone(extension, end.reason, attempt.exists)
            case _ if attempt.lost_to:
                return reports.lost(extension, attempt.lost_to)
            case _:
                return reports.too_late(extension, end.reason, denied=attempt.denied)

    def failed(self, fault: Fault) -> Outcome:
        attempt, extension = self.attempt, self.extension
        match clean_up(attempt, extension):
            case Kept(pool):
                outcome = _appended_before(attempt, extension, pool, fault.message)
            case Left(reason):
                outcome = reports.left(extension, reason)
            case _ if attempt.exists is not None:
                outcome = reports.not_alone(extension, fault.message, attempt.exists)
            case _:
                raise fault
        return replace(outcome, answer=fault.message)

    def stopped(self) -> str:
        released = clean_up(self.attempt, self.extension, hurry=True)
        return reports.stopped(self.extension, released, self.attempt.exists)


def _appended_before(attempt: Attempt, extension: Extension, pool: Pool, reason: str) -> Outcome:
    """They are there and stay, whatever overlaps them; whether they are alone only a look tells."""
    try:
        step = next_step(extension, attempt.look())
    except (Fault, OutOfTimeError):
        return reports.not_alone(extension, reason, pool)
    match step:
        case Done(found):
            return reports.extended(extension, found)
        case Keep(found, rivals):
            return reports.kept(extension, rivals, found)
        case Wait(exists=Pool() as found):
            return reports.not_alone(extension, reason, found)
        case _:
            return reports.too_late(extension, reason, denied=attempt.denied)


def _until_there(claimer: Claimer) -> Outcome:
    outcome = None
    while outcome is None:
        seen = claimer.attempt.survey()
        outcome = _take(next_step(claimer.extension, seen.pools), claimer, seen)
        if outcome is not None and outcome.code is not ExitCode.YES:
            released = outlive_late_claim(claimer.attempt, claimer.extension)
            outcome = end_with(claimer.extension, outcome, released)
    return outcome


def _take(step: ExtensionStep, claimer: Claimer, seen: PoolList) -> Outcome | None:
    """The outcome of a step in view of what was seen, or ``None`` to look again."""
    attempt, extension = claimer.attempt, claimer.extension
    attempt.exists = step.exists if isinstance(step, Wait) else None
    match step:
        case Absent():
            return reports.absent(extension)
        case Reserve(pool, ranges):
            attempt.request = extension.whole(pool)
            attempt.lost_to = ()  # they are all gone
            return claimer.claim(pool, ranges, seen.date)
        case AdoptClaim(pool, claim) if claimer.dry_run:
            others = [without_claim(each) if each is pool else each for each in seen.pools]
            beside = next_step(extension, others)
            goes_on = isinstance(beside, Reserve)
            return claimer.adopt(pool, claim) if goes_on else _take(beside, claimer, seen)
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
            return claimer.wait(wait)
