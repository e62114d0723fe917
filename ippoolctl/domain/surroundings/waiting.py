"""Egresses and Services that have no address of the pool they refer to, and why.

The only place that decides it. Antrea itself tells it for Egresses (condition ``IPAllocated``,
since 1.14) and says nothing about Services, which stay pending.

Source: Antrea v2.7.0 ``pkg/controller/egress/controller.go`` and
``pkg/controller/serviceexternalip/controller.go``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from ippoolctl.domain.antrea.capacity import counts
from ippoolctl.domain.antrea.membership import Membership, PoolAddresses
from ippoolctl.domain.antrea.pool import Path, Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.surroundings.reference import AddressField, Reference

if TYPE_CHECKING:
    from ippoolctl.domain.surroundings.egress import Egress
    from ippoolctl.domain.surroundings.service import Service

POOL_ANNOTATION: Final = "service.antrea.io/external-ip-pool"
"""With it a Service of type LoadBalancer requests an address (Antrea 1.5 and later)."""
SHARED_ANNOTATION: Final = "service.antrea.io/allow-shared-load-balancer-ip"
"""With it a Service shares its ``loadBalancerIP`` with others (Antrea 2.1 and later)."""
GO_TRUE: Final = ("1", "t", "T", "TRUE", "true", "True")
"""The texts that Go's ``strconv.ParseBool`` reads as true."""
GO_FALSE: Final = ("0", "f", "F", "FALSE", "false", "False")
"""Those that it reads as false; others are an error, which Antrea treats as false."""
SHARED_SINCE: Final = Release(2, 1, 0)
"""The first release in which Services can share an address."""


class Hold(IntEnum):
    """Whether a consumer has the address that it requests."""

    CONFIRMED = 0
    UNKNOWN = 1
    """No controller has told it, as for an object that is not applied yet."""
    DENIED = 2


class PoolRequest(NamedTuple):
    """An Egress or a Service that refers to a pool."""

    by: Reference
    pool: str
    pool_path: Path
    """The field that refers to the pool."""
    requested_text: str
    """The requested address as typed; of an Egress also one that the controller filled in."""
    requested: AddressField | None
    """The same, if it is an address."""
    held: AddressField | None
    """The address it has, as far as the object tells."""
    hold: Hold
    """Whether it has the address that it requests, or any one if it requests none."""
    shared: bool = False
    """Whether it shares its address with other Services."""
    failure: str = ""
    """What Antrea tells about the failed allocation; empty if it tells nothing."""

    @property
    def requested_path(self) -> Path:
        """The field with the requested address."""
        return ("spec", "egressIP" if self.by.kind == "Egress" else "loadBalancerIP")


class Cause(Enum):
    """Why a consumer has no address."""

    NO_POOL = "no-pool"
    """The pool does not exist."""
    INVALID = "invalid"
    """The requested address is no address."""
    OUTSIDE = "outside"
    """The pool does not have the requested address."""
    RESERVED = "reserved"
    """The requested address is the last one of an IPv4 CIDR, which is never allocated."""
    TAKEN = "taken"
    """Another consumer has the requested address."""
    FULL = "full"
    """The pool has no free address."""
    OTHER = "other"
    """Not yet allocated, or for a reason that only the log of antrea-controller tells."""


class Waiting(NamedTuple):
    """A consumer without the address that it should have."""

    request: PoolRequest
    cause: Cause
    holder: PoolRequest | None = None
    """Which consumer has the address, if it is taken."""


def pool_requests(
    egresses: "Iterable[Egress]", services: "Iterable[Service]"
) -> Iterator[PoolRequest]:
    """Every consumer that refers to a pool: Egresses, and Services of type LoadBalancer."""
    for egress in egresses:
        if egress.pool:
            status = {each.type: each for each in egress.conditions}.get("IPAllocated")
            failed = status is not None and status.status == "False"
            known = status is not None and status.status == "True"
            missing = egress.reference.stored and not egress.address_text
            denied = failed or missing
            yield PoolRequest(
                egress.reference,
                egress.pool,
                ("spec", "externalIPPool"),
                egress.address_text,
                egress.address,
                None if failed else egress.address,
                Hold.DENIED if denied else Hold.CONFIRMED if known else Hold.UNKNOWN,
                failure=status.message if failed and status else "",
            )
    for service in services:
        if service.pool and service.type == "LoadBalancer":
            held = service.ingress[0] if service.ingress else None
            wanted = service.requested
            has_it = held is not None and (wanted is None or wanted.span == held.span)
            absent = Hold.DENIED if service.reference.stored else Hold.UNKNOWN
            yield PoolRequest(
                service.reference,
                service.pool,
                ("metadata", "annotations", POOL_ANNOTATION),
                service.requested_text,
                wanted,
                held,
                Hold.CONFIRMED if has_it else absent,
                service.annotations.get(SHARED_ANNOTATION, "") in GO_TRUE,
            )


def waiting(
    requests: Iterable[PoolRequest], pools: Mapping[str, Pool], release: Release
) -> Iterator[Waiting]:
    """Those without the address that they should have; ``pools`` by name, as they exist.

    Linear in requests and ranges. Of several that request one address, one that has it waits for
    none of the others; if none has it, the first one gets it.
    """
    addresses: dict[str, PoolAddresses] = {}
    same: dict[tuple[str, int], list[PoolRequest]] = defaultdict(list)
    for request in requests:
        pool = pools.get(request.pool)
        if pool is None:
            yield Waiting(request, Cause.NO_POOL)
            continue
        field = request.requested or (None if request.requested_text else request.held)
        if field is None:
            cause = _without_address(request, pool)
            if cause:
                yield Waiting(request, cause)
            continue
        if request.requested is not None:
            if request.pool not in addresses:
                addresses[request.pool] = PoolAddresses(pool.spellings)
            found = addresses[request.pool].membership(field.span.first)
            if found is not Membership.MEMBER:
                reserved = found is Membership.RESERVED
                yield Waiting(request, Cause.RESERVED if reserved else Cause.OUTSIDE)
                continue
        same[request.pool, field.span.first].append(request)
    for group in same.values():
        yield from _of_one_address(group, release)


def _without_address(request: PoolRequest, pool: Pool) -> Cause | None:
    if request.requested_text:
        return Cause.INVALID
    usage = pool.live and pool.live.usage
    if usage and usage.used >= counts(pool.ranges).usable:
        return Cause.FULL
    return Cause.OTHER if request.hold is Hold.DENIED else None


def _of_one_address(group: list[PoolRequest], release: Release) -> Iterator[Waiting]:
    """Those of one pool and one address that do not have it."""
    group.sort(key=_hold)
    holders = [each for each in group if each.hold is Hold.CONFIRMED] or group[:1]
    sharing = release >= SHARED_SINCE and all(each.shared for each in holders)
    for each in group[len(holders) :]:
        if not (sharing and each.shared):
            yield Waiting(each, Cause.TAKEN, holders[0])
        elif each.hold is Hold.DENIED:
            yield Waiting(each, Cause.OTHER)
    if holders[0].hold is Hold.DENIED:
        yield Waiting(holders[0], Cause.OTHER)


def _hold(request: PoolRequest) -> Hold:
    return request.hold
