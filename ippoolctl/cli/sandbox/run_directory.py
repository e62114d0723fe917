"""The files of a running sandbox: in a directory private to its user, locked while it runs.

A directory whose lock is free is a leftover of a killed process: the next run removes it.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

_LOCK: Final = "lock"
_ELSEWHERE: Final = "elsewhere"
_MARK: Final = "# A sandbox of ippoolctl"


class RunDirectory:
    """A directory that exists until :meth:`remove`. Raises :class:`OSError`."""

    def __init__(self) -> None:
        base = _base()
        base.mkdir(mode=0o700, exist_ok=True)
        if not _is_private(base):
            raise PermissionError(0, "directory is accessible to other users", str(base))
        starting = _lock(base / _LOCK)  # so that no other run removes a directory without a lock
        for each in set(_runs(base)) - set(running()):
            _remove(each)
        self.path = Path(tempfile.mkdtemp(prefix="run-", dir=base))
        self._lock = _lock(self.path / _LOCK)
        os.close(starting)

    def write(self, path: Path, text: str) -> None:
        """Write a file atomically; one outside the directory is marked in its first line.

        Raises :class:`FileExistsError` for a file of no sandbox, or of a running one.
        """
        if path.parent != self.path:
            mark = _mark(path)
            if os.path.lexists(path) and (not mark or any(e.name in mark for e in running())):
                raise FileExistsError(0, "file exists and was not written by a sandbox", str(path))
            self.write(self.path / _ELSEWHERE, str(path.absolute()))
            text = f"{_MARK} ({self.path.name}); removed when the sandbox stops.\n{text}"
        descriptor, name = tempfile.mkstemp(dir=path.parent)  # with mode 0600
        try:
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def remove(self) -> None:
        """Remove all files."""
        _remove(self.path)
        os.close(self._lock)


def running() -> list[Path]:
    """The directories of the running sandboxes of this user."""
    return [each for each in _runs(_base()) if _is_locked(each)]


def _base() -> Path:
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    if runtime.is_absolute() and _is_private(runtime):
        return runtime / "ippoolctl"
    return Path(tempfile.gettempdir(), f"ippoolctl-{os.getuid()}")


def _is_private(path: Path) -> bool:
    with suppress(OSError):
        found = path.lstat()
        return (
            found.st_uid == os.getuid()
            and stat.S_ISDIR(found.st_mode)
            and not found.st_mode & 0o077
        )
    return False


def _runs(base: Path) -> list[Path]:
    return sorted(filter(_is_private, base.glob("run-*"))) if _is_private(base) else []


def _lock(path: Path, how: int = fcntl.LOCK_EX, more: int = os.O_CREAT) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | more, 0o600)
    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        os.close(descriptor)
        raise
    return descriptor


def _is_locked(run: Path) -> bool:
    try:
        os.close(_lock(run / _LOCK, fcntl.LOCK_EX | fcntl.LOCK_NB, 0))
    except BlockingIOError:
        return True
    except FileNotFoundError:
        pass
    return False


def _remove(run: Path) -> None:
    with suppress(OSError):
        path = Path((run / _ELSEWHERE).read_text(encoding="utf-8"))
        if f"({run.name})" in _mark(path):
            path.unlink()
    shutil.rmtree(run, ignore_errors=True)


def _mark(path: Path) -> str:
    """The first line of a file that a sandbox has written; empty for other files."""
    line = ""
    with suppress(OSError, UnicodeDecodeError):
        if path.is_file() and not path.is_symlink():
            line = path.read_text(encoding="utf-8").partition("\n")[0]
    return line if line.startswith(_MARK) else ""
