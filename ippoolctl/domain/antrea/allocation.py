"""Who gets which address of which pool: Antrea's pool controller and both kinds of consumers.

A model of what ``antrea-controller`` decides, without a cluster and without a clock. The caller
tells it of pools and consumers as they change, writes what it answers, tells it of that change
again, and looks again at those whom an answer names. What Antrea tries again after a while the
model only calls *waiting*; when that while is over is for the caller to say.

Where several consumers are to be looked at again at once, they are named Egresses first, each kind
in the order of names. In Antrea each kind has four workers and no order is promised.

Source: Antrea v2.7.0, ``pkg/controller/externalippool/controller.go``.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.ranges import Spelling
from ippoolctl.domain.antrea.allocator import PoolAllocator
from ippoolctl.domain.antrea.egress_allocation import EgressAllocation, EgressSpec
from ippoolctl.domain.antrea.pool import Usage
from ippoolctl.domain.antrea.service_allocation import ServiceAllocation, ServiceSpec

_UNWRITTEN: Final = Usage(0, 0)


class Referrers(NamedTuple):
    """Some of those who refer to a pool."""

    egresses: tuple[str, ...] = ()
    """Names, in order."""
    services: tuple[str, ...] = ()
    """Keys, in order."""


class Allocation:
    """All pools, and what Egresses and Services hold of them.

    After a restart of the controller: a new one, :meth:`put_pool` for every pool, :meth:`restore`,
    and then a look at every consumer.
    """

    def __init__(self) -> None:
        self._pools: dict[str, PoolAllocator] = {}
        self.egresses = EgressAllocation(self._pools)
        self.services = ServiceAllocation(self._pools)

    def put_pool(self, name: str, ranges: Iterable[Spelling]) -> Referrers:
        """The pool is new or was changed; whom to look at again.

        That is everyone who refers to it, but nobody if the allocator has all its ranges already.
        """
        is_new = name not in self._pools
        changed = self._pools.setdefault(name, PoolAllocator()).extend(ranges)
        return self._referrers(name) if is_new or changed else Referrers()

    def drop_pool(self, name: str) -> Referrers:
        """The pool is gone; whom to look at again: everyone who refers to it loses the address."""
        self._pools.pop(name, None)
        return self._referrers(name)

    def usage(self, name: str, present: Usage | None = None) -> Usage | None:
        """The pool's ``status.usage``, given the present one; ``None`` if there is to be none.

        Antrea writes only what differs, and an absent usage reads as 0 of 0: so 0 of 0 is written
        over another usage, but never where there is none. A pool that is unknown stays as it is.
        """
        pool = self._pools.get(name)
        if pool is None:
            return present
        found = Usage(pool.total, pool.used)
        return present if found == (present or _UNWRITTEN) else found

    def restore(
        self, egresses: Mapping[str, EgressSpec], services: Mapping[str, ServiceSpec]
    ) -> None:
        """Take over the addresses that consumers have already, before anyone is served.

        Egresses go first. In Antrea the two kinds restore side by side, and nobody gets a new
        address before both are ready.
        """
        self.egresses.restore(egresses)
        self.services.restore(services)

    def waiting(self, pool: str) -> Referrers:
        """Who asked the pool in vain and is tried again after 5 s and more."""
        return Referrers(self.egresses.waiting(pool), self.services.waiting(pool))

    def _referrers(self, pool: str) -> Referrers:
        return Referrers(self.egresses.of_pool(pool), self.services.of_pool(pool))
