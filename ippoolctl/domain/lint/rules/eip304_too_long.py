"""An IPv6 range from `start` to `end` has more addresses than a signed 64-bit number can count.

The offset of the end is truncated to 64 bits: the total becomes 1, 0 or -9223372036854775808, and
Antrea assigns one address of the pool, none, or any. A CIDR of any size is safe.

Source: run on Antrea v2.7.0 (`2001:db8:1::` to `2001:db8:1:0:7fff:ffff:ffff:ffff` shows
-9223372036854775808); `getOffset` in `pkg/ipam/ipallocator/allocator.go`.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.ranges import IPRange
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """IPv6 start-end ranges that overflow a signed 64-bit number."""
    for pool, position, each in facts.ipv6_ranges:
        too_long = isinstance(each, IPRange) and each.last - each.first >= 2**63 - 1
        if too_long and not each.spelling.cidr:
            yield RULE.finding(
                f"pool {pool.label}: range {each.text} overflows Antrea's 64-bit address counter",
                Subject(pool, ("spec", "ipRanges", position), each.text),
                hint="use a CIDR; Antrea assigns its first 65,536 addresses",
            )


RULE = Rule(
    id="EIP304",
    name="too-long",
    severity=Severity.ERROR,
    title="an IPv6 start-end range has 2^63 addresses or more",
    page=__doc__,
    find=find,
    undetected=True,
    blocks_create=True,
)
