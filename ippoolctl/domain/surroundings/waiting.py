"""Egresses and Services that refer to a pool: which have an address, which have none, and why.

The only place that decides it. Antrea itself tells it for Egresses (condition ``IPAllocated``,
since 1.14) and says nothing about Services, which stay pending.

Source: Antrea v2.7.0 ``pkg/controller/egress/controller.go`` and
``pkg/controller/serviceexternalip/controller.go``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from ippoolctl.domain.antrea.capacity import counts, window
from ippoolctl.domain.antrea.ipam.egress_allocation import NONE_LEFT
from ippoolctl.domain.antrea.membership import Membership, PoolAddresses
from ippoolctl.domain.antrea.pool import Path, Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.surroundings.reference import AddressField, Reference
from ippoolctl.domain.surroundings.service import GO_TRUE, POOL_ANNOTATION, SHARED_ANNOTATION

if TYPE_CHECKING:
    from ippoolctl.domain.surroundings.egress import Egress
    from ippoolctl.domain.surroundings.service import Service

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
    """The address it has, as far as the object tells; not one that a Service had before, which
    stays in its status while Antrea cannot assign the requested one."""
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

    NO_REFERENCE = "no-reference"
    """It refers to no pool, so Antrea ignores it."""
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
    RETRY = "retry"
    """There was no address for it, and one is free since, as far as the known consumers tell:
    Antrea retries after 5 s, then twice as long each time, at most 300 s."""
    OTHER = "other"
    """Not yet allocated, or for a reason that only the log of antrea-controller tells."""


class Waiting(NamedTuple):
    """A consumer without the address that it should have."""

    request: PoolRequest
    cause: Cause
    holder: PoolRequest | None = None
    """Which consumer has the address, if it is taken."""


class Outcomes(NamedTuple):
    """What became of the requests of consumers."""

    holding: list[PoolRequest]
    """Those that have an address, :attr:`PoolRequest.held`; several Services can have the same."""
    waiting: list[Waiting]
    """Those without the address that they should have, or with one outside of the pool."""


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
            present = service.ingress[0] if service.ingress else None
            wanted = service.requested
            has_it = present is not None and (
                present.span == wanted.span if wanted else not service.requested_text
            )
            absent = Hold.DENIED if service.reference.stored else Hold.UNKNOWN
            yield PoolRequest(
                service.reference,
                service.pool,
                ("metadata", "annotations", POOL_ANNOTATION),
                service.requested_text,
                wanted,
                present if has_it else None,
                Hold.CONFIRMED if has_it else absent,
                service.annotations.get(SHARED_ANNOTATION, "") in GO_TRUE,
            )


def without_pool(egresses: "Iterable[Egress]", services: "Iterable[Service]") -> Iterator[Waiting]:
    """Those that have no address and request none of any pool; their pool is an empty text.

    A Service with a class of load balancers waits for that one, not for Antrea.
    """
    for egress in egresses:
        if not (egress.pool or egress.address_text or egress.has_plurals):
            yield _without_pool(egress.reference, ("spec", "externalIPPool"))
    for service in services:
        if service.type == "LoadBalancer" and not (
            service.pool or service.ingress or service.load_balancer_class
        ):
            yield _without_pool(service.reference, ("metadata", "annotations", POOL_ANNOTATION))


def _without_pool(by: Reference, path: Path) -> Waiting:
    return Waiting(PoolRequest(by, "", path, "", None, None, Hold.DENIED), Cause.NO_REFERENCE)


def outcomes(
    requests: Iterable[PoolRequest], pools: Mapping[str, Pool], release: Release
) -> Outcomes:
    """Which of the consumers have an address, and which wait; ``pools`` by name, as they exist.

    Linear in requests and ranges. Of several that request one address, one that has it waits for
    none of the others; if none has it, the first one gets it.
    """
    found = Outcomes([], [])
    addresses: dict[str, PoolAddresses] = {}
    same: dict[tuple[str, int], list[PoolRequest]] = defaultdict(list)
    without: dict[str, list[PoolRequest]] = defaultdict(list)
    for request in requests:
        pool = pools.get(request.pool)
        field = request.requested or (None if request.requested_text else request.held)
        if pool is None:
            found.waiting.append(Waiting(request, Cause.NO_POOL))
        elif field is None:
            without[request.pool].append(request)
        else:
            if request.pool not in addresses:
                addresses[request.pool] = PoolAddresses(pool.spellings)
            address = field.span.first
            place = addresses[request.pool].membership(address)
            if place is Membership.MEMBER:
                same[request.pool, address].append(request)
            elif request.hold is Hold.CONFIRMED and _has_its_bit(pool, address):
                found.holding.append(request)
                found.waiting.append(Waiting(request, Cause.OUTSIDE))
            elif request.requested is None:
                # A Service that was moved here: its status has an address of another pool.
                without[request.pool].append(request._replace(held=None, hold=Hold.DENIED))
            else:
                cause = Cause.RESERVED if place is Membership.RESERVED else Cause.OUTSIDE
                found.waiting.append(Waiting(request, cause))
    used: Counter[str] = Counter()
    for (name, _), group in same.items():
        if len(group) == 1 and group[0].hold is Hold.CONFIRMED and group[0].by.stored:
            # Most addresses: with a hundred thousand of them the general case takes seconds.
            found.holding.append(group[0])
            used[name] += 1
            continue
        holders, others = _of_one_address(group, release)
        found.holding.extend(holders)
        used[name] += bool(holders)
        for each in others:
            if each.request.requested is None:
                without[name].append(each.request._replace(held=None, hold=Hold.DENIED))
            else:
                found.waiting.append(each)
    for name, of_pool in without.items():
        found.waiting.extend(_without_address(of_pool, pools[name], used[name]))
    return found


def _has_its_bit(pool: Pool, address: int) -> bool:
    """Whether Antrea assigns it all the same, by its arithmetic of 64 bits (``Window.offset``)."""
    return any(
        each.offset(address) is not None and address != each.reserved
        for each in filter(None, map(window, pool.spellings))
    )


def _of_one_address(
    group: list[PoolRequest], release: Release
) -> tuple[list[PoolRequest], list[Waiting]]:
    """Those of one pool and one address: who has it, and who waits."""
    group.sort(key=_hold)
    confirmed = [each for each in group if each.hold is Hold.CONFIRMED]
    # An Egress shares with no Service: that one has it in its status from before.
    holders = [each for each in confirmed if each.by.kind == "Egress"] or confirmed or group[:1]
    known = set(map(id, holders))
    sharing = release >= SHARED_SINCE and all(each.shared for each in holders)
    waiting = []
    for each in group:
        if id(each) in known:
            continue
        if not (sharing and each.shared):
            waiting.append(Waiting(each, Cause.TAKEN, holders[0]))
        elif each.hold is Hold.DENIED:
            waiting.append(Waiting(each, Cause.OTHER))
    if holders[0].hold is Hold.DENIED:
        waiting.append(Waiting(holders[0], Cause.RETRY))
    return [each for each in holders if each.held and each.by.stored], waiting


def _without_address(requests: Iterable[PoolRequest], pool: Pool, used: int) -> Iterator[Waiting]:
    """Those of one pool that request any address, or no valid one, and have none."""
    usage = pool.live and pool.live.usage
    is_full = max(used, usage.used if usage else 0) >= counts(pool.ranges).usable
    for each in requests:
        if each.requested_text:
            yield Waiting(each, Cause.INVALID)
        elif is_full:
            yield Waiting(each, Cause.FULL)
        elif each.hold is Hold.DENIED:
            # A Service is not told why it has none, but nothing else can have been in the way.
            had_none = each.by.kind == "Service" or NONE_LEFT in each.failure
            yield Waiting(each, Cause.RETRY if had_none else Cause.OTHER)


def _hold(request: PoolRequest) -> Hold:
    return request.hold
