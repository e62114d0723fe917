"""The only writer of streams: results to standard output, messages to standard error."""

import os
import select
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple, TextIO

from ippoolctl.cli.result import Result
from ippoolctl.errors import OutputClosedError, OutputFailedError, reason_of
from ippoolctl.render.formats.registry import FORMATS, Format
from ippoolctl.render.notes import Note
from ippoolctl.render.styles import Line, Segment, escape, line, paint

_CLEAR: Final = "\r\x1b[K"
_HOME: Final = "\x1b[H\x1b[J"
"""To the first place of the screen, and clear all of it."""


class Presenter(NamedTuple):
    """Writes the result and the messages of one run."""

    format: Format = FORMATS[0]
    quiet: bool = False
    color: str = "auto"
    about: str = ""
    """What all messages are about, if that is one of several things; the beginning of each."""

    @property
    def terminal(self) -> bool:
        """Whether standard output is a terminal."""
        return _is_terminal(sys.stdout)

    @property
    def columns(self) -> int:
        """``COLUMNS``, or the width of the terminal, or 80 if standard output is none."""
        known = self.terminal or "COLUMNS" in os.environ
        return shutil.get_terminal_size().columns if known else 80

    @property
    def unicode(self) -> bool:
        """Whether standard output can show block elements."""
        encoding = (sys.stdout and sys.stdout.encoding) or "ascii"
        return "▁░".encode(encoding, "replace").decode(encoding) == "▁░"

    def write(self, result: Result) -> None:
        """Write a result in the requested format, or in that of a report without a file, then its
        messages.

        Raises :class:`OutputFailedError` with the summary of the result, and
        :class:`OutputClosedError`.
        """
        instead = [format_ for format_, file in result.reports if not file]
        output = (instead[0] if instead else self.format).render(result)
        text = output if isinstance(output, str) else self._painted(sys.stdout, output)
        if text:
            try:
                _write(sys.stdout, text)
            except OutputFailedError as failed:
                raise OutputFailedError(failed.reason, result.summary()) from None
        self.note(*result.notes, *(result.remarks if self.format.people else ()))

    @property
    def redraws(self) -> bool:
        """Whether standard output is a terminal that can be drawn anew."""
        return self.terminal and os.environ.get("TERM") != "dumb"

    @property
    def reader_is_gone(self) -> bool:
        """Whether standard output is a pipe that nothing reads any more."""
        try:
            poll = select.poll()
            poll.register(sys.stdout.fileno(), 0)
            return any(event & select.POLLERR for _, event in poll.poll(0))
        except (AttributeError, OSError, ValueError):
            return False

    def append(self, lines: Iterable[Line]) -> None:
        """Write lines to standard output, after those that are there."""
        _write(sys.stdout, self._painted(sys.stdout, lines))

    def redraw(self, lines: Sequence[Line]) -> None:
        """Write lines to the terminal in place of everything; only as many as fit."""
        room = max(shutil.get_terminal_size().lines - 2, 1)
        shown = (
            [*lines]
            if len(lines) <= room
            else [*lines[: room - 1], line(f"… {len(lines) - room + 1} more lines")]
        )
        _write(sys.stdout, f"{_HOME}{self._painted(sys.stdout, shown)}")

    def note(self, *notes: Note) -> None:
        """Write messages; with ``--quiet`` only the essential ones."""
        shown = [row for each in notes if each.essential or not self.quiet for row in each.lines]
        if self.about:
            about = Segment(f"{self.about}: ")
            shown = [each._replace(segments=(about, *each.segments)) for each in shown]
        # If standard error cannot be written, only the exit code remains.
        with suppress(OutputFailedError, OutputClosedError):
            if shown:
                _write(sys.stderr, self._painted(sys.stderr, shown))

    def passing(self, text: str) -> bool:
        """Show a line that the next one replaces, empty for none; False if not on a terminal."""
        if not _is_terminal(sys.stderr):
            return False
        columns = shutil.get_terminal_size().columns
        shown = escape(text)
        if len(shown) >= columns:
            shown = shown[: max(columns - 2, 1)] + "…"
        with suppress(OutputFailedError, OutputClosedError):
            _write(sys.stderr, f"{_CLEAR}{shown}")
        return True

    def ask(self, about: Iterable[Line], question: str) -> None:
        """Write a question to the terminal, after the lines that it refers to."""
        _write(sys.stderr, f"{self._painted(sys.stderr, about)}{escape(question)} ")

    def trace(self, error: BaseException) -> None:
        """Show where an error came from."""
        import traceback

        rows = "".join(traceback.format_exception(error)).splitlines()
        self.note(Note(tuple(line(row) for row in rows), essential=True))

    def _painted(self, stream: TextIO | None, lines: Iterable[Line]) -> str:
        terminal = _is_terminal(stream)
        color = wants_color(self.color, os.environ, terminal=terminal)
        if terminal or color:
            from ippoolctl.render.terminal import paint as paint_for_terminal

            return paint_for_terminal(lines, color=color, wrap=terminal)
        return paint(lines)


def wants_color(choice: str, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether to color: the option decides, then the environment, then the stream."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR") or environment.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return terminal and environment.get("CLICOLOR") != "0" and environment.get("TERM") != "dumb"


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _write(stream: TextIO | None, text: str) -> None:
    try:
        if stream is None:
            raise OutputFailedError("it is closed")
        try:
            stream.write(text)
        except UnicodeEncodeError:
            encoding = stream.encoding or "ascii"
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        raise OutputClosedError from None
    except OSError as error:
        raise OutputFailedError(reason_of(error)) from None
