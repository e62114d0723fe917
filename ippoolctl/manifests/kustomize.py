"""Which files are patches of a kustomization: parts of objects, which are nothing by themselves.

Source: the fields of ``Kustomization``, kustomize v5, api/types/kustomization.go.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any, Final

from ippoolctl.reading.files import UnreadableError, read_file

_NAMES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_LEVELS: Final = 4
"""Directories above a file in which a kustomization is looked for."""


class Patches:
    """The files that kustomizations name as patches, with the directories of those."""

    def __init__(self, files: Iterable[str]) -> None:
        """The directories of the files are searched for kustomizations, and those above them."""
        self._directories: dict[str, str] = {}
        searched: set[str] = set()
        for directory in {os.path.dirname(each) for each in files}:
            for _ in range(_LEVELS):
                key = os.path.realpath(directory or ".")
                if key in searched:
                    break
                searched.add(key)
                for file in _patch_files(key):
                    self._directories.setdefault(file, os.path.normpath(directory or "."))
                directory = os.path.join(directory or ".", os.pardir)

    def directory_of(self, file: str) -> str | None:
        """The directory of the kustomization that names this file as a patch."""
        return self._directories.get(os.path.realpath(file)) if self._directories else None


def nearest_kustomization(file: str) -> str:
    """The nearest directory with a kustomization, from that of the file upwards."""
    directory = own = os.path.dirname(file) or "."
    for _ in range(_LEVELS):
        if any(os.path.isfile(os.path.join(directory, name)) for name in _NAMES):
            return os.path.normpath(directory)
        directory = os.path.join(directory, os.pardir)
    return own


@cache
def _patch_files(directory: str) -> tuple[str, ...]:
    """The absolute paths of the patches that the kustomization of a directory names."""
    from ippoolctl.reading.yaml_documents import YamlError, read_yaml

    for name in _NAMES:
        path = os.path.join(directory, name)
        if os.path.isfile(path):
            try:
                (value, *_) = [*read_yaml(read_file(path).decode()), None]
            except (UnreadableError, UnicodeDecodeError, YamlError):
                return ()
            return tuple(_paths(directory, _named(value)))
    return ()


def _paths(directory: str, names: Iterable[str]) -> Iterator[str]:
    """The absolute paths of names in a directory, without those that no file can have."""
    for each in names:
        with suppress(ValueError):  # as with NUL
            yield os.path.realpath(os.path.join(directory, each))


def _named(value: Any) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    for field in ("patches", "patchesStrategicMerge", "patchesJson6902", "replacements"):
        entries = value.get(field)
        for each in entries if isinstance(entries, list) else ():
            path = each.get("path") if isinstance(each, dict) else each
            # An entry can be the patch itself, as text of several lines.
            if isinstance(path, str) and "\n" not in path:
                yield path
