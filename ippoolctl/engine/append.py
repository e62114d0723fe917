"""From a claim that is written to ranges that are there: verify who was first, then append."""

from ippoolctl.crd.claim_patches import JsonPatch, appending_patch
from ippoolctl.domain.annotations.claims import Claim
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.creation import Refuse, changed_by_others
from ippoolctl.domain.protocol.extension import (
    Appended,
    Extension,
    GiveUp,
    Holding,
    Vanished,
    after_failed_append,
)
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.verification import Lost
from ippoolctl.engine import extend_reports as reports
from ippoolctl.engine.attempt import Attempt
from ippoolctl.engine.nature import Step, Verb, step_after
from ippoolctl.engine.release import Kept, Release, Released, release
from ippoolctl.engine.settle import verify
from ippoolctl.engine.withdraw import Left
from ippoolctl.ports.faults import Fault


def append(
    attempt: Attempt, extension: Extension, pool: Pool, claim: Claim, *, adopted: bool
) -> Outcome | None:
    """Append what is claimed on the pool if nobody was there before; ``None`` to look again.

    ``adopted`` says that the claim is another run's of this request. Raises
    :class:`~ippoolctl.ports.faults.Fault` and
    :class:`~ippoolctl.engine.run.OutOfTimeError`.
    """
    while True:
        attempt.mine = pool
        result = verify(attempt, extension.alone(claim.ranges), pool, adopted=adopted)
        if isinstance(result, Lost):
            return _lose(attempt, extension, result)
        match _send(attempt, extension, pool, claim):
            case Holding(present, its):
                pool, claim, adopted = present, its, True
            case Vanished():
                attempt.mine = None
                return None
            case GiveUp(present):
                return give_up(attempt, extension, present)
            case Appended(present):
                return _done(attempt, extension, present, claim)
            case Outcome() as outcome:
                return end_with(extension, outcome, release(attempt, extension))


def give_up(attempt: Attempt, extension: Extension, pool: Pool) -> Outcome | None:
    """Take a claim of this request away that is good for nothing any more, and look again."""
    attempt.mine = pool
    left = release(attempt, extension)
    return reports.left(extension, left.reason) if isinstance(left, Left) else None


def _send(
    attempt: Attempt, extension: Extension, pool: Pool, claim: Claim
) -> Holding | Appended | Vanished | GiveUp | Outcome:
    patch = appending_patch(pool, claim)
    while True:
        made = _answer(attempt, pool.name, patch)
        if isinstance(made, Pool):
            return Appended(made)
        after = _after(attempt, extension, made, pool)
        if after is not None:
            return after


def _answer(attempt: Attempt, name: str, patch: JsonPatch) -> Pool | Fault:
    """The answer to the append. A signal waits for it: afterwards nothing can be given up."""
    run = attempt.run
    with run.hold():
        try:
            made = run.gateway.patch_pool(name, patch, within=run.within())
        except Fault as fault:
            return fault
        attempt.done(made)
        return made


def _after(
    attempt: Attempt, extension: Extension, fault: Fault, pool: Pool
) -> Holding | Appended | Vanished | GiveUp | Outcome | None:
    """What comes of an append that failed; ``None`` to send the same again."""
    step = step_after(fault, Verb.PATCH)
    if step is Step.JUDGE:
        decision = attempt.judge(fault)
        if isinstance(decision, Refuse):
            return reports.refused(extension, decision)
        attempt.wait_for_denial(decision)
        return None
    attempt.answer = fault.message
    match step:
        case Step.DECIDE_AGAIN | Step.LOOK:
            attempt.wait_to_look(fault, step)
            return _in_view_of(attempt.get(), extension, pool)
        case Step.REFUSE:
            return reports.refused(extension, Refuse((fault.message,)))
        case Step.REPEAT:
            attempt.wait_for_server(fault)
            return None
        case _:
            raise fault


def _in_view_of(
    present: Pool | None, extension: Extension, pool: Pool
) -> Holding | Appended | Vanished | GiveUp | Outcome:
    assert pool.live is not None
    found = after_failed_append(extension, pool.live.uid, present)
    return reports.refused(extension, found) if isinstance(found, Refuse) else found


def _done(attempt: Attempt, extension: Extension, pool: Pool, claim: Claim) -> Outcome | None:
    """It is there; whether it is there alone only a look at everything tells, if a twin did it.

    Our own patch is the one that was verified. An adopted claim may be for some of the ranges only:
    then the rest is to be claimed.
    """
    attempt.mine = None
    if attempt.settled is pool and not {*claim.texts} <= {*pool.texts}:
        attempt.settled = None
        return reports.refused(extension, changed_by_others(pool))
    if extension.missing(pool):
        attempt.settled = None
        return None
    if attempt.settled is pool:
        return reports.extended(extension, pool)
    attempt.exists = pool
    return None


def _lose(attempt: Attempt, extension: Extension, lost: Lost) -> Outcome | None:
    attempt.lost_to = lost.rivals
    match release(attempt, extension):
        case Released() if not attempt.run.patient:
            return reports.lost(extension, lost.rivals)
        case Released() | Kept():
            return None
        case Left(reason):
            return reports.left(extension, reason, lost.rivals)


def end_with(extension: Extension, outcome: Outcome, released: Release) -> Outcome | None:
    """An end without success after the claim was taken away: say if it could not be; ``None`` to
    look again, since the ranges are there.
    """
    match released:
        case Released():
            return outcome
        case Kept():
            return None
        case Left(reason):
            return reports.left(extension, reason, outcome.rivals)
