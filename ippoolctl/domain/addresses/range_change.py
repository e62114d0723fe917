"""What a change of the ranges of a pool does, as addresses and as text.

Antrea compares the text of ranges, users mean addresses; so a change has both.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ippoolctl.domain.addresses.parsers import parse_cidr
from ippoolctl.domain.addresses.ranges import (
    BadRange,
    IPRange,
    Span,
    Spelling,
    merge,
    size,
    span_of,
    subtract,
)

Ranges = Sequence[IPRange | BadRange]


class Effect(StrEnum):
    """What a change does to the ranges of a pool."""

    NONE = "none"
    """No range changes."""
    EXTENDED = "extended"
    """Ranges are only added."""
    REORDERED = "reordered"
    """The same texts in another order: only the allocation order changes."""
    RESPELLED = "respelled"
    """The same addresses in another text: denied, although no address changes."""
    REPLACED = "replaced"
    """A range is removed or changed: the pool has to be deleted and recreated."""


@dataclass(frozen=True, slots=True)
class RangeChange:
    """The difference of two lists of ranges."""

    effect: Effect
    texts_added: tuple[str, ...]
    texts_removed: tuple[str, ...]
    gained: tuple[Span, ...]
    """Addresses that only the new ranges have, as disjoint spans."""
    lost: tuple[Span, ...]
    readable: bool
    """Whether all ranges can be read, so that no address is overlooked."""

    @property
    def gained_size(self) -> int:
        """The number of gained addresses."""
        return size(self.gained)

    @property
    def lost_size(self) -> int:
        """The number of lost addresses."""
        return size(self.lost)

    @property
    def appendable(self) -> tuple[Span, ...]:
        """What to append instead, if a changed text only adds addresses; else empty."""
        only_adds = self.effect is Effect.REPLACED and self.readable and not self.lost
        return self.gained if only_adds else ()


def range_change(old: Ranges, new: Ranges) -> RangeChange:
    """The change from the old ranges of a pool to the new ones."""
    before, after = [each.text for each in old], [each.text for each in new]
    had, has = spans(old), spans(new)
    gained, lost = tuple(subtract(has, had)), tuple(subtract(had, has))
    readable = len(had) == len(old) and len(has) == len(new)
    if before == after:
        effect = Effect.NONE
    elif {*before} - {*after}:
        same = readable and not gained and not lost
        effect = Effect.RESPELLED if same else Effect.REPLACED
    else:
        effect = Effect.REORDERED if Counter(before) == Counter(after) else Effect.EXTENDED
    return RangeChange(
        effect, _without(after, before), _without(before, after), gained, lost, readable
    )


def spans(ranges: Ranges) -> list[Span]:
    """The addresses of the ranges in the reading of the webhook, else of the allocator."""
    found = (span_of(each) or _network(each.spelling) for each in ranges)
    return [span for span in found if span is not None]


def disjoint(ranges: Ranges) -> tuple[Span, ...]:
    """The same addresses in the fewest disjoint spans."""
    return tuple(merge(spans(ranges)))


def _network(spelling: Spelling) -> Span | None:
    # The allocator reads 10.0.0.0/024, which the webhook of 2.0 and later denies.
    network = parse_cidr(spelling.cidr or "")
    return None if network is None else Span(network.first, network.last)


def _without(texts: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple((Counter(texts) - Counter(others)).elements())
