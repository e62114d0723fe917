"""Asking before a change: the option that answers, the terminal, the question."""

import signal
import sys
from collections.abc import Iterable
from typing import Annotated, Final

import typer

from ippoolctl.cli.presenter import Presenter
from ippoolctl.cli.result import Result
from ippoolctl.errors import ExitCode, StoppedError, UsageError
from ippoolctl.render.notes import Note, info
from ippoolctl.render.styles import Line, line

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation")]
DECLINED: Final = Result(code=ExitCode.NO, notes=(info("nothing was changed"),))
"""The result after a no."""


def require_terminal(dry_run: str) -> None:
    """Raise :class:`UsageError` without a terminal to ask on; the option ``dry_run`` only looks."""
    if not all(each is not None and each.isatty() for each in (sys.stdin, sys.stderr)):
        raise UsageError("not a terminal; use --yes", f"use {dry_run} to preview the changes")


def is_confirmed(presenter: Presenter, about: Iterable[Line], question: str) -> bool:
    """Whether the user answers yes. Raises :class:`StoppedError` at Ctrl-C."""
    presenter.ask(about, f"{question} [y/N]")
    answer = ""
    try:
        answer = sys.stdin.readline()
    except KeyboardInterrupt:
        raise StoppedError(signal.SIGINT) from None
    finally:
        if not answer:  # no key has ended the line of the question
            presenter.note(Note((line(""),), essential=True))
    return answer.strip().lower() in ("y", "yes")
