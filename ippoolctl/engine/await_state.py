"""Waiting for a state of a pool: ready, seen, gone, forgotten."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from ippoolctl.crd.externalippool import write_pool
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Spelling, range_of, read_range
from ippoolctl.domain.antrea.messages import DenialKind, parse_denial
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.domain.protocol import backoff
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.outcome import Outcome, Report, ReportKind, State
from ippoolctl.domain.protocol.readiness import (
    covering,
    held_for_now,
    names,
    not_ready,
    probe_range,
)
from ippoolctl.domain.protocol.until import Until
from ippoolctl.engine.fault_policy import FaultClass, fault_class
from ippoolctl.engine.probe import denial_of
from ippoolctl.engine.session import Session, TimedOutError
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import Fault


@dataclass(frozen=True)
class Subject:
    """The pool to wait for."""

    name: str
    uid: str = ""
    """The uid of the object; empty for any object of that name."""
    ranges: Sequence[IPRange | BadRange] = ()
    """The ranges to wait for; empty for all ranges of the pool."""
    release: Release | None = None


def await_state(
    session: Session, until: Until, subject: Subject, *, can_probe: bool = False
) -> Outcome:
    """Wait until the pool reaches the state, or until the deadline (exit code 5).

    ``can_probe`` if :func:`unable_to_probe` has been asked. Raises a
    :class:`~ippoolctl.ports.faults.Fault` if the server never responded.
    """
    return replace(_awaited(session, until, subject, can_probe=can_probe), waited=session.elapsed)


def _awaited(session: Session, until: Until, subject: Subject, *, can_probe: bool) -> Outcome:
    cause: Cause = Cause(CauseKind.OUT_OF_TIME)
    try:
        if until.asks_webhook and not can_probe:
            unable = unable_to_probe(session, subject)
            if unable is not None:
                return unable
        subject = _pinned(session, until, subject)
        if until is Until.FORGOTTEN and not subject.ranges:
            report = Report(ReportKind.RANGES_UNKNOWN_TO_WAIT)
            return Outcome(subject.name, State.ABSENT, ExitCode.USAGE, report)
        for polls in count():
            answer = _LOOKS[until](session, subject)
            if isinstance(answer, Outcome):
                return answer
            cause = answer
            wait = backoff.pause_between_polls(polls)
            session.pause(
                Cause(CauseKind.NOT_YET, pool=subject.name, text=until.value, cause=cause), wait
            )
    except TimedOutError as end:
        session.raise_if_never_contacted(end)
        cause = end.cause if cause.kind is CauseKind.OUT_OF_TIME else cause
    report = Report(ReportKind.NOT_REACHED, text=until.value, cause=cause, limit=session.limit)
    return Outcome(subject.name, State.FAILED, ExitCode.NOT_YET, report)


def change_and_await(
    session: Session, until: Until, subject: Subject, change: Callable[[], Outcome]
) -> Outcome:
    """Change the pool, and wait for its state; nothing is changed if that cannot be found out.

    Without ranges in the ``subject``, those that were appended are waited for, or else all.
    """
    if until.asks_webhook:
        unable = unable_to_probe(session, subject)
        if unable is not None:
            return unable
    outcome = change()
    if outcome.code is not ExitCode.YES:
        return outcome
    pool = outcome.live
    assert pool is not None
    assert pool.live is not None
    ranges = subject.ranges or tuple(map(range_of, outcome.appended))
    changed = replace(subject, name=pool.name, uid=pool.live.uid, ranges=ranges)
    return afterwards(session, outcome, until, changed)


def afterwards(session: Session, outcome: Outcome, until: Until, subject: Subject) -> Outcome:
    """Wait for a state after a change; the outcome keeps the change, whatever the wait returns.

    Whether the webhook's cache can be probed was asked before the change.
    """
    return replace(_afterwards(session, outcome, until, subject), waited=session.elapsed)


def _afterwards(session: Session, outcome: Outcome, until: Until, subject: Subject) -> Outcome:
    try:
        after = await_state(session, until, subject, can_probe=True)
    except Fault as fault:
        rest = Report(ReportKind.TEXT, text=fault.message, hint=fault.hint)
        return _done_but(outcome, fault.exit_code, rest, _done(session, outcome, subject))
    except StoppedError as stop:
        done = _done(session, outcome, subject)
        forgetting = done is State.GONE and until is Until.FORGOTTEN
        kind = ReportKind.END_NOT_AWAITED if forgetting else ReportKind.DONE_AND_STOPPED
        return replace(outcome, code=stop.exit_code, report=Report(kind, text=done.value))
    if after.code is not ExitCode.YES:
        assert after.report is not None
        done = _done(session, outcome, subject, after.report.cause)
        return _done_but(outcome, after.code, after.report, done)
    if after.live is not None:
        return replace(outcome, live=after.live)
    return replace(after, warning=outcome.warning)


def _done_but(outcome: Outcome, code: ExitCode, rest: Report, done: State) -> Outcome:
    report = Report(ReportKind.DONE_BUT, text=done.value, rest=rest)
    return replace(outcome, code=code, report=report)


def _done(session: Session, outcome: Outcome, subject: Subject, seen: Cause | None = None) -> State:
    """What is done after a wait that failed; ``seen`` is what it saw last.

    A deleted pool is read again, if there is time, unless that was seen.
    """
    if outcome.state is State.ABSENT:  # another client deleted it first
        return State.GONE
    if outcome.state not in (State.DELETED, State.TERMINATING):
        return outcome.state
    if seen is not None and seen.kind in _AFTER_THE_END:
        return State.GONE
    if seen is not None and seen.kind in _BEFORE_THE_END:
        return outcome.state
    deadline = session.deadline
    session.allow_grace(hurry=True)
    try:
        return outcome.state if _get(session, subject) else State.GONE
    except (Fault, TimedOutError):
        return outcome.state
    finally:
        session.deadline = deadline  # other pools of the same run may have more time


def unable_to_probe(session: Session, subject: Subject) -> Outcome | None:
    """Why the webhook cache cannot be probed, or ``None``."""
    cause = _why_not_to_ask(session, subject.release)
    if cause is None:
        return None
    report = Report(ReportKind.CANNOT_ASK_WEBHOOK, cause=cause)
    return Outcome(subject.name, State.FAILED, ExitCode.UNKNOWN, report)


def _pinned(session: Session, until: Until, subject: Subject) -> Subject:
    """The subject limited to the current object, since the name may be reused."""
    if subject.uid or until not in (Until.GONE, Until.FORGOTTEN):
        return subject
    pool = _get(session, subject)
    if pool is None:
        return subject
    assert pool.live is not None
    return replace(subject, uid=pool.live.uid, ranges=subject.ranges or pool.ranges)


def _get(session: Session, subject: Subject) -> Pool | None:
    """The pool, if it is the subject's object."""
    found = session.get_pool(subject.name)
    return None if found is None else _meant([found], subject)


def _ready(session: Session, subject: Subject) -> Outcome | Cause:
    pool = _get(session, subject)
    if pool is None:
        return Cause(CauseKind.DOES_NOT_EXIST)
    return not_ready(pool) or Outcome(subject.name, State.READY, ExitCode.YES, live=pool)


def _gone(session: Session, subject: Subject) -> Outcome | Cause:
    pool = _get(session, subject)
    if pool is None:
        return Outcome(subject.name, State.GONE, ExitCode.YES)
    return _not_gone(pool)


def _not_gone(pool: Pool) -> Cause:
    assert pool.live is not None
    if pool.live.deleted is None:
        return Cause(CauseKind.DELETION_NOT_STARTED)
    return Cause(CauseKind.IS_TERMINATING, finalizers=pool.live.finalizers)


def _seen(session: Session, subject: Subject) -> Outcome | Cause:
    if _get(session, subject) is None:  # list all pools only if this one exists
        if not subject.uid:
            return Cause(CauseKind.DOES_NOT_EXIST)
        return Outcome(subject.name, State.ABSENT, ExitCode.NO, Report(ReportKind.GONE))
    pools = session.list_pools().pools
    pool = _meant(pools, subject)
    if pool is None:
        return Cause(CauseKind.DOES_NOT_EXIST)
    ranges = subject.ranges or pool.ranges
    probe = probe_range(ranges, [each for each in pools if each is not pool])
    if probe is None:
        return _all_covered(subject, ranges, pools)
    denial = _denial_of(session, probe)
    if denial is None or not names(parse_denial(denial), subject.name):
        return Cause(CauseKind.NOT_IN_CACHE)
    # The cache may be stale: the server decides.
    if _meant(session.list_pools().pools, subject) is None:
        return Cause(CauseKind.DELETED_BUT_IN_CACHE)
    return Outcome(subject.name, State.SEEN, ExitCode.YES, live=pool)


def _forgotten(session: Session, subject: Subject) -> Outcome | Cause:
    pool = _get(session, subject)
    if pool is not None:
        return _not_gone(pool)
    pools = session.list_pools().pools
    pool = _meant(pools, subject)
    if pool is not None:
        return _not_gone(pool)
    found = (probe_range([each], pools) for each in subject.ranges)
    probes = [probe for probe in found if probe is not None]
    if not probes:
        return _all_covered(subject, subject.ranges, pools)
    for probe in probes:
        denial = _denial_of(session, probe)
        if denial is not None:
            return _still_refused(subject, probe, denial, pools)
    return Outcome(subject.name, State.FORGOTTEN, ExitCode.YES)


def _still_refused(
    subject: Subject, probe: Spelling, denial: str, pools: Sequence[Pool]
) -> Outcome | Cause:
    """A denial names only one of several pools, so another name proves nothing; a denial for an
    invalid range hides all overlaps.
    """
    parsed = parse_denial(denial)
    poisonous = sorted(
        pool.name for pool in pools if any(isinstance(each, BadRange) for each in pool.ranges)
    )
    assert parsed is not None
    if parsed.kind is not DenialKind.OVERLAP and poisonous:
        report = Report(ReportKind.WEBHOOK_DENIES_ALL, names=tuple(poisonous))
        return Outcome(subject.name, State.FAILED, ExitCode.UNKNOWN, report)
    return Cause(CauseKind.STILL_DENIED, text=probe.start or "", pool=parsed.pool or "")


def _meant(pools: Sequence[Pool], subject: Subject) -> Pool | None:
    """The subject's pool, if it is among these."""
    for each in pools:
        if each.name == subject.name:
            assert each.live is not None
            return each if subject.uid in ("", each.live.uid) else None
    return None


def _all_covered(
    subject: Subject, ranges: Sequence[IPRange | BadRange], pools: Sequence[Pool]
) -> Outcome | Cause:
    others = [each for each in pools if _meant([each], subject) is None]
    temporary = held_for_now(ranges, others)
    if temporary is not None:
        return temporary
    report = Report(ReportKind.ALL_COVERED, names=tuple(covering(ranges, others)))
    return Outcome(subject.name, State.FAILED, ExitCode.UNKNOWN, report)


def _denial_of(session: Session, probe: Spelling) -> str | None:
    """The denial of a pool with that range, or ``None`` if it is admitted; a dry run."""
    name = f"ippoolctl-probe-{int(session.random() * 16**8):08x}"
    return denial_of(session, write_pool(Pool(name, (read_range(probe),))))


def _why_not_to_ask(session: Session, release: Release | None) -> Cause | None:
    """Why the webhook's cache cannot be probed; ``None`` if it can."""
    if release is not None and release.line is Line.V1_15:
        return Cause(CauseKind.NO_OVERLAP_CHECKS, text=str(release))
    return None if _registered(session) else Cause(CauseKind.NO_WEBHOOK)


def _registered(session: Session) -> bool:
    try:
        return session.ask(session.gateway.webhook_registered)
    except Fault as fault:
        if fault_class(fault) is FaultClass.STOP:  # no permission; most clusters have the webhook
            return True
        raise


_AFTER_THE_END = (CauseKind.STILL_DENIED, CauseKind.RANGES_TAKEN)
"""What the webhook's cache is asked for once the pool is gone."""
_BEFORE_THE_END = (CauseKind.IS_TERMINATING, CauseKind.DELETION_NOT_STARTED)
"""What a pool waits for that still exists."""
_LOOKS = {
    Until.READY: _ready,
    Until.SEEN: _seen,
    Until.GONE: _gone,
    Until.FORGOTTEN: _forgotten,
}
