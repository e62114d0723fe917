"""A CIDR inside a larger subnet loses addresses that hosts could use.

Antrea never assigns the first address of a CIDR and the last one of an IPv4 CIDR, as if the CIDR
were the subnet. If `subnetInfo` names a larger subnet, these are usual addresses: IPv4 loses two,
IPv6 one. A start-end range has all of them; leave the gateway and the ends of the subnet out of it.

Example: 10.0.0.32 and 10.0.0.63 are never assigned:

    ipRanges:
    - cidr: 10.0.0.32/27
    subnetInfo:
      gateway: 10.0.0.1
      prefixLength: 24

What to do, before the pool is created (EIP210):

    ipRanges:
    - start: 10.0.0.32
      end: 10.0.0.63

Source: Antrea v2.7.0 `pkg/ipam/ipallocator/allocator.go`; antrea-io/antrea issue 6186.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import IPV6, address_text
from ippoolctl.domain.addresses.ranges import IPRange
from ippoolctl.domain.antrea.capacity import MAX_WINDOW
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.lint.subnets import advised
from ippoolctl.domain.space.subnets import PoolSubnet
from ippoolctl.domain.unlisted import and_more


def find(facts: Facts) -> Iterator[Finding]:
    """Pools with CIDRs that lose addresses; one finding a pool, at the first CIDR."""
    for subnet in facts.valid_subnets:
        losing = [
            (position, each, lost)
            for position, each in enumerate(subnet.pool.ranges)
            if isinstance(each, IPRange) and each.cidr and (lost := _lost(each, subnet))
        ]
        if losing:
            position, first, lost = losing[0]
            count = sum(len(addresses) for *_, addresses in losing)
            yield RULE.finding(
                f"pool {subnet.pool.label}: {count} of the addresses that hosts could use"
                f" {'is' if count == 1 else 'are'} never assigned:"
                f" {' and '.join(map(address_text, lost))} of"
                f" {and_more(first.text, len(losing) - 1)}",
                Subject(subnet.pool, ("spec", "ipRanges", position), first.text),
                hint=f"in a new pool, {advised(subnet.hosts(first.span))}",
            )


def _lost(found: IPRange, subnet: PoolSubnet) -> list[int]:
    """The ends of a CIDR that are no ends of its subnet and not the gateway."""
    first, last = found.first, found.last
    unused = (first, last) if first < IPV6 else (first,)
    # Smaller ones are EIP402, larger ones EIP403.
    counts = len(unused) < last - first + 1 <= MAX_WINDOW
    if not counts or not subnet.network.first <= first <= subnet.network.last:
        return []
    return [each for each in unused if each not in subnet.ends and each != subnet.gateway]


RULE = Rule(
    id="EIP408",
    name="lost-ends",
    severity=Severity.INFO,
    title="a CIDR smaller than its subnet loses its first and last address",
    page=__doc__,
    find=find,
)
