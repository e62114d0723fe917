"""One pool in all details: what Antrea makes of its ranges, and who has its addresses."""

from typing import NamedTuple

from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Span, merge, span_of, subtract
from ippoolctl.domain.antrea.capacity import capacity
from ippoolctl.domain.antrea.membership import RangePart, assigned, assigned_spans, range_parts
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.holders import HeldAddress, Holders, held_in
from ippoolctl.domain.surroundings.waiting import Waiting


class RangeDetails(NamedTuple):
    """One range of a pool."""

    found: IPRange | BadRange
    span: Span | None
    """From its start to its end; ``None`` for a range that cannot be read."""
    parts: tuple[RangePart, ...]
    """Its addresses in ascending order, by what Antrea does with them."""
    usable: int
    """Addresses that Antrea can assign."""
    held: tuple[HeldAddress, ...]
    """Those that consumers of the pool have, in ascending order."""

    @property
    def window(self) -> tuple[Span, ...]:
        """The addresses that Antrea can assign, ascending and disjoint."""
        return tuple(each.span for each in self.parts if each.obstacle is None)

    @property
    def reserved(self) -> tuple[RangePart, ...]:
        """The addresses that Antrea never assigns."""
        return tuple(each for each in self.parts if each.obstacle is not None)

    @property
    def holes(self) -> tuple[Span, ...]:
        """The addresses that Antrea can assign and that no known consumer has."""
        held = merge(Span(each.address, each.address) for each in self.held)
        return tuple(subtract(self.window, held))

    @property
    def free(self) -> int:
        """How many addresses Antrea can still assign."""
        return max(self.usable - len(self.held), 0)


class PoolDetails(NamedTuple):
    """One pool with its consumers."""

    pool: Pool
    ranges: tuple[RangeDetails, ...]
    """In the order of the pool."""
    held: tuple[HeldAddress, ...]
    """Also those beside its ranges, which Antrea assigns by its arithmetic of 64 bits."""
    waiting: tuple[Waiting, ...]
    consumers_known: bool
    """Whether all Egresses and Services are known: otherwise more addresses can be held."""


def pool_details(pool: Pool, known: Holders, *, consumers_known: bool) -> PoolDetails:
    """The details of one pool; ``known`` are the consumers of all pools."""
    held = known.held.get(pool.name, ())
    ranges = tuple(_range(each, held) for each in pool.ranges)
    return PoolDetails(pool, ranges, held, known.waiting.get(pool.name, ()), consumers_known)


def _range(found: IPRange | BadRange, held: tuple[HeldAddress, ...]) -> RangeDetails:
    span = span_of(found)
    return RangeDetails(
        found,
        None if span is None else assigned(span),
        range_parts(found),
        capacity(found.spelling).usable,
        tuple(one for each in assigned_spans(found) for one in held_in(held, each)),
    )
