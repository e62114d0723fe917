"""Waiting until the cluster has caught up: ready, seen, gone, forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count

from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Spelling
from ippoolctl.domain.antrea.messages import DenialKind, parse_denial
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.protocol import backoff
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.protocol.readiness import covering, names, not_ready, probe_range
from ippoolctl.engine.probe import denial_of, why_not_to_ask
from ippoolctl.engine.session import Session, TimedOutError
from ippoolctl.errors import ExitCode, StoppedError
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
    """Which of its ranges it is about; empty for all that it has."""
    release: Release | None = None


def await_state(run: Session, until: Until, subject: Subject) -> Outcome:
    """Wait until it is so, or the time is up (exit code 5).

    Raises a :class:`~ippoolctl.ports.faults.Fault` if nothing could be found out.
    """
    return replace(_awaited(run, until, subject), waited=run.elapsed)


def _awaited(run: Session, until: Until, subject: Subject) -> Outcome:
    reason = ""
    try:
        unable = unable_to_probe(run, subject) if until in _ASK_THE_WEBHOOK else None
        if unable is not None:
            return unable
        subject = _pinned(run, until, subject)
        if until is Until.FORGOTTEN and not subject.ranges:
            return _without_ranges(subject)
        for polls in count():
            answer = _LOOKS[until](run, subject)
            if isinstance(answer, Outcome):
                return answer
            reason = answer
            wait = backoff.between_polls(polls)
            run.pause(f"pool {subject.name} is not {until.value} yet: {reason}", wait)
    except TimedOutError as end:
        run.raise_if_never_contacted(end)
        reason = reason or end.reason
    message = f"the time is up and pool {subject.name} is not {until.value}: {reason}"
    hint = f"{_LONGER}; {_OLD}" if until is Until.SEEN else _LONGER
    return _outcome(subject, State.FAILED, ExitCode.NOT_YET, message, hint)


def afterwards(run: Session, outcome: Outcome, until: Until, subject: Subject) -> Outcome:
    """Wait for what follows something that was done; whatever comes of that, it stays done."""
    return replace(_afterwards(run, outcome, until, subject), waited=run.elapsed)


def _afterwards(run: Session, outcome: Outcome, until: Until, subject: Subject) -> Outcome:
    done = f"pool {outcome.pool} is {_DONE.get(outcome.state, outcome.state.value)}"
    try:
        after = await_state(run, until, subject)
    except Fault as fault:
        return replace(
            outcome, code=fault.exit_code, message=f"{done}, but {fault.message}", hint=fault.hint
        )
    except StoppedError as stop:
        return replace(outcome, code=stop.exit_code, message=f"stopped: {done}")
    if after.code is not ExitCode.YES:
        message = f"{done}, but {after.message}"
        return replace(outcome, code=after.code, message=message, hint=after.hint)
    if after.live is not None:
        return replace(outcome, live=after.live)
    return replace(after, warning=outcome.warning)


def unable_to_probe(run: Session, subject: Subject) -> Outcome | None:
    """Why nobody can say what the webhook believes of it, or ``None``."""
    message = why_not_to_ask(run, subject.release)
    if not message:
        return None
    return _outcome(subject, State.FAILED, ExitCode.UNKNOWN, message, "wait for ready or gone")


def _pinned(run: Session, until: Until, subject: Subject) -> Subject:
    """The subject as just the object that is there now, since its name may be used again."""
    if subject.uid or until not in (Until.GONE, Until.FORGOTTEN):
        return subject
    pool = _get(run, subject)
    if pool is None or pool.live is None:
        return subject
    return replace(subject, uid=pool.live.uid, ranges=subject.ranges or pool.ranges)


def _without_ranges(subject: Subject) -> Outcome:
    message = f"there is no pool {subject.name} any more, and nobody knows which ranges it had"
    return _outcome(subject, State.ABSENT, ExitCode.USAGE, message, "say them with --range")


_DONE = {State.DELETED: "marked for deletion", State.TERMINATING: "marked for deletion"}
_LONGER = "give it more time with --timeout"
_OLD = "if this is Antrea 1.15, say so with --antrea 1.15: it never compares pools"


def _outcome(
    subject: Subject, state: State, code: ExitCode, message: str = "", hint: str = "",
    live: Pool | None = None,
) -> Outcome:  # fmt: skip
    return Outcome(subject.name, state, code, message, hint, live=live)


def _get(run: Session, subject: Subject) -> Pool | None:
    """The pool, if it is the one that is meant."""
    found = run.ask(lambda within: run.gateway.get_pool(subject.name, within=within))
    return None if found is None else _meant([found], subject)


def _ready(run: Session, subject: Subject) -> Outcome | str:
    pool = _get(run, subject)
    if pool is None:
        return "it is not there"
    reason = not_ready(pool)
    return reason or _outcome(subject, State.READY, ExitCode.YES, live=pool)


def _gone(run: Session, subject: Subject) -> Outcome | str:
    pool = _get(run, subject)
    if pool is None or pool.live is None:
        return _outcome(subject, State.GONE, ExitCode.YES)
    if pool.live.deleted is None:
        return "nobody has deleted it"
    held = ", ".join(pool.live.finalizers)
    return f"held by the finalizers {held}" if held else "it is being deleted"


def _seen(run: Session, subject: Subject) -> Outcome | str:
    if _get(run, subject) is None:  # a list of everything only once there is something to ask
        return _vanished(subject) if subject.uid else "it is not there"
    pools = _look(run)
    pool = _meant(pools, subject)
    if pool is None:
        return "it is not there"
    ranges = subject.ranges or pool.ranges
    probe = probe_range(ranges, [each for each in pools if each is not pool])
    if probe is None:
        return _all_covered(subject, ranges, pools)
    denial = denial_of(run, probe)
    if denial is None or not names(parse_denial(denial), subject.name):
        return "the webhook does not know it yet"
    # What the cache says may be older than the world: the last word is the server's.
    if _meant(_look(run), subject) is None:
        return "the webhook knows it, and it is not there any more"
    return _outcome(subject, State.SEEN, ExitCode.YES, live=pool)


def _vanished(subject: Subject) -> Outcome:
    message = f"there is no such pool {subject.name} any more"
    return _outcome(subject, State.ABSENT, ExitCode.NO, message)


def _forgotten(run: Session, subject: Subject) -> Outcome | str:
    if _get(run, subject) is not None:
        return "it is still there"
    pools = _look(run)
    if _meant(pools, subject) is not None:
        return "it is still there"
    found = (probe_range([each], pools) for each in subject.ranges)
    probes = [probe for probe in found if probe is not None]
    if not probes:
        return _all_covered(subject, subject.ranges, pools)
    for probe in probes:
        denial = denial_of(run, probe)
        if denial is not None:
            return _still_refused(subject, probe, denial, pools)
    return _outcome(subject, State.FORGOTTEN, ExitCode.YES)


def _still_refused(
    subject: Subject, probe: Spelling, denial: str, pools: Sequence[Pool]
) -> Outcome | str:
    """A denial names one of several pools, so another name proves nothing; poison hides all."""
    parsed = parse_denial(denial)
    poisonous = sorted(each.name for each in pools if _is_unreadable(each))
    if parsed is not None and parsed.kind is not DenialKind.OVERLAP and poisonous:
        message = f"the webhook refuses everything because of pool {', '.join(poisonous)} (EIP211)"
        hint = f"delete it: ippoolctl delete {poisonous[0]}"
        return _outcome(subject, State.FAILED, ExitCode.UNKNOWN, message, hint)
    named = f" because of pool {parsed.pool}" if parsed and parsed.pool else ""
    return f"the webhook still refuses {probe.start}{named}"


def _is_unreadable(pool: Pool) -> bool:
    return any(isinstance(each, BadRange) for each in pool.ranges)


def _look(run: Session) -> Sequence[Pool]:
    return run.list_pools().pools


def _meant(pools: Sequence[Pool], subject: Subject) -> Pool | None:
    """The pool that is waited for, if it is among these."""
    for each in pools:
        if each.name == subject.name and each.live is not None:
            return each if subject.uid in ("", each.live.uid) else None
    return None


def _all_covered(
    subject: Subject, ranges: Sequence[IPRange | BadRange], pools: Sequence[Pool]
) -> Outcome:
    found = covering(ranges, [each for each in pools if _meant([each], subject) is None])
    # Who has been deleted may have been made anew.
    others = ", ".join(f"a new {each}" if each == subject.name else each for each in found)
    message = f"the webhook cannot be asked about pool {subject.name}: its ranges are those of"
    return _outcome(subject, State.FAILED, ExitCode.UNKNOWN, f"{message} {others} as well")


_ASK_THE_WEBHOOK = (Until.SEEN, Until.FORGOTTEN)
_LOOKS = {
    Until.READY: _ready,
    Until.SEEN: _seen,
    Until.GONE: _gone,
    Until.FORGOTTEN: _forgotten,
}
