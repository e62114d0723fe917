"""A CIDR inside `::ffff:0:0/96`, written as IPv6, crashes antrea-controller.

Schema and webhook accept it. Then the controller panics when it sees the pool, and again at every
start, so that no pool and no Egress works until the pool is deleted. A DELETE is never refused.

Source: run on Antrea v2.7.0; `GetLocalBroadcastIP` in `pkg/ipam/ipallocator/allocator.go` indexes
an empty mask, v1.4.0 and later.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses import address_text, is_ipv4_mapped
from ippoolctl.domain.finding import Finding, Severity, Subject
from ippoolctl.domain.inventory import Inventory
from ippoolctl.domain.ranges import IPRange
from ippoolctl.domain.releases import Release
from ippoolctl.domain.rule import Rule


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """IPv6 CIDRs inside ::ffff:0:0/96."""
    for pool, position, each in inventory.ipv6_ranges:
        if each.spelling.cidr and is_ipv4_mapped(each.first) and is_ipv4_mapped(each.last):
            yield Finding(
                RULE.id,
                RULE.severity,
                f"pool {pool.label}: cidr {each.text} crashes antrea-controller",
                Subject(pool, ("spec", "ipRanges", position), each.text),
                hint=f"write it as IPv4: {address_text(each.first)}/{_ipv4_bits(each)}",
            )


def _ipv4_bits(network: IPRange) -> int:
    return 32 - (network.span.size.bit_length() - 1)


RULE = Rule(
    "EIP301", "an IPv4-mapped IPv6 CIDR crashes antrea-controller", Severity.ERROR, __doc__, find
)
