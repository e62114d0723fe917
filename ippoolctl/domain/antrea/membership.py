"""Which addresses a consumer can request from a pool, computed with all 128 bits.

Antrea's own check keeps 64 bits (:meth:`.Window.offset`), so its webhook admits more.
"""

from bisect import bisect_right
from collections.abc import Iterable
from enum import Enum

from ippoolctl.domain.addresses.ranges import Span, Spelling, merge
from ippoolctl.domain.antrea.capacity import window


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
        spans, self._reserved = [], set()
        for each in spellings:
            found = window(each)
            if found is None or found.size <= 0:
                continue
            last = found.base + found.size - 1
            if found.reserved == last:
                self._reserved.add(last)
                last -= 1
            if found.base <= last:
                spans.append(Span(found.base, last))
        self.spans = merge(spans)
        """In ascending order; empty for a pool that cannot give any address."""
        self._firsts = [each.first for each in self.spans]

    def membership(self, address: int) -> Membership:
        """Whether the address can be requested; ordinals as ``parse_ip`` gives them."""
        nearest = bisect_right(self._firsts, address) - 1
        if nearest >= 0 and address <= self.spans[nearest].last:
            return Membership.MEMBER
        return Membership.RESERVED if address in self._reserved else Membership.OUTSIDE
