"""Valid specs, read fast: known fields of the right types, with addresses that every parser reads
alike.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, TypeGuard

from ippoolctl.domain.addresses.numbers import IPV6
from ippoolctl.domain.addresses.ranges import IPRange, Spelling, read_range
from ippoolctl.domain.antrea.pool import SubnetInfo

PlainSpec = tuple[tuple[IPRange, ...], SubnetInfo | None, Mapping[str, Any]]
"""Ranges, subnet and node selector, as :class:`~ippoolctl.domain.antrea.pool.Pool` has them."""

_FIELDS: Final = frozenset({"ipRanges", "nodeSelector", "subnetInfo"})
_VALUE: Final = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?")


def read_plain_spec(spec: Any) -> PlainSpec | None:
    """The spec of a pool that is valid by the schema; ``None`` to apply the schema."""
    if spec.__class__ is not dict or not spec.keys() <= _FIELDS:
        return None
    items, selector = spec.get("ipRanges"), spec.get("nodeSelector")
    if items.__class__ is not list or not _is_plain_selector(selector):
        return None
    subnet = None
    if "subnetInfo" in spec:
        subnet = _plain_subnet(spec["subnetInfo"])
        if subnet is None:
            return None
    ranges: list[IPRange] = []
    for item in items:
        if item.__class__ is not dict:
            return None
        if len(item) == 1:
            cidr = item.get("cidr")
            if cidr.__class__ is not str:
                return None
            spelling: tuple[str | None, str | None, str | None] = (cidr, None, None)
        else:
            start, end = item.get("start"), item.get("end")
            if len(item) != 2 or start.__class__ is not str or end.__class__ is not str:
                return None
            spelling = (None, start, end)
        found = read_range(spelling)
        if found.__class__ is not IPRange:
            return None
        # The two formats of the schema disagree about dotted IPv6 text.
        if found.first >= IPV6 and ("." in (found.start or "") or "." in (found.end or "")):
            return None
        ranges.append(found)
    return tuple(ranges), subnet, selector


def _is_plain_address(text: object) -> TypeGuard[str]:
    return isinstance(text, str) and not (":" in text and "." in text)


def _is_plain_selector(selector: object) -> TypeGuard[dict[str, Any]]:
    if not isinstance(selector, dict):
        return False
    if not selector:
        return True
    if selector.keys() != {"matchLabels"}:
        return False
    labels = selector["matchLabels"]
    return isinstance(labels, dict) and all(
        isinstance(value, str) and _VALUE.fullmatch(value) for value in labels.values()
    )


def _plain_subnet(subnet: object) -> SubnetInfo | None:
    if not isinstance(subnet, dict) or not {"gateway", "prefixLength", "vlan"} >= subnet.keys():
        return None
    gateway, length, vlan = subnet.get("gateway"), subnet.get("prefixLength"), subnet.get("vlan", 0)
    if (
        not _is_plain_address(gateway)
        or read_range(Spelling(None, gateway, gateway)).__class__ is not IPRange
        or length.__class__ is not int
        or not 1 <= length <= 127
        or vlan.__class__ is not int
        or not 0 <= vlan <= 4094
    ):
        return None
    return SubnetInfo(gateway, length, subnet.get("vlan"))
