"""A pool has IPv4 and IPv6 ranges.

Antrea does not know which family a consumer needs. It assigns the addresses of the first range
until none is left, then those of the next one: an Egress or Service that needs IPv6 gets IPv4
addresses, and after the last one of these, every new consumer gets an IPv6 address. No release up
to 2.7 assigns one Egress an address of each family.

Example: no IPv6 address is assigned before all 254 IPv4 addresses are in use:

    metadata: {name: edge}
    spec:
      ipRanges:
      - cidr: 10.20.0.0/24
      - cidr: 2001:db8:20::/120

What to do: one pool for each family:

    metadata: {name: edge-v4}
    spec:
      ipRanges:
      - cidr: 10.20.0.0/24
    ---
    metadata: {name: edge-v6}
    spec:
      ipRanges:
      - cidr: 2001:db8:20::/120

If every Egress and Service of the pool requests its address by itself, the finding can be ignored.

Source: Antrea v2.7.0 `MultiIPAllocator.AllocateNext` in `pkg/ipam/ipallocator/allocator.go`;
antrea-io/antrea issues 4532 and 8244.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import is_ipv4
from ippoolctl.domain.antrea.capacity import allocatable
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Pools with usable addresses of both families."""
    for pool in facts.traits.mixed:
        windows = (allocatable(each) for each in pool.ranges)
        families = [is_ipv4(window.first) for window in windows if window]
        if len(set(families)) == 2:
            first, second = ("IPv4", "IPv6") if families[0] else ("IPv6", "IPv4")
            yield RULE.finding(
                f"pool {pool.label} has IPv4 and IPv6 ranges; Antrea assigns them in order,"
                f" {first} first, also to an Egress or Service that needs {second}",
                Subject(pool, ("spec", "ipRanges")),
                hint="use one pool for each family",
            )


RULE = Rule(
    id="EIP409",
    name="two-families",
    severity=Severity.WARNING,
    title="a pool has IPv4 and IPv6 ranges",
    page=__doc__,
    find=find,
    undetected=True,
)
