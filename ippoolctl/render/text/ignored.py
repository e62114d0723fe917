"""What was left alone in the input, and what is wrong with pools of it, for people."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, Protocol

from ippoolctl.domain.addresses.ranges import BadRange
from ippoolctl.domain.antrea.pool import Pool, dotted
from ippoolctl.domain.unlisted import listed
from ippoolctl.reading.sources import Problem
from ippoolctl.render.notes import Note, info, warning
from ippoolctl.render.quantities import counted

if TYPE_CHECKING:
    from ippoolctl.domain.change.stored_fields import UnknownFields

_NAMED: Final = 3
"""Invalid fields that a warning names."""


class Ignored(Protocol):
    """What was left alone: :class:`~ippoolctl.manifests.read.Manifests` has it."""

    foreign: list[Problem]
    problems: list[Problem]
    patches: dict[str, int]


def ignored_notes(ignored: Ignored, *, verbose: bool) -> Iterator[Note]:
    """How to check patches of a kustomization; if ``verbose``, each file of another tool."""
    for directory, count in ignored.patches.items():
        import shlex  # few files are patches

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


def dropped_notes(dropped: "Iterable[UnknownFields]") -> Iterator[Note]:
    """Which fields of manifests are ignored, since the API server drops them."""
    for each in dropped:
        yield warning(
            f"pool {each.pool}: {_fields(each)} ignored: the API server drops unknown fields",
            "remove them; for the reason of each, run: ippoolctl check PATH",
        )


def perhaps_dropped_notes(found: "Iterable[UnknownFields]") -> Iterator[Note]:
    """Which fields of manifests the API server may drop, so that they differ again."""
    for each in found:
        yield warning(
            f"pool {each.pool}: unknown whether the API server stores {_fields(each)}: the CRD of"
            " ExternalIPPools could not be read",
            "get permission to read CustomResourceDefinitions, or remove these fields; otherwise"
            " every apply writes them again",
        )


def _fields(found: "UnknownFields") -> str:
    return listed([*map(dotted, found.paths)], _NAMED)


def older_version_notes(pools: Iterable[Pool]) -> Iterator[Note]:
    """That subnetInfo counts in manifests of a version of the API that does not have it."""
    for each in pools:
        if ("spec", "subnetInfo") in each.pruned:
            yield warning(
                f"pool {each.label}: crd.antrea.io/{each.version} does not have spec.subnetInfo;"
                " ippoolctl uses v1beta1, which has it",
                "set apiVersion: crd.antrea.io/v1beta1 in the manifest",
            )


def invalid_notes(pools: Iterable[Pool]) -> Iterator[Note]:
    """Which pools are invalid, in which fields, and whether their addresses are known."""
    for pool in pools:
        unread = dict.fromkeys(
            ("spec", "ipRanges", position)
            for position, each in enumerate(pool.ranges)
            if each.__class__ is BadRange
        )
        others = (each.path for each in pool.violations if each.path[:3] not in unread)
        wrong = [*unread, *dict.fromkeys(others)]
        if wrong:
            what = f"pool {pool.label} is invalid: {listed([*map(dotted, wrong)], _NAMED)}"
            unknown = "; the addresses of its unreadable ranges are unknown" if unread else ""
            yield warning(f"{what}{unknown}", "find the errors: ippoolctl check PATH")
