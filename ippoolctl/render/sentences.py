"""Every sentence and hint about an outcome, for people: reports and causes in words."""

from collections.abc import Iterable, Sequence
from typing import Final

from ippoolctl.domain.annotations.marks import CLAIM, STATE, HoldState
from ippoolctl.domain.protocol import causes, reports
from ippoolctl.domain.protocol.causes import Cause
from ippoolctl.domain.protocol.conflicts import Conflict
from ippoolctl.domain.protocol.outcome import Outcome
from ippoolctl.domain.protocol.reports import Kind, Limit, Report
from ippoolctl.render.deletion_sentences import awaited_text, deletion_hint, deletion_text

_WAIT: Final = "use --wait to retry until --timeout (default: 60s)"
_LONGER: Final = "run the same command again, or increase --timeout"
_AGAIN: Final = "run the same command again"
_NO_TIME: Final = "use --wait, or increase --request-timeout"
_ELSEWHERE: Final = "find a free range: ippoolctl suggest --ips N --within CIDR"
_DONE_BEFORE: Final = {
    "created": "was created",
    "extended": "was extended",
    "exists": "exists",
    "unchanged": "is unchanged",
    "deleted": "is terminating",
    "terminating": "is terminating",
}
_DONE: Final = {Kind.CREATE: "created", Kind.EXTEND: "extended"}


def message_of(outcome: Outcome) -> str:
    """What happened; empty where the state says it all."""
    if outcome.report is None:
        return ""
    return report_text(outcome.pool, outcome.report, outcome.conflicts)


def hint_of(outcome: Outcome) -> str:
    """What to do next; may be empty."""
    return _hint(outcome.pool, outcome.report, outcome.conflicts) if outcome.report else ""


def report_text(name: str, report: Report, conflicts: Sequence[Conflict] = ()) -> str:
    """What happened to the pool of that name."""
    pool = f"pool {name}"
    match report:
        case reports.Text(message):
            return message
        case reports.Duplicate():
            return f"{pool} is given twice; nothing was written"
        case reports.OverlapsWithin():
            return f"{pool} overlaps another pool of this command; nothing was written"
        case reports.Matches():
            return "exists and matches the request"
        case reports.NotFound():
            return f"{pool} not found"
        case reports.NoFreeRange(cause):
            return f"no free range for {pool} ({cause.size}): {cause_text(cause)}"
        case reports.NotChecked(cause, limit):
            return f"{_timed_out(limit)}: {pool} was not checked: {cause_text(cause)}"
        case reports.InUseAndPending(cause):
            return f"{pool} is in use and still pending: {cause_text(cause)}"
        case reports.Stopped(left):
            return f"stopped: {stopped_text(name, left)}"
        case reports.DoneBut(done, rest):
            return f"pool {name} {_DONE_BEFORE[done]}, but {report_text(name, rest)}"
        case reports.DoneAndStopped(done):
            return f"stopped: pool {name} {_DONE_BEFORE[done]}"
        case reports.NotReached(until, cause, limit):
            return f"{_timed_out(limit)}: {pool} is not {until}: {cause_text(cause)}"
        case reports.CannotAskWebhook(cause):
            return cause_text(cause)
        case reports.MayStillExist(cause, limit):
            return f"{_timed_out(limit)}: {pool} may still exist: {cause_text(cause)}"
        case reports.ClaimMayRemain(cause, limit):
            return f"{_timed_out(limit)}: {pool} may still have its claim: {cause_text(cause)}"
        case _:
            reserved = _reserved_text(pool, report, conflicts)
            return reserved or deletion_text(pool, report) or _stopped_text(name, report)


def _reserved_text(pool: str, report: Report, conflicts: Sequence[Conflict]) -> str:
    """About ``create`` and ``extend``."""
    match report:
        case reports.Refused(kind, why):
            overlap = [f"its ranges overlap with {_pools(conflicts)}"] if conflicts else []
            all_ = "; ".join([*overlap, *(cause_text(each) for each in why)])
            return f"{pool} was not {_DONE[kind]}: {all_}"
        case reports.DeniedByStaleCache(kind, holds):
            stale = f"(stale denial): {cause_text(holds)}; no live pool overlaps"
            return f"{pool} was not {_DONE[kind]} {stale}"
        case reports.Busy(kind, cause):
            return f"{pool} cannot be {_DONE[kind]} yet: {cause_text(cause)}"
        case reports.Unavailable(kind, message):
            return f"{pool} was not {_DONE[kind]}: {message}"
        case reports.TimedOut(kind, cause, limit):
            return f"{_timed_out(limit)}: {pool} was not {_DONE[kind]}: {cause_text(cause)}"
        case reports.LostRace(Kind.CREATE):
            return f"{pool} lost a race against {_pools(conflicts)} and was canceled"
        case reports.LostRace():
            race = f"its claim lost a race against {_pools(conflicts)} and was canceled"
            return f"{pool} was not extended: {race}"
        case reports.Kept(Kind.CREATE, pending):
            state = "in use; it is still pending" if pending else "settled"
            return f"{pool} overlaps with {_pools(conflicts)} and was kept: it is {state}"
        case reports.Kept():
            has = f"{pool} has the ranges and overlaps with {_pools(conflicts)}"
            return f"{has}; Antrea does not allow removing them"
        case reports.OverlapsNotRuledOut(kind, cause):
            there = "exists" if kind is Kind.CREATE else "has the ranges"
            return f"{pool} {there}, but overlaps are not ruled out yet: {cause_text(cause)}"
        case reports.MayRemain(Kind.CREATE, cause):
            return f"{pool} may still exist as a pending pool: {cause_text(cause)}"
        case reports.ResultUnknown(Kind.CREATE, cause):
            return f"unknown whether {pool} was created: {cause_text(cause)}"
        case reports.MayRemain(_, cause) | reports.ResultUnknown(_, cause):
            unknown = f"unknown whether {pool} was extended; its claim may remain"
            return f"{unknown}: {cause_text(cause)}"
        case _:
            return ""


def _stopped_text(name: str, report: Report) -> str:
    """After a signal."""
    match report:
        case reports.NothingSent():
            return f"pool {name} was not checked, and nothing was sent"
        case reports.NothingLeft(kind):
            return f"pool {name} was not {_DONE[kind]}; nothing is left behind"
        case reports.Stays(Kind.CREATE):
            return f"pool {name} exists and stays"
        case reports.Stays():
            return f"pool {name} has the ranges, and they stay"
        case _:
            raise NotImplementedError(report)


def stopped_text(name: str, report: object) -> str:
    """What a signal leaves of the pool of that name; no report if it was not looked at again."""
    if not isinstance(report, Report):
        return f"the state of pool {name} is unknown"
    look = f"; look: ippoolctl list {name}" if isinstance(report, reports.MayRemain) else ""
    return report_text(name, report) + look


def _hint(name: str, report: Report, conflicts: Sequence[Conflict]) -> str:
    match report:
        case reports.Text(_, hint):
            return hint
        case reports.NotFound():
            return "list all pools: ippoolctl list"
        case reports.NoFreeRange():
            return "use another --within or a smaller size; list the pools: ippoolctl list"
        case reports.Refused() | reports.LostRace() if conflicts:
            return _ELSEWHERE
        case reports.Refused(kind, why):
            fix = "fix the pool" if kind is Kind.CREATE else "fix the ranges"
            return next(filter(None, map(_hint_of_cause, why)), fix)
        case reports.DeniedByStaleCache() | reports.Unavailable():
            return _WAIT
        case reports.Busy(kind, cause):
            return _or_sweep(_WAIT, kind, cause)
        case reports.TimedOut(kind, cause, limit):
            return _or_sweep(_LONGER if limit.waits else _NO_TIME, kind, cause)
        case reports.NotChecked(_, limit):
            return _LONGER if limit.waits else f"{_AGAIN}, or use --wait"
        case reports.Kept():
            return "delete one of the pools; until then Antrea denies updates of both"
        case reports.InUseAndPending():
            return f"{_AGAIN} to continue"
        case reports.OverlapsNotRuledOut(kind, cause, may_wait=True):
            return _or_sweep(_WAIT, kind, cause)
        case reports.OverlapsNotRuledOut():
            return _LONGER
        case reports.MayRemain(Kind.CREATE):
            return f"{_AGAIN}, or delete the pool: ippoolctl delete {name}"
        case reports.ResultUnknown(Kind.CREATE):
            return f"{_AGAIN}; it never creates a second pool"
        case reports.MayRemain() | reports.ResultUnknown():
            return f"{_AGAIN} to continue; the claim is the annotation {CLAIM}"
        case reports.DoneBut(_, rest):
            return _hint(name, rest, conflicts)
        case _:
            return deletion_hint(name, report)


def _hint_of_cause(cause: Cause) -> str:
    match cause:
        case causes.OtherRangesBefore():
            return "use another name and another --request-id"
        case causes.NameTaken(_, _, has_all=True):
            return "use --if-not-exists to accept it, or use another name"
        case causes.NameTaken(pool):
            return f"use another name; show the existing pool: ippoolctl show {pool}"
        case causes.DoesNotMatch(_, _, own=True):
            return "use another --request-id"
        case causes.DoesNotMatch(pool):
            return f"use another name, or request its ranges: ippoolctl show {pool}"
        case causes.ChangedByCluster():
            return "ask the cluster administrator about mutating webhooks"
        case causes.InvalidState(pool):
            return f"remove it: kubectl annotate eip {pool} {STATE}-"
        case causes.BeingDeleted(extends=True):
            return "extend another pool, or create a new one"
        case _:
            return ""


def _or_sweep(usual: str, kind: Kind, cause: Cause) -> str:
    """What to do, also about a pool whose run was killed."""
    match cause:
        case causes.RangesTaken(holders) | causes.NothingFreeYet(_, holders):
            states = {state for _, state in holders}
        case causes.StillPending():
            states = {HoldState.PENDING}
        case causes.BeingExtended():
            states = {HoldState.CLAIMED}
        case _:
            states = set()
    if states.isdisjoint({HoldState.PENDING, HoldState.CLAIMED}):
        return usual
    stays = "pending" if kind is Kind.CREATE else "pending or claimed"
    return f"{usual}; if a pool stays {stays} for 10 minutes, run: ippoolctl sweep"


def cause_text(cause: Cause) -> str:
    """The cause in words."""
    texts = (_passing_text, _lasting_text, awaited_text, _server_text)
    return next(filter(None, (each(cause) for each in texts)))


def _passing_text(cause: Cause) -> str:
    """What may go away."""
    match cause:
        case causes.RangesTaken(holders):
            return f"its ranges are still taken by {_holders(holders)}"
        case causes.BeingDeleted(pool, finalizers):
            waiting = f", waiting for finalizers {', '.join(finalizers)}" if finalizers else ""
            return f"pool {pool} is terminating{waiting}"
        case causes.BeingExtended(pool):
            return f"another run is extending pool {pool} (claimed)"
        case causes.StillPending(pool):
            return f"pool {pool} is still pending"
        case causes.CacheHoldsDeleted(pool, held):
            return f"the webhook cache still contains deleted pool {pool} with {held}"
        case causes.CacheHoldsOld(pool, held):
            return f"the webhook cache contains an old version of pool {pool} with {held}"
        case causes.CacheHoldsUnreadable(sentence):
            deleted = "a deleted pool with an invalid range"
            return f"the webhook cache still contains {deleted} ({sentence})"
        case causes.NothingFreeYet(size, holders, stale):
            remaining = [f"remaining ranges are held by {_holders(holders)}"] if holders else []
            cached = [cause_text(stale)] if stale is not None else []
            why = "; ".join([*remaining, *cached]) or "every attempt lost a race"
            return f"no range for {size} is free yet: {why}"
        case _:
            return ""


def _lasting_text(cause: Cause) -> str:
    """What stays."""
    match cause:
        case causes.Denied(sentence, rule):
            return f"{sentence} ({rule})" if rule else sentence
        case causes.UnreadablePools(sentence, pools):
            invalid = f"an invalid range of existing pool {', '.join(pools)}"
            return f"{sentence}: caused by {invalid} (EIP211)"
        case causes.ChangedByCluster(stored):
            return f"a mutating webhook changes its ranges to {_ranges(stored)}"
        case causes.OtherRangesBefore(ranges):
            return f"an earlier run of this request created it with {_ranges(ranges)}"
        case causes.NameTaken(_, ranges, has_all):
            has = "with all these ranges" if has_all else f"with {_ranges(ranges)}"
            return f"a pool of this name exists {has}, created by another request"
        case causes.LacksRanges(missing, ranges):
            return f"missing {', '.join(missing)}; it has {_ranges(ranges)}"
        case causes.LacksAddresses(ranges, has, least):
            return f"its ranges {', '.join(ranges)} have {has} usable addresses, not {least}"
        case causes.DoesNotMatch(_, lack, own=True):
            return f"an earlier run of this request created it differently: {cause_text(lack)}"
        case causes.DoesNotMatch(_, lack):
            return f"a pool of this name exists but does not match: {cause_text(lack)}"
        case causes.InvalidState(pool):
            return f"pool {pool} has an invalid annotation {STATE}"
        case causes.NoRoomLeft():
            return _no_room_text(cause)
        case _:
            return ""


def _no_room_text(cause: causes.NoRoomLeft) -> str:
    takers = [*cause.takers, *([f"{cause.more} more"] if cause.more else [])]
    takers += ["what is excluded"] if cause.excluded else []
    return (
        f"{cause.free} of {cause.total} addresses are free, largest free block: {cause.largest};"
        f" taken by {', '.join(takers) or 'none'}"
    )


def _server_text(cause: Cause) -> str:
    """The server, the network and the time."""
    match cause:
        case causes.OutOfTime():
            return "timed out"
        case causes.ServerFailed(message):
            return f"request failed: {message}"
        case causes.StaleDenial(holds):
            return f"stale denial: {cause_text(holds)}"
        case causes.KeepsChanging(message):
            return f"the pool keeps changing: {message}"
        case causes.JustAppeared(pool):
            return f"pool {pool} has just appeared"
        case causes.JustChanged(pool):
            return f"pool {pool} has just changed"
        case causes.LostButInUse(pool):
            kept = "it is kept if the other pools are canceled"
            return f"pool {pool} lost the race and is in use; {kept}"
        case causes.NoResponse(write, "", earlier):
            which = f"an earlier {write}" if earlier else f"the {write}"
            return f"{which} got no response and may still take effect"
        case causes.NoResponse(write, message):
            return f"no response to the {write}: {message}"
        case causes.MayStillCommit():
            return "the request got no response and may still take effect"
        case causes.NotCheckedAgain(why):
            return f"it could not be checked again: {cause_text(why)}"
        case causes.EveryChangeDenied(message):
            return f"the webhook denies every change of the pool: {message}"
        case causes.NotYet(pool, until, why):
            return f"pool {pool} is not {until} yet: {cause_text(why)}"
        case causes.Said(message):
            return message
        case _:
            raise NotImplementedError(cause)


def _timed_out(limit: Limit) -> str:
    return f"timed out after {limit.seconds:g}s"


def _ranges(texts: Iterable[str]) -> str:
    return ", ".join(texts) or "no ranges"


def _holders(holders: Iterable[causes.Holder]) -> str:
    return ", ".join(f"{name} ({state.value})" for name, state in holders)


def _pools(found: Sequence[Conflict]) -> str:
    names = sorted({each.pool.name for each in found})
    return ("pool " if len(names) == 1 else "pools ") + ", ".join(names)
