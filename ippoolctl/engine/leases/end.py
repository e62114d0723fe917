"""Deleting the pools of a lease once nothing uses them, and waiting until they are forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.consumers import Consumers
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.protocol import backoff
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.outcome import Outcome, Report, ReportKind, State
from ippoolctl.domain.protocol.until import Until
from ippoolctl.engine.await_state import Subject, afterwards, await_state, unable_to_probe
from ippoolctl.engine.deleting.delete import Deletion, delete
from ippoolctl.engine.outcomes import failed, stopped
from ippoolctl.engine.session import Session, TimedOutError
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import Fault

_STOPPED: Final = (ExitCode.INTERRUPTED, ExitCode.TERMINATED)


@dataclass(frozen=True, slots=True)
class Lease:
    """A pool that lives as long as a command."""

    name: str
    request_id: str
    """The ID of the request, which no other run has."""
    release: Release | None = None
    pool: Pool | None = None
    """The pool as it was created; ``None`` if this run does not know it."""
    seen: bool = False
    """Whether the webhook's cache has had the pool."""

    def owns(self, found: Pool) -> bool:
        """Whether a live pool is that of this lease, and not a later one of the same name."""
        if self.pool is None:
            return found.annotations.get(marks.REQUEST_ID) == self.request_id
        assert self.pool.live is not None
        assert found.live is not None
        return self.pool.live.uid == found.live.uid

    @property
    def subject(self) -> Subject:
        """The pool to wait for."""
        if self.pool is None:
            return Subject(self.name, release=self.release)
        assert self.pool.live is not None
        return Subject(self.name, self.pool.live.uid, self.pool.ranges, self.release)


def end_leases(session: Session, leases: Sequence[Lease], patience: float) -> list[Outcome]:
    """Delete the pools, then wait until the webhook's cache has forgotten them.

    A pool that still has consumers after ``patience`` seconds is kept. Where the cache cannot be
    probed, the wait ends when the pools are gone. A signal ends every wait; pools that still exist
    are then deleted within a second.
    """
    try:
        until = _until(session, leases)
        ends = session.clock.now() + patience
        deleted = [_delete(session, each, ends - session.clock.now()) for each in leases]
        outcomes: list[Outcome] = []
        for lease, outcome in zip(leases, deleted, strict=True):
            if any(each.code in _STOPPED for each in outcomes):
                outcomes.append(outcome)
            else:
                outcomes.append(_awaited(session, lease, outcome, until))
    except StoppedError as stop:
        return [
            _not_awaited(each, stop.exit_code) if each.code is ExitCode.YES else each
            for each in delete_leases(session, leases, hurry=True)
        ]
    return outcomes


def delete_leases(session: Session, leases: Sequence[Lease], *, hurry: bool) -> list[Outcome]:
    """Delete the pools, and wait for nothing; with ``hurry`` within a second."""
    if hurry:
        session.allow_grace(hurry=True)
    outcomes = []
    for each in leases:
        try:
            outcomes.append(_delete(session, each, 0.0))
        except StoppedError as stop:
            outcomes.append(stopped(each.name, stop))
    return outcomes


def _until(session: Session, leases: Sequence[Lease]) -> Until:
    """The state to wait for; waits until the cache has the pools that are to be forgotten.

    A pool that the cache does not have yet would seem to be forgotten.
    """
    try:
        if unable_to_probe(session, leases[0].subject) is not None:
            return Until.GONE
        for each in leases:
            if each.seen:
                continue
            found = await_state(session, Until.SEEN, each.subject, can_probe=True)
            if found.code is ExitCode.NOT_YET:
                session.allow_grace(hurry=False)
                return Until.GONE
    except (Fault, TimedOutError):  # what can be deleted is deleted all the same
        session.allow_grace(hurry=False)
        return Until.GONE
    return Until.FORGOTTEN


def _delete(session: Session, lease: Lease, patience: float) -> Outcome:
    """Delete the pool, and do not wait for its end."""

    def unless(found: Pool, consumers: Consumers) -> Outcome | None:
        return None if lease.owns(found) else Outcome(lease.name, State.ABSENT, ExitCode.YES)

    deletion = Deletion(lease.name, unless=unless)
    ends = session.clock.now() + patience
    try:
        for polls in count():
            outcome = delete(session, deletion)
            if outcome.state is not State.IN_USE:
                return outcome
            assert outcome.report is not None
            users, wait = outcome.report, backoff.pause_between_polls(polls)
            outcome = replace(outcome, report=replace(users, kind=ReportKind.LEASE_IN_USE))
            if session.clock.now() + wait > ends or wait >= session.left:
                return outcome
            cause = Cause(
                CauseKind.STILL_IN_USE, pool=lease.name, others=users.names, count=users.count
            )
            session.pause(cause, wait)
    except Fault as fault:
        return failed(lease.name, fault)
    raise AssertionError


def _awaited(session: Session, lease: Lease, outcome: Outcome, until: Until) -> Outcome:
    """Wait for the end of a deletion, also of a pool that another client has deleted."""
    if outcome.code is not ExitCode.YES or lease.pool is None:
        return outcome
    others = outcome.state is State.ABSENT
    warning = Report(ReportKind.DELETED_BY_OTHERS) if others else outcome.warning
    deleted = replace(outcome, state=State.DELETED, warning=warning)
    after = afterwards(session, deleted, until, lease.subject)
    if after.code in _STOPPED:
        return _not_awaited(after, after.code)
    rest = after.report.rest if after.report is not None else None
    # Another run already has the addresses, so the webhook has admitted them again.
    return deleted if rest is not None and rest.kind is ReportKind.ALL_COVERED else after


def _not_awaited(outcome: Outcome, code: ExitCode) -> Outcome:
    return replace(outcome, code=code, report=Report(ReportKind.END_NOT_AWAITED))
