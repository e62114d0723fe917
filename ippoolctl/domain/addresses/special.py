"""Special space: addresses that a pool cannot use, or that Antrea uses itself.

Source: the IANA special-purpose registries; for Antrea's internal addresses
``pkg/agent/config/node_config.go`` of v2.7.0.
"""

from bisect import bisect_right
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.numbers import IPV6
from ippoolctl.domain.addresses.ranges import Span


class SpecialBlock(NamedTuple):
    """Addresses of one kind."""

    kind: str
    """What they are, in front of the noun "addresses"."""
    text: str
    """As a CIDR, or ``first-last``."""
    span: Span
    internal: bool = False
    """Whether Antrea itself uses them on every Node."""


LINK_LOCAL: Final = "link-local"
"""The kind of addresses that are valid in one network segment, which tests use."""

_INTERNAL_IPV4: Final = Span(0xA9FE00FB, 0xA9FE00FD)
_INTERNAL_IPV6: Final = Span(
    IPV6 + 0xFC01_0000_0000_0000_0000_AABB_CCDD_EEFD,
    IPV6 + 0xFC01_0000_0000_0000_0000_AABB_CCDD_EEFF,
)

SPECIAL: Final = (
    SpecialBlock("Antrea's internal", "169.254.0.251-169.254.0.253", _INTERNAL_IPV4, internal=True),
    SpecialBlock(
        "Antrea's internal",
        "fc01::aabb:ccdd:eefd-fc01::aabb:ccdd:eeff",
        _INTERNAL_IPV6,
        internal=True,
    ),
    SpecialBlock("unspecified", "0.0.0.0/8", Span(0, 0xFFFFFF)),
    SpecialBlock("loopback", "127.0.0.0/8", Span(0x7F000000, 0x7FFFFFFF)),
    SpecialBlock(LINK_LOCAL, "169.254.0.0/16", Span(0xA9FE0000, 0xA9FEFFFF)),
    SpecialBlock("multicast", "224.0.0.0/4", Span(0xE0000000, 0xEFFFFFFF)),
    SpecialBlock("reserved or broadcast", "240.0.0.0/4", Span(0xF0000000, 0xFFFFFFFF)),
    SpecialBlock("unspecified", "::/128", Span(IPV6, IPV6)),
    SpecialBlock("loopback", "::1/128", Span(IPV6 + 1, IPV6 + 1)),
    SpecialBlock(LINK_LOCAL, "fe80::/10", Span(IPV6 + (0xFE80 << 112), IPV6 + (0xFEC0 << 112) - 1)),
    SpecialBlock("multicast", "ff00::/8", Span(IPV6 + (0xFF00 << 112), IPV6 + IPV6 - 1)),
)
"""Every block, the internal ones first."""

# Where special space begins, at even places, and where it ends, at odd places. The internal IPv4
# addresses are a part of the link-local ones.
_EDGES: Final = tuple(
    edge
    for first, last in sorted(each.span for each in SPECIAL if each.span != _INTERNAL_IPV4)
    for edge in (first, last + 1)
)


def has_special(first: int, last: int) -> bool:
    """Whether a range has an address of :data:`SPECIAL`."""
    place = bisect_right(_EDGES, first)
    return bool(place & 1) or (place < len(_EDGES) and _EDGES[place] <= last)
