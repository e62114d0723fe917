"""Taking a claim of ours away: just this one, and never what it has led to."""

from dataclasses import dataclass
from typing import Final

from ippoolctl.crd.claim_patches import releasing_patch
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.creation import Refuse
from ippoolctl.domain.protocol.extension import Appended, Extension, Holding, Vanished, of_the_claim
from ippoolctl.engine.attempt import Attempt
from ippoolctl.engine.late_write import STILL_COMING, is_coming, outlive, watched
from ippoolctl.engine.nature import Step, Verb, step_after
from ippoolctl.engine.run import OutOfTimeError
from ippoolctl.engine.withdraw import Left
from ippoolctl.ports.faults import Fault

_WRITE: Final = "claim"


@dataclass(frozen=True, slots=True)
class Released:
    """No claim of ours is there."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The ranges were appended before: they stay."""

    pool: Pool


Release = Released | Kept | Left


def release(attempt: Attempt, extension: Extension) -> Release:
    """Take the attempt's claim away, if there is one on the pool that it knows of."""
    pool = attempt.mine
    if pool is None:
        return Released()
    assert pool.live is not None
    uid = pool.live.uid
    found = of_the_claim(extension, uid, pool)
    while isinstance(found, Holding):
        attempt.mine = found.pool
        after = _take_away(attempt, extension, uid, found)
        if isinstance(after, Left):
            return after
        found = after
    attempt.mine = None
    return Kept(found.pool) if isinstance(found, Appended) else Released()


def clean_up(attempt: Attempt, extension: Extension, *, hurry: bool = False) -> Release:
    """Leave no claim behind; also one whose write got no answer.

    A hurry leaves a second for it, which begins when such a write can take effect no more.
    """
    run = attempt.run
    run.allow_grace(hurry=hurry, after=attempt.unanswered_until if hurry else None)
    if attempt.settled is not None:
        return Kept(attempt.settled)
    try:
        if attempt.mine is None and attempt.unanswered_until is not None:
            attempt.mine = _appeared(attempt, extension, attempt.unanswered_until)
        result = release(attempt, extension)
        if not isinstance(result, Released):
            return result
        if is_coming(attempt) and not hurry:
            return Left(STILL_COMING)
        # The last look may have been before the claim's time was over.
        return outlive_late_claim(attempt, extension)
    except (Fault, OutOfTimeError) as error:
        return Left(f"it could not be looked at again: {error}")


def outlive_late_claim(attempt: Attempt, extension: Extension) -> Release:
    """Do not end before a claim that got no answer can take effect no more, and take it away then.

    Raises :class:`OutOfTimeError` if the deadline comes first.
    """
    until = attempt.unanswered_until
    if until is None:
        return Released()
    outlive(attempt, _WRITE, until)
    attempt.mine = _ours(extension, attempt.get())
    result = release(attempt, extension)
    attempt.unanswered_until = None
    return result


def _appeared(attempt: Attempt, extension: Extension, until: float) -> Pool | None:
    """The pool with our claim, should it take effect while there is time to look."""

    def over(present: Pool | None) -> bool:
        return present is None or _ours(extension, present) is not None

    return _ours(extension, watched(attempt, _WRITE, until, over))


def _ours(extension: Extension, present: Pool | None) -> Pool | None:
    if present is None or present.live is None:
        return None
    found = of_the_claim(extension, present.live.uid, present)
    return found.pool if isinstance(found, Holding) else None


def _take_away(
    attempt: Attempt, extension: Extension, uid: str, held: Holding
) -> Holding | Appended | Vanished | Left:
    """What is there after one try."""
    run, pool, claim = attempt.run, held.pool, held.claim
    try:
        run.gateway.patch_pool(pool.name, releasing_patch(pool, claim), within=run.within())
    except Fault as fault:
        return _after(fault, attempt, extension, uid, held)
    return Vanished()


def _after(
    fault: Fault, attempt: Attempt, extension: Extension, uid: str, held: Holding
) -> Holding | Appended | Vanished | Left:
    match step_after(fault, Verb.PATCH):
        case (Step.DECIDE_AGAIN | Step.LOOK) as step:
            attempt.wait_to_look(fault, step)
            return of_the_claim(extension, uid, attempt.get())
        case Step.REPEAT:
            attempt.wait_for_server(fault)
            return held
        case Step.JUDGE:
            attempt.request = extension.as_it_is(held.pool)
            return _denied(attempt, fault, held)
        case _:
            return Left(fault.message)


def _denied(attempt: Attempt, fault: Fault, held: Holding) -> Holding | Left:
    """The webhook judges every update anew, also one that only takes an annotation away."""
    decision = attempt.judge(fault)
    if isinstance(decision, Refuse):
        return Left(f"the webhook refuses every change of the pool: {fault.message}")
    attempt.wait_for_denial(decision)
    return held
