"""Pools that need no rule to be judged: nothing in them can be an error of ``check``, or a hazard
of ``create``.

Most pools are plain. A list or a creation of them does not load the catalogue of rules, which takes
as long to import as the rest.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from ippoolctl.domain.addresses.numbers import IPV6, is_ipv4_mapped, masked
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.addresses.ranges import BadRange, IPRange
from ippoolctl.domain.addresses.special import SPECIAL, has_special
from ippoolctl.domain.annotations.marks import FULL, PREFIX, REQUEST_ID
from ippoolctl.domain.antrea.canonical import canonical
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

_INTERNAL_IPV4, _INTERNAL_IPV6 = (each.span for each in SPECIAL if each.internal)
_SHORTEST_CIDR: Final = 3
"""Last minus first address of the smallest IPv4 CIDR with a usable address."""
_LONGEST_IPV4: Final = 2**30
_LONGEST_IPV6: Final = {True: 2**126, False: 2**63 - 1}
"""Most addresses of a CIDR, and of a start-end range, for which Antrea computes no overflow."""
_MOST_SUBNETS: Final = 20
"""How many values of subnetInfo an agent has route tables for, see EIP510."""


def are_plain(pools: Sequence[Pool]) -> bool:
    """Whether no rule can report an error about live pools, overlaps of two pools excepted.

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
    gateways = sorted(parse_addr(each.gateway) or 0 for each in subnets)
    return len(subnets) <= _MOST_SUBNETS and not any(
        _contains_one_of(gateways, each) for pool in pools if gateways for each in pool.ranges
    )


def are_plain_to_create(pools: Sequence[Pool]) -> bool:
    """Whether no rule can block a creation of these pools, or warn about it by itself.

    Pools that are not plain may have no hazard either.
    """
    return not any(pool.subnet or pool.violations or pool.pruned for pool in pools) and all(
        _is_plain_selector(pool.node_selector) and all(map(_is_harmless, pool.ranges))
        for pool in pools
    )


def _is_harmless(found: IPRange | BadRange) -> bool:
    if isinstance(found, BadRange) or not _are_plain_ranges((found,)):
        return False
    cidr, start, end, first, last = found
    return not (cidr and (start or end)) and not has_special(first, last)


def _contains_one_of(addresses: Sequence[int], found: IPRange | BadRange) -> bool:
    if isinstance(found, BadRange):
        return False
    index = bisect_left(addresses, found.first)
    return index < len(addresses) and addresses[index] <= found.last


def _is_plain(pool: Pool) -> bool:
    """Whether no rule can report an error about a live pool by itself, its gateway and its node
    selector excepted.
    """
    return (
        bool(pool.ranges)
        and not (pool.violations or pool.pruned)
        and _are_plain_ranges(pool.ranges)
        and (pool.subnet is None or _is_plain_subnet(pool.subnet, pool))
        and not (
            pool.annotations
            and any(key.startswith(PREFIX) and key not in _HARMLESS for key in pool.annotations)
        )
    )


def _is_plain_subnet(subnet: SubnetInfo, pool: Pool) -> bool:
    gateway = parse_addr(subnet.gateway)
    if gateway is None or gateway >= IPV6 or not 1 <= subnet.prefix_length <= 31:
        return False
    network = masked(gateway, subnet.prefix_length)
    return network is not None and all(
        isinstance(each, IPRange)
        and network.first <= each.first
        and each.last <= network.last
        and canonical(each) == each.text
        for each in pool.ranges
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


def _are_plain_ranges(ranges: Sequence[IPRange | BadRange]) -> bool:
    # Flat, since there are a hundred thousand of them.
    reach, ascend = -1, True
    for found in ranges:
        if isinstance(found, BadRange):
            return False
        cidr, _, _, first, last = found
        if first <= reach:
            ascend = False
        reach = last
        if last >= IPV6:
            if not _is_plain_ipv6(found):
                return False
        elif (
            last - first >= _LONGEST_IPV4
            or (cidr and last - first < _SHORTEST_CIDR)
            or (first <= _INTERNAL_IPV4.last and _INTERNAL_IPV4.first <= last)
        ):
            return False
    return ascend or _are_disjoint(ranges)


def _is_plain_ipv6(found: IPRange) -> bool:
    cidr, _, _, first, last = found
    return (
        not (first <= _INTERNAL_IPV6.last and _INTERNAL_IPV6.first <= last)
        and not is_ipv4_mapped(first)
        and not is_ipv4_mapped(last)
        and 1 < last - first + 1 <= _LONGEST_IPV6[bool(cidr)]
        and canonical(found) == found.text
    )


def _are_disjoint(ranges: Sequence[IPRange | BadRange]) -> bool:
    ends = sorted((each.first, each.last) for each in ranges if isinstance(each, IPRange))
    return all(last < first for (_, last), (first, _) in pairwise(ends))
