"""Pools that need no rule to be judged: nothing in them can be an error of ``check``, or a hazard
of ``create``.

Most pools are plain. A list or a creation of them does not load the catalogue of rules, which takes
as long to import as the rest.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from operator import sub
from typing import Any, Final

from ippoolctl.domain.addresses.numbers import IPV6, masked
from ippoolctl.domain.addresses.overlaps import are_disjoint
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Span
from ippoolctl.domain.addresses.special import SPECIAL, has_special
from ippoolctl.domain.annotations.marks import FULL, PREFIX, REQUEST_ID
from ippoolctl.domain.antrea.pool import NOTHING, Pool, SubnetInfo

_KEY: Final = re.compile(
    r"(?:[a-z0-9](?:[-a-z0-9]{0,28}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,28}[a-z0-9])?){0,5}/)?"
    r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
)
"""Keys of labels that Kubernetes accepts, without the longest ones."""

_VALUE: Final = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
"""Values of labels that Kubernetes accepts."""

_HARMLESS: Final = (FULL, REQUEST_ID)
"""Annotations of ours that no error is about."""

_INTERNAL: Final = tuple(each.span for each in SPECIAL if each.internal)
_SHORTEST_CIDR: Final = 3
"""Last minus first address of the smallest IPv4 CIDR with a usable address."""
_WINDOW: Final = 2**16
"""``MAX_WINDOW`` of :mod:`ippoolctl.domain.antrea.capacity`, which a create need not import."""
_LONGEST_IPV4: Final = 2**30
_LONGEST_IPV6: Final = {True: 2**126, False: 2**63 - 1}
"""Most addresses of a CIDR, and of a start-end range, for which Antrea computes no overflow."""
_MOST_SUBNETS: Final = 20
"""How many values of subnetInfo an agent has route tables for, see EIP510."""


def are_plain(pools: Sequence[Pool]) -> bool:
    """Whether no rule can report an error about live pools, and no two of them overlap.

    Pools that are not plain may have no error either.
    """
    selector: Mapping[str, Any] = NOTHING
    for pool in pools:
        if not _is_plain(pool):
            return False
        if pool.node_selector != selector:  # most pools have the same
            selector = pool.node_selector
            if not _is_plain_selector(selector):
                return False
    subnets = {pool.subnet for pool in pools if pool.subnet}
    parsed = (parse_addr(each.gateway) for each in subnets)
    gateways = [Span(each, each) for each in parsed if each is not None]
    ranges = [each for pool in pools for each in pool.ranges]
    return len(subnets) <= _MOST_SUBNETS and _are_plain_ranges(ranges, gateways)


def are_plain_to_create(pools: Sequence[Pool]) -> bool:
    """Whether no rule can block a creation of these pools, or warn about it by itself.

    Pools that are not plain may have no hazard either.
    """
    return all(
        not (pool.subnet or pool.violations or pool.pruned or pool.null_labels)
        and _is_plain_selector(pool.node_selector)
        and all(map(_is_harmless, pool.ranges))
        for pool in pools
    )


def _is_harmless(found: IPRange | BadRange) -> bool:
    if isinstance(found, BadRange):
        return False
    cidr, start, end, first, last = found
    return (
        (first >= IPV6 or last - first < _WINDOW)
        and not (cidr and (start or end))
        and not has_special(first, last)
        and _are_plain_ranges((found,))
    )


def _is_plain(pool: Pool) -> bool:
    """Whether no rule can report an error about a live pool by itself, its ranges, its gateway and
    its node selector excepted.
    """
    return (
        bool(pool.ranges)
        and not (pool.violations or pool.pruned)
        and (pool.subnet is None or _is_plain_subnet(pool.subnet, pool))
        and not (
            pool.annotations
            and any(key.startswith(PREFIX) and key not in _HARMLESS for key in pool.annotations)
        )
    )


def _is_plain_subnet(subnet: SubnetInfo, pool: Pool) -> bool:
    """Whether it is an IPv4 subnet with all ranges in it; the schema denies a /0, and a /32 has no
    address beside the gateway.
    """
    network = masked(parse_addr(subnet.gateway), subnet.prefix_length)
    return (
        network is not None
        and network.width == 32
        and all(
            isinstance(each, IPRange) and network.first <= each.first and each.last <= network.last
            for each in pool.ranges
        )
    )


def _is_plain_selector(selector: Mapping[str, Any]) -> bool:
    labels = selector.get("matchLabels", {})
    return (
        not selector.keys() - {"matchLabels"}
        and isinstance(labels, dict)
        and all(
            _KEY.fullmatch(key) and isinstance(value, str) and _VALUE.fullmatch(value)
            for key, value in labels.items()
        )
    )


def _are_plain_ranges(ranges: Sequence[IPRange | BadRange], gateways: Sequence[Span] = ()) -> bool:
    """Whether these ranges are disjoint, none of them contains a gateway of a subnet, and no rule
    can report an error about one of them.
    """
    # Column by column, since there are a hundred thousand of them.
    found = [each for each in ranges if each.__class__ is IPRange]
    firsts, lasts = sorted([each.first for each in found]), sorted([each.last for each in found])
    if len(found) < len(ranges) or not are_disjoint(firsts, lasts):
        return False
    if any(_has_part_of(each, firsts, lasts) for each in (*_INTERNAL, *gateways)):
        return False
    ipv4 = bisect_left(firsts, IPV6)
    # Disjoint ranges end in the order in which they begin.
    distances = list(map(sub, lasts[:ipv4], firsts[:ipv4]))
    if max(distances, default=0) >= _LONGEST_IPV4:
        return False
    if min(distances, default=_SHORTEST_CIDR) < _SHORTEST_CIDR and any(
        each.cidr and each.last - each.first < _SHORTEST_CIDR for each in found if each.last < IPV6
    ):
        return False
    return ipv4 == len(found) or _are_plain_ipv6([each for each in found if each.first >= IPV6])


def _has_part_of(span: Span, firsts: Sequence[int], lasts: Sequence[int]) -> bool:
    """Whether one of the disjoint spans, in ascending order, has an address of this one."""
    index = bisect_left(lasts, span.first)
    return index < len(lasts) and firsts[index] <= span.last


def _are_plain_ipv6(ranges: Sequence[IPRange]) -> bool:
    from socket import AF_INET6, inet_ntop  # few pools have IPv6 addresses

    for cidr, start, end, first, last in ranges:
        low, high = first - IPV6, last - IPV6
        # The first addresses are those with IPv4 addresses in them, such as IPv4-mapped ones.
        if not low >> 48 or not 0 < last - first < _LONGEST_IPV6[bool(cidr)]:
            return False
        if not cidr and (
            inet_ntop(AF_INET6, low.to_bytes(16, "big")) != start
            or inet_ntop(AF_INET6, high.to_bytes(16, "big")) != end
        ):
            return False
    return True
