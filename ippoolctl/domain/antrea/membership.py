"""Which addresses of a pool Antrea can assign, and which a consumer can request.

Computed with all 128 bits. Antrea's own check keeps 64 bits (:meth:`.Window.offset`), so its
webhook admits more.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from enum import Enum, StrEnum
from typing import NamedTuple

from ippoolctl.domain.addresses.numbers import IPV4_MAPPED, as_ipv4, is_ipv4, is_ipv4_mapped
from ippoolctl.domain.addresses.ranges import (
    MAPPED,
    BadRange,
    IPRange,
    Span,
    Spelling,
    merge,
    span_of,
    unmapped,
)
from ippoolctl.domain.antrea.capacity import window, window_of


class Membership(Enum):
    """Whether a pool can give an address to a consumer that requests it."""

    MEMBER = "member"
    RESERVED = "reserved"
    """The last address of an IPv4 CIDR: the webhook admits it, and it is never allocated."""
    OUTSIDE = "outside"
    """Not in a range, the first address of a CIDR, or beyond the first 65,536 of a range."""


class PoolAddresses:
    """The addresses of one pool; a look-up costs O(log n) of its ranges."""

    def __init__(self, spellings: Iterable[Spelling]) -> None:
        spans: list[Span] = []
        self._reserved: set[int] = set()
        for each in spellings:
            found = window(each)
            if found is None or found.size <= 0:
                continue
            last = found.base + found.size - 1
            if found.reserved == last:
                self._reserved.add(last)
                last -= 1
            if found.base <= last:
                spans += unmapped(Span(found.base, last))
        self.spans = merge(spans)
        """In ascending order; empty for a pool that cannot give any address."""
        self._firsts = [each.first for each in self.spans]

    def membership(self, address: int) -> Membership:
        """Whether the address can be requested; ordinals as ``parse_ip`` gives them."""
        nearest = bisect_right(self._firsts, address) - 1
        if nearest >= 0 and address <= self.spans[nearest].last:
            return Membership.MEMBER
        return Membership.RESERVED if address in self._reserved else Membership.OUTSIDE


class Obstacle(StrEnum):
    """Why Antrea never assigns an address of a range."""

    FIRST = "first-of-cidr"
    """It is the first address of a CIDR."""
    LAST = "last-of-cidr"
    """It is the last address of an IPv4 CIDR."""
    BEYOND = "beyond-window"
    """It is not one of the first 65,536 that Antrea takes of a range (fewer if its arithmetic of 64
    bits cuts off the length)."""
    DROPPED = "dropped"
    """Antrea takes no address of the range."""


class RangePart(NamedTuple):
    """Addresses of one range that Antrea treats alike."""

    span: Span
    obstacle: Obstacle | None
    """``None`` if Antrea can assign them. Of an IPv4 CIDR shorter than /16 these are one more than
    it counts: the last one is only assigned to a consumer that requests it."""


def assigned_spans(found: IPRange | BadRange) -> tuple[Span, ...]:
    """The addresses of a range as in :func:`range_parts`, ascending and disjoint; mostly one
    span, and none for a range without one (:func:`.span_of`).
    """
    if isinstance(found, IPRange) and (found.last < MAPPED.first or MAPPED.last < found.first):
        return (Span(found.first, found.last),)  # the usual case
    return tuple(merge(each.span for each in range_parts(found)))


def assigned(span: Span) -> Span:
    """A span of IPv4-mapped addresses alone as the IPv4 addresses; any other unchanged."""
    return Span(*map(as_ipv4, span)) if all(map(is_ipv4_mapped, span)) else span


def range_parts(found: IPRange | BadRange) -> tuple[RangePart, ...]:
    """All addresses of a range, ascending; empty for one without a span.

    Antrea assigns IPv4-mapped addresses as IPv4 addresses. Those beyond its window are IPv4
    addresses only in a range that has no others.
    """
    span = span_of(found)
    return () if span is None else tuple(sorted(_parts(found, *assigned(span))))


def obstacle_of(found: IPRange | BadRange, address: int) -> Obstacle | None:
    """That of one address of the span of a range, as in :func:`range_parts`."""
    taken = window_of(found)
    if taken is None or taken.size < 0:
        return Obstacle.DROPPED
    distance = _as_ipv6(address) - _as_ipv6(taken.base)
    if 0 <= distance < taken.size and address != taken.reserved:
        return None
    if found.spelling.cidr and distance == -1:
        return Obstacle.FIRST
    return Obstacle.LAST if address == taken.reserved else Obstacle.BEYOND


def _as_ipv6(ordinal: int) -> int:
    """The IPv4-mapped address of an IPv4 address; other addresses are returned unchanged."""
    return ordinal + IPV4_MAPPED if is_ipv4(ordinal) else ordinal


def _parts(found: IPRange | BadRange, first: int, last: int) -> Iterator[RangePart]:
    taken = window_of(found)
    if taken is None or taken.size < 0:
        yield RangePart(Span(first, last), Obstacle.DROPPED)
        return
    if found.spelling.cidr:
        yield RangePart(Span(first, first), Obstacle.FIRST)
        first += 1
    base = as_ipv4(taken.base) if is_ipv4(first) else _as_ipv6(taken.base)
    end = min(base + taken.size - 1, last)
    if end == taken.reserved:
        end -= 1
    if base <= end:
        if first < base:
            yield RangePart(Span(first, base - 1), Obstacle.BEYOND)
        yield from (RangePart(each, None) for each in unmapped(Span(base, end)))
        first = end + 1
    beyond = last - 1 if taken.reserved is not None else last
    if first <= beyond:
        yield RangePart(Span(first, beyond), Obstacle.BEYOND)
    if beyond < last and first <= last:
        yield RangePart(Span(last, last), Obstacle.LAST)
