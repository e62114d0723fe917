"""The files behind ``PATH`` arguments: found as kubectl finds them, read with bounds.

A directory stands for its ``.yaml``, ``.yml`` and ``.json`` files, with ``-R`` also for those below
it; symbolic links to directories are not followed there. A path of a file may have any extension.
Only regular files and standard input are read, so nothing hangs.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ippoolctl.domain.antrea.pool import Place
from ippoolctl.domain.unprocessed import Unprocessed, unprocessed_text
from ippoolctl.errors import reason_of
from ippoolctl.reading.encodings import EncodingError, decode
from ippoolctl.reading.files import Obstacle, UnreadableError, read_file
from ippoolctl.reading.limits import MAX_FILE, MAX_TOTAL
from ippoolctl.reading.line_starts import line_and_column

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

STDIN: Final = "-"
STDIN_NAME: Final = "<stdin>"
_OWN_CONFIGURATION: Final = ".ippoolctl.yaml"
_EXTENSIONS: Final = (".json", ".yaml", ".yml")
_HEAD: Final = 4096
_CHUNK: Final = 2**20


MENTIONS: Final = ("crd.antrea.io", "ExternalIPPool")
"""Texts that a file with pools contains."""


COMMENT_MARK: Final = "ippoolctl:"
"""How a comment begins that is for ippoolctl, see :mod:`ippoolctl.reading.yaml_comments`."""


class Source(NamedTuple):
    """The text of one file."""

    name: str
    text: str
    named: bool = True
    """Whether it was named itself; otherwise it was found in a directory."""

    @property
    def is_ours(self) -> bool:
        """Whether it has to be readable: it was named, or it mentions pools."""
        return self.named or any(each in self.text for each in MENTIONS)


class Problem(NamedTuple):
    """Input that could not be read; the rest is checked nevertheless."""

    place: Place
    """Line 0 for the file as a whole."""
    message: str
    hint: str = ""
    is_ours: bool = True
    """``False`` for a file of another tool, found in a directory."""

    def __str__(self) -> str:
        where = str(self.place) if self.place.line else self.place.file
        return f"{where}: {self.message}"


class Found(NamedTuple):
    """A file to read."""

    name: str
    named: bool = True
    """Whether it was named itself; otherwise it was found in a directory."""


def read_sources(
    paths: Iterable[str], *, recursive: bool, exclude: Sequence[str] = ()
) -> Iterator[Source | Problem]:
    """The text of every file that the paths name, or the problem with it; each file once."""
    return read_files(find_files(paths, recursive=recursive, exclude=exclude))


def find_files(
    paths: Iterable[str], *, recursive: bool, exclude: Sequence[str] = ()
) -> Iterator[Found | Problem]:
    """The files that the paths name, not read yet, or the problem with a path.

    ``exclude`` are patterns as in ``.gitignore``, relative to the directory that is searched or to
    the working directory; they hold for what is named, too.
    """
    excluded = _Excluded(exclude)
    for path in paths:
        yield from _files(path, excluded, recursive=recursive)


def invalid_pattern(patterns: Iterable[str]) -> str | None:
    """The first of these patterns that ``.gitignore`` cannot have; ``None`` if all are valid."""
    from pathspec import GitIgnoreSpec

    for each in patterns:
        try:
            GitIgnoreSpec.from_lines([each])
        except ValueError:
            return each
    return None


def read_files(
    files: Iterable[Found | Problem], *, per_directory: bool = False
) -> Iterator[Source | Problem]:
    """The text of each file, or the problem with it; each file once, or once in each directory that
    has a symbolic link to it.
    """
    budget = MAX_TOTAL
    seen: set[tuple[str, str]] = set()
    for each in files:
        if isinstance(each, Problem):
            yield each
            continue
        directory = os.path.realpath(os.path.dirname(each.name)) if per_directory else ""
        key = (directory, os.path.realpath(each.name))
        if key in seen:
            continue
        seen.add(key)
        source = _read(each, min(MAX_FILE, budget))
        if isinstance(source, Source):
            budget -= len(source.text)
        yield source


class _Excluded:
    """What the patterns leave out."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = patterns

    @cached_property
    def _spec(self) -> "GitIgnoreSpec":
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(self._patterns)

    def __call__(self, *paths: str, folder: bool = False) -> bool:
        """Whether they leave out a file or folder, in any of the spellings of its path."""
        if not self._patterns:
            return False
        names = (os.path.normpath(each).lstrip("/") for each in paths)
        return any(self._spec.match_file(f"{each}/" if folder else each) for each in names)


def _files(path: str, excluded: _Excluded, *, recursive: bool) -> list[Found | Problem]:
    if path == STDIN:
        return [Found(path)]
    if os.path.isdir(path):
        hint = "" if recursive else "use -R to search subdirectories"
        found = list(_below(path, excluded, recursive=recursive))
        empty = _problem(path, "no .yaml, .yml or .json file in this directory", hint)
        return found or [empty]
    if not os.path.lexists(path):
        import glob  # mostly the shell has replaced patterns

        if glob.has_magic(path):
            matching = sorted(glob.glob(path))
            if not matching:
                return [_problem(path, "no file matches this pattern", "check the pattern")]
            return [Found(each) for each in matching if not excluded(each)]
    return [] if excluded(path) else [Found(path)]


def _below(directory: str, excluded: _Excluded, *, recursive: bool) -> Iterator[Found | Problem]:
    unread: list[OSError] = []
    for parent, directories, files in os.walk(directory, onerror=unread.append):
        inside = os.path.relpath(parent, directory)
        directories[:] = [
            each
            for each in sorted(directories)
            if recursive
            and not excluded(os.path.join(inside, each), os.path.join(parent, each), folder=True)
        ]
        for name in sorted(files):
            path = os.path.join(parent, name)
            manifest = name.endswith(_EXTENSIONS) and name != _OWN_CONFIGURATION
            if manifest and not excluded(os.path.join(inside, name), path):
                yield Found(path, named=False)
    for error in unread:
        yield _problem(error.filename, reason_of(error), "check the file permissions")


def _read(found: Found, limit: int) -> Source | Problem:
    name = found.name
    if name == STDIN:
        return _read_stdin(limit)
    try:
        return _decode(found, read_file(name, limit))
    except UnreadableError as error:
        match error.obstacle:
            case Obstacle.TOO_LARGE:
                return _too_large(name, limit)._replace(
                    is_ours=found.named or _mentions_pools(name)
                )
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
        return _problem(STDIN_NAME, reason_of(error), "use a file")
    if not data.strip():
        hint = "check the command before the pipe"
        return _problem(STDIN_NAME, "no data on standard input", hint)
    if len(data) > limit:
        return _too_large(STDIN_NAME, limit)
    return _decode(Found(STDIN_NAME), data)


def _mentions_pools(name: str) -> bool:
    """Whether a file that is too large to be read mentions pools, or is even larger."""
    before = b""
    with suppress(OSError), Path(name).open("rb") as file:
        for _ in range(MAX_TOTAL // _CHUNK):
            chunk = file.read(_CHUNK)
            if not chunk:
                return False
            text = before + chunk
            if any(each.encode() in text for each in MENTIONS):
                return True
            before = chunk[-max(map(len, MENTIONS)) :]
    return True


def _too_large(name: str, limit: int) -> Problem:
    message = f"more than {limit // 2**20} MiB of manifests"
    return _problem(name, message, "split the file, or use fewer files")


def _decode(found: Found, data: bytes) -> Source | Problem:
    try:
        return Source(found.name, decode(data), found.named)
    except EncodingError as error:
        line, column = line_and_column(error.before, len(error.before))
        place = Place(found.name, line + 1, column + 1)
        ours = found.named or any(each.encode() in data.replace(b"\0", b"") for each in MENTIONS)
        # The head of a file that is compressed or encrypted as a whole.
        kind = unprocessed_text(data[:_HEAD].decode("latin-1"))
        if kind is not None:
            return unprocessed_problem(place, kind, is_ours=ours)
        return Problem(place, error.message, "save the file as UTF-8", ours)


def unprocessed_problem(
    place: Place, kind: Unprocessed, directory: str = "", *, is_ours: bool = True
) -> Problem:
    """The problem with a text that another tool has to process first."""
    import shlex  # most input needs no other tool

    file = "FILE" if place.file == STDIN_NAME else shlex.quote(place.file)
    folder = shlex.quote(directory or os.path.dirname(place.file) or ".")
    return Problem(place, kind.what, kind.remedy_for(file, folder), is_ours)


def _problem(name: str, message: str, hint: str = "") -> Problem:
    return Problem(Place(name, 0, 0), message, hint)
