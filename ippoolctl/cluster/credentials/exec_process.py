"""Running one program for its output, bounded in time and size."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, Final

MAX_OUTPUT: Final = 2**20
"""Bytes on standard output; credentials are a few thousand."""


class ProcessError(Exception):
    """Why there is no output, in a few words. It never leaves this package."""

    def __init__(self, reason: str, *, missing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.missing = missing
        """Whether there is no such program."""


def output_of(
    command: Sequence[str], environment: Mapping[str, str], *, seconds: float, terminal: bool
) -> bytes:
    """What the program prints. Raises :class:`ProcessError`, and nothing else.

    With ``terminal`` it has our standard input and error. Without, it has neither, nor a terminal
    that it could open by itself, and whatever it started ends with it when the time is over.
    """
    ends = time.monotonic() + seconds
    process = _started(command, environment, terminal=terminal)
    assert process.stdout is not None
    finished = False
    try:
        output = _read(process.stdout, ends)
        code = process.wait(max(0.0, ends - time.monotonic()))
        finished = True
    except subprocess.TimeoutExpired:
        raise ProcessError(f"gave nothing within {seconds:.0f} s") from None
    finally:
        process.stdout.close()
        if not finished:
            _kill(process, group=not terminal)
    if code:
        raise ProcessError(f"ended with code {code}")
    return output


def _started(
    command: Sequence[str], environment: Mapping[str, str], *, terminal: bool
) -> "subprocess.Popen[bytes]":
    unseen = None if terminal else subprocess.DEVNULL
    try:
        return subprocess.Popen(  # noqa: S603  # no shell; the kubeconfig is trusted like code
            list(command),
            stdin=unseen,
            stdout=subprocess.PIPE,
            stderr=unseen,
            env=dict(environment),
            start_new_session=not terminal,
        )
    except FileNotFoundError:
        raise ProcessError("is not there", missing=True) from None
    except OSError as error:
        raise ProcessError(f"does not start: {(error.strerror or '').lower()}") from None
    except ValueError:
        raise ProcessError("does not start: a NUL character in its command") from None


def _read(stream: IO[bytes], ends: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while selector.select(max(0.0, ends - time.monotonic())):
            part = os.read(stream.fileno(), 65_536)
            if not part:
                return b"".join(parts)
            parts.append(part)
            size += len(part)
            if size > MAX_OUTPUT:
                raise ProcessError(f"printed more than {MAX_OUTPUT // 2**20} MiB")
    raise subprocess.TimeoutExpired("", 0)


def _kill(process: "subprocess.Popen[bytes]", *, group: bool) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
