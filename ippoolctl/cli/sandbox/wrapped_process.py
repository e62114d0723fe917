"""Running another command with this one's streams and signals, and its exit code."""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import FrameType
from typing import Any, Final

from ippoolctl.cli.presenter import Presenter
from ippoolctl.render.notes import error as error_note

TERMINAL_SIGNALS: Final = (signal.SIGINT, signal.SIGQUIT)
FORWARDED: Final = (
    *TERMINAL_SIGNALS,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGUSR1,
    signal.SIGUSR2,
)
NOT_EXECUTABLE: Final = 126
NOT_FOUND: Final = 127


def run_wrapped(
    presenter: Presenter, command: Sequence[str], environment: Mapping[str, str]
) -> int:
    """Run the command to its end; its exit code as in a shell."""
    forwarder = _SignalForwarder()
    before = forwarder.begin()
    try:
        process = subprocess.Popen(command, env=environment)  # noqa: S603 - the user typed it
        forwarder.to(process)
        code = process.wait()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        presenter.note(error_note(f"cannot run {command[0]}: {reason}"))
        return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    return code if code >= 0 else 128 - code


class _SignalForwarder:
    """Forwards signals to a process; early ones are kept until it exists."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

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
        if self._process is None:
            self._early.append(signum)
        elif signum not in TERMINAL_SIGNALS or not _has_the_terminal():
            self._process.send_signal(signum)


def _has_the_terminal() -> bool:
    """Whether the terminal sends Ctrl-C to the process itself: a second one could kill it."""
    with suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
        try:
            return os.tcgetpgrp(terminal) == os.getpgrp()
        finally:
            os.close(terminal)
    return False
