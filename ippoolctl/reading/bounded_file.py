"""Reading the small files that a connection is made of, with bounds and without ever hanging."""

import os
import stat
from typing import Final

MAX_BYTES: Final = 32 * 2**20
"""No kubeconfig, certificate or token is larger."""


class UnreadableError(Exception):
    """Why a file cannot be had, in a few words. It never leaves this package."""

    def __init__(self, reason: str, *, missing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.missing = missing
        """Whether there is no such file at all."""


def read_file(path: str, limit: int = MAX_BYTES) -> bytes:
    """All bytes of a regular file. Raises :class:`UnreadableError`, and nothing else."""
    try:
        # O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            return _bounded(file.read(limit + 1) if _is_regular(descriptor) else None, limit)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UnreadableError(reason, missing=isinstance(error, FileNotFoundError)) from None
    except ValueError:
        raise UnreadableError("no file can have this name") from None


def _is_regular(descriptor: int) -> bool:
    return stat.S_ISREG(os.fstat(descriptor).st_mode)


def _bounded(data: bytes | None, limit: int) -> bytes:
    if data is None:
        raise UnreadableError("not a regular file")
    if len(data) > limit:
        raise UnreadableError(f"more than {limit // 2**20} MiB")
    return data
