"""Free ranges of a given size inside given networks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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
    if block.ips and not block.cidr and len(found) < count:
        # Every address of a start-end range is assigned, so ends of subnets must not be in it.
        inner = subtract(holes, [*(each.span for each in found), *ends_of(within)])
        found += islice(_runs(block.ips, inner), count - len(found))
    return found


def _networks(block: Block, holes: list[Span]) -> Iterator[FreeRange]:
    for hole in holes:
        bits = block.prefix or exact_prefix(block, width(hole.first))
        if bits is not None and bits <= width(hole.first):
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


def exact_prefix(block: Block, bits: int) -> int | None:
    """The prefix length of a CIDR with that many usable addresses, if one has exactly that many;
    ``bits`` is the length of an address.

    Antrea does not assign the first address of a CIDR and the last one of an IPv4 CIDR, so a
    start-end range is better for one or two addresses.
    """
    size = block.ips + (2 if bits == 32 else 1)
    exact = block.ips > 2 and size & (size - 1) == 0 and size <= MAX_WINDOW
    return bits - (size - 1).bit_length() if exact or block.cidr else None


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
    if block.cidr and not any(enough_in_cidr(block, each.width) for each in within):
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
    if block.prefix and not any(usable_of_cidr(block.prefix, each) for each in within):
        raise InputError(
            f"a /{block.prefix} has no usable addresses",
            "use a shorter prefix, or a number of addresses",
        )


def enough_in_cidr(block: Block, width: int) -> bool:
    """Whether a CIDR of the family with this address length can have so many usable addresses."""
    bits = exact_prefix(block, width)
    return bits is not None and usable_of_cidr(bits, Network(0, 0, width)) >= block.ips


def usable_of_cidr(bits: int, within: Network) -> int:
    """How many addresses of a CIDR of that length in the network Antrea can assign."""
    if bits > within.width:
        return 0
    base = "10.0.0.0" if within.width == 32 else "fd00::"
    return capacity(Spelling(cidr=f"{base}/{bits}")).usable
