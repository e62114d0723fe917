"""Running the command of somebody else in our place: streams, signals and exit code are its own."""

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

OF_THE_TERMINAL: Final = (signal.SIGINT, signal.SIGQUIT)
PASSED: Final = (
    *OF_THE_TERMINAL,
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
    """Run it to its end; its exit code, as a shell would say it."""
    passing = _Passing()
    before = passing.begin()
    try:
        process = subprocess.Popen(command, env=environment)  # noqa: S603 - it was asked for
        passing.to(process)
        code = process.wait()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        presenter.note(error_note(f"cannot run {command[0]}: {reason}"))
        return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    return code if code >= 0 else 128 - code


class _Passing:
    """Passes signals on to a process; what comes before there is one is kept for it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def begin(self) -> dict[signal.Signals, Any]:
        if threading.current_thread() is not threading.main_thread():
            return {}  # signals are the main thread's business
        heard = [each for each in PASSED if signal.getsignal(each) is not signal.SIG_IGN]
        return {each: signal.signal(each, self._hear) for each in heard}

    def to(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        for each in self._early:
            process.send_signal(each)

    def _hear(self, signum: int, frame: FrameType | None) -> None:
        if self._process is None:
            self._early.append(signum)
        elif signum not in OF_THE_TERMINAL or not _has_the_terminal():
            self._process.send_signal(signum)


def _has_the_terminal() -> bool:
    """Whether Ctrl-C reaches the process without us: a second one could end it at once."""
    with suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
        try:
            return os.tcgetpgrp(terminal) == os.getpgrp()
        finally:
            os.close(terminal)
    return False
