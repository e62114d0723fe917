"""How many addresses of a range Antrea can assign: its allocation window and its totals.

Antrea does not assign every address of a range. It takes a *window* of at most 65,536 addresses
per range, skips the first address of a CIDR and the last one of an IPv4 CIDR, and computes
with machine integers that overflow. ``status.usage.total`` is computed here with the same overflow
and with -1, so that a predicted total equals the one in the cluster.

Source: Antrea v1.4.0 to v2.7.0, ``pkg/ipam/ipallocator/allocator.go``; the arithmetic did not
change between them.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.numbers import (
    IPV4_MAPPED,
    IPV6,
    Network,
    as_ipv4,
    is_ipv4,
    is_ipv4_mapped,
)
from ippoolctl.domain.addresses.parsers import parse_cidr, parse_ip
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Span, Spelling

MAX_WINDOW: Final = 65_536
"""The most addresses that Antrea takes of one range."""

NEARLY_FULL: Final = 90
"""From how many percent of used addresses a pool is nearly full, by default."""

_MAX_INT64: Final = 2**63 - 1
_MIN_INT64: Final = -(2**63)
_UINT64: Final = 2**64


class Capacity(NamedTuple):
    """The numbers of one range."""

    total: int
    """What the range adds to ``status.usage.total``; -1 for an IPv4 /32, -2**63 on overflow."""
    allocatable: Span | None
    """The addresses that Antrea can assign, or ``None``."""

    @property
    def usable(self) -> int:
        """How many addresses Antrea can assign; never negative."""
        return self.allocatable.size if self.allocatable else 0


NOTHING: Final = Capacity(0, None)
"""A range that the allocator drops with a line in its log."""


class Window(NamedTuple):
    """The addresses of one range that the allocator keeps a bit for, in ascending order."""

    base: int
    """Ordinal of the address of bit 0."""
    size: int
    """How many bits, at most :data:`MAX_WINDOW`; 0 for an IPv4 /32, -2**63 on overflow."""
    reserved: int | None = None
    """Ordinal of the last address of an IPv4 CIDR, which is never assigned; it is subtracted from
    the total even if the window ends before it or is empty."""

    @property
    def total(self) -> int:
        """What the range adds to ``status.usage.total``."""
        return self.size - (self.reserved is not None)

    @property
    def allocatable(self) -> Span | None:
        """The addresses that Antrea assigns by itself, or ``None``."""
        number = self.total
        return Span(self.base, self.base + number - 1) if number > 0 else None

    def offset(self, address: int) -> int | None:
        """The bit of an address, or ``None``.

        Antrea keeps the low 64 bits of a 128-bit distance, so addresses of another network can
        map to a bit as well: ``fd00::6`` to the bit of ``2001:db8::6``.
        """
        distance = _int64(_as_16_bytes(address) - _as_16_bytes(self.base))
        return distance if 0 <= distance < self.size else None

    def address(self, offset: int) -> int:
        """Ordinal of the address of a bit."""
        return as_ipv4(IPV6 + (_as_16_bytes(self.base) + offset) % IPV6)


def window(spelling: Spelling) -> Window | None:
    """The window of one range as the allocator reads its text; ``None`` if dropped.

    The webhook reads it differently: for the allocator ``10.0.0.0/024`` is a /24, and a start-end
    range that the webhook of 1.15 admits counts by the low 64 bits of its length.
    """
    if spelling.cidr:
        network = parse_cidr(spelling.cidr)
        return None if network is None else _of_network(network)
    start, end = parse_ip(spelling.start or ""), parse_ip(spelling.end or "")
    if start is None or end is None:
        return None
    return _of_addresses(start, end)


def window_of(found: IPRange | BadRange) -> Window | None:
    """The same as :func:`window`, without parsing the text of a range again that all parsers read
    alike.
    """
    if isinstance(found, BadRange):
        return window(found.spelling)
    cidr, _, _, first, last = found
    if is_ipv4_mapped(first):
        return window(found.spelling)
    size = last - first + 1
    if not cidr:
        return Window(first, min(size, MAX_WINDOW)) if size < _MAX_INT64 else window(found.spelling)
    if size >= (2**31 if first < IPV6 else 2**127):
        return None
    return Window(first + 1, min(size - 1, MAX_WINDOW), last if first < IPV6 else None)


def capacity(spelling: Spelling) -> Capacity:
    """How many addresses of one range are counted, and which Antrea assigns by itself."""
    found = window(spelling)
    return NOTHING if found is None else Capacity(found.total, found.allocatable)


def allocatable(found: IPRange | BadRange) -> Span | None:
    """The addresses of a parsed range that Antrea assigns, or ``None``; as :func:`capacity`, mostly
    without parsing its text again.
    """
    taken = window_of(found)
    return None if taken is None else taken.allocatable


class Counts(NamedTuple):
    """The numbers of all ranges of a pool."""

    total: int
    """The ``status.usage.total`` of the pool; 0 is written as no status at all."""
    usable: int
    """How many addresses of the pool Antrea can assign; overlaps count twice."""


def counts(ranges: Iterable[IPRange | BadRange]) -> Counts:
    """Both sums over ranges that are already parsed, without parsing their text again."""
    in_all = can_use = 0
    for found in ranges:
        number = None
        if found.__class__ is IPRange:
            cidr, _, _, first, last = found
            distance = last - first
            if distance >= MAX_WINDOW:
                number = _total_of_long(found)
            else:  # most ranges, and there are a hundred thousand of them: without a call
                number = distance + 1 if not cidr else distance if first >= IPV6 else distance - 1
        if number is None:
            # The allocator reads these differently.
            each = capacity(found.spelling)
            in_all += each.total
            can_use += each.usable
        else:
            in_all += number
            if number > 0:
                can_use += number
    return Counts(wrapped(in_all), can_use)


def _total_of_long(found: IPRange) -> int | None:
    """The total of a range that is longer than a window and that all parsers read alike; it is also
    the number of usable addresses. ``None`` for other ranges.
    """
    cidr, _, _, first, last = found
    size = last - first + 1
    if not cidr:
        return MAX_WINDOW if size < _MAX_INT64 else None
    if first < IPV6:
        return 0 if size >= 2**31 else MAX_WINDOW - 1
    return 0 if size >= 2**127 else MAX_WINDOW


def wrapped(number: int) -> int:
    """A sum as Go computes it with integers of 64 bits: two ranges of 2**63 come to 0.

    Source: run on Antrea v2.7.0.
    """
    return (number - _MIN_INT64) % _UINT64 + _MIN_INT64


def _of_network(network: Network) -> Window | None:
    host_bits = network.width - network.bits
    ipv4 = network.width == 32
    if host_bits >= (31 if ipv4 else 127):
        return None
    bits = min((1 << host_bits) - 1, MAX_WINDOW)
    return Window(network.first + 1, bits, network.last if ipv4 else None)


def _of_addresses(start: int, end: int) -> Window | None:
    offset = _int64(_as_16_bytes(end) - _as_16_bytes(start))
    if offset < 0:
        return None
    if offset == _MAX_INT64:
        return Window(start, -(2**63))
    size = min(offset + 1, MAX_WINDOW)
    # After the last IPv4-mapped address, Antrea goes on with the next IPv6 address.
    return Window(start if start >= IPV6 or start + size <= 2**32 else start + IPV4_MAPPED, size)


def _as_16_bytes(ordinal: int) -> int:
    return ordinal + (IPV4_MAPPED - IPV6) if is_ipv4(ordinal) else ordinal - IPV6


def _int64(value: int) -> int:
    # big.Int.Int64 takes the low 64 bits of the absolute value, then the sign, then wraps.
    low = abs(value) % _UINT64
    low = low - _UINT64 if low > _MAX_INT64 else low
    return low if value >= 0 or low == -(2**63) else -low
