"""How Antrea assigns addresses of pools to Services of type LoadBalancer.

A Service without an address has no condition and no event, it stays pending.

Source: Antrea v2.7.0, ``pkg/controller/serviceexternalip/controller.go``.
"""

from collections.abc import Mapping
from typing import NamedTuple

from ippoolctl.domain.addresses.numbers import canonical_text
from ippoolctl.domain.addresses.parsers import parse_ip
from ippoolctl.domain.antrea.ipam.allocator import PoolAllocator


class ServiceSpec(NamedTuple):
    """The fields of a Service that matter."""

    pool: str = ""
    """The annotation ``service.antrea.io/external-ip-pool``; empty also for a Service that is not
    of type LoadBalancer."""
    wanted: str = ""
    """``spec.loadBalancerIP``."""
    present: str = ""
    """``ip`` of the first item of ``status.loadBalancer.ingress``; Antrea reads no other."""
    shared: bool = False
    """The annotation ``service.antrea.io/allow-shared-load-balancer-ip``, since 2.1."""


class ServiceResult(NamedTuple):
    """The fields that a Service should have, and which others to reconcile."""

    ingress: str
    """The only address in ``status.loadBalancer.ingress``, empty for none."""
    retry: bool = False
    """Whether Antrea retries by itself: after 5 s, then twice as long, at most 300 s."""
    again: tuple[str, ...] = ()
    """Services without an address that Antrea reconciles at once, by key."""


class _Held(NamedTuple):
    pool: str
    address: int
    shared: bool


class ServiceAllocation:
    """The address of every Service, as the controller of external addresses knows it.

    The key of a Service is ``namespace/name``. The allocators are shared with the Egresses;
    :class:`.Allocation` keeps them up to date.
    """

    def __init__(self, pools: Mapping[str, PoolAllocator]) -> None:
        self._pools = pools
        self._held: dict[str, _Held] = {}
        self._specs: dict[str, ServiceSpec] = {}
        self._failed: set[str] = set()

    def restore(self, specs: Mapping[str, ServiceSpec]) -> None:
        """Take over the addresses of Services, after a restart and before :meth:`reconcile`.

        All Services with one address of one pool keep it, whether they allow sharing or not.
        """
        restored: dict[tuple[str, int], bool] = {}
        for key, spec in specs.items():
            address = parse_ip(spec.present)
            if spec.pool not in self._pools or address is None:
                continue
            place = (spec.pool, address)
            if place not in restored:
                restored[place] = self._pools[spec.pool].allocate(address)
            if restored[place]:
                self._held[key] = _Held(spec.pool, address, spec.shared)

    def reconcile(self, key: str, spec: ServiceSpec) -> ServiceResult:
        """Assign or release the address of the Service: if it is new or changed, if its pool
        changed, if it is named in ``again``, and if a retry is due.
        """
        held = self._held.get(key)
        if held is None:
            result = self._allocate(key, spec) if spec.pool else ServiceResult(spec.present)
        elif self._is_kept(held, spec):
            result = ServiceResult(spec.present, again=self._share(key, held, shared=spec.shared))
        elif self._release(key):
            result = self._allocate(key, spec) if spec.pool else ServiceResult("")
            result = result._replace(again=self._without_address(held.pool))
        else:
            result = ServiceResult(spec.present, retry=True)
        self._specs[key] = spec._replace(present=result.ingress)
        (self._failed.add if result.retry else self._failed.discard)(key)
        return result

    def drop(self, key: str) -> tuple[str, ...]:
        """The Service is deleted; returns the waiting Services of its pool to reconcile, by key.

        Waiting Egresses of that pool are not among them, see :meth:`EgressAllocation.drop`.
        """
        self._specs.pop(key, None)
        self._failed.discard(key)
        held = self._held.get(key)
        return self._without_address(held.pool) if held and self._release(key) else ()

    def of_pool(self, pool: str) -> tuple[str, ...]:
        """The Services that refer to the pool, by key."""
        return tuple(sorted(key for key, spec in self._specs.items() if spec.pool == pool))

    def waiting(self, pool: str) -> tuple[str, ...]:
        """Those that Antrea retries, by key.

        Other Services can be pending, too: if an address is not in the pool or another Service
        does not share it, or if the pool does not exist, Antrea waits for an event.
        """
        return tuple(key for key in self.of_pool(pool) if key in self._failed)

    def _is_kept(self, held: _Held, spec: ServiceSpec) -> bool:
        # By the ranges alone, as for an Egress: the bit can be that of another consumer by now.
        return (
            held.pool == spec.pool
            and canonical_text(held.address) == spec.present
            and spec.wanted in ("", spec.present)
            and held.pool in self._pools
            and self._pools[held.pool].has(held.address)
        )

    def _allocate(self, key: str, spec: ServiceSpec) -> ServiceResult:
        pool = self._pools.get(spec.pool)
        if pool is None:
            return ServiceResult("")
        if spec.wanted:
            address = parse_ip(spec.wanted)
            if address is None or not pool.has(address):
                return ServiceResult("")
            holders = self._holders(address)
            if holders and not (spec.shared and all(each.shared for each in holders)):
                return ServiceResult("")
            given = bool(holders) or pool.allocate(address)
        else:
            address = pool.allocate_next()
            given = address is not None
        if address is None or not given:
            # Antrea returns before it writes: a released address stays in the status.
            return ServiceResult(spec.present, retry=True)
        self._held[key] = _Held(spec.pool, address, spec.shared)
        return ServiceResult(canonical_text(address))

    def _share(self, key: str, held: _Held, *, shared: bool) -> tuple[str, ...]:
        """Store whether the Service shares its address; returns the Services to reconcile."""
        self._held[key] = held._replace(shared=shared)
        return self._without_address(held.pool) if shared and not held.shared else ()

    def _release(self, key: str) -> bool:
        """Release an address; false if Antrea fails to, and then keeps it for the Service.

        That happens if a pool was deleted and recreated in between.
        """
        held = self._held[key]
        pool = self._pools.get(held.pool)
        alone = len(self._holders(held.address)) == 1
        if alone and pool is not None and not pool.release(held.address):
            return False
        del self._held[key]
        return True

    def _holders(self, address: int) -> list[_Held]:
        return [each for each in self._held.values() if each.address == address]

    def _without_address(self, pool: str) -> tuple[str, ...]:
        return tuple(key for key in self.of_pool(pool) if not self._specs[key].present)
