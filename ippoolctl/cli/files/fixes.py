"""``check --fix``: fixes in files, each written as a whole or not at all."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TypeVar

from ippoolctl.cli.files.replaced_file import replace_file
from ippoolctl.domain.antrea.pool import Places, Pool
from ippoolctl.domain.lint.finding import Fix
from ippoolctl.domain.lint.runner import Report
from ippoolctl.errors import InputError, reason_of
from ippoolctl.manifests.fixes import fix
from ippoolctl.manifests.read import Manifests
from ippoolctl.reading.encodings import decode, encode_like
from ippoolctl.reading.files import UnreadableError, read_file

_ROUNDS: Final = 10
"""A fix can make another one possible: a renamed field can hold a text that is fixed next."""


class Judged(Protocol):
    """The result of a check of the manifests."""

    @property
    def report(self) -> Report:
        """The findings."""

    @property
    def places(self) -> Places:
        """Where they are."""


Judgement = TypeVar("Judgement", bound=Judged)


class _File(NamedTuple):
    data: bytes
    text: str


@dataclass(slots=True)
class FileFixes:
    """What ``--fix`` changes."""

    fixes: list[Fix] = field(default_factory=list)
    """Those that are made, then those that are not possible."""
    texts: dict[str, str] = field(default_factory=dict)
    """The new text of each file."""
    originals: dict[str, _File] = field(default_factory=dict)

    @property
    def changes(self) -> dict[str, tuple[str, str]]:
        """The text of each file before and after."""
        return {file: (self.originals[file].text, text) for file, text in self.texts.items()}

    def write(self) -> None:
        """Write the files. Raises :class:`InputError`; files before the one at fault are written.

        A file keeps its permissions, its encoding and its line ends; a symbolic link keeps its
        target.
        """
        for file, text in self.texts.items():
            original = self.originals[file].data
            present = _read(file).data
            if present == encode_like(original, text):
                continue  # by another name of the same file
            if present != original:
                message = f"{file} was changed meanwhile; it was not fixed"
                raise InputError(message, "run the command again")
            try:
                _replace(Path(file).resolve(), encode_like(original, text))
            except OSError as error:
                why = reason_of(error)
                message = f"cannot write {file}: {why}"
                raise InputError(
                    message, "check the permissions of the file and its directory"
                ) from None


def fix_files(
    manifests: Manifests,
    judged: Judgement,
    live: Mapping[str, Pool],
    again: Callable[[Mapping[str, str]], tuple[Manifests, Judgement]],
) -> tuple[Manifests, Judgement, FileFixes]:
    """Fix what can be fixed, and check the result, until nothing changes any more.

    Nothing is written. ``again`` reads and checks the manifests with other texts.
    """
    found = FileFixes()
    for _ in range(_ROUNDS):
        origins = [
            each.subject.about.origin.document
            for each in judged.report.findings
            if each.edits and each.subject.about.origin is not None
        ]
        for file in dict.fromkeys(manifests.documents[number].file for number in origins):
            found.originals.setdefault(file, _read(file))
        texts = {file: each.text for file, each in found.originals.items()} | found.texts
        result = fix(manifests, judged.report.findings, live, texts)
        placed = [_placed(each, judged.places) for each in result.fixes]
        left = [each for each in placed if each.why_not]
        found.fixes += [each for each in placed if not each.why_not]
        if not result.texts:
            break
        found.texts |= result.texts
        manifests, judged = again(found.texts)
    found.fixes += left
    return manifests, judged, found


def _placed(each: Fix, places: Places) -> Fix:
    subject = each.finding.subject
    return each._replace(place=places.get((id(subject.about), subject.path)))


def _read(file: str) -> _File:
    try:
        data = read_file(file)
    except UnreadableError as error:
        raise InputError(f"{file}: {error.reason}", "check the path") from None
    return _File(data, decode(data))


def _replace(path: Path, data: bytes) -> None:
    """Put a new file in the place of another one, with its permissions."""
    status = path.stat()
    if not os.access(path, os.W_OK):
        raise PermissionError(13, "permission denied")
    owner = (status.st_uid, status.st_gid)
    replace_file(path, data, mode=status.st_mode & 0o7777, owner=owner)
