"""A pool overlaps with an IPPool of Antrea: a Pod and an Egress or a Service get one address.

IPPools (`AntreaIPAM`) have addresses for Pods. The webhook of neither kind looks at the other kind,
so both are admitted, and their controllers assign the common addresses independently of each other.
Whole ranges are compared exactly. Two IPPools of one VLAN with common addresses are reported as
well: the webhook of IPPools compares the ranges of one IPPool only.

Example: an IPPool has `cidr: 10.2.0.0/24`, and an ExternalIPPool has

    - cidr: 10.2.0.128/25

What to do: use different addresses. After:

    - cidr: 10.2.1.128/25

Source: Antrea v2.7.0 `pkg/controller/externalippool/validate.go` and
`pkg/controller/ipam/validate.go`; antrea-io/antrea issue 7306.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.overlaps import overlapping_pairs
from ippoolctl.domain.addresses.ranges import intersect
from ippoolctl.domain.lint.fact import IP_POOLS
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.families.conflicts import conflict_rule
from ippoolctl.domain.lint.finding import Finding, Subject
from ippoolctl.domain.surroundings.networks import ip_pool_ranges

_CONFLICT = conflict_rule(
    "EIP504",
    "ip-pool",
    "a range overlaps with an IPPool",
    __doc__,
    needs=(IP_POOLS,),
    held=lambda facts: ip_pool_ranges(facts.known(IP_POOLS)),
    predicate="overlaps with IPPools:",
    hint="use different addresses for Pods and for external addresses",
)


def find(facts: Facts) -> Iterator[Finding]:
    """Ranges that overlap with an IPPool, and IPPools of one VLAN that overlap with each other."""
    yield from _CONFLICT.find(facts)
    ranges = [(pool, each) for pool in facts.known(IP_POOLS) for each in pool.ranges]
    spans = [(*each.span, number) for number, (_, each) in enumerate(ranges)]

    def matters(one: int, other: int) -> bool:
        a, b = ranges[one][0], ranges[other][0]
        return a is not b and a.vlans == b.vlans

    for (*_, one), (*_, other) in overlapping_pairs(spans, matters, 1):
        (earlier, first), (later, second) = ranges[min(one, other)], ranges[max(one, other)]
        yield RULE.finding(
            f"range {second.text} of {later.reference.label} overlaps with range {first.text} of"
            f" {earlier.reference.label}",
            Subject(later.reference, second.path, second.text),
            Subject(earlier.reference, first.path, first.text),
            intersect(first.span, second.span),
            hint="change the range of one of the two IPPools",
        )


RULE = _CONFLICT._replace(find=find)
