"""Valid specs, read fast: known fields of the right types, with addresses that every parser reads
alike.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any, Final, TypeGuard

from ippoolctl.domain.addresses.columns import OTHER_FORM, cidr_ranges, start_end_ranges
from ippoolctl.domain.addresses.numbers import IPV6
from ippoolctl.domain.addresses.ranges import IPRange, Spelling, read_range
from ippoolctl.domain.antrea.pool import SubnetInfo

PlainSpec = tuple[tuple[IPRange, ...], SubnetInfo | None, Mapping[str, Any]]
"""Ranges, subnet and node selector, as :class:`~ippoolctl.domain.antrea.pool.Pool` has them."""

_FIELDS: Final = frozenset({"ipRanges", "nodeSelector", "subnetInfo"})
_VALUE: Final = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?")


def read_plain_spec(spec: Any) -> PlainSpec | None:
    """The spec of a pool that is valid by the schema; ``None`` to apply the schema."""
    rest = _plain_rest(spec)
    if rest is None:
        return None
    ranges: list[IPRange] = []
    for item in spec["ipRanges"]:
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
    return tuple(ranges), *rest


def read_plain_specs(specs: Sequence[Any]) -> list[PlainSpec | None]:
    """The same for the specs of many pools, in two thirds of the time."""
    found: list[PlainSpec | None] = []
    for begin in range(0, len(specs), _TOGETHER):
        some = specs[begin : begin + _TOGETHER]
        try:
            found += _read_together(some)
        except (_OtherFormError, *OTHER_FORM):
            found += map(read_plain_spec, some)
    return found


_TOGETHER: Final = 64
"""Specs that are read together: if one has another form, each of them is read by itself."""


class _OtherFormError(Exception):
    """A spec has another form than nearly all."""


def _read_together(specs: Sequence[Any]) -> list[PlainSpec]:
    rests = [rest for each in specs if (rest := _plain_rest(each)) is not None]
    if len(rests) != len(specs):
        raise _OtherFormError
    items = [item for spec in specs for item in spec["ipRanges"]]
    pairs = [item for item in items if len(item) == 2]
    cidrs = [item["cidr"] for item in items if len(item) == 1]
    starts, ends = list(map(itemgetter("start"), pairs)), list(map(itemgetter("end"), pairs))
    if len(cidrs) + len(starts) != len(items):
        raise _OtherFormError
    of_cidrs, of_starts = cidr_ranges(cidrs), start_end_ranges(starts, ends)
    ranges = iter([next(of_cidrs if len(item) == 1 else of_starts) for item in items])
    return [
        (tuple(islice(ranges, len(spec["ipRanges"]))), *rest)
        for spec, rest in zip(specs, rests, strict=True)
    ]


def _plain_rest(spec: Any) -> tuple[SubnetInfo | None, Mapping[str, Any]] | None:
    """Subnet and node selector of a spec with a list of ranges and no unknown fields."""
    if (
        spec.__class__ is not dict
        or not spec.keys() <= _FIELDS
        or spec.get("ipRanges").__class__ is not list
    ):
        return None
    selector = spec.get("nodeSelector")
    if not _is_plain_selector(selector):
        return None
    if "subnetInfo" not in spec:
        return None, selector
    subnet = _plain_subnet(spec["subnetInfo"])
    return None if subnet is None else (subnet, selector)


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
