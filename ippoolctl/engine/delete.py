"""Deleting one pool: just the object that was looked at, and not from under its users."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.marks import Standing
from ippoolctl.domain.antrea.consumers import Consumers, InUse, users_of
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.engine.await_state import (
    Subject,
    Until,
    afterwards,
    await_state,
    unable_to_probe,
)
from ippoolctl.engine.held_write import HeldWrite, told_at_a_stop
from ippoolctl.engine.nature import Step, Verb, step_after
from ippoolctl.engine.run import OutOfTimeError, Run
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import Fault


@dataclass(frozen=True, slots=True)
class Deletion:
    """What to delete, and how far to go."""

    name: str
    force: bool = False
    """Delete it from under its users as well."""
    must_exist: bool = False
    """Whether an absent pool is an answer of "no" rather than "already so"."""
    dry_run: bool = False
    """Look and say, and delete nothing."""
    until: Until | None = None
    """What to wait for afterwards."""
    release: Release | None = None
    unless: Callable[[Pool, Consumers], Outcome | None] | None = None
    """What else may stop it, in view of the pool as it is now and of everyone who refers to any."""


def delete(run: Run, deletion: Deletion) -> Outcome:
    """Delete the pool. Raises a :class:`~ippoolctl.ports.faults.Fault` if nobody can be asked."""
    write = HeldWrite(run, Verb.DELETE)
    try:
        outcome = _carried_out(run, deletion, write)
    except OutOfTimeError as end:
        run.raise_unheard(end)
        message = f"the time is up and pool {deletion.name} may still be there: {end.reason}"
        return Outcome(deletion.name, State.UNKNOWN, ExitCode.NOT_YET, message, run.more_time)
    except StoppedError as stop:
        say = partial(_what_exists, write=write)
        stop.message = told_at_a_stop(run, deletion.name, "is still there", say)
        raise
    return replace(outcome, waited=run.elapsed)


def _what_exists(pool: Pool, write: HeldWrite) -> str:
    if marks.standing(pool) is Standing.TERMINATING:
        return f"pool {pool.name} is being deleted"
    coming = "; a deletion that got no answer may still take effect" if write.is_coming else ""
    return f"pool {pool.name} is still there{coming}"


def wait_for_the_end(run: Run, outcome: Outcome, until: Until, release: Release | None) -> Outcome:
    """Wait until the pool of a deletion is gone, or forgotten as well."""
    pool = outcome.live
    if pool is None:
        return _beyond_asking(outcome) if until is Until.FORGOTTEN else outcome
    uid = pool.live.uid if pool.live else ""
    return replace(
        afterwards(run, outcome, until, Subject(pool.name, uid, pool.ranges, release)),
        waited=run.elapsed,
    )


def _beyond_asking(absent: Outcome) -> Outcome:
    """Absent, perhaps since a run that was killed; the webhook may hold it still."""
    message = f"there is no pool {absent.pool}, and nobody knows which ranges it had: whether the "
    message += "webhook has forgotten them cannot be asked"
    hint = f"say them: ippoolctl wait {absent.pool} --until forgotten --range RANGE"
    return replace(absent, code=ExitCode.UNKNOWN, message=message, hint=hint)


def unawaited(outcome: Outcome) -> Outcome:
    """The outcome of a deletion whose end was to be waited for, and was not."""
    if outcome.state not in (State.DELETED, State.TERMINATING):
        return outcome
    return replace(outcome, message="its end was not waited for")


def _carried_out(run: Run, deletion: Deletion, write: HeldWrite) -> Outcome:
    """The deletion; why its pool would never be known to be forgotten is said before."""
    if deletion.until is not Until.FORGOTTEN or deletion.dry_run:
        return _delete(run, deletion, write)
    unable = unable_to_probe(run, Subject(deletion.name, "", (), deletion.release))
    if unable is not None:
        return unable
    known = run.ask(lambda within: run.gateway.get_pool(deletion.name, within=within))
    unseen = _unseen(run, deletion, known)
    if unseen is not None and unseen.code is ExitCode.NOT_YET:
        return unseen
    outcome = _delete(run, deletion, write)
    if unseen is None and outcome.state is State.ABSENT and outcome.code is ExitCode.YES:
        return replace(outcome, live=known)  # a twin was faster: the ranges are known all the same
    return outcome


def _unseen(run: Run, deletion: Deletion, pool: Pool | None) -> Outcome | None:
    """That the webhook has not come to see the pool: it would seem to have forgotten it already.

    The time may be up, or the pool may have vanished before.
    """
    if pool is None or pool.live is None or marks.standing(pool) is Standing.TERMINATING:
        return None
    subject = Subject(pool.name, pool.live.uid, (), deletion.release)
    seen = await_state(run, Until.SEEN, subject)
    # Where others cover its addresses, there is nothing to see before they are deleted too.
    return seen if seen.code is ExitCode.NOT_YET or seen.state is State.ABSENT else None


def _delete(run: Run, deletion: Deletion, write: HeldWrite) -> Outcome:
    sent: Pool | None = None
    failures = conflicts = 0
    while True:
        pool = run.ask(lambda within: run.gateway.get_pool(deletion.name, within=within))
        if pool is None or _is_another(pool, sent):
            return _absent(deletion, sent)
        if marks.standing(pool) is Standing.TERMINATING:
            return Outcome(pool.name, State.TERMINATING, ExitCode.YES, live=pool)
        consumers = run.ask(lambda within: run.gateway.consumers(within=within))
        stopped = deletion.unless(pool, consumers) if deletion.unless else None
        if stopped is not None:
            return stopped
        users = users_of(pool, consumers)
        if users is not None and not deletion.force:
            return _in_use(pool, users)
        warning = _warning(consumers, users)
        if deletion.dry_run:
            return Outcome(pool.name, State.JUDGED, ExitCode.YES, warning=warning, live=pool)
        sent = pool
        try:
            write.send(partial(_send, run, pool))
        except Fault as fault:
            match step_after(fault, Verb.DELETE):
                case Step.REPEAT | Step.LOOK:
                    failures += 1
                    run.pause_after(fault, failures)
                case Step.DECIDE_AGAIN:
                    conflicts += 1
                    run.pause_after_conflict(fault, conflicts)
                case _:
                    raise
            continue
        return Outcome(pool.name, State.DELETED, ExitCode.YES, warning=warning, live=pool)


def _send(run: Run, pool: Pool, within: float) -> None:
    run.gateway.delete_pool(pool, within=within)


def _absent(deletion: Deletion, sent: Pool | None) -> Outcome:
    if sent is not None:
        return Outcome(deletion.name, State.DELETED, ExitCode.YES, live=sent)
    if deletion.must_exist:
        message = f"there is no pool {deletion.name}"
        return Outcome(
            deletion.name, State.ABSENT, ExitCode.NO, message, "ippoolctl list shows all pools"
        )
    return Outcome(deletion.name, State.ABSENT, ExitCode.YES)


def _is_another(pool: Pool, sent: Pool | None) -> bool:
    """Whether the pool is another object of the same name: that one is not ours to delete."""
    if sent is None or sent.live is None or pool.live is None:
        return False
    return pool.live.uid != sent.live.uid


def _warning(consumers: Consumers, users: InUse | None) -> str:
    if users is not None:
        return f"deleted from under its users: {_who(users)}"
    if consumers.unseen:
        kinds = " and ".join(consumers.unseen)
        return f"not allowed to list every {kinds}: the pool's status tells its use"
    return ""


def _who(users: InUse) -> str:
    named = "; ".join(each.text for each in users.consumers)
    return named or f"{users.used} addresses are in use"


def _in_use(pool: Pool, users: InUse) -> Outcome:
    return Outcome(
        pool.name,
        State.IN_USE,
        ExitCode.REFUSED,
        f"pool {pool.name} is in use: {_who(users)}",
        "move its users to another pool first; --force deletes it from under them",
        live=pool,
    )
