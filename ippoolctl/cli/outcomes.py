"""Processing the pools of a command in order, and the result."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final

from ippoolctl.cli.result import Result
from ippoolctl.crd.created_object import exported
from ippoolctl.domain.protocol.outcome import Outcome, Report, ReportKind, State
from ippoolctl.domain.unlisted import listed
from ippoolctl.engine.outcomes import failed, stopped
from ippoolctl.engine.reservation import nothing_known
from ippoolctl.engine.session import Session, TimedOutError
from ippoolctl.errors import ExitCode, InputError, StoppedError
from ippoolctl.ports.faults import Fault
from ippoolctl.render.documents.envelope import Document
from ippoolctl.render.notes import Note, error, info, warning
from ippoolctl.render.styles import paint
from ippoolctl.render.text.outcome import conflict_lines, outcome_line

_SHOWN: Final = 10
"""Outcomes that the summary of a result lists, and names of pools that were not tried."""


@dataclass(eq=False, repr=False)
class InTurn:
    """The pools of a command in order, up to the first that fails.

    ::

        turns = InTurn(session, names)
        for position in turns:
            with turns:
                turns.outcomes.append(act(names[position]))

    A timeout, a signal, or a fault becomes the outcome of its turn; a fault is raised if there is
    only one pool. The pools after a failure are not tried.
    """

    session: Session
    names: Sequence[str]
    outcomes: list[Outcome] = field(default_factory=list)
    """One for each turn so far."""
    stop: StoppedError | None = None
    """A signal that came after the outcome of its turn."""
    _turn: int = 0

    def __iter__(self) -> Iterator[int]:
        """Positions in the names; each turn appends one outcome."""
        for position, name in enumerate(self.names):
            if any(each.code is not ExitCode.YES for each in self.outcomes):
                self.outcomes.append(Outcome(name, State.NOT_TRIED, ExitCode.YES))
                continue
            if self.stop is not None:
                self.outcomes.append(stopped(name, self.stop))
                continue
            self._turn = position
            if not self.session.patient:
                self.session.renew()
            yield position

    def __enter__(self) -> None:
        """Begin a turn."""

    def __exit__(
        self, kind: type[BaseException] | None, ended: BaseException | None, _: TracebackType | None
    ) -> bool:
        """End a turn; whether the exception has become an outcome."""
        name = self.names[self._turn]
        match ended:
            case StoppedError() if len(self.outcomes) > self._turn:
                ended.report = Report(ReportKind.NOTHING_SENT)
                self.stop = ended
            case TimedOutError():
                self.outcomes.append(nothing_known(self.session, name, ended))
            case Fault() | InputError() if len(self.names) > 1:
                self.outcomes.append(failed(name, ended))
            case StoppedError():
                self.outcomes.append(stopped(name, ended))
            case _:
                return False
        return True


def outcome_result(outcomes: Sequence[Outcome], dry_run: str = "") -> Result:
    """The outcomes in order, and a message for each that failed, with its hint.

    The code is that of the first that failed, as the pools after it were not tried, or that of
    wrong input, which is found before anything is tried. ``dry_run`` is the word for the outcome of
    a dry run.
    """
    done = [
        each for each in outcomes if each.code is ExitCode.YES and each.state is not State.NOT_TRIED
    ]
    codes = [each.code for each in outcomes if each.code is not ExitCode.YES]
    not_tried = [each.pool for each in outcomes if each.state is State.NOT_TRIED]
    notes = [note for each in outcomes for note in _notes(each)]
    if not_tried:
        named = listed(not_tried, _SHOWN)
        notes.append(info(f"not tried: {named}"))
    return Result(
        code=next(iter(sorted(codes, key=lambda code: code is not ExitCode.USAGE)), ExitCode.YES),
        document=lambda: _document(outcomes),
        lines=lambda: [outcome_line(each, dry_run) for each in done],
        wide=lambda: [outcome_line(each, dry_run, wide=True) for each in done],
        names=lambda: [each.pool for each in done if each.state is not State.SKIPPED],
        ranges=lambda: [text for each in done if each.live for text in each.live.texts],
        objects=lambda: [exported(each.live) for each in done if each.live],
        notes=tuple(notes),
        summary=lambda: _summary(outcomes, dry_run),
    )


def _document(outcomes: Sequence[Outcome]) -> Document:
    from ippoolctl.render.documents.outcome_list import outcome_list_document

    return outcome_list_document(outcomes)


def _notes(outcome: Outcome) -> Iterator[Note]:
    if outcome.warning is None and outcome.code is ExitCode.YES:
        return
    from ippoolctl.render.sentences.outcome import (
        hint_of,
        message_of,
        report_hint,
        report_text,
        unquoted_answer,
    )

    if outcome.warning is not None:
        text = report_text(outcome.pool, outcome.warning)
        yield warning(text, report_hint(outcome.pool, outcome.warning))
    if outcome.code is not ExitCode.YES:
        yield error(message_of(outcome), hint_of(outcome), conflict_lines(outcome))
        if answer := unquoted_answer(outcome):
            yield info(f"last server response: {answer}")


def _summary(outcomes: Sequence[Outcome], dry_run: str) -> str:
    """The outcomes in one line."""
    from ippoolctl.render.sentences.outcome import message_of

    tried = [each for each in outcomes if each.state is not State.NOT_TRIED]
    summary = [
        paint([outcome_line(each, dry_run)]).strip()
        if each.code is ExitCode.YES
        else message_of(each)
        for each in tried[:_SHOWN]
    ]
    if len(tried) > _SHOWN:
        summary.append(f"and {len(tried) - _SHOWN} more")
    return ", ".join(summary)
