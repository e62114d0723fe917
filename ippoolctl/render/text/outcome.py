"""Outcomes of changes and waits, for people."""

from typing import Final

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.protocol.outcome import Outcome, ReportKind, State
from ippoolctl.domain.protocol.request import Conflict
from ippoolctl.render.styles import Line, Segment, Style, line

RESOURCE: Final = "externalippool.crd.antrea.io"
"""The resource name that kubectl prints before the name of a pool."""

_WORDS: Final = {
    State.CREATED: "created",
    State.EXTENDED: "extended",
    State.CHANGED: "changed",
    State.UNCHANGED: "unchanged (has the ranges already)",
    State.EXISTS: "unchanged",
    State.DELETED: "deleted",
    State.ABSENT: "not found, nothing to delete",
    State.TERMINATING: "terminating",
    State.READY: "ready",
    State.SEEN: "known to the webhook",
    State.GONE: "gone",
    State.FORGOTTEN: "forgotten by the webhook",
    State.CLEARED: "claim removed",
    State.SKIPPED: "skipped",
}
_CONFLICTS: Final = 20

_REASONS: Final = {
    State.EXISTS: "created by an earlier run of this request",
    State.UNCHANGED: (
        "extended by an earlier run of this request; use another --request-id to extend it again"
    ),
}
"""The reason of an outcome without a report."""


def resource_name(pool: str) -> str:
    """The pool as kubectl prints and accepts it."""
    return f"{RESOURCE}/{pool}"


def outcome_line(outcome: Outcome, dry_run: str = "", *, wide: bool = False) -> Line:
    """The line of a success, in the form of kubectl's.

    ``dry_run`` is the word for the outcome of a dry run; ``wide`` adds the ranges.
    """
    word = dry_run if outcome.state is State.DRY_RUN else _WORDS[outcome.state]
    why = ""
    if outcome.report is not None:  # rare: a plain success needs no sentences
        from ippoolctl.render.sentences.outcome import message_of

        why = message_of(outcome)
    if outcome.appended and outcome.state is State.UNCHANGED:
        word, why = "unchanged", _REASONS[outcome.state]
    elif outcome.state is State.EXISTS:
        why = why or _REASONS[outcome.state]
    if outcome.report is not None and outcome.report.kind is ReportKind.DELETION_STARTED:
        word, why = why, ""
    ranges = outcome.appended or (outcome.live.texts if wide and outcome.live else ())
    more = f" with {', '.join(ranges)}" if ranges else ""
    why = f" ({why})" if why else ""
    return line(f"{resource_name(outcome.pool)} ", Segment(word, Style.GOOD), f"{more}{why}")


def conflict_lines(outcome: Outcome) -> list[Line]:
    """One line per conflict: both ranges and their common addresses."""
    shown = [line(f"    {_overlap(each)}", hanging=8) for each in outcome.conflicts[:_CONFLICTS]]
    more = len(outcome.conflicts) - _CONFLICTS
    return [*shown, line(f"    and {more} more")] if more > 0 else shown


def _overlap(conflict: Conflict) -> str:
    state = conflict.hold_state
    shown = "" if state is HoldState.SETTLED else f" ({state.value})"
    return (
        f"{conflict.own} overlaps with {conflict.theirs} of pool {conflict.pool.name}{shown}"
        f" (common addresses: {span_text(*conflict.intersection)})"
    )
