"""Taking a claim of ours away: just this one, and never what it has led to."""

from dataclasses import dataclass

from ippoolctl.crd.claim_patches import releasing_patch
from ippoolctl.domain.creation import Refuse
from ippoolctl.domain.extension import Appended, Extension, Holding, Vanished, of_the_claim
from ippoolctl.domain.pool import Pool
from ippoolctl.engine.attempt import Attempt
from ippoolctl.engine.nature import Step, Verb, step_after
from ippoolctl.engine.run import OutOfTimeError
from ippoolctl.engine.withdraw import LOOK_EVERY, Left
from ippoolctl.ports.faults import Fault


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
    """Leave no claim behind; also one whose write got no answer. A hurry leaves a second for it."""
    run, until = attempt.run, attempt.unanswered_until
    run.allow_grace(hurry=hurry)
    if attempt.settled is not None:
        return Kept(attempt.settled)
    try:
        if attempt.mine is None and until is not None:
            attempt.mine = _appeared(attempt, extension, until)
        result = release(attempt, extension)
    except (Fault, OutOfTimeError) as error:
        return Left(f"it could not be looked at again: {error}")
    if isinstance(result, Released) and until is not None and run.clock.now() < until:
        return Left("it was sent and not answered, and may still take effect")
    return result


def outlive_late_claim(attempt: Attempt, extension: Extension) -> None:
    """Do not end before a claim that got no answer can take effect no more, and take it away then.

    Raises :class:`OutOfTimeError` if the deadline comes first.
    """
    run, until = attempt.run, attempt.unanswered_until
    if until is None:
        return
    while run.clock.now() < until:
        reason = "an earlier claim got no answer and may still take effect"
        run.pause(reason, until - run.clock.now())
    attempt.mine = _ours(extension, attempt.get())
    release(attempt, extension)
    attempt.unanswered_until = None


def _appeared(attempt: Attempt, extension: Extension, until: float) -> Pool | None:
    """The pool with our claim, should it take effect while there is time to look."""
    run = attempt.run
    while True:
        present = attempt.get()
        ours = _ours(extension, present)
        if ours is not None or present is None:
            return ours
        if run.clock.now() >= until or run.left <= LOOK_EVERY * 2:
            return None
        run.clock.sleep(LOOK_EVERY)


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
        case Step.DECIDE_AGAIN:
            return of_the_claim(extension, uid, attempt.get())
        case Step.LOOK:
            attempt.wait_for_server(fault)
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
