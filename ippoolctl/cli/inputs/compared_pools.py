"""Existing pools and the wanted ones, for the commands that compare or change them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ippoolctl.cli.context import AppContext
from ippoolctl.crd.created_object import as_written
from ippoolctl.domain.annotations.unfinished import is_record
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.change.diff import PoolDiff, diff
from ippoolctl.domain.change.losses import Losses, lost_addresses
from ippoolctl.domain.change.stored_fields import (
    StoredFields,
    UnknownFields,
    has_unknown_fields,
    perhaps_dropped,
    without_dropped,
)
from ippoolctl.domain.lint.surroundings import Objects, known_objects, release_in
from ippoolctl.domain.surroundings.egress import Egress
from ippoolctl.domain.surroundings.kind import CONSUMERS, Kind
from ippoolctl.domain.surroundings.known import Unknown
from ippoolctl.domain.surroundings.service import Service
from ippoolctl.manifests.read import Manifests
from ippoolctl.render.text.ignored import older_version_notes, perhaps_dropped_notes


@dataclass(frozen=True)
class ComparedPools:
    """Both sides of a comparison, and who refers to their pools."""

    existing: Sequence[Pool]
    """Those of the cluster, or of the other files."""
    wanted: Sequence[Pool]
    extras: tuple[Pool, ...]
    """Pools of the cluster without a manifest."""
    release: Release
    egresses: tuple[Egress, ...]
    """Of the cluster, then of the files: both, since a manifest leaves the address to Antrea."""
    services: tuple[Service, ...]
    unread: tuple[Unknown, ...]
    """Why consumers of the cluster could not be read; empty if they could."""
    dropped: tuple[UnknownFields, ...] = ()
    """Fields of the wanted pools that the API server drops, and the pools do not have here."""

    def diffs(self, *, complete: bool) -> tuple[PoolDiff, ...]:
        """The difference of each pool; ``complete``: pools without a manifest differ too."""
        beside = () if complete else self.extras
        left_out = {id(each) for each in beside}
        before = [each for each in self.existing if id(each) not in left_out]
        return diff(before, self.wanted, self.release, beside)

    def losses(self, diffs: Sequence[PoolDiff]) -> Losses:
        """The consumers that lose their address, by pool."""
        return lost_addresses(diffs, self.egresses, self.services)


def compared_with_cluster(app: AppContext, manifests: Manifests) -> ComparedPools:
    """Manifests and the cluster: its pools, its consumers and its release, read at the same time.

    Raises a fault of the gateway if the pools cannot be read.
    """
    wanted = tuple(map(as_written, manifests.pools))
    app.presenter.note(*older_version_notes(manifests.pools))
    listed, objects = app.live_with((*CONSUMERS, *kinds_of_fields(wanted)))
    release = app.assume(release_in(objects)).release
    stored = stored_fields(objects, release, listed.pools)
    wanted, dropped = without_dropped(wanted, stored)
    app.presenter.note(*perhaps_dropped_notes(perhaps_dropped(wanted, stored)))
    names = {each.name for each in manifests.pools}
    live = tuple(each for each in listed.pools if not is_record(each))
    found, written = known_objects(objects), manifests.surroundings
    unread = (objects.get(kind) for kind in CONSUMERS)
    return ComparedPools(
        live,
        wanted,
        tuple(each for each in live if each.name not in names),
        release,
        (*found.get(Kind.EGRESS, ()), *written.get(Kind.EGRESS, ())),
        (*found.get(Kind.SERVICE, ()), *written.get(Kind.SERVICE, ())),
        tuple(each for each in unread if isinstance(each, Unknown) and each.hides_objects),
        dropped,
    )


def kinds_of_fields(wanted: Sequence[Pool]) -> tuple[Kind, ...]:
    """What to read of the cluster to know which fields of these pools it stores."""
    return (Kind.DEFINITION,) if has_unknown_fields(wanted) else ()


def stored_fields(objects: Objects, release: Release, live: Sequence[Pool]) -> StoredFields:
    """The fields that a cluster with these objects and pools stores."""
    definitions = known_objects(objects).get(Kind.DEFINITION, ())
    return StoredFields(next(iter(definitions), None), release, live)


def compared_with_files(app: AppContext, manifests: Manifests, there: Manifests) -> ComparedPools:
    """Manifests and other ones, with the consumers of both."""
    both = (there.surroundings, manifests.surroundings)
    return ComparedPools(
        there.pools,
        manifests.pools,
        (),
        app.release,
        tuple(each for kept in both for each in kept.get(Kind.EGRESS, ())),
        tuple(each for kept in both for each in kept.get(Kind.SERVICE, ())),
        (),
    )
