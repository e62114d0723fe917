"""Ranges with a text that breaks Antrea's controller although its webhook admits them."""

from ippoolctl.domain.addresses.numbers import IPV6, Network, canonical_text, is_ipv4_mapped
from ippoolctl.domain.addresses.parsers import parse_addr, parse_cidr
from ippoolctl.domain.addresses.ranges import BadRange, IPRange


def ends(found: IPRange | BadRange) -> tuple[int, int] | None:
    """Both ends of a start-end range as the controller reads them; ``None`` if it drops it.

    Also ``None`` for a CIDR.
    """
    if isinstance(found, IPRange):
        return None if found.cidr else (found.first, found.last)
    if found.spelling.cidr:
        return None
    start, end = (parse_addr(text or "") for text in found.spelling[1:])
    return None if start is None or end is None else (start, end)


def canonical(found: IPRange | BadRange) -> str:
    """The controller's text for a start-end range; for any other range its own text."""
    both = ends(found)
    return "-".join(map(canonical_text, both)) if both else found.text


def mapped_network(found: IPRange | BadRange) -> Network | None:
    """The network of a CIDR inside ``::ffff:0:0/96``, else ``None``."""
    cidr = found.cidr if isinstance(found, IPRange) else found.spelling.cidr
    network = parse_cidr(cidr) if cidr else None
    # A shorter prefix than /96 begins before ::ffff:0:0.
    return network if network and is_ipv4_mapped(network.first) else None


def has_stable_total(found: IPRange | BadRange) -> bool:
    """Whether ``status.usage.total`` of a pool with this range stays the same once it is written.

    A range whose text is not canonical is added again and again (EIP302), and an IPv4-mapped CIDR
    crashes the controller (EIP301).
    """
    if isinstance(found, IPRange) and found.first < IPV6:
        return True
    return canonical(found) == found.text and mapped_network(found) is None
