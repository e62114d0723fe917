"""Deleting one pool: just the object that was looked at, and not from under its users."""

from dataclasses import dataclass, replace

from ippoolctl.domain import marks
from ippoolctl.domain.consumers import InUse, users_of
from ippoolctl.domain.marks import Standing
from ippoolctl.domain.outcome import Outcome, State
from ippoolctl.domain.pool import Pool
from ippoolctl.domain.releases import Release
from ippoolctl.engine.await_state import Subject, Until, afterwards, unable_to_probe
from ippoolctl.engine.nature import SAFE_TO_REPEAT, Nature, nature
from ippoolctl.engine.run import OutOfTimeError, Run
from ippoolctl.errors import ExitCode
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


def delete(run: Run, deletion: Deletion) -> Outcome:
    """Delete the pool. Raises a :class:`~ippoolctl.ports.faults.Fault` if nobody can be asked."""
    subject = Subject(deletion.name, "", (), deletion.release)
    unable = unable_to_probe(run, subject) if deletion.until is Until.FORGOTTEN else None
    if unable is not None:
        return unable
    try:
        outcome, pool = _delete(run, deletion)
    except OutOfTimeError as end:
        if not run.contacted and end.fault is not None:
            raise end.fault from None
        message = f"the time is up and pool {deletion.name} may still be there: {end.reason}"
        hint = "run the same command again, or give it more time with --timeout"
        return Outcome(deletion.name, State.UNKNOWN, ExitCode.NOT_YET, message, hint)
    if pool is not None and deletion.until is not None and outcome.code is ExitCode.YES:
        uid = pool.live.uid if pool.live else ""
        subject = Subject(pool.name, uid, pool.ranges, deletion.release)
        outcome = afterwards(run, outcome, deletion.until, subject)
    return replace(outcome, waited=run.elapsed)


def _delete(run: Run, deletion: Deletion) -> tuple[Outcome, Pool | None]:
    """The outcome, and the object that was deleted if there was one."""
    sent: Pool | None = None
    warning, failures = "", 0
    while True:
        pool = run.ask(lambda within: run.gateway.get_pool(deletion.name, within=within))
        if pool is None or _is_another(pool, sent):
            return _absent(deletion, deleted=sent is not None), sent
        if marks.standing(pool) is Standing.TERMINATING:
            return Outcome(pool.name, State.TERMINATING, ExitCode.YES, live=pool), pool
        if not deletion.force:
            consumers = run.ask(lambda within: run.gateway.consumers(within=within))
            if consumers.unseen:
                kinds = " and ".join(consumers.unseen)
                warning = f"not allowed to list every {kinds}: the pool's status tells its use"
            users = users_of(pool, consumers)
            if users is not None:
                return _in_use(pool, users), None
        if deletion.dry_run:
            return Outcome(pool.name, State.JUDGED, ExitCode.YES, warning=warning, live=pool), None
        sent = pool
        try:
            run.gateway.delete_pool(pool, within=run.within())
        except Fault as fault:
            kind = nature(fault)
            if kind not in _LOOK_AGAIN:
                raise
            if kind in SAFE_TO_REPEAT:
                failures += 1
                run.pause_after(fault, failures)
            continue
        done = Outcome(pool.name, State.DELETED, ExitCode.YES, warning=warning, live=pool)
        return done, pool


_LOOK_AGAIN = SAFE_TO_REPEAT | {Nature.CHANGED, Nature.MISSING}


def _absent(deletion: Deletion, *, deleted: bool) -> Outcome:
    if deleted:
        return Outcome(deletion.name, State.DELETED, ExitCode.YES)
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


def _in_use(pool: Pool, users: InUse) -> Outcome:
    who = "; ".join(each.text for each in users.consumers) or f"{users.used} addresses are in use"
    return Outcome(
        pool.name,
        State.IN_USE,
        ExitCode.REFUSED,
        f"pool {pool.name} is in use: {who}",
        "move its users to another pool first; --force deletes it from under them",
        live=pool,
    )
