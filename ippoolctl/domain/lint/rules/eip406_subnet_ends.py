"""A start-end range contains the network or broadcast address of its subnet.

Antrea skips the first and last address of a CIDR, but assigns every address of a start-end range.
An Egress with the network or broadcast address of its subnet has no working traffic: hosts and
routers do not accept it as the address of a host. In IPv6, the first address of a subnet is the
anycast address of its routers.

Example: the first Egress gets 10.0.0.0:

    ipRanges:
    - start: 10.0.0.0
      end: 10.0.0.63
    subnetInfo:
      gateway: 10.0.0.254
      prefixLength: 24

What to do:

    ipRanges:
    - start: 10.0.0.1
      end: 10.0.0.63

Subnets of an IPv4 /31 and an IPv6 /127 have no such addresses.

Source: run on Antrea v2.7.0 (.0 is assigned first), `pkg/ipam/ipallocator/allocator.go`;
antrea-io/antrea issue 6186.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import address_text
from ippoolctl.domain.addresses.ranges import IPRange
from ippoolctl.domain.antrea.capacity import allocatable
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.lint.subnets import advised


def find(facts: Facts) -> Iterator[Finding]:
    """Start-end ranges that go to an end of their subnet; the gateway is left to EIP405."""
    for subnet in facts.valid_subnets:
        network = subnet.network
        for position, each in enumerate(subnet.pool.ranges):
            at_an_end = isinstance(each, IPRange) and not each.cidr
            if not at_an_end or (each.first != network.first and each.last != network.last):
                continue
            window = allocatable(each)
            bad = {
                address: name
                for address, name in subnet.ends.items()
                if window and window.first <= address <= window.last and address != subnet.gateway
            }
            if window and bad:
                names = " and ".join(f"the {bad[each]} {address_text(each)}" for each in bad)
                rest = subnet.hosts(window)
                yield RULE.finding(
                    f"pool {subnet.pool.label}: range {each.text} contains {names} of its subnet",
                    Subject(subnet.pool, ("spec", "ipRanges", position), each.text),
                    hint=advised(rest) if rest else "use other addresses",
                )


RULE = Rule(
    id="EIP406",
    name="subnet-ends",
    severity=Severity.WARNING,
    title="a start-end range contains the network or broadcast address of its subnet",
    page=__doc__,
    find=find,
    undetected=True,
    warns_create=True,
)
