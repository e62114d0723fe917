"""The pools of a command one after the other, and what came of them all."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from ippoolctl.cli.emit import Emitter
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.engine.session import Session, TimedOutError
from ippoolctl.errors import ExitCode, OutputFailedError, StoppedError
from ippoolctl.ports.faults import Fault

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


def emit_outcomes(emitter: Emitter, outcomes: Sequence[Outcome], judged: str = "") -> ExitCode:
    """Write the outcomes in order; what went wrong goes to standard error, with its hint.

    The code is that of the first that failed: what comes after it was not tried. Raises
    :class:`OutputFailedError` with what has been done in it.
    """
    try:
        _emit_all(emitter, outcomes, judged)
    except OutputFailedError as failed:
        raise OutputFailedError(failed.reason, _in_short(outcomes, judged)) from None
    return next((each.code for each in outcomes if each.code is not ExitCode.YES), ExitCode.YES)


def _emit_all(emitter: Emitter, outcomes: Sequence[Outcome], judged: str) -> None:
    if emitter.for_machines:
        from ippoolctl.render.live_documents import outcome_list_document

        emitter.document(outcome_list_document(outcomes))
    for each in outcomes:
        _emit(emitter, each, judged)
    not_tried = [each.pool for each in outcomes if each.state is State.NOT_TRIED]
    if not_tried:
        emitter.talk(f"not tried: {', '.join(not_tried)}")


def _in_short(outcomes: Sequence[Outcome], judged: str) -> str:
    """What came of the first of them, in words."""
    from ippoolctl.render.styles import paint
    from ippoolctl.render.text_outcome import outcome_line

    tried = [each for each in outcomes if each.state is not State.NOT_TRIED]
    words = [
        paint([outcome_line(each, judged)]).strip() if each.code is ExitCode.YES else each.message
        for each in tried[:_SHOWN]
    ]
    more = len(tried) - len(words)
    return ", ".join([*words, f"and {more} more"] if more else words)


def _emit(emitter: Emitter, outcome: Outcome, judged: str) -> None:
    from ippoolctl.render.text_outcome import conflict_lines, outcome_line, resource_name

    if outcome.warning:
        emitter.warning(outcome.warning)
    if outcome.code is not ExitCode.YES:
        emitter.error(outcome.message, outcome.hint, conflict_lines(outcome))
        if outcome.answer and _sentence(outcome.answer) not in outcome.message:
            emitter.talk(f"the server's last answer: {outcome.answer}")
    elif outcome.state is State.SPARED and emitter.format == "name":
        pass  # nothing was done to it
    elif outcome.state is not State.NOT_TRIED:
        if emitter.format == "name":
            emitter.text(f"{resource_name(outcome.pool)}\n")
        elif emitter.format == "ranges":
            texts = outcome.live.texts if outcome.live else ()
            emitter.text("".join(f"{text}\n" for text in texts))
        elif not emitter.for_machines:
            wide = emitter.format == "wide"
            emitter.lines([outcome_line(outcome, judged, wide=wide)])


def _sentence(answer: str) -> str:
    """What a denial says without the words that the API server puts before it."""
    return answer.rpartition("denied the request: ")[2]
