"""Free ranges of a given size inside given networks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ippoolctl.domain.addresses import Network, is_ipv4, span_text, width
from ippoolctl.domain.capacity import MAX_WINDOW, capacity
from ippoolctl.domain.ranges import Span, Spelling, subtract
from ippoolctl.errors import InputError

MAX_CANDIDATES: Final = 1_000
"""The most suggestions of one question."""


@dataclass(frozen=True, slots=True)
class Block:
    """How large a range is wanted: either a number of addresses or a prefix length."""

    ips: int = 0
    """Addresses that Antrea must be able to hand out; 0 if the prefix length decides."""
    prefix: int = 0
    """Prefix length in bits; 0 if the number decides."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A free range, ready to be written into a pool."""

    spelling: Spelling
    span: Span
    usable: int
    """How many of its addresses Antrea can hand out."""


def suggest(
    block: Block, within: Sequence[Network], taken: Iterable[Span], count: int = 1
) -> list[Suggestion]:
    """The first ``count`` free ranges, lowest addresses first, disjoint; fewer if there is no room.

    Every address of a taken span is avoided, also those that Antrea never hands out, since the
    webhook compares whole spans. Raises :class:`InputError` for a size that no range can have.
    """
    _check(block, within)
    holes = subtract((Span(each.first, each.last) for each in within), taken)
    found: list[Suggestion] = []
    for suggestion in _candidates(block, within, holes):
        found.append(suggestion)
        if len(found) >= count:
            break
    return found


def _candidates(block: Block, within: Sequence[Network], holes: list[Span]) -> Iterator[Suggestion]:
    edges = _edges(within)
    for hole in holes:
        bits = block.prefix or _exact_prefix(block.ips, hole)
        if bits is None:
            yield from _runs(block.ips, hole, edges)
        elif bits <= width(hole.first):
            yield from _networks(bits, hole)


def _networks(bits: int, hole: Span) -> Iterator[Suggestion]:
    """Aligned networks of that prefix length inside the hole."""
    host = width(hole.first) - bits
    size = 1 << host
    first = -(-hole.first >> host) << host
    while first + size - 1 <= hole.last:
        spelling = Spelling(cidr=f"{span_text(first, first)}/{bits}")
        yield Suggestion(spelling, Span(first, first + size - 1), capacity(spelling).usable)
        first += size


def _runs(ips: int, hole: Span, edges: frozenset[int]) -> Iterator[Suggestion]:
    """Start-end ranges of exactly that many addresses inside the hole."""
    first, last = hole
    # A start-end range hands out every address, so the edges of the subnet must stay out of it.
    first += first in edges
    last -= last in edges
    while first + ips - 1 <= last:
        end = first + ips - 1
        spelling = Spelling(None, span_text(first, first), span_text(end, end))
        yield Suggestion(spelling, Span(first, end), ips)
        first = end + 1


def _exact_prefix(ips: int, hole: Span) -> int | None:
    """The prefix length of a CIDR that can hand out exactly that many addresses, if there is one.

    Antrea leaves the first address of a CIDR out, and of an IPv4 CIDR the last one as well, so one
    or two addresses are better had from start to end.
    """
    reserved = 2 if is_ipv4(hole.first) else 1
    size = ips + reserved
    exact = ips > 2 and size & (size - 1) == 0 and size <= MAX_WINDOW
    return width(hole.first) - (size.bit_length() - 1) if exact else None


def _edges(within: Sequence[Network]) -> frozenset[int]:
    """Network and IPv4 broadcast addresses of the networks to look in."""
    firsts = {each.first for each in within if each.bits < each.width - 1}
    lasts = {each.last for each in within if each.width == 32 and each.bits < 31}
    return frozenset(firsts | lasts)


def _check(block: Block, within: Sequence[Network]) -> None:
    if block.ips and not 1 <= block.ips <= MAX_WINDOW:
        raise InputError(
            f"{block.ips} addresses do not fit into one range",
            f"Antrea takes at most {MAX_WINDOW} addresses of a range; ask for several ranges",
        )
    longest = max((each.width for each in within), default=0)
    if block.prefix and not 0 < block.prefix <= longest:
        raise InputError(
            f"/{block.prefix} is no prefix length here", f"use 1 to {longest} in these networks"
        )
