"""A CIDR is so short that Antrea assigns none of its addresses.

Antrea never assigns the first address of a CIDR and the last one of an IPv4 CIDR. An IPv4 /31 and
/32 and an IPv6 /128 contain nothing else. A /32 even counts as -1, so `status.usage.total` is one
less than the other ranges have. A start-end range of the same addresses has all of them.

Example: this pool has 254 usable addresses and TOTAL 253, and 10.0.1.5 is never assigned:

    ipRanges:
    - cidr: 10.0.0.0/24
    - cidr: 10.0.1.5/32

What to do:

    ipRanges:
    - cidr: 10.0.0.0/24
    - start: 10.0.1.5
      end: 10.0.1.5

Leave out an address that Antrea must not assign: the gateway, the first or last address of the
subnet, or one that a Node or another object has. If no other is left, use other addresses.

A live pool cannot be rewritten (EIP210); delete and recreate it.

Source: run on Antrea v2.7.0, `pkg/ipam/ipallocator/allocator.go`; antrea-io/antrea issues 6582 and
7149.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import IPV6
from ippoolctl.domain.addresses.ranges import IPRange
from ippoolctl.domain.lint.edit import range_edit, start_end
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.families.occupied import HOLDERS, Occupied, start_end_hint
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """IPv4 /31 and /32, IPv6 /128."""
    occupied = Occupied(facts)
    for pool, position, each in facts.traits.unusual_sizes:
        if is_empty(each):
            path = ("spec", "ipRanges", position)
            taken = occupied.of(pool, each.span)
            left = occupied.left(pool, each.span)
            yield RULE.finding(
                f"pool {pool.label}: Antrea assigns no address of {each.text}",
                Subject(pool, path, each.text),
                hint=start_end_hint(left, taken),
                edits=range_edit(path, each.spelling, map(start_end, left)),
            )


def is_empty(found: IPRange) -> bool:
    """Whether it is a CIDR of its first and, on IPv4, its last address only."""
    longest = 2 if found.first < IPV6 else 1
    return bool(found.cidr) and found.span.size <= longest


RULE = Rule(
    id="EIP402",
    name="empty-cidr",
    severity=Severity.WARNING,
    title="a CIDR has no usable address: /31, /32 or IPv6 /128",
    page=__doc__,
    find=find,
    uses=HOLDERS,
    undetected=True,
    warns_create=True,
    is_cause=True,
    follows_from=("EIP401",),
    follows=lambda finding, release: any(
        isinstance(each, IPRange) and is_empty(each) for each in finding.subject.pool.ranges
    ),
)
