"""Pools with the objects around them, out of the cluster, of files, or of both."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ippoolctl.cli.context import AppContext
from ippoolctl.crd.surroundings.detachment import pools_of
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.annotations.unfinished import read_unfinished
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import AssumedRelease
from ippoolctl.domain.lint.surroundings import Objects, after_apply, known_objects, release_in
from ippoolctl.domain.space.holders import holders
from ippoolctl.domain.space.listing import KnownConsumers
from ippoolctl.domain.space.occupancy import AddressSpace
from ippoolctl.domain.space.reserved import Reserved, reserved
from ippoolctl.domain.surroundings.kind import CONSUMERS, Kind
from ippoolctl.domain.surroundings.known import Known, Unknown, Why
from ippoolctl.domain.surroundings.reference import Reference
from ippoolctl.domain.surroundings.unfinished_runs import unfinished_runs
from ippoolctl.manifests.read import Manifests
from ippoolctl.ports.gateway import PoolList


@dataclass(frozen=True)
class Inventory:
    """Pools and the objects around them, of the cluster, of files, or of both as they would be once
    the files are applied.
    """

    pools: tuple[Pool, ...]
    """One for each name."""
    objects: Objects
    release: AssumedRelease
    there: PoolList | None
    """The pools of the cluster alone; ``None`` if it was not read."""
    around: Objects
    """Its objects alone."""

    @cached_property
    def consumers(self) -> KnownConsumers:
        """The Egresses and Services, with who holds which address.

        Of files alone they are complete if the files have some.
        """
        known = known_objects(self.objects)
        found = holders(
            {each.name: each for each in self.pools},
            known.get(Kind.EGRESS, ()),
            known.get(Kind.SERVICE, ()),
            self.release.release,
        )
        kinds = {each.value for each in CONSUMERS if self._is_known(each)}
        complete = kinds and self.there is None
        return KnownConsumers(frozenset(CONSUMERS) if complete else frozenset(kinds), found)

    @cached_property
    def reserved(self) -> tuple[Reserved, ...]:
        """What has addresses beside consumers of pools."""
        return reserved(known_objects(self.objects))

    def space(self, excluded: Iterable[Span] = ()) -> AddressSpace:
        """All of it as one address space; ``excluded`` addresses count as reserved."""
        used = [Span(address, address) for address in self.consumers.found.by_address]
        avoided = [*(each.span for each in self.reserved), *excluded]
        return AddressSpace(self.pools, used, avoided)

    def unfinished_runs(self, pool: str | None = None) -> dict[tuple[str, str], list[Reference]]:
        """The requests of runs that are not finished, each with the command that finishes it and
        the consumers that it has detached; only those that concern ``pool``, if one is given.
        """
        return recorded_runs(self.pools, self.objects, pool)

    def unread(self, kinds: Iterable[Kind]) -> tuple[Unknown, ...]:
        """Why objects of some of these kinds could not be read; empty if all could."""
        found = (self.objects.get(each) for each in kinds)
        return tuple(each for each in found if isinstance(each, Unknown) and each.hides_objects)

    def _is_known(self, kind: Kind) -> bool:
        found = self.objects.get(kind, Unknown(Why.NOT_READ))
        return isinstance(found, Known) or not found.hides_objects


def recorded_runs(
    pools: Iterable[Pool], objects: Objects, pool: str | None = None
) -> dict[tuple[str, str], list[Reference]]:
    """The unfinished runs that these pools and objects tell, see :class:`Inventory`.

    Without a consumer a run is found by its record, see :mod:`.unfinished`.
    """
    known = known_objects(objects)
    found = unfinished_runs((*known.get(Kind.EGRESS, ()), *known.get(Kind.SERVICE, ())), pool)
    for record in filter(None, map(read_unfinished, pools)):
        if pool is None or pool in pools_of(record.relocation):
            found.setdefault((record.request, record.command), [])
    return found


def read_inventory(
    app: AppContext, manifests: Manifests, kinds: Iterable[Kind], *, live: bool
) -> Inventory:
    """What is in manifests and, with ``live``, in the cluster: its pools, its release and objects
    of these kinds, all at the same time.

    Raises a fault of the gateway if the pools cannot be read.
    """
    there, around = app.live_with(kinds) if live else (None, {})
    pools = {each.key: each for each in (*(there.pools if there else ()), *manifests.pools)}
    objects = after_apply(manifests.surroundings, around)
    release = app.assume(release_in(objects))
    return Inventory(tuple(pools.values()), objects, release, there, around)
