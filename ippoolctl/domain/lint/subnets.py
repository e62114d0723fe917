"""The subnets of pools, from ``spec.subnetInfo``."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ippoolctl.domain.addresses.numbers import Network, is_ipv4_mapped, masked
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.antrea.pool import Pool


class PoolSubnet(NamedTuple):
    """A pool with a subnetInfo that the webhook admits."""

    pool: Pool
    gateway: int
    """Ordinal of the gateway."""
    network: Network

    @property
    def ends(self) -> dict[int, str]:
        """The addresses that hosts do not use, with their names.

        An IPv4 /31 has none (RFC 3021), nor has an IPv6 /127 (RFC 6164); IPv6 has no broadcast.
        """
        if self.network.bits >= self.network.width - 1:
            return {}
        if self.network.width == 32:
            return {
                self.network.first: "network address",
                self.network.last: "broadcast address",
            }
        return {self.network.first: "subnet-router anycast address"}


def pool_subnets(pools: Iterable[Pool]) -> Iterator[PoolSubnet]:
    """The subnets of these pools, without invalid and IPv4-mapped gateways, which other rules
    report.
    """
    for pool in pools:
        gateway = parse_addr(pool.subnet.gateway) if pool.subnet else None
        if pool.subnet is None or gateway is None or is_ipv4_mapped(gateway):
            continue
        network = masked(gateway, pool.subnet.prefix_length)
        if network is not None and 0 < network.bits < network.width:
            yield PoolSubnet(pool, gateway, network)
