"""Fields that no release up to 2.7 has: which of them a cluster stores."""

import pytest

from ippoolctl.domain.antrea.pool import Path, Pool
from ippoolctl.domain.antrea.releases import LATEST, Release
from ippoolctl.domain.change.stored_fields import (
    StoredFields,
    has_unknown_fields,
    perhaps_dropped,
    without_dropped,
)
from ippoolctl.domain.surroundings.installation.components import PoolDefinition
from ippoolctl.domain.surroundings.reference import Reference
from tests.builders import pool

LATER = Release(2, 8, 0)
ZONE, NOTE = ("spec", "zone"), ("spec", "ipRanges", 1, "note")
SPEC = {"properties": {"zone": {"type": "string"}}}
DEFINITION = PoolDefinition(
    Reference("CustomResourceDefinition", "externalippools.crd.antrea.io"),
    ("v1beta1",),
    ("v1beta1",),
    has_subnet_info=True,
    schema={"properties": {"spec": SPEC}},
)
NEVER = ("metadata", "unknown")
"""A field that counts nowhere, since it is outside of ``spec``."""


def wanted(*paths: Path) -> Pool:
    return pool("a", "10.0.0.0/28", "10.1.0.0/28")._replace(pruned=(NEVER, *paths))


def dropped(stored: StoredFields) -> list[Path]:
    """The fields of the two that the API server drops; the pool keeps the other ones."""
    (kept,), found = without_dropped([wanted(ZONE, NOTE)], stored)
    paths = [path for each in found for path in each.paths]
    assert kept.pruned == (NEVER, *(each for each in (ZONE, NOTE) if each not in paths))
    return paths


def perhaps(stored: StoredFields) -> list[Path]:
    """Those that it may drop."""
    return [path for each in perhaps_dropped([wanted(ZONE, NOTE)], stored) for path in each.paths]


def test_only_fields_of_the_spec_are_unknown_fields() -> None:
    assert not has_unknown_fields([wanted()])
    assert has_unknown_fields([wanted(), wanted(ZONE)])


@pytest.mark.parametrize("release", [LATEST, LATER], ids=str)
def test_the_definition_tells_which_fields_are_stored(release: Release) -> None:
    stored = StoredFields(DEFINITION, release, ())

    assert dropped(stored) == [NOTE]
    assert perhaps(stored) == []


def test_a_known_release_drops_every_unknown_field() -> None:
    stored = StoredFields(None, LATEST._replace(patch=LATEST.patch + 1), ())

    assert dropped(stored) == [ZONE, NOTE]
    assert perhaps(stored) == []


def test_a_later_release_without_its_definition_may_drop_every_unknown_field() -> None:
    stored = StoredFields(None, LATER, ())

    assert dropped(stored) == []
    assert perhaps(stored) == [ZONE, NOTE]


@pytest.mark.parametrize("release", [LATEST, LATER], ids=str)
def test_a_field_of_a_live_pool_is_stored_in_each_range_of_all_pools(release: Release) -> None:
    seen = StoredFields(
        None, release, [pool("b")._replace(pruned=(("spec", "ipRanges", 0, "note"),))]
    )

    assert NOTE not in dropped(seen)
    assert NOTE not in perhaps(seen)


def test_only_the_same_field_of_a_live_pool_tells_that_it_is_stored() -> None:
    beside = (("status", "zone"), ("spec", "ipRanges", 1, "comment"))
    seen = StoredFields(None, LATEST, [pool("b")._replace(pruned=beside)])

    assert dropped(seen) == [ZONE, NOTE]


def test_pools_without_dropped_fields_are_not_named() -> None:
    stored = StoredFields(None, LATEST, ())
    plain = pool("b", "10.2.0.0/28")

    kept, found = without_dropped([plain, wanted(ZONE)], stored)

    assert [(each.pool, each.paths) for each in found] == [("a", (ZONE,))]
    assert kept == (plain, wanted())
    may = perhaps_dropped([plain, wanted(ZONE)], StoredFields(None, LATER, ()))
    assert [(each.pool, each.paths) for each in may] == [("a", (ZONE,))]
