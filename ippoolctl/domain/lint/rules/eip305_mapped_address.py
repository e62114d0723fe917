"""A `start`, `end` or `gateway` is an IPv4-mapped IPv6 address.

The webhook reads it as IPv6, so the range never overlaps with the IPv4 addresses that it maps to;
the allocator reads it as IPv4 and assigns those addresses. The text is not canonical either
(EIP302).

Source: run on Antrea v2.7.0; `netip.Addr.Compare` orders by address length first.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import canonical_text, is_ipv4_mapped
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.antrea.pool import Path, Pool
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """IPv4-mapped addresses in ranges and gateways."""
    for pool, position, each in facts.ipv6_ranges:
        # In every spelling, a mapped address has a group of this text.
        if not each.spelling.cidr and "ffff" in each.text.lower():
            path: Path = ("spec", "ipRanges", position)
            yield from _mapped(pool, (*path, "start"), each.spelling.start or "", each.text)
            yield from _mapped(pool, (*path, "end"), each.spelling.end or "", each.text)
    for pool in facts.subnets:
        if pool.subnet:
            yield from _mapped(pool, ("spec", "subnetInfo", "gateway"), pool.subnet.gateway)


def _mapped(pool: Pool, path: Path, text: str, range_text: str = "") -> Iterator[Finding]:
    ordinal = parse_addr(text)
    if ordinal is not None and is_ipv4_mapped(ordinal):
        yield RULE.finding(
            f"pool {pool.label}: {path[-1]} {text} is an IPv4-mapped address:"
            " IPv6 for the webhook, IPv4 for the allocator",
            Subject(pool, path, range_text),
            hint=f"use IPv4: {canonical_text(ordinal)}",
        )


RULE = Rule(
    id="EIP305",
    name="mapped-address",
    severity=Severity.ERROR,
    title="an address is an IPv4-mapped IPv6 address",
    page=__doc__,
    find=find,
    undetected=True,
    blocks_create=True,
)
