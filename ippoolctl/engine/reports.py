"""The outcomes of ``create`` in words."""

from collections.abc import Sequence
from dataclasses import replace

from ippoolctl.domain.annotations.marks import is_pending
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.cancellation import Settled, StillUsed, Withdrawn
from ippoolctl.domain.protocol.conflicts import Rival
from ippoolctl.domain.protocol.creation import Refuse, Wait
from ippoolctl.domain.protocol.denials import Stale
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.space.search import Search
from ippoolctl.engine.withdraw import Left, Withdrawal
from ippoolctl.errors import ExitCode
from ippoolctl.ports.faults import Fault

_WAIT: str = "add --wait to try again until it works, for at most --timeout (60s)"
_LONGER: str = "run the same command again, or give it more time with --timeout"
_NO_TIME: str = "add --wait, or give a request more time with --request-timeout"
_ELSEWHERE: str = "take other ranges: ippoolctl suggest names free ones"


def created(request: Request, pool: Pool) -> Outcome:
    """It stands, and nothing overlaps it."""
    return Outcome(request.name, State.CREATED, ExitCode.YES, live=pool, created=True)


def exists(request: Request, pool: Pool) -> Outcome:
    """The same request made it before."""
    return Outcome(request.name, State.EXISTS, ExitCode.YES, live=pool, created=False)


def enough(request: Request, pool: Pool) -> Outcome:
    """Others made it, and it has all that was asked for."""
    message = "it exists, and has what was asked for"
    return Outcome(request.name, State.EXISTS, ExitCode.YES, message, live=pool, created=False)


def no_room(name: str, search: Search, reason: str) -> Outcome:
    """No range of that size is free, whatever may go away."""
    message = f"there is no room for pool {name}, {search.text}: {reason}"
    hint = "name another network with --within, or ask for less; ippoolctl list shows who has what"
    return Outcome(name, State.NO_ROOM, ExitCode.NO, message, hint)


def judged(request: Request, pool: Pool) -> Outcome:
    """The server would take it."""
    return Outcome(request.name, State.JUDGED, ExitCode.YES, live=pool)


def refused(request: Request, refuse: Refuse, *, lost_to: tuple[Rival, ...] = ()) -> Outcome:
    """A real reason stands against it; after a lost race that is the winner."""
    if lost_to and refuse.rivals:
        return lost(request, refuse.rivals)
    reasons = "; ".join(refuse.reasons)
    overlap = f"its ranges overlap with {_pools(refuse.rivals)}" if refuse.rivals else ""
    message = "; ".join(filter(None, (overlap, reasons)))
    hint = _ELSEWHERE if refuse.rivals else refuse.hint or "correct the pool"
    return Outcome(
        request.name,
        State.REFUSED,
        ExitCode.REFUSED,
        f"pool {request.name} is refused: {message}",
        hint,
        refuse.rivals,
    )


def stale(request: Request, found: Stale) -> Outcome:
    """Nothing real stands against it, but the webhook does not know that yet."""
    return Outcome(
        request.name,
        State.STALE,
        ExitCode.NOT_YET,
        f"pool {request.name} is refused by a stale webhook: {found.reason};"
        " no live pool is in the way",
        _WAIT,
    )


def busy(request: Request, wait: Wait) -> Outcome:
    """Something that may go away is in the way."""
    if wait.exists is not None:
        there = not_alone(request, wait.reason, wait.exists)
        return replace(there, hint=_hint(_WAIT, wait.reason), rivals=wait.rivals)
    message = f"pool {request.name} cannot be created yet: {wait.reason}"
    return Outcome(
        request.name, State.BUSY, ExitCode.NOT_YET, message, _hint(_WAIT, wait.reason), wait.rivals
    )


def unavailable(request: Request, fault: Fault) -> Outcome:
    """The server or its webhook could not do it now."""
    message = f"pool {request.name} was not created: {fault.message}"
    return Outcome(request.name, State.FAILED, ExitCode.NOT_YET, message, _WAIT)


def too_late(request: Request, reason: str, *, denied: bool, patient: bool = True) -> Outcome:
    """The deadline passed, or where nothing is waited for the time of a single request."""
    state = State.STALE if denied else State.FAILED
    message = f"the time is up and pool {request.name} is not created: {reason}"
    hint = _hint(_LONGER if patient else _NO_TIME, reason)
    return Outcome(request.name, state, ExitCode.NOT_YET, message, hint)


def _hint(usual: str, reason: str) -> str:
    """What to do, also about a pool whose run may be dead."""
    if "(pending)" not in reason:
        return usual
    return (
        f"{usual}; if a pool stays pending, its run may be dead: run it again, or delete the pool"
    )


def lost(request: Request, found: tuple[Rival, ...]) -> Outcome:
    """Another writer was first."""
    message = f"pool {request.name} lost a race against {_pools(found)} and was withdrawn"
    return Outcome(request.name, State.LOST, ExitCode.LOST_RACE, message, _ELSEWHERE, found)


def kept(request: Request, found: tuple[Rival, ...], pool: Pool) -> Outcome:
    """Ours overlaps and cannot be taken back."""
    message = (
        f"pool {request.name} overlaps with {_pools(found)} and stays: it is settled or in use"
    )
    hint = "delete one of them; until then Antrea refuses to change either"
    if is_pending(pool):
        message += "; it keeps our mark"
    return Outcome(request.name, State.KEPT, ExitCode.LOST_RACE, message, hint, found, live=pool)


def unsettled(request: Request, reason: str, pool: Pool) -> Outcome:
    """Ours is in use and could not be settled in time; nothing that is known overlaps it."""
    message = f"pool {request.name} is in use and not settled yet, it keeps our mark: {reason}"
    hint = "run the same command again: it goes on where this one ended"
    return Outcome(request.name, State.UNKNOWN, ExitCode.NOT_YET, message, hint, live=pool)


def not_alone(request: Request, reason: str, pool: Pool) -> Outcome:
    """Ours was settled before, and this ends while others may still withdraw."""
    message = f"pool {request.name} exists, and nobody knows yet whether it stays alone: {reason}"
    return Outcome(request.name, State.EXISTS, ExitCode.NOT_YET, message, _LONGER, live=pool)


def left(request: Request, reason: str, found: tuple[Rival, ...]) -> Outcome:
    """It may still be there, with our mark."""
    message = f"pool {request.name} may be left behind, still marked as pending: {reason}"
    hint = f"run the same command again, or: ippoolctl delete {request.name}"
    return Outcome(request.name, State.UNKNOWN, ExitCode.NOT_YET, message, hint, found)


def unknown(request: Request, reason: str) -> Outcome:
    """A write was sent, and nobody could be asked what came of it."""
    message = f"it is unknown whether pool {request.name} was created: {reason}"
    hint = "run the same command again: it finds out, and does not create a second one"
    return Outcome(request.name, State.UNKNOWN, ExitCode.NOT_YET, message, hint)


def stopped(request: Request, withdrawal: Withdrawal, exists: Pool | None) -> str:
    """What exists after a signal; ``exists`` is our pool, where it was settled before."""
    match withdrawal:
        case Settled() | StillUsed():
            return f"pool {request.name} exists and stays"
        case Withdrawn() if exists is not None:
            return f"pool {request.name} exists and stays"
        case Left(reason):
            return f"{left(request, reason, ()).message}; look: ippoolctl list {request.name}"
        case _:
            return f"pool {request.name} was not created; nothing is left behind"


def _pools(found: Sequence[Rival]) -> str:
    names = sorted({each.pool.name for each in found})
    return ("pool " if len(names) == 1 else "pools ") + ", ".join(names)
