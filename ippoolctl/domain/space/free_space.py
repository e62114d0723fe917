"""Networks, and the addresses in them that are free."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ippoolctl.domain.addresses.numbers import IPV6, Network, width
from ippoolctl.domain.addresses.ranges import MAPPED, Span, holes, merge, size
from ippoolctl.domain.space.free_ranges import ends_of


@dataclass(frozen=True, slots=True)
class FreeSpace:
    """The free addresses of some networks."""

    networks: tuple[Network, ...]
    gaps: tuple[Span, ...]
    """All free addresses in the fewest spans, ascending."""
    ends: tuple[Span, ...] = ()
    """Addresses that hosts do not use, free or not: a CIDR may begin or end there, but Antrea would
    assign them from a start-end range."""

    @property
    def areas(self) -> list[Span]:
        """The networks in the fewest spans."""
        return merge(Span(each.first, each.last) for each in self.networks)

    @property
    def free(self) -> int:
        """Number of free addresses."""
        return size(self.gaps)

    @property
    def total(self) -> int:
        """Number of all addresses of the networks."""
        return size(self.areas)

    @property
    def largest(self) -> Span | None:
        """The largest gap, the first one of several."""
        return max(self.gaps, key=lambda gap: gap[1] - gap[0], default=None)

    def without(self, taken: Iterable[Span]) -> "FreeSpace":
        """The same networks after more addresses were taken."""
        return FreeSpace(self.networks, tuple(holes(self.gaps, taken)), self.ends)

    def families(self) -> "Iterator[FreeSpace]":
        """The space of each family that has networks: IPv4, IPv6."""
        ipv6 = bisect_left(self.gaps, (IPV6,))
        for bits, gaps in ((32, self.gaps[:ipv6]), (128, self.gaps[ipv6:])):
            networks = tuple(each for each in self.networks if each.width == bits)
            if networks:
                yield FreeSpace(networks, gaps, self.ends)


def free_space(
    networks: Sequence[Network], taken: Iterable[Span], subnets: Iterable[Network] = ()
) -> FreeSpace:
    """What is free in these networks; ``subnets`` are those of pools.

    IPv4-mapped addresses are never free: a pool of them crashes Antrea's controller (EIP301).
    """
    areas = merge(Span(each.first, each.last) for each in networks)
    gaps = holes(areas, [*taken, MAPPED])
    return FreeSpace(tuple(networks), tuple(gaps), tuple(ends_of((*networks, *subnets))))


def minimal_cover(spans: Iterable[Span]) -> Iterator[Network]:
    """The fewest CIDRs with exactly these addresses, in the same order."""
    for first, last in spans:
        length = width(first)
        while first <= last:
            host = (last - first + 1).bit_length() - 1
            aligned = (first & -first).bit_length() - 1
            if 0 <= aligned < host:
                host = aligned
            yield Network(first, length - host, length)
            first += 1 << host
