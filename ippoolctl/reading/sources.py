"""The files behind ``PATH`` arguments: found as kubectl finds them, read with bounds.

A directory gives its ``.yaml``, ``.yml`` and ``.json`` files, with ``-R`` those below it too;
symbolic links to directories are not followed there. A path that is given by name may have any
extension. Nothing but regular files and standard input is ever read, so nothing hangs.
"""

import errno
import glob
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ippoolctl.domain.antrea.pool import Place
from ippoolctl.errors import InputError
from ippoolctl.reading.limits import MAX_FILE, MAX_TOTAL
from ippoolctl.reading.line_starts import line_and_column

STDIN: Final = "-"
STDIN_NAME: Final = "<stdin>"
_OWN_CONFIGURATION: Final = ".ippoolctl.yaml"
_EXTENSIONS: Final = (".json", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one file."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read: bad input that does not keep the rest from being judged."""

    place: Place
    """Line 0 where the file as a whole is meant."""
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = str(self.place) if self.place.line else self.place.file
        return f"{where}: {self.message}"


def read_sources(paths: Iterable[str], *, recursive: bool) -> Iterator[Source | Problem]:
    """The text of every file that the paths name, or why it cannot be had; each file once."""
    budget = MAX_TOTAL
    seen: set[str] = set()
    for path in paths:
        for name in _files(path, recursive=recursive):
            if isinstance(name, Problem):
                yield name
                continue
            if os.path.realpath(name) in seen:
                continue
            seen.add(os.path.realpath(name))
            source = _read(name, min(MAX_FILE, budget))
            if isinstance(source, Source):
                budget -= len(source.text)
            yield source


def _files(path: str, *, recursive: bool) -> list[str | Problem]:
    if path == STDIN:
        return [path]
    if os.path.isdir(path):
        hint = "" if recursive else "add -R to look into the directories below it"
        found = list(_below(path, recursive=recursive))
        empty = _problem(path, "no .yaml, .yml or .json file in this directory", hint)
        return found or [empty]
    if not os.path.lexists(path) and glob.has_magic(path):
        return [*sorted(glob.glob(path))] or [
            _problem(path, "no file matches this pattern", "check the pattern")
        ]
    return [path]


def _below(directory: str, *, recursive: bool) -> Iterator[str | Problem]:
    unread: list[OSError] = []
    for parent, directories, files in os.walk(directory, onerror=unread.append):
        directories.sort()
        if not recursive:
            directories.clear()
        for name in sorted(files):
            if name.endswith(_EXTENSIONS) and name != _OWN_CONFIGURATION:
                yield os.path.join(parent, name)
    for error in unread:
        yield _problem(error.filename, (error.strerror or str(error)).lower(), "check the rights")


def _read(name: str, limit: int) -> Source | Problem:
    shown = STDIN_NAME if name == STDIN else name
    try:
        data = _stdin(limit) if name == STDIN else _regular_file(name, limit)
    except OSError as error:
        return _problem(shown, (error.strerror or str(error)).lower(), "check the path")
    except InputError as error:
        return _problem(shown, error.message, error.hint)
    return _decode(shown, data)


def _stdin(limit: int) -> bytes:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    data = sys.stdin.buffer.read(limit + 1)
    if not data.strip():
        raise InputError("nothing came in", "did the command before the pipe fail?")
    return _within(data, limit)


def _regular_file(name: str, limit: int) -> bytes:
    # O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever.
    descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise InputError("not a regular file", "give a file, or pipe it in and say -")
        return _within(file.read(limit + 1), limit)


def _within(data: bytes, limit: int) -> bytes:
    if len(data) > limit:
        raise InputError(
            f"more than {limit // 2**20} MiB of manifests", "split the file, or name fewer files"
        )
    return data


def _decode(name: str, data: bytes) -> Source | Problem:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        return Problem(
            _place(name, before, len(before)), "not UTF-8 text", "save the file as UTF-8"
        )
    nul = text.find("\0")
    if nul >= 0:
        return Problem(_place(name, text, nul), "a NUL character", "this is no text file")
    return Source(name, text.removeprefix("\ufeff"))


def _place(name: str, text: str, offset: int) -> Place:
    line, column = line_and_column(text, offset)
    return Place(name, line + 1, column + 1)


def _problem(name: str, message: str, hint: str = "") -> Problem:
    return Problem(Place(name, 0, 0), message, hint)
