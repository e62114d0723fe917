"""What came of a change or a wait, for people."""

from typing import Final

from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.render.sentences import message_of
from ippoolctl.render.styles import Line, Segment, Style, line

RESOURCE: Final = "externalippool.crd.antrea.io"
"""What kubectl prints before the name of a pool."""

_WORDS: Final = {
    State.CREATED: "created",
    State.EXTENDED: "extended",
    State.UNCHANGED: "unchanged (has the ranges already)",
    State.EXISTS: "unchanged",
    State.DELETED: "deleted",
    State.ABSENT: "not found, nothing to delete",
    State.TERMINATING: "is being deleted",
    State.READY: "ready",
    State.SEEN: "seen by the webhook",
    State.GONE: "gone",
    State.FORGOTTEN: "forgotten by the webhook",
    State.CLEARED: "claim removed",
    State.SPARED: "left alone",
}
_CONFLICTS: Final = 20

_REASONS: Final = {State.EXISTS: "made by the same request before"}
"""What to add where the outcome gives no reason of its own."""


def resource_name(pool: str) -> str:
    """The pool as kubectl names it in its answers and takes it back."""
    return f"{RESOURCE}/{pool}"


def outcome_line(outcome: Outcome, judged: str = "", *, wide: bool = False) -> Line:
    """The line that says that it went well, in the form of kubectl's.

    ``judged`` is what to say after a dry run; ``wide`` adds the ranges.
    """
    word = judged if outcome.state is State.JUDGED else _WORDS[outcome.state]
    ranges = outcome.live.texts if wide and outcome.live else ()
    more = f" with {', '.join(ranges)}" if ranges else ""
    why = message_of(outcome) or _REASONS.get(outcome.state, "")
    why = f" ({why})" if why else ""
    return line(f"{resource_name(outcome.pool)} ", Segment(word, Style.GOOD), f"{more}{why}")


def conflict_lines(outcome: Outcome) -> list[Line]:
    """Every conflict on a line of its own."""
    shown = [line(f"    {each.text}", hanging=8) for each in outcome.conflicts[:_CONFLICTS]]
    more = len(outcome.conflicts) - _CONFLICTS
    return [*shown, line(f"    and {more} more")] if more > 0 else shown
