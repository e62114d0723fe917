"""The addresses that pools take."""

from collections.abc import Iterable, Iterator

from ippoolctl.domain.addresses.numbers import as_ipv4
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.addresses.ranges import MAPPED, BadRange, IPRange, Span, unmapped
from ippoolctl.domain.annotations.claims import claimed
from ippoolctl.domain.antrea.capacity import allocatable
from ippoolctl.domain.antrea.membership import assigned_spans
from ippoolctl.domain.antrea.pool import Pool


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
        if isinstance(each, IPRange) and (each.last < MAPPED.first or MAPPED.last < each.first):
            yield Span(each.first, each.last)  # the usual case, without a call
            continue
        yield from assigned_spans(each)
        # All addresses that the allocator assigns from a valid range are inside its span.
        if isinstance(each, BadRange) and (window := allocatable(each)) is not None:
            yield from unmapped(window)
