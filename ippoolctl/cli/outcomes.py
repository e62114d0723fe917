"""The pools of a command one after the other, and what came of them all."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from ippoolctl.cli.result import Result
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.engine.session import Session, TimedOutError
from ippoolctl.errors import ExitCode, StoppedError
from ippoolctl.ports.faults import Fault
from ippoolctl.render.documents.outcome_list import outcome_list_document
from ippoolctl.render.notes import Note, error, info, warning
from ippoolctl.render.styles import paint
from ippoolctl.render.text_outcome import conflict_lines, outcome_line

_SHOWN: Final = 10
"""Pools of which is said in one line what came of each."""


def in_turn(run: Session, names: Sequence[str], act: Callable[[int], Outcome]) -> list[Outcome]:
    """Act on each pool by its position, and stop at the first that fails; what is done stays.

    Raises a fault only where it concerns the one pool that there is: else it is one of the
    outcomes, as a signal always is.
    """
    outcomes: list[Outcome] = []
    for position, name in enumerate(names):
        if any(each.code is not ExitCode.YES for each in outcomes):
            outcomes.append(Outcome(name, State.NOT_TRIED, ExitCode.YES))
            continue
        if not run.patient:
            run.renew()
        try:
            outcomes.append(_in_time(run, name, partial(act, position)))
        except Fault as fault:
            if len(names) == 1:
                raise
            outcomes.append(Outcome(name, State.FAILED, fault.exit_code, fault.message, fault.hint))
        except StoppedError as stop:
            message = f"stopped: {stop.message or f'pool {name} was not looked at again'}"
            outcomes.append(Outcome(name, State.STOPPED, stop.exit_code, message))
    return outcomes


def _in_time(run: Session, name: str, act: Callable[[], Outcome]) -> Outcome:
    try:
        return act()
    except TimedOutError as end:
        from ippoolctl.engine.reservation import nothing_known

        return nothing_known(run, name, end)


def outcome_result(outcomes: Sequence[Outcome], judged: str = "", *remarks: Note) -> Result:
    """The outcomes in order; messages of what went wrong, each with its hint.

    The code is that of the first that failed: the pools after it were not tried. ``judged`` is the
    word for the outcome of a dry run.
    """
    done = [
        each for each in outcomes if each.code is ExitCode.YES and each.state is not State.NOT_TRIED
    ]
    notes = [note for each in outcomes for note in _notes(each)]
    not_tried = [each.pool for each in outcomes if each.state is State.NOT_TRIED]
    if not_tried:
        notes.append(info(f"not tried: {', '.join(not_tried)}"))
    return Result(
        code=next((each.code for each in outcomes if each.code is not ExitCode.YES), ExitCode.YES),
        document=lambda: outcome_list_document(outcomes),
        lines=lambda: [outcome_line(each, judged) for each in done],
        wide=lambda: [outcome_line(each, judged, wide=True) for each in done],
        names=lambda: [each.pool for each in done if each.state is not State.SPARED],
        ranges=lambda: [text for each in done if each.live for text in each.live.texts],
        notes=tuple(notes),
        remarks=remarks,
        summary=_in_short(outcomes, judged),
    )


def _in_short(outcomes: Sequence[Outcome], judged: str) -> str:
    """What came of the first of them, in words."""
    tried = [each for each in outcomes if each.state is not State.NOT_TRIED]
    words = [
        paint([outcome_line(each, judged)]).strip() if each.code is ExitCode.YES else each.message
        for each in tried[:_SHOWN]
    ]
    more = len(tried) - len(words)
    return ", ".join([*words, f"and {more} more"] if more else words)


def _notes(outcome: Outcome) -> Iterator[Note]:
    if outcome.warning:
        yield warning(outcome.warning)
    if outcome.code is not ExitCode.YES:
        yield error(outcome.message, outcome.hint, conflict_lines(outcome))
        if outcome.answer and _sentence(outcome.answer) not in outcome.message:
            yield info(f"last server response: {outcome.answer}")


def _sentence(answer: str) -> str:
    """What a denial says without the words that the API server puts before it."""
    return answer.rpartition("denied the request: ")[2]
