"""Waiting until the cluster has caught up: ready, seen, gone, forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ippoolctl.crd.externalippool import write_pool
from ippoolctl.domain import pace
from ippoolctl.domain.messages import recognise
from ippoolctl.domain.outcome import Outcome, State
from ippoolctl.domain.pool import Pool
from ippoolctl.domain.ranges import BadRange, IPRange, Spelling, read_range
from ippoolctl.domain.readiness import covering, names, not_ready, probe_range
from ippoolctl.domain.releases import Line, Release
from ippoolctl.engine.nature import Nature, nature
from ippoolctl.engine.run import OutOfTimeError, Run
from ippoolctl.errors import ExitCode
from ippoolctl.ports.faults import Fault


class Until(StrEnum):
    """What to wait for."""

    READY = "ready"
    """The pool controller has taken the ranges in: ``status.usage.total`` is what they come to."""
    SEEN = "seen"
    """The webhook's cache holds the pool: it refuses what overlaps."""
    GONE = "gone"
    """No such object any more."""
    FORGOTTEN = "forgotten"
    """The webhook's cache has lost it as well: its ranges can be used again."""


@dataclass(frozen=True)
class Subject:
    """What is waited for, and the object that it is about."""

    name: str
    uid: str = ""
    """Just this object; empty if any of that name will do."""
    ranges: Sequence[IPRange | BadRange] = ()
    release: Release | None = None


def await_state(run: Run, until: Until, subject: Subject) -> Outcome:
    """Wait until it is so, or the time is up (exit code 5).

    Raises a :class:`~ippoolctl.ports.faults.Fault` if nothing could be found out.
    """
    if until in (Until.SEEN, Until.FORGOTTEN):
        unable = _cannot_probe(run, subject)
        if unable is not None:
            return unable
    look = {
        Until.READY: _ready,
        Until.SEEN: _seen,
        Until.GONE: _gone,
        Until.FORGOTTEN: _forgotten,
    }[until]
    polls, reason = 0, ""
    try:
        while True:
            answer = look(run, subject)
            if isinstance(answer, Outcome):
                return answer
            reason = answer
            run.pause(f"pool {subject.name} is not {until.value} yet: {reason}", _next(polls))
            polls += 1
    except OutOfTimeError as end:
        if not run.contacted and end.fault is not None:
            raise end.fault from None
        said = reason or end.reason
        message = f"the time is up and pool {subject.name} is not {until.value}: {said}"
        return _outcome(subject, State.FAILED, ExitCode.NOT_YET, message, _LONGER)


_LONGER = "give it more time with --timeout"
_next = pace.between_polls


def _outcome(
    subject: Subject, state: State, code: ExitCode, message: str = "", hint: str = "",
    live: Pool | None = None,
) -> Outcome:  # fmt: skip
    return Outcome(subject.name, state, code, message, hint, live=live)


def _get(run: Run, subject: Subject) -> Pool | None:
    """The pool, if it is the one that is meant."""
    found = run.ask(lambda within: run.gateway.get_pool(subject.name, within=within))
    return None if found is None else _meant([found], subject)


def _ready(run: Run, subject: Subject) -> Outcome | str:
    pool = _get(run, subject)
    if pool is None:
        return "it is not there"
    reason = not_ready(pool)
    return reason or _outcome(subject, State.READY, ExitCode.YES, live=pool)


def _gone(run: Run, subject: Subject) -> Outcome | str:
    pool = _get(run, subject)
    if pool is None or pool.live is None:
        return _outcome(subject, State.GONE, ExitCode.YES)
    if pool.live.deleted is None:
        return "nobody has deleted it"
    held = ", ".join(pool.live.finalizers)
    return f"held by the finalizers {held}" if held else "it is being deleted"


def _seen(run: Run, subject: Subject) -> Outcome | str:
    pools = _look(run)
    pool = _meant(pools, subject)
    if pool is None:
        return "it is not there"
    probe = probe_range(pool.ranges, [each for each in pools if each is not pool])
    if probe is None:
        return _all_covered(subject, pool.ranges, pools)
    denial = _ask_webhook(run, probe)
    if denial is None or not names(recognise(denial), subject.name):
        return "the webhook does not know it yet"
    # What the cache says may be older than the world: the last word is the server's.
    if _meant(_look(run), subject) is None:
        return "the webhook knows it, and it is not there any more"
    return _outcome(subject, State.SEEN, ExitCode.YES, live=pool)


def _forgotten(run: Run, subject: Subject) -> Outcome | str:
    pools = _look(run)
    if _meant(pools, subject) is not None:
        return "it is still there"
    found = (probe_range([each], pools) for each in subject.ranges)
    probes = [probe for probe in found if probe is not None]
    if not probes:
        return _all_covered(subject, subject.ranges, pools)
    for probe in probes:
        denial = _ask_webhook(run, probe)
        if denial is not None:
            return f"the webhook still refuses {probe.start} ({denial})"
    return _outcome(subject, State.FORGOTTEN, ExitCode.YES)


def _look(run: Run) -> Sequence[Pool]:
    return run.ask(lambda within: run.gateway.list_pools(within=within)).pools


def _meant(pools: Sequence[Pool], subject: Subject) -> Pool | None:
    """The pool that is waited for, if it is among these."""
    for each in pools:
        if each.name == subject.name and each.live is not None:
            return each if subject.uid in ("", each.live.uid) else None
    return None


def _all_covered(
    subject: Subject, ranges: Sequence[IPRange | BadRange], pools: Sequence[Pool]
) -> Outcome:
    others = ", ".join(covering(ranges, pools, subject.name))
    message = f"the webhook cannot be asked about pool {subject.name}: its ranges are those of"
    return _outcome(subject, State.FAILED, ExitCode.UNKNOWN, f"{message} {others} as well")


def _ask_webhook(run: Run, probe: Spelling) -> str | None:
    """The denial of a pool with that range, or ``None`` if it is admitted; changes nothing."""
    name = f"ippoolctl-probe-{int(run.chance() * 16**8):08x}"
    manifest = write_pool(Pool(name, (read_range(probe),)))
    try:
        run.ask(lambda within: run.gateway.create_pool(manifest, dry_run=True, within=within))
    except Fault as fault:
        if nature(fault) is Nature.DENIED:
            return fault.message
        raise
    return None


def _cannot_probe(run: Run, subject: Subject) -> Outcome | None:
    """Why nobody can say what the webhook believes, or ``None``."""
    if subject.release is not None and subject.release.line is Line.V1_15:
        message = f"Antrea {subject.release} does not compare pools with each other"
    elif not _webhook(run):
        message = "Antrea's webhook for pools is not registered in this cluster"
    else:
        return None
    return _outcome(subject, State.FAILED, ExitCode.UNKNOWN, message, "wait for ready or gone")


def _webhook(run: Run) -> bool:
    try:
        return run.ask(lambda within: run.gateway.webhook_registered(within=within))
    except Fault as fault:
        if nature(fault) is Nature.STOP:  # we may not look; most clusters have it
            return True
        raise
