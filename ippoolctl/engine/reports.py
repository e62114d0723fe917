"""The outcomes of ``create`` and ``extend`` in words."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final, Protocol

from ippoolctl.domain.annotations.marks import CLAIM, is_pending
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.cancellation import Committed, Gone, InUse, Left
from ippoolctl.domain.protocol.conflicts import Conflict
from ippoolctl.domain.protocol.creation import Refuse, Wait
from ippoolctl.domain.protocol.denials import Stale
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.space.search import Search
from ippoolctl.errors import ExitCode
from ippoolctl.ports.faults import Fault


class Kind(StrEnum):
    """Which command it is about."""

    CREATE = "create"
    EXTEND = "extend"


class About(Protocol):
    """What is reserved, for people."""

    @property
    def kind(self) -> Kind:
        """Which command it is for."""

    @property
    def name(self) -> str:
        """The pool."""


RESERVATION: Final = {Kind.CREATE: "create request", Kind.EXTEND: "claim"}
"""What an unanswered write is called."""

_WAIT: str = "add --wait to try again until it works, for at most --timeout (60s)"
_LONGER: str = "run the same command again, or give it more time with --timeout"
_NO_TIME: str = "add --wait, or give a request more time with --request-timeout"
_ELSEWHERE: str = "take other ranges: ippoolctl suggest names free ones"
_DEAD: Final = {
    Kind.CREATE: "if a pool stays pending, its run may be dead: run it again, or delete the pool",
    Kind.EXTEND: "if a pool stays pending or claimed, its run may be dead: run that again",
}


def _about(holding: About) -> str:
    """What is refused or lost, in words."""
    pool = f"pool {holding.name}"
    return pool if holding.kind is Kind.CREATE else f"the extension of {pool}"


def done(holding: About, pool: Pool, *, ours: bool) -> Outcome:
    """It is there, and nothing overlaps it; ``ours`` if this run did it."""
    if holding.kind is Kind.EXTEND:
        state = State.EXTENDED if ours else State.UNCHANGED
        return Outcome(holding.name, state, ExitCode.YES, live=pool)
    state = State.CREATED if ours else State.EXISTS
    return Outcome(holding.name, state, ExitCode.YES, live=pool, created=ours)


def committed(holding: About, pool: Pool, *, ours: bool) -> Outcome:
    """Made to last by this run; ``ours`` if it made the pool as well."""
    outcome = done(holding, pool, ours=True)
    return replace(outcome, created=ours) if holding.kind is Kind.CREATE else outcome


def enough(holding: About, pool: Pool) -> Outcome:
    """Others made it, and it has all that was asked for."""
    message = "it exists, and has what was asked for"
    return Outcome(holding.name, State.EXISTS, ExitCode.YES, message, live=pool, created=False)


def no_room(name: str, search: Search, reason: str) -> Outcome:
    """No range of that size is free, whatever may go away."""
    message = f"there is no room for pool {name}, {search.text}: {reason}"
    hint = "name another network with --within, or ask for less; ippoolctl list shows who has what"
    return Outcome(name, State.NO_ROOM, ExitCode.NO, message, hint)


def absent(name: str) -> Outcome:
    """There is nothing to extend."""
    hint = "ippoolctl list shows all pools; ippoolctl create makes one"
    return Outcome(name, State.ABSENT, ExitCode.NO, f"there is no pool {name}", hint)


def judged(holding: About, pool: Pool) -> Outcome:
    """The server would take it."""
    return Outcome(holding.name, State.JUDGED, ExitCode.YES, live=pool)


def refused(holding: About, refuse: Refuse, *, lost_to: tuple[Conflict, ...] = ()) -> Outcome:
    """A real reason stands against it; after a lost race that is the winner."""
    if lost_to and refuse.conflicts:
        return lost(holding, refuse.conflicts)
    overlap = f"its ranges overlap with {_pools(refuse.conflicts)}" if refuse.conflicts else ""
    message = f"{_about(holding)} is refused: {'; '.join(filter(None, (overlap, *refuse.reasons)))}"
    correct = "correct the pool" if holding.kind is Kind.CREATE else "correct the ranges"
    hint = _ELSEWHERE if refuse.conflicts else refuse.hint or correct
    return Outcome(holding.name, State.REFUSED, ExitCode.REFUSED, message, hint, refuse.conflicts)


def stale(holding: About, found: Stale) -> Outcome:
    """Nothing real stands against it, but the webhook does not know that yet."""
    message = (
        f"{_about(holding)} is refused by a stale webhook: {found.reason};"
        " no live pool is in the way"
    )
    return Outcome(holding.name, State.STALE, ExitCode.NOT_YET, message, _WAIT)


def busy(holding: About, wait: Wait) -> Outcome:
    """Something that may go away is in the way."""
    hint = _hint(holding, _WAIT, wait.reason)
    if wait.exists is not None:
        there = not_alone(holding, wait.reason, wait.exists)
        return replace(there, hint=hint, conflicts=wait.conflicts)
    done = "created" if holding.kind is Kind.CREATE else "extended"
    message = f"pool {holding.name} cannot be {done} yet: {wait.reason}"
    return Outcome(holding.name, State.BUSY, ExitCode.NOT_YET, message, hint, wait.conflicts)


def unavailable(holding: About, fault: Fault) -> Outcome:
    """The server or its webhook could not do it now."""
    done = "created" if holding.kind is Kind.CREATE else "extended"
    message = f"pool {holding.name} was not {done}: {fault.message}"
    return Outcome(holding.name, State.FAILED, ExitCode.NOT_YET, message, _WAIT)


def too_late(holding: About, reason: str, *, denied: bool, patient: bool) -> Outcome:
    """The deadline passed, or where nothing is waited for the time of a single request."""
    state = State.STALE if denied else State.FAILED
    done = "created" if holding.kind is Kind.CREATE else "extended"
    message = f"the time is up and pool {holding.name} is not {done}: {reason}"
    hint = _hint(holding, _LONGER if patient else _NO_TIME, reason)
    return Outcome(holding.name, state, ExitCode.NOT_YET, message, hint)


def _hint(holding: About, usual: str, reason: str) -> str:
    """What to do, also about a pool whose run may be dead."""
    waits = "(pending)" in reason or "(claimed)" in reason
    return f"{usual}; {_DEAD[holding.kind]}" if waits else usual


def lost(holding: About, found: tuple[Conflict, ...]) -> Outcome:
    """Another writer was first."""
    end = " and was withdrawn" if holding.kind is Kind.CREATE else "; nothing was appended"
    message = f"{_about(holding)} lost a race against {_pools(found)}{end}"
    return Outcome(holding.name, State.LOST, ExitCode.LOST_RACE, message, _ELSEWHERE, found)


def kept(holding: About, found: tuple[Conflict, ...], pool: Pool) -> Outcome:
    """Ours overlaps and cannot be taken back."""
    if holding.kind is Kind.CREATE:
        message = (
            f"pool {holding.name} overlaps with {_pools(found)} and stays: it is settled or in use"
        )
        if is_pending(pool):
            message += "; it keeps our mark"
    else:
        message = (
            f"pool {holding.name} has the ranges and overlaps with {_pools(found)};"
            " they stay: Antrea lets no range go"
        )
    hint = "delete one of the pools; until then Antrea refuses to change either"
    return Outcome(holding.name, State.KEPT, ExitCode.LOST_RACE, message, hint, found, live=pool)


def unsettled(holding: About, reason: str, pool: Pool) -> Outcome:
    """Ours is in use and could not be settled in time; nothing that is known overlaps it."""
    message = f"pool {holding.name} is in use and not settled yet, it keeps our mark: {reason}"
    hint = "run the same command again: it goes on where this one ended"
    return Outcome(holding.name, State.UNKNOWN, ExitCode.NOT_YET, message, hint, live=pool)


def not_alone(holding: About, reason: str, pool: Pool) -> Outcome:
    """Ours was committed before, and this ends while others may still withdraw."""
    if holding.kind is Kind.CREATE:
        state, there = State.EXISTS, "exists, and nobody knows yet whether it stays alone"
    else:
        state = State.UNCHANGED
        there = "has the ranges, and nobody knows yet whether it has them alone"
    message = f"pool {holding.name} {there}: {reason}"
    return Outcome(holding.name, state, ExitCode.NOT_YET, message, _LONGER, live=pool)


def left(holding: About, reason: str, found: tuple[Conflict, ...] = ()) -> Outcome:
    """It may still be there, with our mark or our claim."""
    name = holding.name
    if holding.kind is Kind.CREATE:
        message = f"pool {name} may be left behind, still marked as pending: {reason}"
        hint = f"run the same command again, or: ippoolctl delete {name}"
    else:
        message = (
            f"it is unknown whether pool {name} was extended,"
            f" and a claim may be left on it: {reason}"
        )
        hint = (
            "run the same command again: it finds out, and goes on where this one ended;"
            f" the claim is the annotation {CLAIM}"
        )
    return Outcome(name, State.UNKNOWN, ExitCode.NOT_YET, message, hint, found)


def unknown(holding: About, reason: str) -> Outcome:
    """A write was sent, and nobody could be asked what came of it."""
    if holding.kind is Kind.EXTEND:
        return left(holding, reason)
    message = f"it is unknown whether pool {holding.name} was created: {reason}"
    hint = "run the same command again: it finds out, and does not create a second one"
    return Outcome(holding.name, State.UNKNOWN, ExitCode.NOT_YET, message, hint)


def stopped(holding: About, cancelled: Gone | Committed | InUse | Left, exists: Pool | None) -> str:
    """What exists after a signal; ``exists`` is our pool, where it was committed before."""
    name, create = holding.name, holding.kind is Kind.CREATE
    match cancelled:
        case Left(reason):
            return f"{left(holding, reason).message}; look: ippoolctl list {name}"
        case Gone() if exists is None:
            return (
                f"pool {name} was not {'created' if create else 'extended'}; nothing is left behind"
            )
        case _:
            return (
                f"pool {name} {'exists and stays' if create else 'has the ranges, and they stay'}"
            )


def not_looked_at(name: str) -> str:
    """What a signal before the first look leaves: perhaps what an earlier run has left."""
    return f"pool {name} was not looked at, and nothing was sent"


def has_changed(holding: About) -> str:
    """Why a reservation was not made."""
    if holding.kind is Kind.CREATE:
        return f"a pool {holding.name} has just appeared"
    return f"pool {holding.name} has just changed"


def no_answer(holding: About, fault: Fault) -> str:
    """Why it is looked for."""
    return f"no answer to the {RESERVATION[holding.kind]}: {fault.message}"


def _pools(found: Sequence[Conflict]) -> str:
    names = sorted({each.pool.name for each in found})
    return ("pool " if len(names) == 1 else "pools ") + ", ".join(names)
