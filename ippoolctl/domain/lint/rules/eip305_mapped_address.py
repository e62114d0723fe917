"""A `start`, `end` or `gateway` is an IPv4-mapped IPv6 address.

The webhook takes it for IPv6, so that the range never overlaps with the IPv4 addresses that it
stands for; the allocator takes it for IPv4 and hands those out. The text is not canonical either
(EIP302).

Source: run on Antrea v2.7.0; `netip.Addr.Compare` orders by address length first.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import canonical_text, is_ipv4_mapped
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.antrea.pool import Path, Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """IPv4-mapped addresses in ranges and gateways."""
    for pool, position, each in inventory.ipv6_ranges:
        # However it is written, a mapped address has a group of this text.
        if not each.spelling.cidr and "ffff" in each.text.lower():
            path: Path = ("spec", "ipRanges", position)
            yield from _mapped(pool, (*path, "start"), each.spelling.start or "", each.text)
            yield from _mapped(pool, (*path, "end"), each.spelling.end or "", each.text)
    for pool in inventory.subnets:
        if pool.subnet:
            yield from _mapped(pool, ("spec", "subnetInfo", "gateway"), pool.subnet.gateway)


def _mapped(pool: Pool, path: Path, text: str, range_text: str = "") -> Iterator[Finding]:
    ordinal = parse_addr(text)
    if ordinal is not None and is_ipv4_mapped(ordinal):
        yield Finding(
            RULE.id,
            RULE.severity,
            f"pool {pool.label}: {path[-1]} {text} is an IPv4-mapped address,"
            " which Antrea reads as IPv6 here and as IPv4 there",
            Subject(pool, path, range_text),
            hint=f"write it as IPv4: {canonical_text(ordinal)}",
        )


RULE = Rule("EIP305", "an address is an IPv4-mapped IPv6 address", Severity.ERROR, __doc__, find)
