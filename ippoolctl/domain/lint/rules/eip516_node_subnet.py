"""A pool without subnetInfo is outside the subnets of the Nodes: nothing may route to it.

Without `subnetInfo` the addresses of a pool are used on the network of the Nodes: the Node that has
one answers ARP or NDP for it there. An address of another subnet gets no such request; it works
only if the network routes it to that Node.

A Node does not report its subnet, so the subnets are an option of `ippoolctl check`. Ranges of a
family without a given subnet are not judged.

Example: the Nodes are in 10.0.0.0/24, and a pool has

    ipRanges:
    - cidr: 10.0.9.0/28

What to do: use addresses of the subnet of the Nodes, or describe the other subnet. After:

    ipRanges:
    - cidr: 10.0.9.0/28
    subnetInfo:
      gateway: 10.0.9.1
      prefixLength: 24
      vlan: 9

Source: Antrea v2.7.0 `docs/egress.md`, section "subnetInfo"; `subnetInfo` exists since Antrea 1.15.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import is_ipv4
from ippoolctl.domain.addresses.ranges import IPRange, merge
from ippoolctl.domain.lint.fact import NODE_SUBNETS
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Ranges with addresses outside all subnets of the Nodes, of families with given subnets."""
    subnets = merge(each.field.span for each in facts.known(NODE_SUBNETS))
    families = {is_ipv4(first) for first, _ in subnets}
    for pool in facts.pools:
        if pool.subnet is not None:
            continue
        for position, each in enumerate(pool.ranges):
            if not isinstance(each, IPRange) or is_ipv4(each.first) not in families:
                continue
            if not any(first <= each.first and each.last <= last for first, last in subnets):
                subject = facts.subject(pool, position)
                yield RULE.finding(
                    f"range {each.text} of pool {subject.holder} is not in a subnet of the Nodes,"
                    " and the pool has no subnetInfo",
                    subject,
                    hint="use addresses of the subnet of the Nodes, or add subnetInfo",
                )


RULE = Rule(
    id="EIP516",
    name="node-subnet",
    severity=Severity.WARNING,
    title="a range without subnetInfo is outside the subnets of the Nodes",
    page=__doc__,
    find=find,
    needs=(NODE_SUBNETS,),
)
