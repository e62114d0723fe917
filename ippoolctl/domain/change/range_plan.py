"""How the ranges of a pool can become others without a text that disappears.

Antrea admits appended and reordered ranges; it denies an update in which the text of a range
disappears (Antrea v2.7.0 ``pkg/controller/externalippool/validate.go``). So a range that only grows
is kept, and the rest of it is appended.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ippoolctl.domain.addresses.numbers import Network, address_text, network_text, width
from ippoolctl.domain.addresses.range_index import Entry, RangeIndex
from ippoolctl.domain.addresses.ranges import (
    BadRange,
    IPRange,
    Span,
    Spelling,
    merge,
    read_range,
    span_of,
    subtract,
)

Ranges = tuple[IPRange | BadRange, ...]

_NO_ADDRESS: Final = 4
"""A CIDR of fewer addresses has none that Antrea assigns, or one."""


@dataclass(frozen=True, slots=True)
class InPlace:
    """The updates that lead to the wanted ranges."""

    appended: Ranges = ()
    """To append first, in this order."""
    final: Ranges | None = None
    """The complete list to write after that: other order or repetitions; ``None`` if none."""
    in_pieces: tuple[str, ...] = ()
    """Wanted texts whose addresses the pool has, or gets, in several ranges: they stay so."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """No update leads there: a range is removed, becomes smaller or gets another text."""

    removed: tuple[str, ...]
    """The texts that would disappear."""
    lost: tuple[Span, ...]
    """The addresses that only the old ranges have."""


def range_plan(old: Ranges, new: Ranges) -> InPlace | Impossible:
    """The updates from the old ranges of a live pool to the new ones, if there are any.

    The new ranges do not overlap each other.
    """
    had, has = {each.text for each in old}, {each.text for each in new}
    gone = {each.text for each in old if each.text not in has}
    added = {each.text: each for each in new if each.text not in had}.values()
    if not gone:
        texts = [each.text for each in (*old, *added)]
        return InPlace(tuple(added), None if texts == [each.text for each in new] else new)
    index = RangeIndex(Entry(*span, each) for each in old if (span := span_of(each)) is not None)
    appended: list[IPRange | BadRange] = []
    larger = []
    for each in added:
        span = span_of(each)
        met = list(index.meeting(*span)) if span is not None else []
        if not met:
            appended.append(each)
        elif span is not None and _contains(span, met):
            larger.append(each.text)
            gone.difference_update(other.text for other in met)
            appended += _rest(each, span, met)
    if gone:
        lost = subtract(_spans(old), _spans(new))
        removed = (each.text for each in old if each.text not in has)
        return Impossible(tuple(dict.fromkeys(removed)), tuple(lost))
    return InPlace(tuple(appended), None, tuple(larger))


def _contains(span: Span, met: Sequence[IPRange | BadRange]) -> bool:
    """Whether the span is larger than the one range that it meets, or contains several."""
    spans = [found for each in met if (found := span_of(each)) is not None]
    inside = all(span.first <= each.first and each.last <= span.last for each in spans)
    return inside and (len(spans) > 1 or spans != [span])


def _rest(
    wanted: IPRange | BadRange, span: Span, met: Sequence[IPRange | BadRange]
) -> Iterator[IPRange]:
    """What a larger range has beyond those that it meets: of a start-end range, of which Antrea
    assigns every address, in the same form.
    """
    for rest in subtract((span,), _spans(met)):
        text = Spelling(None, address_text(rest.first), address_text(rest.last))
        found = read_range(_spelling(rest) if wanted.spelling.cidr else text)
        assert isinstance(found, IPRange)
        yield found


def _spelling(span: Span) -> Spelling:
    """The span as a CIDR if it is one that Antrea assigns addresses of."""
    first, size = span.first, span.size
    bits = width(first) - (size.bit_length() - 1)
    if size & (size - 1) == 0 and first % size == 0 and size >= _NO_ADDRESS:
        # Ordinals of IPv6 begin at 2**128, which every size divides.
        return Spelling(network_text(Network(first, bits, width(first))))
    return Spelling(None, address_text(first), address_text(span.last))


def _spans(ranges: Sequence[IPRange | BadRange]) -> list[Span]:
    return merge(span for each in ranges if (span := span_of(each)) is not None)
