"""What is left of ranges when addresses are taken out of them."""

from collections.abc import Iterator, Sequence

from ippoolctl.domain.addresses.numbers import canonical_text, is_ipv4
from ippoolctl.domain.addresses.range_change import Ranges, disjoint
from ippoolctl.domain.addresses.ranges import (
    BadRange,
    IPRange,
    Span,
    Spelling,
    common,
    read_range,
    size,
    span_of,
    subtract,
)


def without(ranges: Ranges, taken: Ranges) -> tuple[IPRange | BadRange, ...]:
    """The ranges without the addresses of others.

    A range that keeps all its addresses keeps its text. What is left of another one is spelled from
    start to end, without the first address of a CIDR and the last one of an IPv4 CIDR, which Antrea
    never assigns: so each address that it assigned, it still assigns.
    """
    return tuple(_without(ranges, disjoint(taken)))


def _without(ranges: Ranges, taken: Sequence[Span]) -> Iterator[IPRange | BadRange]:
    for each in ranges:
        span = span_of(each)
        if span is None or not (gone := common(taken, span)):
            yield each
            continue
        whole = span
        if each.spelling.cidr:
            whole = Span(span.first + 1, span.last - is_ipv4(span.last))
        for first, last in subtract([whole], gone) if whole.first <= whole.last else ():
            yield read_range(Spelling(None, canonical_text(first), canonical_text(last)))


def outside(ranges: Ranges, of: Ranges) -> bool:
    """Whether any address of the ranges is in none of the others."""
    return bool(subtract(disjoint(ranges), disjoint(of)))


def have_common(ranges: Ranges, others: Ranges) -> bool:
    """Whether the two have any address in common."""
    own = disjoint(ranges)
    return size(subtract(own, disjoint(others))) < size(own)
