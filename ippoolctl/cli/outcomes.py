"""Writing what came of the pools of a command, and the one exit code of all."""

from collections.abc import Sequence

from ippoolctl.cli.emit import Emitter
from ippoolctl.domain.outcome import Outcome, State
from ippoolctl.errors import ExitCode


def emit_outcomes(emitter: Emitter, outcomes: Sequence[Outcome], judged: str = "") -> ExitCode:
    """Write the outcomes in order; what went wrong goes to standard error, with its hint.

    The code is that of the first that failed: what comes after it was not tried.
    """
    if emitter.for_machines:
        from ippoolctl.render.live_documents import outcome_list_document

        emitter.document(outcome_list_document(outcomes))
    for each in outcomes:
        _emit(emitter, each, judged)
    not_tried = [each.pool for each in outcomes if each.state is State.NOT_TRIED]
    if not_tried:
        emitter.talk(f"not tried: {', '.join(not_tried)}")
    return next((each.code for each in outcomes if each.code is not ExitCode.YES), ExitCode.YES)


def _emit(emitter: Emitter, outcome: Outcome, judged: str) -> None:
    from ippoolctl.render.text_outcome import conflict_lines, outcome_line, resource_name

    if outcome.warning:
        emitter.warning(outcome.warning)
    if outcome.code is not ExitCode.YES:
        emitter.error(outcome.message, outcome.hint, conflict_lines(outcome))
        if outcome.answer and outcome.answer not in outcome.message:
            emitter.talk(f"the server's last answer: {outcome.answer}")
    elif outcome.state is not State.NOT_TRIED:
        if emitter.format == "name":
            emitter.text(f"{resource_name(outcome.pool)}\n")
        elif emitter.format == "ranges":
            texts = outcome.live.texts if outcome.live else ()
            emitter.text("".join(f"{text}\n" for text in texts))
        elif not emitter.for_machines:
            emitter.lines([outcome_line(outcome, judged)])
