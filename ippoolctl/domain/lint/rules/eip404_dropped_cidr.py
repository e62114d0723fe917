"""A CIDR has a prefix of 0 or 1 bits, and the allocator drops it.

Its size does not fit the integer that the allocator computes with, so the range counts as empty;
the only sign is a line in the log of antrea-controller. The webhook admits it, and every other pool
of that family then overlaps with it.

Example: no address of this range is ever assigned:

    ipRanges:
    - cidr: 0.0.0.0/0

What to do: name the network that is meant:

    ipRanges:
    - cidr: 203.0.113.0/24

Source: run on Antrea v2.7.0, `pkg/ipam/ipallocator/allocator.go` and `RangeSize` of
k8s.io/utils/net; no issue is known in antrea-io/antrea.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.ranges import IPRange
from ippoolctl.domain.antrea.capacity import allocatable
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """CIDRs that are too large to count."""
    for pool, position, each in facts.traits.unusual_sizes:
        if is_dropped(each):
            yield RULE.finding(
                f"pool {pool.label}: the allocator drops {each.text};"
                " none of its addresses is assigned",
                Subject(pool, ("spec", "ipRanges", position), each.text),
                hint="use a CIDR with a prefix length of 2 or more",
            )


def is_dropped(found: IPRange) -> bool:
    """Whether it is a large CIDR without a usable address."""
    return bool(found.cidr) and found.span.size > 2 and allocatable(found) is None


RULE = Rule(
    id="EIP404",
    name="dropped-cidr",
    severity=Severity.ERROR,
    title="a CIDR with a prefix length of 0 or 1 is dropped by the allocator",
    page=__doc__,
    find=find,
    undetected=True,
    warns_create=True,
    is_cause=True,
    follows_from=("EIP401",),
    follows=lambda finding, release: any(
        isinstance(each, IPRange) and is_dropped(each) for each in finding.subject.pool.ranges
    ),
)
