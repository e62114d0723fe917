"""Who has which address of which pool, and which consumers wait for one, by the objects alone."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ippoolctl.domain.addresses.numbers import canonical_text

if TYPE_CHECKING:
    from ippoolctl.domain.addresses.ranges import Span
    from ippoolctl.domain.antrea.pool import Pool
    from ippoolctl.domain.antrea.releases import Release
    from ippoolctl.domain.surroundings.egress import Egress
    from ippoolctl.domain.surroundings.reference import Reference
    from ippoolctl.domain.surroundings.service import Service
    from ippoolctl.domain.surroundings.waiting import Waiting

_K = TypeVar("_K")
_V = TypeVar("_V")


class HeldAddress(NamedTuple):
    """An address of a pool that consumers have."""

    address: int
    """As ``parse_ip`` gives it."""
    pool: str
    holders: "tuple[Egress | Service, ...]"
    """By kind, namespace and name; an Egress tells its Node and its conditions."""

    @property
    def text(self) -> str:
        """The address in its canonical form."""
        return canonical_text(self.address)

    @property
    def is_shared(self) -> bool:
        """Whether several Services have it."""
        return len(self.holders) > 1


class Holders(NamedTuple):
    """The consumers of all pools."""

    held: Mapping[str, tuple[HeldAddress, ...]]
    """By the name of the pool, in ascending order; a pool without any is missing. If all consumers
    are known, their number is the ``status.usage.used`` of the pool."""
    by_address: Mapping[int, tuple[HeldAddress, ...]]
    """The same by address: it is held in several pools if these overlap."""
    waiting: "Mapping[str, tuple[Waiting, ...]]"
    """The consumers without an address, by the name of the pool, which may not exist; empty for
    those that refer to none. Each with the cause and, in its :attr:`~.PoolRequest.failure`, the
    message of Antrea (Egresses only)."""


def held_in(held: tuple[HeldAddress, ...], span: "Span") -> tuple[HeldAddress, ...]:
    """Those of the addresses of one pool, in ascending order, that a span has."""
    begin = bisect_left(held, span.first, key=_address)
    return held[begin : bisect_right(held, span.last, begin, key=_address)]


def _address(each: HeldAddress) -> int:
    return each.address


def holders(
    pools: "Mapping[str, Pool]",
    egresses: "Iterable[Egress]",
    services: "Iterable[Service]",
    release: "Release",
) -> Holders:
    """Who holds which address of the pools, and who waits for one; ``pools`` by name.

    An object that no cluster stores holds nothing. Linear in consumers and ranges, but for sorting.
    """
    egresses = tuple(egresses)
    # A Service of another type neither has an address of a pool nor waits for one.
    services = tuple(each for each in services if each.type == "LoadBalancer")
    if not (egresses or services):
        return Holders({}, {}, {})
    from ippoolctl.domain.surroundings.waiting import outcomes, pool_requests, without_pool

    all_: tuple[Egress | Service, ...] = (*egresses, *services)
    # A pool request keeps the reference of its object.
    objects = {id(each.reference): each for each in all_}
    found = outcomes(pool_requests(egresses, services), pools, release)
    consumers: dict[tuple[str, int], list[Egress | Service]] = defaultdict(list)
    for request in found.holding:
        if request.held:
            consumers[request.pool, request.held.span.first].append(objects[id(request.by)])
    held: dict[str, list[HeldAddress]] = defaultdict(list)
    by_address: dict[int, list[HeldAddress]] = defaultdict(list)
    for pool, address in sorted(consumers):
        each = HeldAddress(address, pool, tuple(sorted(consumers[pool, address], key=_name)))
        held[pool].append(each)
        by_address[address].append(each)
    holding = set(map(id, found.holding))
    waiting: dict[str, list[Waiting]] = defaultdict(list)
    for one in sorted([*found.waiting, *without_pool(egresses, services)], key=_consumer):
        if id(one.request) not in holding:
            waiting[one.request.pool].append(one)
    return Holders(_frozen(held), _frozen(by_address), _frozen(waiting))


def _frozen(lists: Mapping[_K, list[_V]]) -> dict[_K, tuple[_V, ...]]:
    return {key: tuple(values) for key, values in lists.items()}


def _name(consumer: "Egress | Service") -> tuple[str, str, str]:
    return _key(consumer.reference)


def _consumer(waiting: "Waiting") -> tuple[str, str, str]:
    return _key(waiting.request.by)


def _key(reference: "Reference") -> tuple[str, str, str]:
    return reference.kind, reference.namespace, reference.name
