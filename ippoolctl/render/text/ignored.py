"""What was left alone in the input, for people."""

import shlex
from collections.abc import Iterator
from typing import Protocol

from ippoolctl.reading.sources import Problem
from ippoolctl.render.notes import Note, info
from ippoolctl.render.quantities import counted


class Ignored(Protocol):
    """What was left alone: :class:`~ippoolctl.manifests.read.Manifests` has it."""

    foreign: list[Problem]
    problems: list[Problem]
    patches: dict[str, int]


def ignored_notes(ignored: Ignored, *, verbose: bool) -> Iterator[Note]:
    """How to check patches of a kustomization; if ``verbose``, each file of another tool."""
    for directory, count in ignored.patches.items():
        what = counted(count, "kustomize patch", "kustomize patches")
        build = f"kustomize build {shlex.quote(directory)} | ippoolctl check -"
        yield info(f"{what} ignored; check the result: {build}")
    if verbose:
        for each in ignored.foreign:
            yield info(f"ignored {each}")
    elif ignored.foreign and ignored.problems:
        # There is no summary that counts them.
        files = counted(len({each.place.file for each in ignored.foreign}), "file")
        yield info(f"{files} of other tools ignored; list them with -v")
