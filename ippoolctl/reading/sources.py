"""The files behind ``PATH`` arguments: found as kubectl finds them, read with bounds.

A directory stands for its ``.yaml``, ``.yml`` and ``.json`` files, with ``-R`` also for those below
it; symbolic links to directories are not followed there. A path of a file may have any extension.
Only regular files and standard input are read, so nothing hangs.
"""

import glob
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ippoolctl.domain.antrea.pool import Place
from ippoolctl.reading.files import Obstacle, UnreadableError, read_file
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
    """Input that could not be read; the rest is checked nevertheless."""

    place: Place
    """Line 0 for the file as a whole."""
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = str(self.place) if self.place.line else self.place.file
        return f"{where}: {self.message}"


def read_sources(paths: Iterable[str], *, recursive: bool) -> Iterator[Source | Problem]:
    """The text of every file that the paths name, or the problem with it; each file once."""
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
        hint = "" if recursive else "use -R to search subdirectories"
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
        yield _problem(
            error.filename, (error.strerror or str(error)).lower(), "check the file permissions"
        )


def _read(name: str, limit: int) -> Source | Problem:
    if name == STDIN:
        return _read_stdin(limit)
    try:
        return _decode(name, read_file(name, limit))
    except UnreadableError as error:
        match error.obstacle:
            case Obstacle.TOO_LARGE:
                return _too_large(name, limit)
            case Obstacle.NOT_REGULAR:
                hint = "use a regular file, or pipe the content and use -"
                return _problem(name, error.reason, hint)
            case _:
                return _problem(name, error.reason, "check the path")


def _read_stdin(limit: int) -> Source | Problem:
    if sys.stdin is None:
        return _problem(STDIN_NAME, "standard input is closed", "use a file")
    try:
        data = sys.stdin.buffer.read(limit + 1)
    except OSError as error:
        return _problem(STDIN_NAME, (error.strerror or str(error)).lower(), "use a file")
    if not data.strip():
        hint = "check the command before the pipe"
        return _problem(STDIN_NAME, "no data on standard input", hint)
    return _too_large(STDIN_NAME, limit) if len(data) > limit else _decode(STDIN_NAME, data)


def _too_large(name: str, limit: int) -> Problem:
    message = f"more than {limit // 2**20} MiB of manifests"
    return _problem(name, message, "split the file, or use fewer files")


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
        return Problem(_place(name, text, nul), "a NUL character", "use a text file")
    return Source(name, text.removeprefix("\ufeff"))


def _place(name: str, text: str, offset: int) -> Place:
    line, column = line_and_column(text, offset)
    return Place(name, line + 1, column + 1)


def _problem(name: str, message: str, hint: str = "") -> Problem:
    return Problem(Place(name, 0, 0), message, hint)
