"""A search for a free range: its size, the networks, and the order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ippoolctl.domain.addresses.numbers import Network, network_text, outermost, width
from ippoolctl.domain.addresses.ranges import Span, common, merge
from ippoolctl.domain.space.free_ranges import Block, free_ranges, is_possible, usable_of_cidr
from ippoolctl.domain.space.reserved import Reserved
from ippoolctl.domain.unlisted import listed

_NAMED: Final = 5
"""How many networks a message names."""


class SearchStrategy(StrEnum):
    """The order in which free ranges are tried."""

    RANDOM = "random"
    """A random order that is always the same for the same request."""
    FIRST = "first"
    """Lowest addresses first."""


@dataclass(frozen=True, slots=True)
class Search:
    """The size, and the networks to search."""

    block: Block
    within: tuple[Network, ...]
    excluded: tuple[Span, ...] = ()
    """Addresses to avoid, in use or not."""
    reserved: tuple[Reserved, ...] = ()
    """Addresses that something beside pools has."""
    strategy: SearchStrategy = SearchStrategy.RANDOM
    near: tuple[Span, ...] = ()
    """What an extension should be next to; without these, its pool."""
    binding: bool = True
    """Whether the networks were asked for; else they follow from the ranges that a pool has now,
    and the same command may have had others."""

    @property
    def least(self) -> int:
        """The least number of usable addresses."""
        if self.block.ips:
            return self.block.ips
        # The number for a prefix length differs by family.
        usable = {usable_of_cidr(self.block.prefix, each.width) for each in self.within}
        return min(usable - {0}, default=0)

    @property
    def areas(self) -> list[Span]:
        """The networks as spans."""
        return [Span(each.first, each.last) for each in self.within]

    @property
    def avoided(self) -> list[Span]:
        """The addresses that no range may contain, whatever pools exist."""
        return [*self.excluded, *(each.span for each in self.reserved)]

    def without(self, reserved: Iterable[Reserved]) -> "Search":
        """The search without these addresses, too."""
        return replace(self, reserved=(*self.reserved, *reserved))

    @property
    def text(self) -> str:
        """The size and the networks as text."""
        wanted = f"{self.block.ips} addresses" if self.block.ips else f"a /{self.block.prefix}"
        return f"{wanted} in {networks_text(self.within)}"


def networks_text(networks: Sequence[Network]) -> str:
    """The networks as text; of many, the first ones."""
    return listed([*map(network_text, networks)], _NAMED)


def networks_beside(spans: Iterable[Span], block: Block) -> tuple[Network, ...]:
    """Around each of these ranges the smallest network that has room for the block beside them.

    Ranges next to each other count as one. The network is at most two bits wider than the smallest
    one that contains the range, so that all of it is close to the range; a range without room that
    close has none. Raises :class:`~ippoolctl.errors.InputError` for an impossible size.
    """
    own = merge(spans)
    found: dict[Network, None] = {}
    fitting = {length for length in (32, 128) if is_possible(block, length)}
    for each in [each for each in own if width(each.first) in fitting] or own:
        length, tight = width(each.first), (each.first ^ each.last).bit_length()
        for host in range(tight, min(tight + 2, length - 1) + 1):
            network = Network(each.first >> host << host, length - host, length)
            taken = common(own, Span(network.first, network.last))
            if free_ranges(block, [network], taken):
                found[network] = None
                break
    return tuple(outermost(found))


def inside(subnet: Network, networks: Iterable[Network]) -> list[Network]:
    """The parts of these networks that are inside a subnet."""
    return [
        max(each, subnet, key=lambda network: network.bits)
        for each in networks
        if each.first <= subnet.last and subnet.first <= each.last
    ]
