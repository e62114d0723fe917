"""The only writer of streams: data to standard output, talk to standard error."""

import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple, TextIO

from ippoolctl.cli.options.declaration import require_one_of
from ippoolctl.cli.options.global_options import COLORS
from ippoolctl.errors import OutputClosedError, OutputFailedError
from ippoolctl.render.escape import escape
from ippoolctl.render.styles import Line, Segment, Style, line, paint

MACHINE_FORMATS: Final = ("json", "yaml")

_CLEAR: Final = "\r\x1b[K"


class Emitter(NamedTuple):
    """Writes answers, talk and errors of one run."""

    format: str = "table"
    quiet: bool = False
    colour: str = "auto"

    @property
    def for_machines(self) -> bool:
        """Whether standard output carries one document and nothing else."""
        return self.format in MACHINE_FORMATS

    @property
    def terminal(self) -> bool:
        """Whether the answer goes to a terminal."""
        return _is_terminal(sys.stdout)

    def document(self, document: Any) -> None:
        """Write the one document of this run."""
        from ippoolctl.render import structured

        as_text = structured.as_yaml if self.format == "yaml" else structured.as_json
        _write(sys.stdout, as_text(document))

    def text(self, text: str) -> None:
        """Write text that is made for other programs."""
        _write(sys.stdout, text)

    def lines(self, lines: Iterable[Line]) -> None:
        """Write lines for people: the answer."""
        self._lines(sys.stdout, lines)

    def talk(self, *parts: str | Segment) -> None:
        """Say something beside the answer, unless told to be quiet."""
        if not self.quiet:
            self._say([line(*parts, hanging=4)])

    def warning(self, message: str) -> None:
        """Say something that deserves attention, unless told to be quiet."""
        self.talk(Segment("warning", Style.WARNING), f": {message}")

    def passing(self, text: str) -> bool:
        """Show a line that the next one replaces, empty for none; False if this is no terminal."""
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
        """Ask whoever sits at the terminal, after the lines that it is about."""
        self._lines(sys.stderr, about)
        _write(sys.stderr, f"{escape(question)} ")

    def error(self, message: str, hint: str = "", details: Iterable[Line] = ()) -> None:
        """Say what went wrong, and what to do next."""
        lines = [line(Segment("error", Style.ERROR), f": {message}", hanging=4), *details]
        if hint:
            lines.append(line(Segment("hint", Style.STRONG), f": {hint}", hanging=4))
        self._say(lines)

    def trace(self, error: Exception) -> None:
        """Show where an error came from, for whoever mends it."""
        import traceback

        rows = "".join(traceback.format_exception(error)).splitlines()
        self._say(line(row) for row in rows)

    def _say(self, lines: Iterable[Line]) -> None:
        # Where nobody can hear it, there is nothing to say; the exit code is left.
        with suppress(OutputFailedError, OutputClosedError):
            self._lines(sys.stderr, lines)

    def _lines(self, stream: TextIO | None, lines: Iterable[Line]) -> None:
        terminal = _is_terminal(stream)
        colour = wants_colour(self.colour, os.environ, terminal=terminal)
        if terminal or colour:
            from ippoolctl.render import terminal as people

            _write(stream, people.paint(lines, colour=colour, wrap=terminal))
        else:
            _write(stream, paint(lines))


def wants_colour(choice: str, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether to colour: the option decides, then the environment, then the stream."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR") or environment.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return terminal and environment.get("CLICOLOR") != "0" and environment.get("TERM") != "dumb"


def checked_colour(choice: str | None) -> str:
    """The choice, or ``auto``; raises :class:`UsageError` for another word."""
    if choice is not None:
        require_one_of(choice, COLORS, f"--color {choice}")
    return choice or "auto"


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _write(stream: TextIO | None, text: str) -> None:
    try:
        if stream is None:
            raise OutputFailedError("it is closed")
        _encode(stream, text)
        stream.flush()
    except BrokenPipeError:
        raise OutputClosedError from None
    except OSError as error:
        raise OutputFailedError((error.strerror or str(error)).lower()) from None


def _encode(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
