"""Address and CIDR text, read the way the four Go parsers on its path read it.

A range is read by the API server's schema, by Antrea's webhook and by Antrea's allocator, with
different results (``010.0.0.1`` passes the first and fails the second). So each reader has its own
function here, named after the Go function:

=========================  =====================================  ====================
reader                     Go                                     here
=========================  =====================================  ====================
schema ``format: cidr``    ``netutils.ParseCIDRSloppy``           :func:`is_schema_cidr`
schema ``format: ipv4``    ``netutils.ParseIPSloppy``, and a dot  :func:`is_schema_ipv4`
schema ``format: ipv6``    ``net.ParseIP``, and a colon           :func:`is_schema_ipv6`
webhook of Antrea 2.0+     ``netip.ParsePrefix``                  :func:`parse_prefix`
webhook of Antrea 2.0+     ``netip.ParseAddr``                    :func:`parse_addr`
webhook of 1.15, and the   ``net.ParseCIDR``                      :func:`parse_cidr`
allocator of all releases  ``net.ParseIP``                        :func:`parse_ip`
=========================  =====================================  ====================

Every parser returns ``None`` for invalid text. None of them trims white space, and only
ASCII digits are digits. Sources: Go 1.26 ``net``, ``net/netip``; ``k8s.io/utils/net``;
kube-openapi ``pkg/validation/strfmt/default.go``.
"""

import re
from typing import Final

from ippoolctl.domain.addresses.numbers import IPV6, Network, as_ipv4, masked

# Looking texts up is faster than arithmetic.
_TEXTS: Final = tuple(map(str, range(256)))
OCTETS: Final = (
    dict(zip(_TEXTS, range(0, 1 << 32, 1 << 24), strict=True)),
    dict(zip(_TEXTS, range(0, 1 << 24, 1 << 16), strict=True)),
    dict(zip(_TEXTS, range(0, 1 << 16, 1 << 8), strict=True)),
    dict(zip(_TEXTS, range(256), strict=True)),
)
"""By the text of an octet: its value, at its place in the address."""
HOSTS: Final = dict(zip(_TEXTS, (0xFFFFFFFF >> bits for bits in range(33)), strict=False))
"""The last address of an IPv4 network at 0, by the text of the prefix length."""
_A, _B, _C, _D = OCTETS
PLAIN_IPV6: Final = re.compile(r"[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}")
"""The form that all IPv6 readers accept: groups of one to four digits, no embedded IPv4 text."""
_DIGITS: Final = re.compile(r"[0-9]+")
_HEX_GROUP: Final = r"[0-9A-Fa-f]+"
LENGTHS: Final = dict(zip(map(str, range(129)), range(129), strict=True))
"""Prefix lengths in bits by their text."""


def parse_addr(text: str) -> int | None:
    """Ordinal of an address as ``netip.ParseAddr`` reads it, without zones.

    That function accepts zones, but the schema rejects them.
    """
    if ":" in text:
        return _ipv6(text, sloppy=False)
    try:
        a, b, c, d = text.split(".")
        return _A[a] | _B[b] | _C[c] | _D[d]
    except (KeyError, ValueError):
        return None


def parse_prefix(text: str) -> Network | None:
    """The masked network of ``netip.ParsePrefix``; host bits are allowed, leading zeros are not."""
    address, _, length = text.rpartition("/")
    bits = LENGTHS.get(length)
    return None if bits is None else masked(parse_addr(address), bits)


def prefix_span(text: str) -> tuple[int, int] | None:
    """First and last ordinal of the network of :func:`parse_prefix`, without building it."""
    address, _, length = text.rpartition("/")
    bits = LENGTHS.get(length)
    ordinal = parse_addr(address)
    if bits is None or ordinal is None:
        return None
    host = (32 if ordinal < IPV6 else 128) - bits
    if host < 0:
        return None
    first = ordinal >> host << host
    return first, first | ((1 << host) - 1)


def parse_ip(text: str) -> int | None:
    """Ordinal of an address as ``net.ParseIP`` reads it and ``To4`` shows it.

    An IPv4-mapped IPv6 address becomes the IPv4 address.
    """
    ordinal = parse_addr(text)
    return None if ordinal is None else as_ipv4(ordinal)


def parse_cidr(text: str) -> Network | None:
    """The network of ``net.ParseCIDR``: leading zeros are allowed in the length only."""
    address, _, length = text.partition("/")
    if not _DIGITS.fullmatch(length):
        return None
    return masked(parse_addr(address), _go_digits(length))


def is_schema_cidr(text: str) -> bool:
    """Whether the CRD's ``format: cidr`` accepts the text (``ParseCIDRSloppy``)."""
    address, _, length = text.partition("/")
    if not _DIGITS.fullmatch(length):
        return False
    ordinal = _ipv4_sloppy(address)
    if ordinal is None:
        ordinal = _ipv6(address, sloppy=True)
    return masked(ordinal, _go_digits(length)) is not None


def is_schema_ipv4(text: str) -> bool:
    """Whether the CRD's ``format: ipv4`` accepts the text (``ParseIPSloppy``, and a dot)."""
    if "." not in text:
        return False
    colon = text.find(":")
    if 0 <= colon < text.index("."):
        return _ipv6(text, sloppy=True) is not None
    return _ipv4_sloppy(text) is not None


def is_schema_ipv6(text: str) -> bool:
    """Whether the CRD's ``format: ipv6`` accepts the text (``net.ParseIP``, and a colon)."""
    return ":" in text and parse_addr(text) is not None


def _go_digits(digits: str) -> int:
    # Go's dtoi fails for large numbers; every number above the longest prefix is invalid.
    digits = digits.lstrip("0")
    return int(digits or "0") if len(digits) < 4 else 1000


def _ipv4_sloppy(text: str) -> int | None:
    octets = text.split(".")
    if len(octets) != 4 or not all(map(_DIGITS.fullmatch, octets)):
        return None
    return parse_addr(".".join(octet.lstrip("0") or "0" for octet in octets))


def _ipv6(text: str, *, sloppy: bool) -> int | None:
    if PLAIN_IPV6.fullmatch(text):
        import socket  # few pools have IPv6 addresses

        try:
            return IPV6 + int.from_bytes(socket.inet_pton(socket.AF_INET6, text), "big")
        except OSError:
            return None
    return _ipv6_groups(text, sloppy=sloppy)


def _ipv6_groups(text: str, *, sloppy: bool) -> int | None:
    """The rare forms: embedded IPv4 text, and (sloppy) groups of more than four digits."""
    head, ellipsis, tail = text.partition("::")
    before = _groups(head, sloppy=sloppy, may_embed=not ellipsis)
    after = _groups(tail, sloppy=sloppy, may_embed=True)
    if before is None or after is None:
        return None
    missing = 8 - len(before) - len(after)
    if (missing < 1) if ellipsis else (missing != 0):
        return None
    value = 0
    for group in (*before, *[0] * missing, *after):
        value = value << 16 | group
    return IPV6 + value


def _groups(text: str, *, sloppy: bool, may_embed: bool) -> list[int] | None:
    if not text:
        return []
    groups: list[int] = []
    *plain, final = text.split(":")
    for part in plain:
        group = _group(part, sloppy=sloppy)
        if group is None:
            return None
        groups.append(group)
    if "." in final:
        ipv4 = (_ipv4_sloppy if sloppy else parse_addr)(final) if may_embed else None
        return None if ipv4 is None else [*groups, ipv4 >> 16, ipv4 & 0xFFFF]
    group = _group(final, sloppy=sloppy)
    return None if group is None else [*groups, group]


def _group(text: str, *, sloppy: bool) -> int | None:
    if not re.fullmatch(_HEX_GROUP, text) or (len(text) > 4 and not sloppy):
        return None
    significant = text.lstrip("0")
    return int(significant or "0", 16) if len(significant) <= 4 else None
