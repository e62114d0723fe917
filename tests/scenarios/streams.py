"""Standard output and error of many commands at once, one thread each."""

import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ippoolctl.cli.app import main


class _PerThread(io.TextIOBase):
    """A stream that keeps the output of each thread separate."""

    def __init__(self) -> None:
        self._local = threading.local()

    def write(self, text: str) -> int:
        self._parts().append(text)
        return len(text)

    def taken(self) -> str:
        """The output of this thread since the last call."""
        text = "".join(self._parts())
        self._parts().clear()
        return text

    def _parts(self) -> list[str]:
        if not hasattr(self._local, "parts"):
            self._local.parts = []
        parts: list[str] = self._local.parts
        return parts


class Said(NamedTuple):
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str


class Commands:
    """Runs the command in this process, in as many threads as ask for it."""

    def __init__(self, out: _PerThread, err: _PerThread) -> None:
        self._out, self._err = out, err

    def __call__(self, *arguments: str) -> Said:
        code = main(list(arguments))
        return Said(code, self._out.taken(), self._err.taken())


@contextmanager
def commands() -> Iterator[Commands]:
    """While it lasts, nothing else in this process writes to the streams."""
    before = sys.stdout, sys.stderr
    out, err = _PerThread(), _PerThread()
    sys.stdout, sys.stderr = out, err
    try:
        yield Commands(out, err)
    finally:
        sys.stdout, sys.stderr = before
