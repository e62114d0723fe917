"""Addresses: the pools that span them, whether Antrea can assign them, and who has them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from ippoolctl.domain.addresses.range_index import meeting_each
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Span, intersect, subtract
from ippoolctl.domain.annotations.claims import claimed
from ippoolctl.domain.antrea.membership import (
    RangePart,
    assigned,
    assigned_spans,
    obstacle_of,
    range_parts,
)
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.holders import HeldAddress, Holders, held_in
from ippoolctl.domain.space.reserved import Reserved
from ippoolctl.domain.space.taken import gateway_of


class AddressState(StrEnum):
    """What a pool does with an address that one of its ranges has."""

    IN_USE = "in-use"
    CLAIMED = "claimed"
    """A run of ippoolctl is about to append the range."""
    RESERVED = "reserved"
    """Antrea never assigns it, see :class:`.Obstacle`."""
    FREE = "free"
    UNKNOWN = "unknown"
    """No known consumer has it, and not all consumers are known."""


class Query(NamedTuple):
    """An address, or several of one family."""

    text: str
    """As typed."""
    span: Span
    """With IPv4-mapped addresses as the IPv4 addresses."""

    @property
    def is_single(self) -> bool:
        """Whether it is one address."""
        return self.span.first == self.span.last


class Match(NamedTuple):
    """A range of a pool that has addresses of a query."""

    pool: Pool
    found: IPRange | BadRange
    claimed: bool
    """Whether the range is not one of the pool yet, but claimed for it."""
    span: Span
    """The addresses of the query in this range."""
    held: tuple[HeldAddress, ...]
    """Those of them that consumers have from this pool, in ascending order."""
    gateway: int | None
    """The gateway of the pool if it is among them: Antrea assigns it like any other address."""

    @property
    def parts(self) -> tuple[RangePart, ...]:
        """These addresses by what Antrea does with them; computed at each access."""
        if self.span.first == self.span.last:
            return (RangePart(self.span, obstacle_of(self.found, self.span.first)),)
        return tuple(
            RangePart(span, obstacle)
            for part, obstacle in range_parts(self.found)
            if (span := intersect(part, self.span)) is not None
        )

    def state(self, *, consumers_known: bool) -> AddressState:
        """That of the only address."""
        if self.held:
            return AddressState.IN_USE
        if self.claimed:
            return AddressState.CLAIMED
        if obstacle_of(self.found, self.span.first) is not None:
            return AddressState.RESERVED
        return AddressState.FREE if consumers_known else AddressState.UNKNOWN


class Answer(NamedTuple):
    """What is known about a query."""

    query: Query
    matches: tuple[Match, ...]
    """In the order of the first addresses of the ranges; of several pools if these overlap."""
    held: tuple[HeldAddress, ...]
    """The addresses that consumers have from any pool, also beside its ranges, ascending."""
    others: tuple[str, ...]
    """Labels of what else has addresses of it, such as ``Node node-1`` or the gateway of another
    pool than those of the matches; those with the fewest addresses first."""
    reserved: tuple[Reserved, ...] = ()
    """The addresses of these others, also beyond the query."""

    def others_in(self, spans: Sequence[Span]) -> list[tuple[str, ...]]:
        """The labels of the others that have addresses of each of these parts of the query."""
        if self.query.is_single or not self.reserved:
            return [self.others] * len(spans)
        met = meeting_each(spans, ((*each.span, each) for each in self.reserved))
        return [_labels(each) for each in met]

    @property
    def without_pool(self) -> tuple[Span, ...]:
        """The addresses that belong to no pool, ascending and disjoint; a claimed range is none of
        its pool yet.
        """
        if self.query.is_single:
            has_pool = self.held or not all(each.claimed for each in self.matches)
            return () if has_pool else (self.query.span,)
        held = (Span(each.address, each.address) for each in self.held)
        spans = (each.span for each in self.matches if not each.claimed)
        return tuple(subtract([self.query.span], [*spans, *held]))


def find_addresses(
    queries: Sequence[Query],
    pools: Sequence[Pool],
    known: Holders,
    reserved: Iterable[Reserved] = (),
) -> list[Answer]:
    """An answer for each query, in their order.

    ``reserved`` is what has addresses beside consumers of pools. Linear in the queries, the ranges
    and what is found, but for sorting.
    """
    spans = [each.span for each in queries]
    ranges = meeting_each(spans, _entries(pools))
    others = meeting_each(spans, ((*each.span, each) for each in (*reserved, *_gateways(pools))))
    addresses = sorted(known.by_address)
    answers = []
    for query, met, found in zip(queries, ranges, others, strict=True):
        held = _held(query.span, addresses, known)
        by_pool = known.held if held else {}
        matches = tuple([_match(query.span, each, by_pool) for each in met])
        left = _untold(found, matches) if found else ()
        answers.append(Answer(query, matches, held, _labels(left), left))
    return answers


def _gateways(pools: Iterable[Pool]) -> Iterator[Reserved]:
    for pool in pools:
        for span in gateway_of(pool):
            yield Reserved(span, _gateway_label(pool))


def _gateway_label(pool: Pool) -> str:
    return f"gateway of pool {pool.label}"


def _untold(others: Iterable[Reserved], matches: Iterable[Match]) -> tuple[Reserved, ...]:
    """Those without the gateways that the matches tell."""
    told = {_gateway_label(each.pool) for each in matches if each.gateway is not None}
    return tuple([each for each in others if each.label not in told])


def _labels(others: Iterable[Reserved]) -> tuple[str, ...]:
    """Each label once, those with the fewest addresses first."""
    ordered = sorted(others, key=lambda each: each.span.size)
    return tuple(dict.fromkeys(each.label for each in ordered))


_Range = tuple[Pool, IPRange | BadRange, bool, Span]
"""A range of a pool, whether it is claimed only, and its addresses that can meet a query."""


def _entries(pools: Iterable[Pool]) -> Iterator[tuple[int, int, _Range]]:
    for pool in pools:
        for ranges, is_claimed in ((pool.ranges, False), (claimed(pool), True)):
            for each in ranges:
                for span in assigned_spans(each):
                    yield *span, (pool, each, is_claimed, span)


def _held(span: Span, addresses: Sequence[int], known: Holders) -> tuple[HeldAddress, ...]:
    if span.first == span.last:
        return known.by_address.get(span.first, ())
    inside = addresses[bisect_left(addresses, span.first) : bisect_right(addresses, span.last)]
    return tuple(held for address in inside for held in known.by_address[address])


def _match(asked: Span, met: _Range, held: Mapping[str, tuple[HeldAddress, ...]]) -> Match:
    pool, found, is_claimed, span = met
    inside = Span(max(span.first, asked.first), min(span.last, asked.last))
    own = held_in(held[pool.name], inside) if pool.name in held else ()
    gateway = None
    if pool.subnet:
        gateway = next((each.first for each in gateway_of(pool) if intersect(each, inside)), None)
    return Match(pool, found, is_claimed, inside, own, gateway)


def query_of(text: str, span: Span) -> Query:
    """The query for addresses as they were typed."""
    return Query(text, assigned(span))
