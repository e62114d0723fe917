"""The outcomes of ``extend`` in words."""

from collections.abc import Sequence
from dataclasses import replace

from ippoolctl.domain.annotations.marks import CLAIM
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.conflicts import Rival
from ippoolctl.domain.protocol.creation import Refuse, Wait
from ippoolctl.domain.protocol.denials import Stale
from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.engine.release import Kept, Release, Released
from ippoolctl.engine.withdraw import Left
from ippoolctl.errors import ExitCode
from ippoolctl.ports.faults import Fault

_WAIT: str = "add --wait to try again until it works, for at most --timeout (60s)"
_LONGER: str = "run the same command again, or give it more time with --timeout"
_ELSEWHERE: str = "take other ranges: ippoolctl suggest names free ones"
_DEAD: str = "if a pool stays pending or claimed, its run may be dead: run that again"


def extended(extension: Extension, pool: Pool) -> Outcome:
    """The ranges are there, and nothing overlaps them."""
    return Outcome(extension.name, State.EXTENDED, ExitCode.YES, live=pool)


def unchanged(extension: Extension, pool: Pool) -> Outcome:
    """The ranges were there before."""
    return Outcome(extension.name, State.UNCHANGED, ExitCode.YES, live=pool)


def judged(extension: Extension, pool: Pool) -> Outcome:
    """The server would take it."""
    return Outcome(extension.name, State.JUDGED, ExitCode.YES, live=pool)


def absent(extension: Extension) -> Outcome:
    """There is nothing to extend."""
    message = f"there is no pool {extension.name}"
    hint = "ippoolctl list shows all pools; ippoolctl create makes one"
    return Outcome(extension.name, State.ABSENT, ExitCode.NO, message, hint)


def refused(extension: Extension, refuse: Refuse, *, lost_to: tuple[Rival, ...] = ()) -> Outcome:
    """A real reason stands against it; after a lost race that is the winner."""
    if lost_to and refuse.rivals:
        return lost(extension, refuse.rivals)
    overlap = f"its ranges overlap with {_pools(refuse.rivals)}" if refuse.rivals else ""
    why = "; ".join(filter(None, (overlap, *refuse.reasons)))
    message = f"the extension of pool {extension.name} is refused: {why}"
    hint = _ELSEWHERE if refuse.rivals else refuse.hint or "correct the ranges"
    return Outcome(extension.name, State.REFUSED, ExitCode.REFUSED, message, hint, refuse.rivals)


def stale(extension: Extension, found: Stale) -> Outcome:
    """Nothing real stands against it, but the webhook does not know that yet."""
    message = (
        f"the extension of pool {extension.name} is refused by a stale webhook: {found.reason};"
        " no live pool is in the way"
    )
    return Outcome(extension.name, State.STALE, ExitCode.NOT_YET, message, _WAIT)


def busy(extension: Extension, wait: Wait) -> Outcome:
    """Something that may go away is in the way."""
    if wait.exists is not None:
        there = not_alone(extension, wait.reason, wait.exists)
        return replace(there, hint=f"{_WAIT}; {_DEAD}", rivals=wait.rivals)
    message = f"pool {extension.name} cannot be extended yet: {wait.reason}"
    return Outcome(
        extension.name, State.BUSY, ExitCode.NOT_YET, message, f"{_WAIT}; {_DEAD}", wait.rivals
    )


def unavailable(extension: Extension, fault: Fault) -> Outcome:
    """The server or its webhook could not do it now."""
    message = f"pool {extension.name} was not extended: {fault.message}"
    return Outcome(extension.name, State.FAILED, ExitCode.NOT_YET, message, _WAIT)


def too_late(extension: Extension, reason: str, *, denied: bool) -> Outcome:
    """The deadline passed."""
    state = State.STALE if denied else State.FAILED
    message = f"the time is up and pool {extension.name} is not extended: {reason}"
    hint = f"{_LONGER}; {_DEAD}" if "pending)" in reason or "claimed)" in reason else _LONGER
    return Outcome(extension.name, state, ExitCode.NOT_YET, message, hint)


def lost(extension: Extension, found: tuple[Rival, ...]) -> Outcome:
    """Another writer was first."""
    message = (
        f"the extension of pool {extension.name} lost a race against {_pools(found)};"
        " nothing was appended"
    )
    return Outcome(extension.name, State.LOST, ExitCode.LOST_RACE, message, _ELSEWHERE, found)


def kept(extension: Extension, found: tuple[Rival, ...], pool: Pool) -> Outcome:
    """The ranges are there and overlap, and cannot be taken back."""
    message = (
        f"pool {extension.name} has the ranges and overlaps with {_pools(found)};"
        " they stay: Antrea lets no range go"
    )
    hint = "delete one of the pools; until then Antrea refuses to change either"
    return Outcome(extension.name, State.KEPT, ExitCode.LOST_RACE, message, hint, found, live=pool)


def not_alone(extension: Extension, reason: str, pool: Pool) -> Outcome:
    """The ranges are there, and this ends while others may still withdraw."""
    message = (
        f"pool {extension.name} has the ranges, and nobody knows yet whether it has them alone:"
        f" {reason}"
    )
    return Outcome(extension.name, State.UNCHANGED, ExitCode.NOT_YET, message, _LONGER, live=pool)


def left(extension: Extension, reason: str, found: tuple[Rival, ...] = ()) -> Outcome:
    """A claim, or the ranges, may be there."""
    message = (
        f"it is unknown whether pool {extension.name} was extended,"
        f" and a claim may be left on it: {reason}"
    )
    hint = (
        "run the same command again: it finds out, and goes on where this one ended;"
        f" the claim is the annotation {CLAIM}"
    )
    return Outcome(extension.name, State.UNKNOWN, ExitCode.NOT_YET, message, hint, found)


def stopped(extension: Extension, release: Release, exists: Pool | None) -> str:
    """What exists after a signal; ``exists`` is the pool, where it had the ranges before."""
    match release:
        case Kept():
            return f"pool {extension.name} has the ranges, and they stay"
        case Released() if exists is not None:
            return f"pool {extension.name} has the ranges, and they stay"
        case Left(reason):
            look = f"look: ippoolctl list {extension.name}"
            return f"{left(extension, reason).message}; {look}"
        case _:
            return f"pool {extension.name} was not extended; nothing is left behind"


def _pools(found: Sequence[Rival]) -> str:
    names = sorted({each.pool.name for each in found})
    return ("pool " if len(names) == 1 else "pools ") + ", ".join(names)
