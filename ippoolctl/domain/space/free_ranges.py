"""Free ranges of a given size inside given networks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from ippoolctl.domain.addresses.numbers import (
    Network,
    address_text,
    is_ipv4_mapped,
    width,
)
from ippoolctl.domain.addresses.ranges import (
    MAPPED,
    Span,
    Spelling,
    subtract,
)
from ippoolctl.domain.antrea.capacity import MAX_WINDOW, capacity
from ippoolctl.domain.space.subnets import unused_ends
from ippoolctl.errors import InputError


@dataclass(frozen=True, slots=True)
class Block:
    """The size of a range: a number of addresses or a prefix length."""

    ips: int = 0
    """Number of usable addresses; 0 if the prefix length decides."""
    prefix: int = 0
    """Prefix length in bits; 0 if the number decides."""
    cidr: bool = False
    """Whether it has to be a CIDR, with more addresses if necessary."""

    @property
    def may_be_run(self) -> bool:
        """Whether a start-end range will do."""
        return self.ips > 0 and not self.cidr


@dataclass(frozen=True, slots=True)
class FreeRange:
    """A free range in the form of a pool's range."""

    spelling: Spelling
    span: Span
    usable: int
    """How many of its addresses Antrea can assign."""


def free_ranges(
    block: Block, within: Sequence[Network], taken: Iterable[Span], count: int = 1
) -> list[FreeRange]:
    """The first ``count`` free ranges, disjoint; fewer if there are no more.

    First the CIDRs of exactly this size; if there are not enough, start-end ranges. Each of the two
    in ascending order. Raises :class:`InputError` for a size that no range can have.
    """
    check_size(block, within)
    holes = subtract((Span(each.first, each.last) for each in within), [*taken, MAPPED])
    found = list(islice(_networks(block, holes), count))
    if block.may_be_run and len(found) < count:
        # Every address of a start-end range is assigned, so ends of subnets must not be in it.
        inner = subtract(holes, [*(each.span for each in found), *ends_of(within)])
        found += islice(_runs(block.ips, inner), count - len(found))
    return found


def _networks(block: Block, holes: list[Span]) -> Iterator[FreeRange]:
    prefixes = {length: prefix_in(block, length) for length in (32, 128)}
    for hole in holes:
        bits = prefixes[width(hole.first)]
        if bits is not None:
            yield from _aligned(bits, hole)


def _aligned(bits: int, hole: Span) -> Iterator[FreeRange]:
    """Networks of that prefix length inside the hole."""
    host = width(hole.first) - bits
    size = 1 << host
    first = -(-hole.first >> host) << host
    while first + size - 1 <= hole.last:
        yield network_at(first, bits)
        first += size


def _runs(ips: int, holes: list[Span]) -> Iterator[FreeRange]:
    """Start-end ranges of exactly that many addresses."""
    for first, last in holes:
        for start in range(first, last - ips + 2, ips):
            yield run_at(start, ips)


def network_at(first: int, bits: int) -> FreeRange:
    """The CIDR of that prefix length that begins at an address."""
    host = width(first) - bits
    spelling = Spelling(cidr=f"{address_text(first)}/{bits}")
    return FreeRange(spelling, Span(first, first + (1 << host) - 1), capacity(spelling).usable)


def run_at(first: int, ips: int) -> FreeRange:
    """The start-end range of that many addresses that begins at an address."""
    last = first + ips - 1
    return FreeRange(
        Spelling(None, address_text(first), address_text(last)), Span(first, last), ips
    )


def prefix_in(block: Block, length: int) -> int | None:
    """The prefix length of the CIDRs of this size in the family with this length of an address;
    ``None`` if there are none. Of a number of addresses, a CIDR has exactly that many, if it does
    not have to be one.

    Antrea does not assign the first address of a CIDR and the last one of an IPv4 CIDR, so a
    start-end range is better for one or two addresses.
    """
    size = block.ips + (2 if length == 32 else 1)
    exact = block.ips > 2 and size.bit_count() == 1
    if not (block.prefix or block.cidr or exact):
        return None
    bits = block.prefix or length - (size - 1).bit_length()
    return bits if usable_of_cidr(bits, length) >= max(block.ips, 1) else None


def is_possible(block: Block, length: int) -> bool:
    """Whether a range of the family with this length of an address can have this size."""
    return block.may_be_run or prefix_in(block, length) is not None


def ends_of(subnets: Iterable[Network]) -> Iterator[Span]:
    """Network, broadcast and subnet-router anycast addresses of subnets."""
    for each in subnets:
        for end in unused_ends(each.first, each.last):
            yield Span(end, end)


def check_size(block: Block, within: Sequence[Network]) -> None:
    """Raise :class:`InputError` for a size that no range in these networks can have."""
    if block.ips > MAX_WINDOW:
        raise InputError(
            f"{block.ips} addresses exceed the limit of one range ({MAX_WINDOW})",
            "use several smaller ranges",
        )
    has_cidr = any(prefix_in(block, each.width) is not None for each in within)
    if block.cidr and not has_cidr:
        raise InputError(
            f"no IPv4 CIDR has {block.ips} usable addresses", "use fewer addresses, or IPv6"
        )
    if any(is_ipv4_mapped(each.first) for each in within):
        raise InputError("an IPv4-mapped network crashes Antrea (EIP301)", "use IPv4")
    longest = max((each.width for each in within), default=0)
    if block.prefix > longest:
        raise InputError(
            f"invalid prefix length: /{block.prefix} (maximum: /{longest})",
            f"use a prefix length of {longest} or less",
        )
    if block.prefix and not has_cidr:
        raise InputError(
            f"a /{block.prefix} has no usable addresses",
            "use a shorter prefix, or a number of addresses",
        )


@cache  # searches beside many ranges ask for the same few sizes
def usable_of_cidr(bits: int, length: int) -> int:
    """How many addresses of a CIDR of that prefix length Antrea can assign, in the family with this
    length of an address; 0 if the family has no such CIDR.
    """
    base = "10.0.0.0" if length == 32 else "fd00::"
    return capacity(Spelling(cidr=f"{base}/{bits}")).usable
