"""Deleting one pool: exactly the object that was read, and only while it is unused."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.consumers import Consumers, InUse, users_of
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.protocol.outcome import Outcome, Report, ReportKind, State
from ippoolctl.domain.protocol.until import Until
from ippoolctl.engine.await_state import Subject, afterwards, await_state, unable_to_probe
from ippoolctl.engine.session import Session, TimedOutError
from ippoolctl.engine.writer import (
    Applied,
    Changed,
    Denied,
    Effect,
    Failed,
    NotDone,
    Pauses,
    Refused,
    Unknown,
    Write,
    Writer,
)
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import Fault


@dataclass(frozen=True, slots=True)
class Deletion:
    """What to delete, and under which conditions."""

    name: str
    force: bool = False
    """Delete it even if it is in use."""
    must_exist: bool = False
    """Whether an absent pool counts as "no" (exit code 1) instead of as done."""
    dry_run: bool = False
    """Report what would be deleted, and delete nothing."""
    until: Until | None = None
    """The state to wait for after the deletion."""
    release: Release | None = None
    save: Callable[[Pool, Consumers], None] | None = None
    """Called with the pool as it is about to be deleted, and all consumers of pools; what it raises
    prevents the deletion."""
    unless: Callable[[Pool, Consumers], Outcome | None] | None = None
    """Another reason not to delete, given the current pool and all consumers of pools."""


def delete(session: Session, deletion: Deletion) -> Outcome:
    """Delete the pool.

    Raises a :class:`~ippoolctl.ports.faults.Fault` if the server cannot be reached.
    """
    writer = Writer(session)
    try:
        outcome = _carried_out(session, deletion, writer)
    except TimedOutError as end:
        session.raise_if_never_contacted(end)
        report = Report(ReportKind.MAY_STILL_EXIST, cause=end.cause, limit=session.limit)
        return Outcome(deletion.name, State.UNKNOWN, ExitCode.NOT_YET, report)
    except StoppedError as stop:
        describe = partial(_describe, writer=writer)
        sent = writer.ledger.changes > 0
        unread = ReportKind.UNKNOWN_AFTER_SIGNAL if sent else ReportKind.NOT_DELETED
        stop.report = report_after_signal(session, deletion.name, describe, unread)
        raise
    return replace(outcome, waited=session.elapsed)


def report_after_signal(
    session: Session, name: str, describe: Callable[[Pool], Report], unread: ReportKind
) -> Report:
    """The report after a signal: ``describe`` of the current pool, ``unread`` if it is not read in
    time.
    """
    session.allow_grace(hurry=True)
    try:
        pool = session.get_pool(name)
    except (Fault, TimedOutError):
        return Report(unread)
    return describe(pool) if pool is not None else Report(ReportKind.GONE)


def _describe(pool: Pool, writer: Writer) -> Report:
    if marks.hold_state(pool) is HoldState.TERMINATING:
        return Report(ReportKind.TERMINATING)
    return Report(
        ReportKind.MAY_STILL_GO if writer.late_write_may_commit else ReportKind.STILL_THERE
    )


def wait_for_the_end(
    session: Session, outcome: Outcome, until: Until, release: Release | None
) -> Outcome:
    """Wait until a deleted pool is gone or forgotten."""
    pool = outcome.live
    if pool is None:
        if until is not Until.FORGOTTEN:
            return outcome
        # A killed run may have deleted the pool: the webhook's cache may still hold it.
        return replace(outcome, code=ExitCode.UNKNOWN, report=Report(ReportKind.RANGES_UNKNOWN))
    assert pool.live is not None
    subject = Subject(pool.name, pool.live.uid, pool.ranges, release)
    return afterwards(session, outcome, until, subject)


def stopped_before_the_end(outcome: Outcome, stop: StoppedError) -> Outcome:
    """The outcome of a deletion whose end a signal kept from being awaited."""
    state = State.GONE if outcome.state is State.ABSENT else outcome.state
    report = Report(ReportKind.DONE_AND_STOPPED, text=state.value)
    return replace(outcome, code=stop.exit_code, report=report)


def not_awaited(outcome: Outcome) -> Outcome:
    """The outcome of a deletion whose end the command did not wait for, although requested."""
    if outcome.state not in (State.DELETED, State.TERMINATING):
        return outcome
    return replace(outcome, report=Report(ReportKind.DELETION_STARTED))


def _carried_out(session: Session, deletion: Deletion, writer: Writer) -> Outcome:
    """The deletion, unless it could never be verified that the webhook's cache lost the pool."""
    if deletion.until is not Until.FORGOTTEN or deletion.dry_run:
        return _delete(session, deletion, writer)
    unable = unable_to_probe(session, Subject(deletion.name, "", (), deletion.release))
    if unable is not None:
        return unable
    known = session.get_pool(deletion.name)
    unseen = _unseen(session, deletion, known)
    if unseen is not None and unseen.code is ExitCode.NOT_YET:
        return unseen
    outcome = _delete(session, deletion, writer)
    if unseen is None and outcome.state is State.ABSENT and outcome.code is ExitCode.YES:
        return replace(outcome, live=known)  # a twin was faster; the ranges are known
    return outcome


def _unseen(session: Session, deletion: Deletion, pool: Pool | None) -> Outcome | None:
    """The outcome if the webhook's cache does not hold the pool yet: the pool would seem forgotten.

    The deadline has passed, or the pool disappeared first.
    """
    if pool is None or marks.hold_state(pool) is HoldState.TERMINATING:
        return None
    assert pool.live is not None
    subject = Subject(pool.name, pool.live.uid, (), deletion.release)
    seen = await_state(session, Until.SEEN, subject, can_probe=True)
    # If other pools cover its addresses, the cache cannot be probed before they are deleted.
    return seen if seen.code is ExitCode.NOT_YET or seen.state is State.ABSENT else None


def _delete(session: Session, deletion: Deletion, writer: Writer) -> Outcome:
    sent: Pool | None = None
    pauses = Pauses(session)
    while True:
        pool = session.get_pool(deletion.name)
        if pool is None or _is_another(pool, sent):
            return _absent(deletion, sent)
        if marks.hold_state(pool) is HoldState.TERMINATING:
            return Outcome(pool.name, State.TERMINATING, ExitCode.YES, live=pool)
        consumers = session.consumers()
        stopped = deletion.unless(pool, consumers) if deletion.unless else None
        if stopped is not None:
            return stopped
        users = users_of(pool, consumers)
        if users is not None and not deletion.force:
            report = _used(ReportKind.POOL_IN_USE, users)
            return Outcome(pool.name, State.IN_USE, ExitCode.REFUSED, report, live=pool)
        warning = None
        if users is not None:
            dry = deletion.dry_run
            kind = ReportKind.WOULD_DELETE_IN_USE if dry else ReportKind.DELETED_WHILE_IN_USE
            warning = _used(kind, users)
        elif consumers.unseen:
            warning = Report(ReportKind.USAGE_FROM_STATUS, names=tuple(consumers.unseen))
        if deletion.dry_run:
            return Outcome(pool.name, State.DRY_RUN, ExitCode.YES, warning=warning, live=pool)
        if deletion.save is not None:
            # If another run deletes the pool, Antrea takes the addresses that are to be saved.
            still = session.get_pool(deletion.name)
            if still is None or _is_another(still, pool):
                continue
            deletion.save(pool, consumers)
        sent = pool
        result = writer.write(Write.delete(pool, Effect.CHANGE))
        match result:
            case Applied():
                return Outcome(pool.name, State.DELETED, ExitCode.YES, warning=warning, live=pool)
            case NotDone(fault) | Unknown(fault):
                pauses.for_server(fault)
            case Changed(fault):
                pauses.for_change(fault)
            case Denied(fault) | Refused(fault) | Failed(fault):
                raise fault


def _absent(deletion: Deletion, sent: Pool | None) -> Outcome:
    if sent is not None:
        return Outcome(deletion.name, State.DELETED, ExitCode.YES, live=sent)
    if deletion.must_exist:
        return Outcome(deletion.name, State.ABSENT, ExitCode.NO, Report(ReportKind.NOT_FOUND))
    return Outcome(deletion.name, State.ABSENT, ExitCode.YES)


def _is_another(pool: Pool, sent: Pool | None) -> bool:
    """Whether the pool is another object of the same name, which must not be deleted."""
    if sent is None:
        return False
    assert sent.live is not None
    assert pool.live is not None
    return pool.live.uid != sent.live.uid


def _used(kind: ReportKind, users: InUse) -> Report:
    names = tuple(each.text for each in users.consumers)
    return Report(kind, names=names, count=users.used)
