"""Deleting expired pools, and pending pools and claims of killed runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from ippoolctl.crd.patches.claims import releasing_patch
from ippoolctl.domain.annotations.claims import claim_of
from ippoolctl.domain.annotations.expiry import (
    Leftover,
    LeftoverKind,
    leftovers,
    leftovers_of,
)
from ippoolctl.domain.antrea.consumers import Consumers, use_of
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.outcome import Outcome, Report, ReportKind, State
from ippoolctl.domain.timestamps import parse_timestamp
from ippoolctl.engine.deleting.delete import Deletion, delete, report_after_signal
from ippoolctl.engine.session import Session, TimedOutError, timeout_as_fault
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
from ippoolctl.errors import ExitCode, StoppedError, UnavailableError
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.ports.gateway import PoolList

_RESOURCES: Final = {"Egress": "egresses.crd.antrea.io", "Service": "services"}
_NEEDS: Final = (
    "sweep requires list, get, delete and patch on pools, and list on Egresses and Services"
)


@dataclass(frozen=True, slots=True)
class Leftovers:
    """The leftovers to sweep."""

    due: tuple[Leftover, ...]
    """Unused leftovers of no live run: pools to delete, claims to remove."""
    rest: tuple[Outcome, ...]
    """Expired but skipped, with the reason."""
    now: datetime
    """The server's time by which they were found."""
    listed: PoolList
    """All pools at that time."""


@timeout_as_fault()
def find_leftovers(session: Session) -> Leftovers:
    """Find the leftovers; nothing is written.

    Raises a :class:`Fault` if the server cannot be reached, a :class:`RejectedFault` if there is a
    leftover and no permission to list the users of pools, and :class:`UnavailableError` if the
    server does not send its time.
    """
    listed = session.list_pools()
    now = parse_timestamp(listed.date)
    if now is None:
        message = "the server response has no Date header, so expiry is unknown"
        raise UnavailableError(message, "check whether a proxy removes the Date header")
    found = leftovers(listed.pools, now)
    consumers = Consumers(())
    if any(each.deletes for each in found):
        consumers = session.consumers()
        _require_all(consumers)
    judged = [(each, why_not(each, consumers)) for each in found]
    due = [each for each, skipped in judged if skipped is None]
    going = {each.pool.name for each in due if each.deletes}
    return Leftovers(
        tuple(each for each in due if each.deletes or each.pool.name not in going),
        tuple(_spared(each.pool, skipped) for each, skipped in judged if skipped is not None),
        now,
        listed,
    )


def why_not(leftover: Leftover, consumers: Consumers) -> Report | None:
    """Why the leftover is skipped; ``None`` if it is to be swept.

    Its status counts even if all consumers are known: what had an address may be gone only now.
    """
    if leftover.kind is LeftoverKind.UNREADABLE:
        return Report(ReportKind.TEXT, text=leftover.reason)
    consumed, used = use_of(leftover.pool, consumers)
    if not leftover.deletes or not (consumed or used):
        return None
    names = tuple(each.text for each in consumed)
    return Report(ReportKind.LEFTOVER_IN_USE, text=leftover.reason, names=names, count=used)


def require_rights_to_sweep(session: Session, due: Sequence[Leftover]) -> None:
    """Raise a :class:`RejectedFault` if a permission is missing, before anything is written."""
    verbs = ["get"] if due else []
    verbs += ["delete"] if any(each.deletes for each in due) else []
    verbs += ["patch"] if any(not each.deletes for each in due) else []
    session.require_rights(verbs, _NEEDS)


def sweep(session: Session, leftover: Leftover, now: datetime) -> Outcome:
    """Delete the pool or remove its claim, if the current pool is still that leftover.

    ``now`` is the time at which it was found: newer objects are younger. Raises a
    :class:`~ippoolctl.ports.faults.Fault` if the server cannot be reached.
    """
    if not leftover.deletes:
        return replace(_unclaimed(session, leftover, now), waited=session.elapsed)

    def unless(pool: Pool, consumers: Consumers) -> Outcome | None:
        _require_all(consumers)
        still = next((each for each in leftovers_of(pool, now) if each.deletes), None)
        if still is None:
            return _spared(pool, Report(ReportKind.CHANGED_MEANWHILE))
        skipped = why_not(still, consumers)
        return _spared(pool, skipped) if skipped is not None else None

    outcome = delete(session, Deletion(leftover.pool.name, unless=unless))
    if outcome.state is State.DELETED:
        return replace(outcome, report=Report(ReportKind.TEXT, text=leftover.reason))
    return outcome


def _require_all(consumers: Consumers) -> None:
    if consumers.unseen:
        kinds = ", ".join(_RESOURCES[each] for each in consumers.unseen)
        message = f"no permission to list {kinds}: pool usage is unknown; nothing was deleted"
        raise RejectedFault(403, message, _NEEDS, reason="Forbidden")


def _spared(pool: Pool, report: Report) -> Outcome:
    return Outcome(pool.name, State.SKIPPED, ExitCode.YES, report, live=pool)


def _unclaimed(session: Session, leftover: Leftover, now: datetime) -> Outcome:
    name, writer = leftover.pool.name, Writer(session)
    try:
        return _cleared(session, leftover, now, writer)
    except TimedOutError as end:
        session.raise_if_never_contacted(end)
        report = Report(ReportKind.CLAIM_MAY_REMAIN, cause=end.cause, limit=session.limit)
        return Outcome(name, State.UNKNOWN, ExitCode.NOT_YET, report)
    except StoppedError as stop:
        describe = partial(_describe_claim, writer=writer)
        sent = writer.ledger.changes > 0
        unread = ReportKind.CLAIM_UNKNOWN_AFTER_SIGNAL if sent else ReportKind.NOT_CHANGED
        stop.report = report_after_signal(session, name, describe, unread)
        raise


def _cleared(session: Session, leftover: Leftover, now: datetime, writer: Writer) -> Outcome:
    name, pauses, sent = leftover.pool.name, Pauses(session), False
    done = Report(ReportKind.TEXT, text=leftover.reason)
    while True:
        pool = session.get_pool(name)
        if pool is None:
            return Outcome(name, State.ABSENT, ExitCode.YES)
        claim = claim_of(pool)
        if sent and claim is None:
            return Outcome(name, State.CLEARED, ExitCode.YES, done, live=pool)
        if all(each.kind is not LeftoverKind.CLAIM for each in leftovers_of(pool, now)):
            return _spared(pool, Report(ReportKind.CHANGED_MEANWHILE))
        assert claim is not None
        sent = True
        result = writer.write(Write.patch(name, releasing_patch(pool, claim), Effect.CHANGE))
        match result:
            case Applied(cleared):
                return Outcome(name, State.CLEARED, ExitCode.YES, done, live=cleared)
            case Changed(fault):
                pauses.for_change(fault)
            case NotDone(fault) | Unknown(fault):
                pauses.for_server(fault)
            case Denied(fault) | Refused(fault):
                # The webhook judges every change with all ranges: an overlap must be removed first.
                report = Report(ReportKind.CLAIM_NOT_REMOVED, text=fault.message)
                return Outcome(name, State.REFUSED, ExitCode.REFUSED, report, live=pool)
            case Failed(fault):
                raise fault


def _describe_claim(pool: Pool, writer: Writer) -> Report:
    if claim_of(pool) is None:
        return Report(ReportKind.CLAIM_GONE)
    return Report(
        ReportKind.CLAIM_MAY_STILL_GO
        if writer.late_write_may_commit
        else ReportKind.CLAIM_STILL_THERE
    )
