"""A CIDR inside a larger subnet loses addresses that hosts could use.

Antrea never assigns the first address of a CIDR and the last one of an IPv4 CIDR, as if the CIDR
were the subnet. If `subnetInfo` names a larger subnet, these are usual addresses: IPv4 loses two,
IPv6 one. A start-end range has all of them.

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


def find(facts: Facts) -> Iterator[Finding]:
    """CIDRs with an unused end that is not an end of the subnet and not the gateway."""
    for subnet in facts.valid_subnets:
        known, network = {*subnet.ends, subnet.gateway}, subnet.network
        for position, each in enumerate(subnet.pool.ranges):
            if not isinstance(each, IPRange) or not each.cidr:
                continue
            if not network.first <= each.first <= network.last:
                continue
            unused = (each.first, each.last) if each.first < IPV6 else (each.first,)
            # Smaller ones are EIP402, larger ones EIP403.
            if not len(unused) < each.last - each.first + 1 <= MAX_WINDOW:
                continue
            lost = [address_text(address) for address in unused if address not in known]
            if lost:
                yield RULE.finding(
                    f"pool {subnet.pool.label}: {' and '.join(lost)} of {each.text}"
                    f" {'is' if len(lost) == 1 else 'are'} never assigned",
                    Subject(subnet.pool, ("spec", "ipRanges", position), each.text),
                    hint=f"in a new pool, use start: {address_text(each.first)}"
                    f" and end: {address_text(each.last)}",
                )


RULE = Rule(
    id="EIP408",
    name="lost-ends",
    severity=Severity.INFO,
    title="a CIDR smaller than its subnet loses its first and last address",
    page=__doc__,
    find=find,
)
