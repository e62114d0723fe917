"""Addresses and networks as numbers, and their canonical text.

An address is one integer, its *ordinal*: an IPv4 address is its value, an IPv6 address its value
plus 2**128. Ordinals compare as ``netip.Addr.Compare`` does (address length first), so IPv4 and
IPv6 never overlap, and an IPv4-mapped IPv6 address is IPv6.

Text is read by :mod:`ippoolctl.domain.addresses.parsers`.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

IPV6: Final = 1 << 128
"""The ordinal of ``::``; every ordinal from here on is an IPv6 address."""

IPV4_MAPPED: Final = IPV6 + (0xFFFF << 32)
"""The ordinal of ``::ffff:0.0.0.0``, the first IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2)."""
_MAPPED: Final = IPV4_MAPPED >> 32

BEYOND: Final = 1 << 130
"""An ordinal beyond those of all addresses."""

_OCTETS: Final = tuple(map(str, range(256)))
"""The text of each octet: twice as fast as to format the numbers."""


class Network(NamedTuple):
    """A masked network as Go's ``net.IPNet`` or a masked ``netip.Prefix`` holds it."""

    first: int
    """Ordinal of the lowest address."""
    bits: int
    """Prefix length in bits."""
    width: int
    """Length of an address in bits: 32 or 128."""

    @property
    def last(self) -> int:
        """Ordinal of the highest address."""
        return self.first | ((1 << (self.width - self.bits)) - 1)


def is_ipv4(ordinal: int) -> bool:
    """Whether the ordinal is an IPv4 address; an IPv4-mapped IPv6 address is not."""
    return ordinal < IPV6


def is_ipv4_mapped(ordinal: int) -> bool:
    """Whether the ordinal lies in ``::ffff:0:0/96``."""
    return ordinal >> 32 == _MAPPED


def as_ipv4(ordinal: int) -> int:
    """The IPv4 address of an IPv4-mapped one (``To4``); other addresses are returned unchanged."""
    return ordinal - IPV4_MAPPED if ordinal >> 32 == _MAPPED else ordinal


def width(ordinal: int) -> int:
    """Length of the address in bits: 32 or 128."""
    return 32 if ordinal < IPV6 else 128


def masked(address: int | None, bits: int) -> Network | None:
    """The network of an address; ``None`` without one, or if it has fewer bits than the prefix."""
    if address is None:
        return None
    length = width(address)
    if bits > length:
        return None
    host = length - bits
    return Network(address >> host << host, bits, length)


def canonical_text(ordinal: int) -> str:
    """The text of ``net.IP.String``: dotted quad for IPv4 and IPv4-mapped alike, else RFC 5952.

    Antrea's controller names ranges by it.
    """
    return address_text(as_ipv4(ordinal))


def address_text(ordinal: int) -> str:
    """The text of ``netip.Addr.String``, which reads back as the same ordinal."""
    if ordinal < IPV6:
        return (
            f"{_OCTETS[ordinal >> 24]}.{_OCTETS[ordinal >> 16 & 255]}"
            f".{_OCTETS[ordinal >> 8 & 255]}.{_OCTETS[ordinal & 255]}"
        )
    value = ordinal - IPV6
    if value >> 32 == 0xFFFF:
        return f"::ffff:{address_text(value & 0xFFFFFFFF)}"
    if value >> 32:
        import socket  # few pools have IPv6 addresses

        return socket.inet_ntop(socket.AF_INET6, value.to_bytes(16, "big"))
    # C libraries write the deprecated IPv4-compatible block (RFC 4291, 2.5.5.1) as ::a.b.c.d.
    high, low = value >> 16, value & 0xFFFF
    return f"::{high:x}:{low:x}" if high else f"::{low:x}" if low else "::"


def network_text(network: Network) -> str:
    """The network as a CIDR in canonical text."""
    return f"{address_text(network.first)}/{network.bits}"


def outermost(networks: Iterable[Network]) -> Iterator[Network]:
    """The networks that are inside none of the others, each once, in ascending order."""
    last = -1
    for each in sorted(set(networks), key=lambda network: (network.first, network.bits)):
        if each.last > last:
            last = each.last
            yield each


def span_text(first: int, last: int) -> str:
    """``first-last``, or the one address where both are equal."""
    if first == last:
        return address_text(first)
    return f"{address_text(first)}-{address_text(last)}"


def block_text(first: int, last: int) -> str:
    """The same as a CIDR if the addresses are those of one network of several addresses."""
    size = last - first + 1
    if size == 1 or size.bit_count() > 1 or first % size:
        return span_text(first, last)
    return f"{address_text(first)}/{width(first) - size.bit_length() + 1}"
