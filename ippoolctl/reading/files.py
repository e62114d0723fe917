"""Reading one file with a size limit, without ever waiting for it."""

import os
import stat
from enum import Enum
from pathlib import Path

from ippoolctl.errors import reason_of
from ippoolctl.reading.limits import MAX_FILE


class Obstacle(Enum):
    """Why a file cannot be read, as far as a caller has to know."""

    MISSING = "missing"
    NOT_REGULAR = "not a regular file"
    TOO_LARGE = "too large"
    OTHER = "other"


class UnreadableError(Exception):
    """A file that cannot be read, for the caller to report."""

    def __init__(self, reason: str, obstacle: Obstacle = Obstacle.OTHER) -> None:
        super().__init__(reason)
        self.reason = reason
        """In a few words, without the name of the file."""
        self.obstacle = obstacle


def file_mode(path: str | Path) -> int:
    """The mode of the file or directory; 0 if there is none, or none that we can look at."""
    try:
        return Path(path).stat().st_mode
    except (OSError, ValueError):  # as with a name that is too long, or with NUL
        return 0


def read_file(path: str, limit: int = MAX_FILE) -> bytes:
    """All bytes of a regular file. Raises :class:`UnreadableError`, and nothing else.

    ``limit`` is the largest size in bytes.
    """
    try:
        # O_NONBLOCK: opening a FIFO without a writer would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UnreadableError("not a regular file", Obstacle.NOT_REGULAR)
            data = file.read(limit + 1)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        obstacle = Obstacle.MISSING if missing else Obstacle.OTHER
        raise UnreadableError(reason_of(error), obstacle) from None
    except ValueError:
        raise UnreadableError("no file can have this name") from None
    if len(data) > limit:
        raise UnreadableError(f"more than {limit // 2**20} MiB", Obstacle.TOO_LARGE)
    return data
