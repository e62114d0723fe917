"""Traits of ranges and pools that rules look for, found in one pass over all ranges."""

from collections.abc import Sequence
from typing import NamedTuple

from ippoolctl.domain.addresses.numbers import IPV6, address_text
from ippoolctl.domain.addresses.ranges import IPRange
from ippoolctl.domain.addresses.special import has_special
from ippoolctl.domain.antrea.canonical import has_stable_total
from ippoolctl.domain.antrea.capacity import MAX_WINDOW, Counts, counts
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.lint.lookups import Located


class Traits(NamedTuple):
    """Ranges and pools with a trait; all others cost a rule nothing."""

    unusual_sizes: list[Located[IPRange]]
    """CIDRs of one or two addresses, and ranges of more than :data:`MAX_WINDOW` addresses."""
    special: list[Located[IPRange]]
    """Ranges with an address of special space."""
    host_bits: list[Located[IPRange]]
    """CIDRs whose text does not begin with the canonical text of their first address."""
    mixed: list[Pool]
    """Pools with IPv4 and IPv6 ranges."""
    without_plain: list[Pool]
    """Pools without a range of a usual size: only these can have no usable address."""


def stable_counts(pools: Sequence[Pool]) -> tuple[tuple[Pool, Counts], ...]:
    """The pools whose total stays the same once it is written, with their numbers."""
    return tuple(
        (pool, counts(pool.ranges)) for pool in pools if all(map(has_stable_total, pool.ranges))
    )


def traits(pools: Sequence[Pool]) -> Traits:
    """The traits of these pools."""
    found = Traits([], [], [], [], [])
    for pool in pools:
        ipv4 = ipv6 = plain = False
        for position, each in enumerate(pool.ranges):
            if not isinstance(each, IPRange):
                continue
            cidr, _, _, first, last = each
            if first < IPV6:
                ipv4 = True
            else:
                ipv6 = True
            length = last - first
            if length >= MAX_WINDOW or (cidr and length < 2):
                found.unusual_sizes.append((pool, position, each))
            else:
                plain = True
            if has_special(first, last):
                found.special.append((pool, position, each))
            if cidr and not cidr.startswith(f"{address_text(first)}/"):
                found.host_bits.append((pool, position, each))
        if ipv4 and ipv6:
            found.mixed.append(pool)
        if not plain:
            found.without_plain.append(pool)
    return found
