"""Files that are written as a whole or not at all."""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from ippoolctl.errors import InputError, reason_of


def replace_file(
    path: Path, data: bytes, *, mode: int, owner: tuple[int, int] | None = None
) -> None:
    """Put a file with this content, these permissions and this owner at the path.

    It is on the disk when this returns. Raises :class:`OSError`; the path is then as before.
    """
    descriptor, temporary = tempfile.mkstemp(prefix=".ippoolctl-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if owner is not None:
                with suppress(OSError):  # only root can give files away
                    os.fchown(file.fileno(), *owner)
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:  # also a signal: no temporary file stays
        with suppress(OSError):
            Path(temporary).unlink()
        raise
    with suppress(OSError):  # not every file system can sync a directory
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def write_new_file(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a file of ours, in the place of an earlier one; missing directories are made.

    Without a ``mode`` it has that of the earlier one, or that of any new file. Raises
    :class:`InputError` if that fails, and for what is no regular file.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if mode is None:
            mask = os.umask(0)
            os.umask(mask)
            mode = 0o666 & ~mask
            if path.is_file():
                mode = path.stat().st_mode & 0o7777
        with suppress(FileNotFoundError):
            if not stat.S_ISREG(path.lstat().st_mode):
                raise InputError(f"cannot write {path}: not a regular file", "use another path")
        replace_file(path, data, mode=mode)
    except (OSError, ValueError) as error:
        message = f"cannot write {path}: {reason_of(error)}"
        raise InputError(message, "use a directory that exists and is writable") from None
