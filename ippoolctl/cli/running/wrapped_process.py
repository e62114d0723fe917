"""Running another command with this one's streams and signals, and its exit code."""

import errno
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, Final, NamedTuple

from ippoolctl.cli.presenter import Presenter
from ippoolctl.errors import reason_of
from ippoolctl.reading.files import file_mode
from ippoolctl.render.notes import error as error_note

TERMINAL_SIGNALS: Final = (signal.SIGINT, signal.SIGQUIT)
FORWARDED: Final = (
    *TERMINAL_SIGNALS,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGUSR1,
    signal.SIGUSR2,
)
STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that ask to stop."""
NOT_EXECUTABLE: Final = 126
NOT_FOUND: Final = 127


class Ended(NamedTuple):
    """The end of a command."""

    code: int
    """Its exit code, as in a shell."""
    stops: int = 0
    """Number of signals meanwhile that ask to stop."""


def unable_to_run(presenter: Presenter, command: Sequence[str]) -> Ended | None:
    """What :func:`run_wrapped` would return for a command that is missing or no executable file,
    after the same message; ``None`` if it can be tried.
    """
    name = command[0]
    if shutil.which(name):
        return None
    path = "" if "/" in name else os.environ.get("PATH", os.defpath)
    found = any(file_mode(Path(each, name)) for each in path.split(os.pathsep))
    number = errno.EACCES if found else errno.ENOENT
    return _cannot_run(presenter, command, OSError(number, os.strerror(number)))


def run_wrapped(
    presenter: Presenter, command: Sequence[str], environment: Mapping[str, str]
) -> Ended:
    """Run the command to its end."""
    forwarder = _SignalForwarder()
    before = forwarder.begin()
    try:
        forwarder.starting = True
        process = subprocess.Popen(command, env=environment)  # noqa: S603 - the user typed it
        forwarder.to(process)
        code = process.wait()
    except OSError as error:
        return _cannot_run(presenter, command, error)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    return Ended(code if code >= 0 else 128 - code, forwarder.stops)


def _cannot_run(presenter: Presenter, command: Sequence[str], error: OSError) -> Ended:
    presenter.note(error_note(f"cannot run {command[0]}: {reason_of(error)}"))
    return Ended(NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE)


class _SignalForwarder:
    """Forwards signals to a process; early ones are kept until it exists."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []
        self.starting = False
        """Whether the process may exist before it is known here."""
        self.stops = 0

    def begin(self) -> dict[signal.Signals, Any]:
        if threading.current_thread() is not threading.main_thread():
            return {}  # only the main thread receives signals
        heard = [each for each in FORWARDED if signal.getsignal(each) is not signal.SIG_IGN]
        return {each: signal.signal(each, self._hear) for each in heard}

    def to(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        for each in self._early:
            process.send_signal(each)

    def _hear(self, signum: int, frame: FrameType | None) -> None:
        self.stops += signum in STOPPING
        # Ctrl-C twice could kill the process; one that comes too early for it can be repeated.
        if self.starting and signum in TERMINAL_SIGNALS and _has_the_terminal():
            return
        if self._process is None:
            self._early.append(signum)
        else:
            self._process.send_signal(signum)


def _has_the_terminal() -> bool:
    """Whether the terminal sends Ctrl-C to the process itself."""
    with suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
        try:
            return os.tcgetpgrp(terminal) == os.getpgrp()
        finally:
            os.close(terminal)
    return False
