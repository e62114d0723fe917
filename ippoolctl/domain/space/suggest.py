"""Free ranges of a given size inside given networks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ippoolctl.domain.addresses.numbers import (
    IPV4_MAPPED,
    Network,
    address_text,
    as_ipv4,
    is_ipv4,
    is_ipv4_mapped,
    width,
)
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Span, Spelling, span_of, subtract
from ippoolctl.domain.annotations.claims import claimed
from ippoolctl.domain.antrea.capacity import MAX_WINDOW, capacity
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.errors import InputError

MAX_CANDIDATES: Final = 1_000
"""The most suggestions of one call."""


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
class Suggestion:
    """A free range in the form of a pool's range."""

    spelling: Spelling
    span: Span
    usable: int
    """How many of its addresses Antrea can assign."""


def suggest(
    block: Block, within: Sequence[Network], taken: Iterable[Span], count: int = 1
) -> list[Suggestion]:
    """The first ``count`` free ranges, disjoint; fewer if there are no more.

    First the CIDRs of exactly this size; if there are not enough, start-end ranges. Each of the two
    in ascending order. Raises :class:`InputError` for a size that no range can have.
    """
    _check(block, within)
    holes = subtract((Span(each.first, each.last) for each in within), [*taken, _MAPPED])
    found = list(islice(_networks(block, holes), count))
    if block.ips and not block.cidr and len(found) < count:
        # Every address of a start-end range is assigned, so subnet edges must not be in it.
        inner = subtract(holes, [*(each.span for each in found), *_edges(within)])
        found += islice(_runs(block.ips, inner), count - len(found))
    return found


def taken_by(pool: Pool) -> Iterator[Span]:
    """Every address of a pool, of the ranges that are claimed for it, and its gateway."""
    yield from taken_in((*pool.ranges, *claimed(pool)))
    yield from gateway_of(pool)


def gateway_of(pool: Pool) -> Iterator[Span]:
    """The gateway of the pool's subnet: the router has it, also if no range contains it."""
    gateway = parse_addr(pool.subnet.gateway) if pool.subnet else None
    if gateway is not None:
        yield Span(as_ipv4(gateway), as_ipv4(gateway))


def taken_in(ranges: Iterable[IPRange | BadRange]) -> Iterator[Span]:
    """Every address of these ranges, as the webhook compares them and as the allocator assigns
    them.

    The webhook compares whole spans, so addresses that are never assigned are taken as well. An
    IPv4-mapped range takes the IPv4 addresses that it maps to.
    """
    for each in ranges:
        span = span_of(each)
        if span is not None:
            yield span
        # All addresses that the allocator assigns from a plain range are inside its span.
        if span is None or span.first >= IPV4_MAPPED or isinstance(each, BadRange):
            for first, last in filter(None, (span, capacity(each.spelling).allocatable)):
                yield Span(as_ipv4(first), as_ipv4(last))


_MAPPED: Final = Span(IPV4_MAPPED, IPV4_MAPPED + 2**32 - 1)
"""IPv4-mapped addresses: a pool of them is a hazard (EIP301, EIP305)."""


def _networks(block: Block, holes: list[Span]) -> Iterator[Suggestion]:
    for hole in holes:
        bits = block.prefix or _prefix(block, hole)
        if bits is not None and bits <= width(hole.first):
            yield from _aligned(bits, hole)


def _aligned(bits: int, hole: Span) -> Iterator[Suggestion]:
    """Networks of that prefix length inside the hole."""
    host = width(hole.first) - bits
    size = 1 << host
    first = -(-hole.first >> host) << host
    while first + size - 1 <= hole.last:
        spelling = Spelling(cidr=f"{address_text(first)}/{bits}")
        yield Suggestion(spelling, Span(first, first + size - 1), capacity(spelling).usable)
        first += size


def _runs(ips: int, holes: list[Span]) -> Iterator[Suggestion]:
    """Start-end ranges of exactly that many addresses."""
    for first, last in holes:
        for start in range(first, last - ips + 2, ips):
            end = start + ips - 1
            spelling = Spelling(None, address_text(start), address_text(end))
            yield Suggestion(spelling, Span(start, end), ips)


def _prefix(block: Block, hole: Span) -> int | None:
    """The prefix length of a CIDR with that many usable addresses, if one has exactly that many.

    Antrea does not assign the first address of a CIDR and the last one of an IPv4 CIDR, so a
    start-end range is better for one or two addresses.
    """
    size = block.ips + (2 if is_ipv4(hole.first) else 1)
    exact = block.ips > 2 and size & (size - 1) == 0 and size <= MAX_WINDOW
    return width(hole.first) - (size - 1).bit_length() if exact or block.cidr else None


def _edges(within: Sequence[Network]) -> Iterator[Span]:
    """Network and IPv4 broadcast addresses of the networks to search."""
    for each in within:
        if each.bits < each.width - 1:
            yield Span(each.first, each.first)
            if each.width == 32:
                yield Span(each.last, each.last)


def _check(block: Block, within: Sequence[Network]) -> None:
    if block.ips > MAX_WINDOW:
        raise InputError(
            f"{block.ips} addresses exceed the limit of one range ({MAX_WINDOW})",
            "use several smaller ranges",
        )
    if any(is_ipv4_mapped(each.first) and is_ipv4_mapped(each.last) for each in within):
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


def usable_of_cidr(bits: int, within: Network) -> int:
    """How many addresses of a CIDR of that length in the network Antrea can assign."""
    if bits > within.width:
        return 0
    base = "10.0.0.0" if within.width == 32 else "fd00::"
    return capacity(Spelling(cidr=f"{base}/{bits}")).usable
