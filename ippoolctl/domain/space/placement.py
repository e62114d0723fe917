"""Suggestions: free ranges of a size, each with its reason and its room to grow."""

from bisect import bisect_left
from dataclasses import dataclass

from ippoolctl.domain.addresses.numbers import Network, width
from ippoolctl.domain.addresses.ranges import Span, holes, merge
from ippoolctl.domain.antrea.capacity import MAX_WINDOW
from ippoolctl.domain.space.free_ranges import (
    Block,
    FreeRange,
    check_size,
    is_possible,
    network_at,
    prefix_in,
    run_at,
)
from ippoolctl.domain.space.free_space import FreeSpace
from ippoolctl.domain.space.placement_strategies import (
    Fits,
    Order,
    Pick,
    ReasonKind,
    largest_block,
    picks,
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A free range, why it is there, and how it could grow."""

    suggestion: FreeRange
    reason: ReasonKind
    space: Span
    """See :class:`ReasonKind`; the gap of the range where nothing is said there."""
    room: Span | None
    """The free addresses directly after the range, if there are any."""
    no_cidr: int | None = None
    """The prefix length of a CIDR with exactly as many usable addresses, of which none is free."""

    @property
    def grown(self) -> Network | None:
        """The largest CIDR that begins with the suggested one and is free as a whole, if larger."""
        span = self.suggestion.span
        if not self.suggestion.spelling.cidr or self.room is None:
            return None
        size = largest_block(span.first, self.room.last - span.first + 1)
        length = width(span.first)
        bits = length - size.bit_length() + 1
        return Network(span.first, bits, length) if size > span.size else None


@dataclass(frozen=True, slots=True)
class Placement:
    """The suggestions for one family, and what is left."""

    space: FreeSpace
    """The free space before."""
    placed: tuple[Placed, ...]
    wanted: int
    """How many ranges were wanted."""
    largest: FreeRange | None = None
    """The largest range beside those placed; only if there are fewer than wanted."""


def placements(block: Block, space: FreeSpace, order: Order, count: int) -> list[Placement]:
    """``count`` disjoint ranges of each family that has networks for this size.

    Of a family that cannot have the prefix length, or whose networks are all smaller, none is
    wanted if the other one will do. Raises :class:`~ippoolctl.errors.InputError` for a size that no
    range can have.
    """
    check_size(block, space.networks)
    families = [each for each in space.families() if is_possible(block, each.networks[0].width)]
    roomy = [
        each
        for each in families
        if not block.prefix or any(net.bits <= block.prefix for net in each.networks)
    ]
    return [_placement(block, each, order, count) for each in roomy or families]


def _placement(block: Block, space: FreeSpace, order: Order, count: int) -> Placement:
    length = space.networks[0].width
    begins = frozenset(net.first + each for net in space.networks for each in (0, 1))
    near = merge(each for each in order.near if width(each.first) == length)
    bits = prefix_in(block, length)
    found: list[tuple[Pick, FreeRange]] = []
    if bits is not None:
        size = 1 << length - bits
        fits = Fits(size, size, begins)
        chosen = picks(fits, space.gaps, order, near, count)
        found = [(pick, network_at(pick.start, bits)) for pick in chosen]
    if block.may_be_run and len(found) < count:
        # Antrea assigns every address of a start-end range, so ends of subnets must not be in it.
        taken = [*(each.span for _, each in found), *space.ends]
        inner, fits = holes(space.gaps, taken), Fits(block.ips, 1, begins)
        chosen = picks(fits, inner, order, near, count - len(found))
        found += [(pick, run_at(pick.start, block.ips)) for pick in chosen]
    left = space.without(each.span for _, each in found)
    placed = tuple(
        Placed(
            each,
            pick.reason,
            pick.space,
            _gap_at(each.span.last + 1, left),
            None if each.spelling.cidr else bits,
        )
        for pick, each in found
    )
    return Placement(space, placed, count, _largest(block, left) if len(found) < count else None)


def _gap_at(first: int, space: FreeSpace) -> Span | None:
    """The gap that begins at this address."""
    place = bisect_left(space.gaps, (first,))
    if place == len(space.gaps) or space.gaps[place].first > first:
        return None
    return space.gaps[place]


def _largest(block: Block, space: FreeSpace) -> FreeRange | None:
    """The largest free range: a CIDR, or for a number of addresses also a start-end range."""
    networks = (_largest_network(gap) for gap in space.gaps)
    found = [each for each in (network_at(net.first, net.bits) for net in networks) if each.usable]
    if block.may_be_run:
        gaps = holes(space.gaps, space.ends)
        found += [run_at(gap.first, min(gap.size, MAX_WINDOW)) for gap in gaps]
    return max(
        found, key=lambda each: (each.usable, each.span.size, -each.span.first), default=None
    )


def _largest_network(gap: Span) -> Network:
    host = gap.size.bit_length() - 1
    while (first := -(-gap.first >> host) << host) + (1 << host) - 1 > gap.last:
        host -= 1
    length = width(first)
    return Network(first, length - host, length)
