"""How the ranges of a pool can become others without a text that disappears.

Antrea admits appended and reordered ranges; it denies an update in which the text of a range
disappears (Antrea v2.7.0 ``pkg/controller/externalippool/validate.go``). So a range that only grows
is kept, and the rest of it is appended.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.numbers import Network, address_text, network_text, width
from ippoolctl.domain.addresses.range_index import Entry, RangeIndex
from ippoolctl.domain.addresses.ranges import (
    BadRange,
    IPRange,
    Span,
    Spelling,
    merge,
    read_range,
    size,
    span_of,
    subtract,
)
from ippoolctl.domain.antrea.capacity import counts

Ranges = tuple[IPRange | BadRange, ...]

_NO_ADDRESS: Final = 4
"""A CIDR of fewer addresses has none that Antrea assigns, or one."""


class Pieces(NamedTuple):
    """A wanted range, and the ranges of a live pool that have its addresses: they stay, since
    Antrea denies the text of the wanted one.
    """

    wanted: IPRange | BadRange
    ranges: Ranges

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the ranges that stay, in their order."""
        return tuple(each.text for each in self.ranges)

    @property
    def usable(self) -> tuple[int, int]:
        """How many addresses Antrea can assign of the wanted range, and of those that stay."""
        return counts([self.wanted]).usable, counts(self.ranges).usable


@dataclass(frozen=True, slots=True)
class InPlace:
    """The updates that lead to the wanted ranges."""

    appended: Ranges = ()
    """To append first, in this order."""
    final: Ranges | None = None
    """The complete list to write after that: other order or repetitions; ``None`` if none."""
    in_pieces: tuple[Pieces, ...] = ()
    """Wanted ranges whose addresses the pool has, or gets, in several ranges."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """No update leads there: a range is removed, becomes smaller or gets another text."""

    removed: tuple[str, ...]
    """The texts that would disappear."""
    lost: tuple[Span, ...]
    """The addresses that only the old ranges have."""


def range_plan(old: Ranges, new: Ranges) -> InPlace | Impossible:
    """The updates from the old ranges of a live pool to the new ones, if there are any.

    What they lead to has no difference from the new ranges but :func:`pieces`.
    """
    parts = [*_parts(old, new)]
    reached = [each for part in parts for each in (*part.stay, *part.rest)]
    stay = {each.text for each in reached}
    if any(each.text not in stay for each in old):
        has = {each.text for each in new}
        removed = dict.fromkeys(each.text for each in old if each.text not in has)
        return Impossible(tuple(removed), tuple(subtract(_spans(old), _spans(new))))
    appended = tuple({each.text: each for part in parts for each in part.rest}.values())
    there = [each.text for each in (*old, *appended)]
    return InPlace(
        appended,
        None if there == [each.text for each in reached] else tuple(reached),
        tuple(Pieces(part.wanted, (*part.stay, *part.rest)) for part in parts if part.is_in_pieces),
    )


def pieces(old: Ranges, new: Ranges) -> tuple[Pieces, ...]:
    """The new ranges that the pool already has in pieces: no update can change anything there."""
    return tuple(
        Pieces(part.wanted, part.stay)
        for part in _parts(old, new)
        if part.is_in_pieces and not part.rest
    )


class _Part(NamedTuple):
    """What becomes of one wanted range."""

    wanted: IPRange | BadRange
    stay: Ranges
    """Existing ranges inside it, or itself."""
    rest: Ranges
    """To append."""

    @property
    def is_in_pieces(self) -> bool:
        return bool(self.stay) and self.stay[0].text != self.wanted.text


def _parts(old: Ranges, new: Ranges) -> Iterator[_Part]:
    had, has = {each.text for each in old}, {each.text for each in new}
    gone = any(each.text not in has for each in old) and _are_disjoint(new)
    index = RangeIndex(
        Entry(*span, number)
        for number, each in enumerate(old if gone else ())
        if (span := span_of(each)) is not None
    )
    for each in new:
        span = span_of(each)
        if each.text in had:
            yield _Part(each, (each,), ())
            continue
        numbers = sorted(index.meeting(*span)) if span is not None else []
        met = tuple(old[number] for number in numbers)
        if met and span is not None and _contains(span, met):
            yield _Part(each, met, tuple(_rest(each, span, met)))
        else:
            yield _Part(each, (), (each,))


def _contains(span: Span, met: Ranges) -> bool:
    """Whether the span is larger than the one range that it meets, or contains several that do not
    overlap.
    """
    spans = [found for each in met if (found := span_of(each)) is not None]
    inside = all(span.first <= each.first and each.last <= span.last for each in spans)
    return inside and spans != [span] and _are_disjoint(met)


def _are_disjoint(ranges: Ranges) -> bool:
    spans = [found for each in ranges if (found := span_of(each)) is not None]
    return size(spans) == size(merge(spans))


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
