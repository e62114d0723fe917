"""The allocator of one pool: which of its addresses are in use, and which is next.

Antrea keeps one row of bits for each range (:class:`~ippoolctl.domain.antrea.capacity.Window`) and
tries the ranges in order. Its oddities follow from the bits: an address that maps to the bit of
another one takes that bit, and is released with it.

Source: Antrea v2.7.0, ``pkg/ipam/ipallocator/allocator.go`` for the rows, and
``createOrUpdateIPAllocator`` in ``pkg/controller/externalippool/controller.go`` for their names.
"""

from collections.abc import Iterable
from heapq import heappop, heappush

from ippoolctl.domain.addresses.numbers import canonical_text
from ippoolctl.domain.addresses.parsers import parse_cidr, parse_ip
from ippoolctl.domain.addresses.ranges import Spelling
from ippoolctl.domain.antrea.capacity import Window, window, wrapped


class PoolAllocator:
    """The addresses of one pool. Addresses are ordinals as ``parse_ip`` gives them.

    Allocating costs O(log n) of the released addresses, for ranges of any size; allocating a given
    address costs one check of each range.
    """

    def __init__(self, spellings: Iterable[Spelling] = ()) -> None:
        self._rows: list[_Row] = []
        self._names: set[str] = set()
        self._full = 0
        self.extend(spellings)

    @property
    def total(self) -> int:
        """``status.usage.total``, overflow and -1 included."""
        return wrapped(sum(row.window.total for row in self._rows))

    @property
    def used(self) -> int:
        """``status.usage.used``: bits that are set."""
        return sum(len(row.taken) for row in self._rows)

    def extend(self, spellings: Iterable[Spelling]) -> bool:
        """Append the ranges that are not known by name yet; returns whether there were any.

        Ranges are only appended: never removed, never reordered. A range without a window is
        dropped and has no name.

        A CIDR is looked up by its normalised text, but start and end by the text as typed among
        normalised names. So ``2001:DB8::1-2001:DB8::9`` is never found and is appended again by
        every call: Antrea's endless growth (rule EIP302).
        """
        known = frozenset(self._names)
        new = [
            (_name(each), found)
            for each in spellings
            if _sought(each) not in known and (found := window(each))
        ]
        self._rows += [_Row(found) for _, found in new]
        self._names.update(name for name, _ in new)
        return bool(new)

    def has(self, address: int) -> bool:
        """Whether the address counts as one of the pool: the check of the Egress webhook.

        True for the last address of an IPv4 CIDR too, which cannot be allocated; false for its
        first one and for all past the window.
        """
        return any(row.window.offset(address) is not None for row in self._rows)

    def allocate_next(self) -> int | None:
        """Allocate the lowest free address of the first range with one; ``None`` if none has one.

        A range has none as soon as its total is used up, although an explicit request can take
        an address that is not in the total (the 65,536th of a /15).
        """
        while self._full < len(self._rows):
            row = self._rows[self._full]
            if len(row.taken) < row.window.total:
                return row.take_lowest()
            self._full += 1
        return None

    def allocate(self, address: int) -> bool:
        """Allocate this address; false if it is in use, reserved or in no window."""
        return any(row.take(address) for row in self._rows)

    def release(self, address: int) -> bool:
        """Release the address; false if it is not in use in any range."""
        for number, row in enumerate(self._rows):
            if row.free(address):
                self._full = min(self._full, number)
                return True
        return False


class _Row:
    """The bits of one window. Every free bit below the frontier is in the heap of released bits."""

    def __init__(self, of: Window) -> None:
        self.window = of
        self.taken: set[int] = set()
        self._freed: list[int] = []
        self._frontier = 0

    def take(self, address: int) -> bool:
        offset = self.window.offset(address)
        if offset is None or address == self.window.reserved or offset in self.taken:
            return False
        self.taken.add(offset)
        return True

    def take_lowest(self) -> int:
        """Call it only while fewer bits are set than the total: then a bit is free that is not
        reserved, and the reserved one, the last, is never reached.
        """
        offset = self._lowest()
        self.taken.add(offset)
        return self.window.address(offset)

    def free(self, address: int) -> bool:
        offset = self.window.offset(address)
        if offset is None or offset not in self.taken:
            return False
        self.taken.remove(offset)
        if offset < self._frontier:
            heappush(self._freed, offset)
        return True

    def _lowest(self) -> int:
        while self._freed:
            # An explicit request can have taken it since.
            if (offset := heappop(self._freed)) not in self.taken:
                return offset
        while self._frontier in self.taken:
            self._frontier += 1
        return self._frontier


def _name(spelling: Spelling) -> str:
    """The name of a range that has a window."""
    if spelling.cidr:
        return _sought(spelling)
    ends = (parse_ip(spelling.start or ""), parse_ip(spelling.end or ""))
    return "-".join(canonical_text(end) for end in ends if end is not None)


def _sought(spelling: Spelling) -> str:
    """The name by which a range is looked up."""
    network = parse_cidr(spelling.cidr) if spelling.cidr else None
    return f"{canonical_text(network.first)}/{network.bits}" if network else spelling.text
