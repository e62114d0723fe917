"""Every report in words: a table of kinds; :mod:`.causes` has the causes."""

from collections.abc import Mapping
from typing import Final

from ippoolctl.domain.annotations.marks import CLAIM
from ippoolctl.domain.antrea.messages import sentence_of
from ippoolctl.domain.protocol.causes import CauseKind, Command
from ippoolctl.domain.protocol.outcome import Outcome, Report, ReportKind, State
from ippoolctl.domain.protocol.request import Conflict
from ippoolctl.domain.protocol.until import Until
from ippoolctl.domain.unlisted import and_more, listed
from ippoolctl.render.quantities import counted
from ippoolctl.render.sentences.causes import LISTED, cause_hint, cause_text, not_reached_text
from ippoolctl.render.sentences.words import (
    About,
    ByCommand,
    Words,
    conflicting_pools,
    filled,
    in_words,
    or_sweep,
    waits,
)

_WAIT: Final = "use --wait to retry until --timeout (default: 60s)"
_LONGER: Final = "run the same command again, or increase --timeout"
_MORE_TIME: Final = "increase --timeout"
_AGAIN: Final = "run the same command again"
_NO_TIME: Final = "use --wait, or increase --request-timeout"
_ELSEWHERE: Final = "find a free range: ippoolctl suggest --ips N --within CIDR"
_LIST: Final = "list all pools: ippoolctl list"
_OLD: Final = "on Antrea 1.15, use {}: its webhook does not compare pools"
_DONE_BEFORE: Final = {
    State.CREATED: "was created",
    State.EXTENDED: "was extended",
    State.CHANGED: "was changed",
    State.EXISTS: "exists",
    State.UNCHANGED: "is unchanged",
    State.DELETED: "is terminating",
    State.TERMINATING: "is terminating",
    State.GONE: "was deleted",
}
"""The completed part of an incomplete command, by the state."""


def _refused(about: About) -> str:
    return filled("{pool} was not {done}: ", about) + _why(about)


def _change_refused(about: About) -> str:
    return filled("{pool} was not changed: ", about) + _why(about)


def _why(about: About) -> str:
    overlap = [f"its ranges overlap with {conflicting_pools(about)}"] if about.conflicts else []
    return "; ".join([*overlap, *map(cause_text, about.report.causes)])


def _refused_hint(about: About) -> str:
    if about.conflicts:
        return _ELSEWHERE
    causes = about.report.causes
    fix = "fix the pool" if about.report.command is Command.CREATE else "fix the ranges"
    rule = next((each.reason for each in causes if each.kind is CauseKind.DENIED), "")
    if rule:
        fix += f"; explain the rule: ippoolctl explain {rule}"
    return next(filter(None, map(cause_hint, causes)), fix)


def _wait_hint(about: About) -> str:
    return or_sweep(_WAIT, about)


def _timed_out_hint(about: About) -> str:
    return or_sweep(_LONGER if waits(about) else _NO_TIME, about)


def _done_but(about: About) -> str:
    assert about.report.rest is not None
    done = _DONE_BEFORE[State(about.report.text)]
    return f"pool {about.name} {done}, but {report_text(about.name, about.report.rest)}"


def _done_but_hint(about: About) -> str:
    rest = about.report.rest
    assert rest is not None
    if rest.kind is ReportKind.NOT_REACHED and rest.text == Until.SEEN:
        return f"{_MORE_TIME}; {_OLD.format('--until ready')}"
    return _hint(About(about.name, rest, about.conflicts))


def _all_covered(about: About) -> str:
    names = [f"a new pool {each}" if each == about.name else each for each in about.report.names]
    return (
        f"cannot check the webhook cache for pool {about.name}: its ranges also belong to"
        f" {listed(names, LISTED)}"
    )


def _not_reached(about: About) -> str:
    report = about.report
    what = not_reached_text(about.name, report.text, report.cause)
    return filled("{limit}: ", about) + what


def _not_reached_hint(about: About) -> str:
    cause = about.report.cause
    if cause is not None and cause.kind is CauseKind.DOES_NOT_EXIST:
        return _LIST
    if cause is not None and cause.kind is CauseKind.DELETION_NOT_STARTED:
        return f"delete the pool: ippoolctl delete {about.name}"
    if about.report.text != Until.SEEN:
        return _MORE_TIME
    return f"{_MORE_TIME}; {_OLD.format('--until ready or --until gone')}"


def _users(about: About) -> str:
    names = about.report.names
    if not names:
        return counted(about.report.count, "address", "addresses")
    return and_more("; ".join(names[:LISTED]), len(names) - LISTED, "; ")


def _leftover_in_use(about: About) -> str:
    by_status = f"{_users(about)} in use, according to its status"
    return f"{about.report.text}; {_users(about) if about.report.names else by_status}"


def _delete_again(about: About) -> str:
    return f"{_AGAIN}, or {'increase --timeout' if waits(about) else 'use --wait'}"


def _not_found(about: About) -> str:
    names = about.report.names
    beside = (
        f"; {listed(names, LISTED)} {'exists' if len(names) == 1 else 'exist'}" if names else ""
    )
    return f"pool {about.name} not found{beside}"


def _not_found_hint(about: About) -> str:
    names = about.report.names
    if not names or len(names) > LISTED:
        return _LIST
    return f"delete {'it' if len(names) == 1 else 'them'}: ippoolctl delete {' '.join(names)}"


_NOT_EXTENDED: Final = "unknown whether {pool} was extended; its claim may remain: {cause}"
_CONTINUE: Final = f"{_AGAIN} to continue; the claim is the annotation {CLAIM}"
_KEPT_RANGES: Final = (
    "{pool} has the ranges and overlaps with {conflicts}; Antrea does not allow removing them"
)
_KEPT_HINT: Final = "delete one of the pools; until then Antrea denies updates of both"
_OVERLAPS: Final = ByCommand(
    "{pool} exists, but overlaps are not ruled out yet: {cause}",
    "{pool} has the ranges, but overlaps are not ruled out yet: {cause}",
)

REPORTS: Final[Mapping[ReportKind, Words]] = {
    ReportKind.TEXT: Words("{text}", "{hint}"),
    ReportKind.DUPLICATE: Words("{pool} is defined twice; nothing was written"),
    ReportKind.OVERLAPS_WITHIN: Words(
        "{pool} overlaps another pool of this command; nothing was written"
    ),
    ReportKind.MATCHES: Words("exists and matches the request"),
    ReportKind.NOT_FOUND: Words(_not_found, _not_found_hint),
    ReportKind.NO_FREE_RANGE: Words(
        "no free range for {pool} ({size}): {cause}",
        "use another --within or a smaller size; list the pools: ippoolctl list",
    ),
    ReportKind.REFUSED: Words(_refused, _refused_hint),
    ReportKind.DENIED_BY_STALE_CACHE: Words(
        "{pool} was not {done} (stale denial): {cause}; no live pool overlaps", _WAIT
    ),
    ReportKind.BUSY: Words("{pool} cannot be {done} yet: {cause}", _wait_hint),
    ReportKind.UNAVAILABLE: Words("{pool} was not {done}: {text}", _WAIT),
    ReportKind.TIMED_OUT: Words("{limit}: {pool} was not {done}: {cause}", _timed_out_hint),
    ReportKind.LOST_RACE: Words(
        ByCommand(
            "{pool} lost a race against {conflicts} and was canceled",
            "{pool} was not extended: its claim lost a race against {conflicts} and was canceled",
        ),
        _ELSEWHERE,
    ),
    ReportKind.KEPT: Words(
        ByCommand("{pool} overlaps with {conflicts} and was kept: it is settled", _KEPT_RANGES),
        _KEPT_HINT,
    ),
    ReportKind.KEPT_PENDING: Words(
        ByCommand(
            "{pool} overlaps with {conflicts} and was kept: it is in use; it is still pending",
            _KEPT_RANGES,
        ),
        _KEPT_HINT,
    ),
    ReportKind.IN_USE_AND_PENDING: Words(
        "{pool} is in use and still pending: {cause}", f"{_AGAIN} to continue"
    ),
    ReportKind.OVERLAPS_NOT_RULED_OUT: Words(_OVERLAPS, _LONGER),
    ReportKind.OVERLAPS_NOT_AWAITED: Words(_OVERLAPS, _wait_hint),
    ReportKind.MAY_REMAIN: Words(
        ByCommand("{pool} may still exist as a pending pool: {cause}", _NOT_EXTENDED),
        ByCommand(f"{_AGAIN}, or delete the pool: ippoolctl delete {{name}}", _CONTINUE),
    ),
    ReportKind.RESULT_UNKNOWN: Words(
        ByCommand("unknown whether {pool} was created: {cause}", _NOT_EXTENDED),
        ByCommand(f"{_AGAIN}; it never creates a second pool", _CONTINUE),
    ),
    ReportKind.NOT_CHECKED: Words(
        "{limit}: {pool} was not checked: {cause}",
        lambda about: _LONGER if waits(about) else f"{_AGAIN}, or use --wait",
    ),
    ReportKind.STOPPED: Words(
        lambda about: f"stopped: {stopped_text(about.name, about.report.rest)}"
    ),
    ReportKind.PLAN_OUTDATED: Words(
        "pool {name} was not changed: the cluster has changed since the plan was approved",
        "review the new plan, then run the same command again",
    ),
    ReportKind.PLANNED: Words("depends on an earlier step"),
    ReportKind.CHANGE_REFUSED: Words(_change_refused, _refused_hint),
    ReportKind.CHANGE_NOT_YET: Words("{limit}: {pool} was not changed: {cause}", _LONGER),
    ReportKind.CHANGE_UNKNOWN: Words(
        "{limit}: unknown whether {pool} was changed: {cause}", _AGAIN
    ),
    ReportKind.NOTHING_SENT: Words("{pool} was not checked, and nothing was sent"),
    ReportKind.NOT_CHANGED: Words("{pool} was not changed"),
    ReportKind.CHANGE_MAY_COME: Words(
        "{pool} was not changed yet; an unanswered request may still change it"
    ),
    ReportKind.NOTHING_LEFT: Words("{pool} was not {done}; nothing is left behind"),
    ReportKind.STAYS: Words(
        ByCommand("{pool} exists and was kept", "{pool} has the ranges and keeps them")
    ),
    ReportKind.STILL_THERE: Words("{pool} still exists"),
    ReportKind.MAY_STILL_GO: Words(
        "{pool} still exists; an unanswered delete request may still take effect"
    ),
    ReportKind.TERMINATING: Words("{pool} is terminating"),
    ReportKind.GONE: Words("{pool} no longer exists"),
    ReportKind.CLAIM_STILL_THERE: Words("{pool} still has its claim"),
    ReportKind.CLAIM_MAY_STILL_GO: Words(
        "{pool} still has its claim; an unanswered request to remove it may still take effect"
    ),
    ReportKind.CLAIM_GONE: Words("{pool} no longer has a claim"),
    ReportKind.NOT_DELETED: Words("{pool} was not deleted"),
    ReportKind.UNKNOWN_AFTER_SIGNAL: Words("unknown whether {pool} still exists"),
    ReportKind.CLAIM_UNKNOWN_AFTER_SIGNAL: Words("unknown whether {pool} still has its claim"),
    ReportKind.NOT_REACHED: Words(_not_reached, _not_reached_hint),
    ReportKind.DONE_BUT: Words(_done_but, _done_but_hint),
    ReportKind.DONE_AND_STOPPED: Words(
        lambda about: f"stopped: pool {about.name} {_DONE_BEFORE[State(about.report.text)]}"
    ),
    ReportKind.CANNOT_ASK_WEBHOOK: Words("{cause}", "use --until ready or --until gone"),
    ReportKind.RANGES_UNKNOWN: Words(
        "{pool} does not exist; its ranges are unknown, so the webhook cache cannot be checked",
        "pass its ranges: ippoolctl wait {name} --until forgotten --range RANGE",
    ),
    ReportKind.RANGES_UNKNOWN_TO_WAIT: Words(
        "{pool} does not exist; its ranges are unknown", "pass its ranges with --range"
    ),
    ReportKind.WEBHOOK_DENIES_ALL: Words(
        "the webhook denies all pools because of pool {names} (EIP211)",
        lambda about: f"delete it: ippoolctl delete {about.report.names[0]}",
    ),
    ReportKind.ALL_COVERED: Words(_all_covered),
    ReportKind.MAY_STILL_EXIST: Words("{limit}: {pool} may still exist: {cause}", _delete_again),
    ReportKind.DELETION_STARTED: Words("deletion started"),
    ReportKind.POOL_IN_USE: Words(
        lambda about: f"pool {about.name} is in use: {_users(about)}",
        "move its users to another pool, or use --force to delete it even if it is in use",
    ),
    ReportKind.LEASE_IN_USE: Words(
        lambda about: f"pool {about.name} is in use and was not deleted: {_users(about)}",
        "release its addresses, then run: ippoolctl delete {name}; or, after its lifetime:"
        " ippoolctl sweep",
    ),
    ReportKind.END_NOT_AWAITED: Words(
        "stopped: {pool} was deleted; the webhook may not have forgotten it yet"
    ),
    ReportKind.DELETED_BY_OTHERS: Words(
        "{pool} was deleted by another client while the command was running; another pool may have"
        " its addresses by now"
    ),
    ReportKind.DELETED_WHILE_IN_USE: Words(lambda about: f"deleted while in use: {_users(about)}"),
    ReportKind.WOULD_DELETE_IN_USE: Words(
        lambda about: f"pool {about.name} is in use: {_users(about)}"
    ),
    ReportKind.USAGE_FROM_STATUS: Words(
        lambda about: (
            f"no permission to list every {' and '.join(about.report.names)};"
            " usage is taken from the pool status"
        )
    ),
    ReportKind.LEFTOVER_IN_USE: Words(_leftover_in_use),
    ReportKind.CHANGED_MEANWHILE: Words("it changed meanwhile"),
    ReportKind.CLAIM_MAY_REMAIN: Words(
        "{limit}: {pool} may still have its claim: {cause}", _delete_again
    ),
    ReportKind.CLAIM_NOT_REMOVED: Words(
        "cannot remove the claim of {pool}: {text}", "find what overlaps: ippoolctl check"
    ),
}
"""The words of each kind."""


def message_of(outcome: Outcome) -> str:
    """The message; empty if the state is sufficient."""
    if outcome.report is None:
        return ""
    return report_text(outcome.pool, outcome.report, outcome.conflicts)


def hint_of(outcome: Outcome) -> str:
    """The hint; may be empty."""
    if outcome.report is None:
        return ""
    return _hint(About(outcome.pool, outcome.report, outcome.conflicts))


def unquoted_answer(outcome: Outcome) -> str:
    """The server's last message, unless the message of the outcome quotes it; may be empty."""
    return "" if sentence_of(outcome.answer) in message_of(outcome) else outcome.answer


def report_hint(name: str, report: Report) -> str:
    """The hint of a report about the pool of that name; may be empty."""
    return _hint(About(name, report))


def report_text(name: str, report: Report, conflicts: tuple[Conflict, ...] = ()) -> str:
    """The message of a report about the pool of that name."""
    return in_words(REPORTS[report.kind].message, About(name, report, conflicts))


def stopped_text(name: str, report: object) -> str:
    """What exists of the pool after a signal; no report if it was not read again."""
    if not isinstance(report, Report):
        return f"the state of pool {name} is unknown"
    look = f"; list it: ippoolctl list {name}" if report.kind is ReportKind.MAY_REMAIN else ""
    return report_text(name, report) + look


def _hint(about: About) -> str:
    return in_words(REPORTS[about.report.kind].hint, about)
