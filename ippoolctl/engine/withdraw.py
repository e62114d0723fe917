"""Taking back a pending pool of ours: just this object, and only while nobody uses it."""

from dataclasses import dataclass
from typing import Final

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.cancellation import Delete, Settled, StillUsed, Withdrawn, withdrawal
from ippoolctl.engine.attempt import Attempt
from ippoolctl.engine.late_write import STILL_COMING, is_coming, outlive, watched
from ippoolctl.engine.nature import Step, Verb, step_after
from ippoolctl.engine.run import OutOfTimeError
from ippoolctl.ports.faults import Fault


@dataclass(frozen=True, slots=True)
class Left:
    """Nobody could be asked: it may be there, with our mark."""

    reason: str


_WRITE: Final = "create request"

Withdrawal = Withdrawn | Settled | StillUsed | Left


def withdraw(attempt: Attempt) -> Withdrawal:
    """Withdraw the attempt's pool, if there is one."""
    pool = attempt.mine
    while pool is not None:
        assert pool.live is not None
        decision = withdrawal(pool.live.uid, pool)
        if not isinstance(decision, Delete):
            return decision
        after = _delete(attempt, pool)
        if not isinstance(after, Pool):
            attempt.mine = _what_stays(after, pool)
            return after
        attempt.mine = pool = after
    return Withdrawn()


def _what_stays(after: Withdrawal, pool: Pool) -> Pool | None:
    """What there is still to take back, and to tell of, should the run end badly later."""
    match after:
        case Left():
            return pool
        case StillUsed(present):
            return present
        case _:
            return None


def clean_up(attempt: Attempt, *, hurry: bool = False) -> Withdrawal:
    """Leave nothing behind; also a write that got no answer.

    A hurry leaves a second for it, which begins when such a write can take effect no more.
    """
    run = attempt.run
    run.allow_grace(hurry=hurry, after=attempt.unanswered_until if hurry else None)
    if attempt.settled is not None:
        return Settled(attempt.settled)
    try:
        if attempt.mine is None and attempt.unanswered_until is not None:
            attempt.mine = _appeared(attempt, attempt.unanswered_until)
        result = withdraw(attempt)
        if not isinstance(result, Withdrawn):
            return result
        if is_coming(attempt) and not hurry:
            return Left(STILL_COMING)
        # The last look may have been before the write's time was over.
        return outlive_late_write(attempt)
    except (Fault, OutOfTimeError) as error:
        return Left(f"it could not be looked at again: {error}")


def outlive_late_write(attempt: Attempt) -> Withdrawal:
    """Do not end before a write that got no answer can take effect no more, and withdraw it then.

    That what it should make was seen and withdrawn says nothing: a twin of this run may have made
    it. Raises :class:`OutOfTimeError` if the deadline comes first.
    """
    until = attempt.unanswered_until
    if until is None:
        return Withdrawn()
    outlive(attempt, _WRITE, until)
    present = attempt.get()
    attempt.mine = present if present is not None and attempt.request.owns(present) else None
    attempt.unanswered_until = None
    return withdraw(attempt)


def _appeared(attempt: Attempt, until: float) -> Pool | None:
    """Our pool, should a write that got no answer take effect while there is time to look."""
    present = watched(attempt, _WRITE, until, lambda pool: pool is not None)
    return present if present is not None and attempt.request.owns(present) else None


def _delete(attempt: Attempt, pool: Pool) -> Withdrawal | Pool:
    """The end of it, or the pool as it is now, to decide again."""
    try:
        with attempt.run.hold():  # a signal has to know whether there is still something to do
            attempt.run.gateway.delete_pool(pool, within=attempt.run.within())
            attempt.mine = None
        return Withdrawn()
    except Fault as fault:
        match step_after(fault, Verb.DELETE):
            case (Step.DECIDE_AGAIN | Step.LOOK) as step:
                attempt.wait_to_look(fault, step)
                return look_again(attempt, pool)
            case Step.REPEAT:
                attempt.wait_for_server(fault)
                return pool
            case _:
                return Left(fault.message)


def look_again(attempt: Attempt, pool: Pool) -> Withdrawal | Pool:
    """What is to be said of our pool as it is now; the pool itself if it can be taken back."""
    assert pool.live is not None
    decision = withdrawal(pool.live.uid, attempt.get())
    return decision.pool if isinstance(decision, Delete) else decision
