"""The file of ``--events``: one JSON line per request and wait of the engine."""

import errno
import os
import stat
from typing import TYPE_CHECKING, Final

from ippoolctl.cli.presenter import Presenter
from ippoolctl.errors import InputError, reason_of
from ippoolctl.render.event_lines import request_line, wait_line
from ippoolctl.render.notes import warning

if TYPE_CHECKING:
    from ippoolctl.domain.protocol.outcome import WaitEvent
    from ippoolctl.ports.observer import EventTime, RequestEvent

# Opening a FIFO without a reader must not block.
_FLAGS: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK


class EventLog:
    """Appends to a file; other processes may append to it at the same time.

    See :class:`ippoolctl.ports.observer.Events`. Raises :class:`InputError` if the file cannot be
    opened for writing; a later failure is one warning, and the engine continues.
    """

    def __init__(self, path: str, presenter: Presenter) -> None:
        self._path = path
        self._presenter = presenter
        self._file = _opened(path)
        self._pid = os.getpid()

    def request(self, time: "EventTime", event: "RequestEvent") -> None:
        """Write a request; see the port."""
        self._append(request_line(self._pid, time, event))

    def wait(self, time: "EventTime", event: "WaitEvent") -> None:
        """Write a wait; see the port."""
        self._append(wait_line(self._pid, time, event))

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _append(self, line: bytes) -> None:
        if self._file is None:
            return
        try:
            # One write with O_APPEND: lines of several processes do not mix.
            os.write(self._file, line)
        except OSError as error:
            self._presenter.note(warning(f"no more events in {self._path}: {_why(error)}"))
            self.close()


def _opened(path: str) -> int | None:
    try:
        file = os.open(path, _FLAGS, 0o600)
    except (OSError, ValueError) as error:
        raise _unwritable(path, _why(error)) from None
    if stat.S_ISREG(os.fstat(file).st_mode) or stat.S_ISCHR(os.fstat(file).st_mode):
        return file
    os.close(file)
    raise _unwritable(path, "not a regular file")


def _unwritable(path: str, why: str) -> InputError:
    return InputError(f"cannot write events to {path}: {why}", "use --events with a regular file")


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENXIO:
        return "the FIFO has no reader"
    return reason_of(error)
