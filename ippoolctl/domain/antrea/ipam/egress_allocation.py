"""How Antrea assigns addresses of pools to Egresses, and what its webhook denies before that.

Source: Antrea v2.7.0, ``pkg/controller/egress/controller.go`` and ``validate.go``.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.numbers import canonical_text
from ippoolctl.domain.addresses.parsers import parse_ip
from ippoolctl.domain.antrea.ipam.allocator import PoolAllocator
from ippoolctl.domain.antrea.pool import Condition
from ippoolctl.domain.quantity import quantity_error


class Bandwidth(NamedTuple):
    """``spec.bandwidth``: two quantities as typed."""

    rate: str
    burst: str


class EgressSpec(NamedTuple):
    """The fields of an Egress that matter."""

    pool: str = ""
    """``spec.externalIPPool``; an Egress without one is static and takes no address from a pool."""
    address: str = ""
    """``spec.egressIP``, written by a user or by Antrea."""
    unsupported: tuple[str, ...] = ()
    """The names of the lists that have items, of ``egressIPs`` and ``externalIPPools``."""
    bandwidth: Bandwidth | None = None


NO_EGRESS: Final = EgressSpec()
"""The fields of an Egress before it was created."""


class EgressResult(NamedTuple):
    """The fields that an Egress should have."""

    address: str
    """The text of ``spec.egressIP``, empty for none; often the present one."""
    allocated: Condition | None
    """The condition ``IPAllocated``; ``None`` for a static Egress, which has none."""

    @property
    def retry(self) -> bool:
        """Whether Antrea retries by itself: after 5 s, then twice as long, at most 300 s."""
        return self.allocated is not None and self.allocated.status == "False"


ALLOCATED: Final = Condition(
    "IPAllocated", "True", "Allocated", "EgressIP is successfully allocated"
)
"""The condition of an Egress with an address."""

NONE_LEFT: Final = "cannot allocate IP in any range"
"""The end of the message of the condition of an Egress for which its pool had no free address."""


class _Held(NamedTuple):
    pool: str
    address: int


class EgressAllocation:
    """The address of every Egress, as the egress controller knows it.

    The allocators are shared with the Services; :class:`.Allocation` keeps them up to date.
    """

    def __init__(self, pools: Mapping[str, PoolAllocator]) -> None:
        self._pools = pools
        self._held: dict[str, _Held] = {}
        self._specs: dict[str, EgressSpec] = {}
        self._failed: set[str] = set()

    def refusal(self, spec: EgressSpec, old: EgressSpec = NO_EGRESS, name: str = "") -> str:
        """The webhook's sentence if it denies the Egress of that name, else empty.

        It checks only an address with a pool, and only if one of them changed. It does not check
        whether the address is free, and it admits the last one of an IPv4 CIDR. Lists of addresses
        or pools, and a bandwidth that cannot be read, it denies whatever changed.
        """
        for field in spec.unsupported:
            return f"spec.{field} is not supported yet"
        for part, text in (spec.bandwidth._asdict() if spec.bandwidth else {}).items():
            if error := quantity_error(text):
                return f"{part.capitalize()} {text} in Egress {name} is invalid: {error}"
        if spec[:2] == old[:2] or not (spec.pool and spec.address):
            return ""
        address = parse_ip(spec.address)
        if address is None:
            return f"IP {spec.address} is not valid"
        if spec.pool not in self._pools:
            return _does_not_exist(spec.pool)
        if not self._pools[spec.pool].has(address):
            return f"IP {spec.address} is not within the IP range"
        return ""

    def restore(self, specs: Mapping[str, EgressSpec]) -> None:
        """Take over the addresses of Egresses, after a restart and before :meth:`reconcile`.

        Of two with the same address the first by name gets it (in Antrea either of them).
        """
        for name, (pool, text, *_) in sorted(specs.items()):
            address = parse_ip(text)
            if pool in self._pools and address is not None and self._pools[pool].allocate(address):
                self._held[name] = _Held(pool, address)

    def reconcile(self, name: str, spec: EgressSpec) -> EgressResult:
        """Assign or release the address of the Egress: if it is new or changed, if its pool
        changed, and if a retry is due.
        """
        held = self._held.get(name)
        if held is not None:
            if (held.pool, canonical_text(held.address)) == spec[:2]:
                if self._has(held):
                    return self._remember(name, spec, EgressResult(spec.address, ALLOCATED))
                spec = spec._replace(address="")
            self._release(name)
        return self._remember(name, spec, self._allocate(name, spec))

    def drop(self, name: str) -> None:
        """The Egress is deleted. Its address is free at once, but no consumer is reconciled: a
        waiting Egress gets it at its next retry.
        """
        self._release(name)
        self._specs.pop(name, None)
        self._failed.discard(name)

    def of_pool(self, pool: str) -> tuple[str, ...]:
        """The Egresses that refer to the pool, by name."""
        return tuple(sorted(name for name, spec in self._specs.items() if spec.pool == pool))

    def waiting(self, pool: str) -> tuple[str, ...]:
        """Those that Antrea retries, by name."""
        return tuple(name for name in self.of_pool(pool) if name in self._failed)

    def _allocate(self, name: str, spec: EgressSpec) -> EgressResult:
        if not spec.pool:
            return EgressResult(spec.address, None)
        pool = self._pools.get(spec.pool)
        if pool is None:
            # Antrea also removes an address that a user has set.
            return _failed("", _does_not_exist(spec.pool))
        if spec.address:
            address = parse_ip(spec.address)
            if address is None or not pool.allocate(address):
                return _failed(spec.address, _not_allocated(name, spec, address))
        else:
            address = pool.allocate_next()
            if address is None:
                return _failed("", NONE_LEFT)
        self._held[name] = _Held(spec.pool, address)
        return EgressResult(spec.address or canonical_text(address), ALLOCATED)

    def _release(self, name: str) -> None:
        held = self._held.pop(name, None)
        if held is not None and held.pool in self._pools:
            self._pools[held.pool].release(held.address)

    def _has(self, held: _Held) -> bool:
        # By the ranges alone: a pool that was deleted and recreated in between seems to have the
        # address, and can assign it a second time.
        return held.pool in self._pools and self._pools[held.pool].has(held.address)

    def _remember(self, name: str, spec: EgressSpec, result: EgressResult) -> EgressResult:
        self._specs[name] = spec
        (self._failed.add if result.retry else self._failed.discard)(name)
        return result


def _failed(address: str, why: str) -> EgressResult:
    message = f"Cannot allocate EgressIP from ExternalIPPool: {why}"
    return EgressResult(address, Condition("IPAllocated", "False", "AllocationError", message))


def _does_not_exist(pool: str) -> str:
    return f"ExternalIPPool {pool} does not exist"


def _not_allocated(name: str, spec: EgressSpec, address: int | None) -> str:
    text = "<nil>" if address is None else canonical_text(address)
    return (
        f"error when allocating IP {text} for Egress {name} from ExternalIPPool {spec.pool}:"
        f" cannot allocate IP {text} in any range"
    )
