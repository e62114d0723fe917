"""Fields of manifests that the API server of a cluster drops silently, so that no update brings
them into a live pool: they are ignored.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ippoolctl.domain.antrea.pool import Path, Pool
from ippoolctl.domain.antrea.releases import LATEST, Release

if TYPE_CHECKING:
    # A check of files imports this module for its texts, and knows no cluster.
    from ippoolctl.domain.surroundings.installation.components import PoolDefinition


class StoredFields:
    """Which fields that no release up to 2.7 has a cluster stores: what its CRD says, or what its
    pools have; without the CRD a later release may have any.
    """

    def __init__(
        self, definition: "PoolDefinition | None", release: Release, live: Iterable[Pool]
    ) -> None:
        self._definition = definition
        self._is_later = release[:2] > LATEST[:2]
        self._seen = {_shape(path) for each in live for path in each.pruned}

    def include(self, path: Path) -> bool:
        """Whether the API server stores the field."""
        if _shape(path) in self._seen:
            return True
        found = self._definition
        return self._is_later if found is None else found.has_field(path)

    def is_known(self, path: Path) -> bool:
        """Whether that is known, and not assumed."""
        return self._definition is not None or not self._is_later or _shape(path) in self._seen


def _shape(path: Path) -> Path:
    """The path in any pool: the numbers of items mean nothing."""
    return tuple("" if isinstance(step, int) else step for step in path)


class UnknownFields(NamedTuple):
    """Fields of a manifest that no release up to 2.7 has."""

    pool: str
    paths: tuple[Path, ...]


def has_unknown_fields(pools: Iterable[Pool]) -> bool:
    """Whether any pool has a field of ``spec`` that no release up to 2.7 has."""
    return any(path[0] == "spec" for each in pools for path in each.pruned)


def without_dropped(
    pools: Iterable[Pool], stored: StoredFields
) -> tuple[tuple[Pool, ...], tuple[UnknownFields, ...]]:
    """The pools without the fields that the API server drops, and those fields."""
    kept, dropped = [], []
    for each in pools:
        paths = tuple(
            path for path in each.pruned if path[0] == "spec" and not stored.include(path)
        )
        if paths:
            left = tuple(path for path in each.pruned if path not in paths)
            dropped.append(UnknownFields(each.name, paths))
            each = each._replace(pruned=left)
        kept.append(each)
    return tuple(kept), tuple(dropped)


def perhaps_dropped(pools: Iterable[Pool], stored: StoredFields) -> tuple[UnknownFields, ...]:
    """The fields that are written although the API server may drop them."""
    found = (
        UnknownFields(
            each.name,
            tuple(path for path in each.pruned if path[0] == "spec" and not stored.is_known(path)),
        )
        for each in pools
    )
    return tuple(each for each in found if each.paths)
