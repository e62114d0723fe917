"""A `start` or `end` is not written the way Go prints it: addresses are handed out twice.

The controller looks whether it already has an allocator for a range by comparing the text as typed
with the text as Go prints it (RFC 5952: lower case, no leading zeros, the longest run of zeros as
`::`; IPv4-mapped as a dotted quad). Where they differ, every event, the controller's own status
updates included, appends another allocator: the total grows without end, and the new allocators
hand out addresses that are in use. A CIDR is safe.

The text cannot be corrected by an update (EIP210); the pool has to be replaced.

Source: run on Antrea v2.7.0 (total 1152, 2088, 2376 after 6, 11 and 14 s for 9 addresses); v1.4.0
and later.
"""

from collections.abc import Iterator, Sequence

from ippoolctl.domain.addresses.numbers import is_ipv4_mapped
from ippoolctl.domain.antrea.canonical import canonical, ends
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """IPv6 start-end ranges in other than Go's text."""
    for pool, position, each in inventory.ipv6_ranges:
        wanted = canonical(each)
        if each.text != wanted:
            yield Finding(
                RULE.id,
                RULE.severity,
                f"pool {pool.label}: range {each.text} is not in canonical text,"
                " its addresses are handed out again and again",
                Subject(pool, ("spec", "ipRanges", position), each.text),
                hint=_hint(ends(each) or (), wanted),
            )


def _hint(both: Sequence[int], wanted: str) -> str:
    mapped = {is_ipv4_mapped(end) for end in both}
    if mapped == {True, False}:
        return "write two ranges, IPv4 addresses as such"
    return f"write it as IPv4: {wanted}" if True in mapped else f"write {wanted}"


RULE = Rule(
    "EIP302",
    "start or end is not in canonical text: the allocator grows for ever",
    Severity.ERROR,
    __doc__,
    find,
)
