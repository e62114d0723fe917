"""An IPv6 range from `start` to `end` is longer than a signed 64-bit number can count.

The offset of the end is cut to 64 bits: the total becomes 1, 0 or -9223372036854775808, and the
pool hands out one address, none, or anything. A CIDR of any size is safe.

Source: run on Antrea v2.7.0 (`2001:db8:1::` to `2001:db8:1:0:7fff:ffff:ffff:ffff` shows
-9223372036854775808); `getOffset` in `pkg/ipam/ipallocator/allocator.go`.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.ranges import IPRange
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """IPv6 start-end ranges that overflow a signed 64-bit number."""
    for pool, position, each in inventory.ipv6_ranges:
        too_long = isinstance(each, IPRange) and each.last - each.first >= 2**63 - 1
        if too_long and not each.spelling.cidr:
            yield Finding(
                RULE.id,
                RULE.severity,
                f"pool {pool.label}: range {each.text} has more addresses than Antrea can count",
                Subject(pool, ("spec", "ipRanges", position), each.text),
                hint="write it as a CIDR, of which Antrea takes the first 65,536 addresses",
            )


RULE = Rule(
    "EIP304",
    "an IPv6 start-end range of 2^63 addresses or more overflows",
    Severity.ERROR,
    __doc__,
    find,
)
