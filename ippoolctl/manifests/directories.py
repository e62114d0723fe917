"""Manifests by the directories that they were read from, for ``check --group-by dir``."""

import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.manifests.read import Manifests
from ippoolctl.reading.files import file_mode


class Directory(NamedTuple):
    """The content of the files of one directory."""

    name: str
    """The path as given, without a slash at its end."""
    pools: list[Pool]
    surroundings: dict[Kind, list[Any]]


def by_directory(manifests: Manifests, paths: Iterable[str]) -> Sequence[Directory]:
    """The directories, in the order given, with what was read from each.

    A file belongs to the innermost directory among ``paths`` that contains it, however deep below
    it; one that is in none of them belongs to its own directory.
    """
    given = [path for path in map(Path, paths) if stat.S_ISDIR(file_mode(path))]
    found = {str(path): Directory(str(path), [], {}) for path in given}
    innermost = sorted(given, key=lambda path: len(path.parts), reverse=True)
    names = [_directory(each.file, innermost) for each in manifests.documents]
    for name in names:
        found.setdefault(name, Directory(name, [], {}))
    for pool in manifests.pools:
        assert pool.origin is not None
        found[names[pool.origin.document]].pools.append(pool)
    for kind, objects in manifests.surroundings.items():
        for each in objects:
            directory = found[names[each.reference.origin.document]]
            directory.surroundings.setdefault(kind, []).append(each)
    return list(found.values())


def _directory(file: str, innermost: Iterable[Path]) -> str:
    path = Path(file)
    return str(next((each for each in innermost if path.is_relative_to(each)), path.parent))
