"""The assignment of addresses: Antrea's pool controller and both kinds of consumers.

A model of the decisions of ``antrea-controller``, without a cluster and without a clock. The caller
reports each change of a pool or a consumer, writes the result, reports that change as well, and
then reconciles the consumers that a result names. Consumers that Antrea retries later are only
*waiting* in the model; the caller decides when to retry.

If several consumers are to be reconciled at once, Egresses come first, each kind in the order of
names. In Antrea each kind has four workers and no order is guaranteed.

Source: Antrea v2.7.0, ``pkg/controller/externalippool/controller.go``.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.ranges import Spelling
from ippoolctl.domain.antrea.ipam.allocator import PoolAllocator
from ippoolctl.domain.antrea.ipam.egress_allocation import EgressAllocation, EgressSpec
from ippoolctl.domain.antrea.ipam.service_allocation import ServiceAllocation, ServiceSpec
from ippoolctl.domain.antrea.pool import Usage

_UNWRITTEN: Final = Usage(0, 0)


class Referrers(NamedTuple):
    """Consumers that refer to a pool."""

    egresses: tuple[str, ...] = ()
    """Names, in order."""
    services: tuple[str, ...] = ()
    """Keys, in order."""


class Allocation:
    """All pools, and the addresses of Egresses and Services.

    After a restart of the controller: a new one, :meth:`put_pool` for every pool, :meth:`restore`,
    and then every consumer is reconciled.
    """

    def __init__(self) -> None:
        self._pools: dict[str, PoolAllocator] = {}
        self.egresses = EgressAllocation(self._pools)
        self.services = ServiceAllocation(self._pools)

    def put_pool(self, name: str, ranges: Iterable[Spelling]) -> Referrers:
        """Add or change a pool; returns the consumers to reconcile.

        These are all that refer to it, or none if the allocator already has all its ranges.
        """
        is_new = name not in self._pools
        changed = self._pools.setdefault(name, PoolAllocator()).extend(ranges)
        return self._referrers(name) if is_new or changed else Referrers()

    def drop_pool(self, name: str) -> Referrers:
        """Remove a pool; returns the consumers to reconcile, which all lose their address."""
        self._pools.pop(name, None)
        return self._referrers(name)

    def usage(self, name: str, present: Usage | None = None) -> Usage | None:
        """The pool's ``status.usage``, given the present one; ``None`` if there is to be none.

        Antrea writes only a difference, and an absent usage reads as 0 of 0: so 0 of 0 replaces
        another usage but is never written first. The usage of an unknown pool stays the same.
        """
        pool = self._pools.get(name)
        if pool is None:
            return present
        found = Usage(pool.total, pool.used)
        return present if found == (present or _UNWRITTEN) else found

    def restore(
        self, egresses: Mapping[str, EgressSpec], services: Mapping[str, ServiceSpec]
    ) -> None:
        """Take over the addresses that consumers already have, before any is reconciled.

        Egresses go first. In Antrea the two kinds are restored concurrently, and no new address is
        assigned before both are done.
        """
        self.egresses.restore(egresses)
        self.services.restore(services)

    def waiting(self, pool: str) -> Referrers:
        """Consumers without an address of the pool that Antrea retries after 5 s and more."""
        return Referrers(self.egresses.waiting(pool), self.services.waiting(pool))

    def _referrers(self, pool: str) -> Referrers:
        return Referrers(self.egresses.of_pool(pool), self.services.of_pool(pool))
