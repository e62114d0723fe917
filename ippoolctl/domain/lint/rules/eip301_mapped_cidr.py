"""A CIDR inside `::ffff:0:0/96`, written as IPv6, crashes antrea-controller.

Schema and webhook accept it. Then the controller panics when it sees the pool, and again at every
start, so that no pool and no Egress works until the pool is deleted. A DELETE is never refused.

Source: run on Antrea v2.7.0; `GetLocalBroadcastIP` in `pkg/ipam/ipallocator/allocator.go` indexes
an empty mask, v1.4.0 and later.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import canonical_text
from ippoolctl.domain.antrea.canonical import mapped_network
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """IPv6 CIDRs inside ::ffff:0:0/96."""
    for pool, position, each in inventory.ipv6_ranges:
        network = mapped_network(each)
        if network is not None:
            yield Finding(
                RULE.id,
                RULE.severity,
                f"pool {pool.label}: cidr {each.text} crashes antrea-controller",
                Subject(pool, ("spec", "ipRanges", position), each.text),
                hint=f"write it as IPv4: {canonical_text(network.first)}/{network.bits - 96}",
            )


RULE = Rule(
    "EIP301", "an IPv4-mapped IPv6 CIDR crashes antrea-controller", Severity.ERROR, __doc__, find
)
