"""Outcomes, most of ``create`` and ``extend``: state, exit code and report belong together."""

from dataclasses import replace

from ippoolctl.domain.annotations.marks import is_pending
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Cause, Command
from ippoolctl.domain.protocol.decisions import Committed, Gone, InUse, Left, Refuse, Stale, Wait
from ippoolctl.domain.protocol.outcome import Limit, Outcome, Report, ReportKind, State
from ippoolctl.domain.protocol.request import Conflict
from ippoolctl.engine.steps import Holding
from ippoolctl.errors import ExitCode, IppoolctlError, StoppedError
from ippoolctl.ports.faults import Fault


def done(about: Holding, pool: Pool, *, ours: bool) -> Outcome:
    """The pool exists, and nothing overlaps it; ``ours`` if this run created or extended it."""
    if about.command is Command.EXTEND:
        state = State.EXTENDED if ours else State.UNCHANGED
        return Outcome(about.name, state, ExitCode.YES, live=pool)
    state = State.CREATED if ours else State.EXISTS
    return Outcome(about.name, state, ExitCode.YES, live=pool, created=ours)


def committed(about: Holding, pool: Pool, *, ours: bool) -> Outcome:
    """Committed by this run; ``ours`` if the run also created the pool."""
    outcome = done(about, pool, ours=True)
    return replace(outcome, created=ours) if about.command is Command.CREATE else outcome


def enough(about: Holding, pool: Pool) -> Outcome:
    """A pool of another request satisfies this one."""
    report = Report(ReportKind.MATCHES)
    return Outcome(about.name, State.EXISTS, ExitCode.YES, report, live=pool, created=False)


def no_room(name: str, cause: Cause) -> Outcome:
    """No range of that size is free, even if temporary conflicts end."""
    return Outcome(name, State.NO_ROOM, ExitCode.NO, Report(ReportKind.NO_FREE_RANGE, cause=cause))


def absent(name: str) -> Outcome:
    """The pool to extend does not exist."""
    return Outcome(name, State.ABSENT, ExitCode.NO, Report(ReportKind.NOT_FOUND))


def dry_run_succeeded(about: Holding, pool: Pool) -> Outcome:
    """A dry run succeeded; nothing was stored."""
    return Outcome(about.name, State.DRY_RUN, ExitCode.YES, live=pool)


def refused(about: Holding, refuse: Refuse, *, lost_to: tuple[Conflict, ...] = ()) -> Outcome:
    """There is a permanent reason against it; after a lost race, the winner."""
    if lost_to and refuse.conflicts:
        return lost(about, refuse.conflicts)
    report = Report(ReportKind.REFUSED, command=about.command, causes=refuse.causes)
    return Outcome(about.name, State.REFUSED, ExitCode.REFUSED, report, refuse.conflicts)


def stale(about: Holding, found: Stale) -> Outcome:
    """A stale denial: nothing conflicts, but the webhook's cache is stale."""
    report = Report(ReportKind.DENIED_BY_STALE_CACHE, command=about.command, cause=found.holds)
    return Outcome(about.name, State.STALE, ExitCode.NOT_YET, report)


def busy(about: Holding, cause: Cause, wait: Wait | None = None) -> Outcome:
    """There is a temporary conflict."""
    if wait is not None and wait.exists is not None:
        report = Report(ReportKind.OVERLAPS_NOT_AWAITED, command=about.command, cause=cause)
        return replace(
            not_alone(about, cause, wait.exists), report=report, conflicts=wait.conflicts
        )
    conflicts = wait.conflicts if wait is not None else ()
    report_ = Report(ReportKind.BUSY, command=about.command, cause=cause)
    return Outcome(about.name, State.BUSY, ExitCode.NOT_YET, report_, conflicts)


def unavailable(about: Holding, fault: Fault) -> Outcome:
    """The server or its webhook is unavailable."""
    report = Report(ReportKind.UNAVAILABLE, command=about.command, text=fault.message)
    return Outcome(about.name, State.FAILED, ExitCode.NOT_YET, report)


def too_late(about: Holding, cause: Cause, limit: Limit, *, denied: bool) -> Outcome:
    """The time limit passed; ``denied`` if the last denial was stale."""
    state = State.STALE if denied else State.FAILED
    report = Report(ReportKind.TIMED_OUT, command=about.command, cause=cause, limit=limit)
    return Outcome(about.name, state, ExitCode.NOT_YET, report)


def lost(about: Holding, found: tuple[Conflict, ...]) -> Outcome:
    """Another run was first."""
    report = Report(ReportKind.LOST_RACE, command=about.command)
    return Outcome(about.name, State.LOST, ExitCode.LOST_RACE, report, found)


def kept(about: Holding, found: tuple[Conflict, ...], pool: Pool) -> Outcome:
    """Ours overlaps and cannot be canceled."""
    report = Report(
        ReportKind.KEPT_PENDING if is_pending(pool) else ReportKind.KEPT, command=about.command
    )
    return Outcome(about.name, State.KEPT, ExitCode.LOST_RACE, report, found, live=pool)


def unsettled(about: Holding, cause: Cause, pool: Pool) -> Outcome:
    """Ours is in use and could not be settled in time; no overlap is known."""
    report = Report(ReportKind.IN_USE_AND_PENDING, cause=cause)
    return Outcome(about.name, State.UNKNOWN, ExitCode.NOT_YET, report, live=pool)


def not_alone(about: Holding, cause: Cause, pool: Pool) -> Outcome:
    """Ours was already committed, and a temporary conflict may remain."""
    state = State.EXISTS if about.command is Command.CREATE else State.UNCHANGED
    report = Report(ReportKind.OVERLAPS_NOT_RULED_OUT, command=about.command, cause=cause)
    return Outcome(about.name, state, ExitCode.NOT_YET, report, live=pool)


def left(about: Holding, cause: Cause, found: tuple[Conflict, ...] = ()) -> Outcome:
    """Our pending pool or our claim may still exist."""
    report = Report(ReportKind.MAY_REMAIN, command=about.command, cause=cause)
    return Outcome(about.name, State.UNKNOWN, ExitCode.NOT_YET, report, found)


def unknown(about: Holding, cause: Cause) -> Outcome:
    """A write was sent, and its result is unknown."""
    report = Report(ReportKind.RESULT_UNKNOWN, command=about.command, cause=cause)
    return Outcome(about.name, State.UNKNOWN, ExitCode.NOT_YET, report)


def not_checked(name: str, cause: Cause, limit: Limit) -> Outcome:
    """The pool was never read."""
    return Outcome(
        name,
        State.UNKNOWN,
        ExitCode.NOT_YET,
        Report(ReportKind.NOT_CHECKED, cause=cause, limit=limit),
    )


def failed(name: str, error: IppoolctlError) -> Outcome:
    """An error ended the run, such as a fault."""
    report = Report(ReportKind.TEXT, text=error.message, hint=error.hint)
    return Outcome(name, State.FAILED, error.exit_code, report)


def stopped(name: str, stop: StoppedError) -> Outcome:
    """A signal ended the run."""
    left = stop.report
    assert left is None or isinstance(left, Report)
    return Outcome(name, State.STOPPED, stop.exit_code, Report(ReportKind.STOPPED, rest=left))


def after_signal(
    about: Holding, result: Gone | Committed | InUse | Left, exists: Pool | None
) -> Report:
    """What exists after a signal; ``exists`` is our pool, if it was already committed."""
    match result:
        case Left(cause):
            return Report(ReportKind.MAY_REMAIN, command=about.command, cause=cause)
        case Gone() if exists is None:
            return Report(ReportKind.NOTHING_LEFT, command=about.command)
        case Gone() | Committed() | InUse():
            return Report(ReportKind.STAYS, command=about.command)
