"""A CIDR inside `::ffff:0:0/96`, written as IPv6, crashes antrea-controller.

The schema and the webhook admit it. Then the controller panics when it reads the pool, and again at
every start, so that no pool and no Egress works until the pool is deleted. A DELETE is never
denied.

Source: run on Antrea v2.7.0; `GetLocalBroadcastIP` in `pkg/ipam/ipallocator/allocator.go` indexes
an empty mask, v1.4.0 and later.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import canonical_text
from ippoolctl.domain.antrea.canonical import mapped_network
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """IPv6 CIDRs inside ::ffff:0:0/96."""
    for pool, position, each in facts.ipv6_ranges:
        network = mapped_network(each)
        if network is not None:
            yield RULE.finding(
                f"pool {pool.label}: cidr {each.text} crashes antrea-controller",
                Subject(pool, ("spec", "ipRanges", position), each.text),
                hint=f"use IPv4: {canonical_text(network.first)}/{network.bits - 96}",
            )


RULE = Rule(
    id="EIP301",
    name="mapped-cidr",
    severity=Severity.ERROR,
    title="an IPv4-mapped IPv6 CIDR crashes antrea-controller",
    page=__doc__,
    find=find,
    undetected=True,
    blocks_create=True,
    unstable_total=True,
)
