"""Fields with addresses, as the Go parsers of Kubernetes and Antrea read them."""

from collections.abc import Iterable
from typing import Any

from ippoolctl.crd.untyped import items, mapping, text
from ippoolctl.domain.addresses.numbers import is_ipv4
from ippoolctl.domain.addresses.parsers import parse_cidr, parse_ip
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.pool import Path
from ippoolctl.domain.surroundings.reference import AddressField


def address_field(value: Any, path: Path) -> AddressField | None:
    """One address (``net.ParseIP``); ``None`` if it is none."""
    ordinal = parse_ip(text(value))
    return None if ordinal is None else AddressField(Span(ordinal, ordinal), text(value), path)


def cidr_field(value: Any, path: Path) -> AddressField | None:
    """One network (``net.ParseCIDR``); ``None`` if it is none."""
    network = parse_cidr(text(value))
    if network is None:
        return None
    return AddressField(Span(network.first, network.last), text(value), path)


def range_field(start: Any, end: Any, path: Path) -> AddressField | None:
    """All addresses from start to end; ``None`` if they are not such a pair."""
    first, last = parse_ip(text(start)), parse_ip(text(end))
    if first is None or last is None or first > last or is_ipv4(first) != is_ipv4(last):
        return None
    return AddressField(Span(first, last), f"{start}-{end}", path)


def pool_ranges(value: Any, path: Path) -> tuple[AddressField, ...]:
    """The items of an ``ipRanges`` field: ``cidr``, or ``start`` and ``end``."""
    return present(
        cidr_field(each["cidr"], (*path, index))
        if each.get("cidr")
        else range_field(each.get("start"), each.get("end"), (*path, index))
        for index, each in enumerate(map(mapping, items(value)))
    )


def addresses_in(value: Any, path: Path) -> tuple[AddressField, ...]:
    """The addresses of a list of texts."""
    return present(address_field(each, (*path, index)) for index, each in enumerate(items(value)))


def cidrs_in(value: Any, path: Path) -> tuple[AddressField, ...]:
    """The networks of a list of texts."""
    return present(cidr_field(each, (*path, index)) for index, each in enumerate(items(value)))


def present(fields: Iterable[AddressField | None]) -> tuple[AddressField, ...]:
    """Those that are there."""
    return tuple(each for each in fields if each is not None)
