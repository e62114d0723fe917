"""The subnets of pools, from ``spec.subnetInfo``."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ippoolctl.domain.addresses.numbers import Network, is_ipv4, is_ipv4_mapped, masked
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.addresses.ranges import Span, subtract
from ippoolctl.domain.antrea.pool import Pool


class PoolSubnet(NamedTuple):
    """A pool with a subnetInfo that the webhook admits."""

    pool: Pool
    gateway: int
    """Ordinal of the gateway."""
    network: Network

    @property
    def ends(self) -> dict[int, str]:
        """The addresses that hosts do not use, with their names."""
        return unused_ends(self.network.first, self.network.last)

    def hosts(self, span: Span) -> list[Span]:
        """The addresses of a range without the gateway and the ends of the subnet."""
        return subtract([span], [Span(each, each) for each in (self.gateway, *self.ends)])


def unused_ends(first: int, last: int) -> dict[int, str]:
    """The addresses of a subnet, given by its ends, that hosts do not use, with their names.

    An IPv4 /31 has none (RFC 3021), nor has an IPv6 /127 (RFC 6164); IPv6 has no broadcast.
    """
    if last - first < 2:
        return {}
    if is_ipv4(first):
        return {first: "network address", last: "broadcast address"}
    return {first: "subnet-router anycast address"}


def subnet_of(pool: Pool) -> PoolSubnet | None:
    """The subnet of a pool; ``None`` without one, or with an invalid or IPv4-mapped gateway."""
    if pool.subnet is None:
        return None
    gateway = parse_addr(pool.subnet.gateway)
    if gateway is None or is_ipv4_mapped(gateway):
        return None
    network = masked(gateway, pool.subnet.prefix_length)
    if network is None or not 0 < network.bits < network.width:
        return None
    return PoolSubnet(pool, gateway, network)


def pool_subnets(pools: Iterable[Pool]) -> Iterator[PoolSubnet]:
    """The subnets of these pools."""
    return filter(None, map(subnet_of, pools))
