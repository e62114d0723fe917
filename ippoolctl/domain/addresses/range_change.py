"""What a change of the ranges of a pool does, as addresses and as text.

Antrea compares the text of ranges, users mean addresses; so a change has both. As a whole it has
one :class:`Effect`; its parts, the :class:`RangeEdit`, have a :class:`RangeClass` each.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from ippoolctl.domain.addresses.parsers import parse_cidr
from ippoolctl.domain.addresses.ranges import (
    BadRange,
    IPRange,
    Span,
    common,
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


class RangeClass(StrEnum):
    """What an edit does to ranges. Antrea admits :attr:`in_place` ones alone: every release denies
    an update in which the text of a range disappears (Antrea v2.7.0
    ``pkg/controller/externalippool/validate.go``).
    """

    APPEND = "append"
    """New ranges beside the existing ones."""
    REORDER = "reorder"
    """Existing ranges in another order or number, or behind new ones: the order of allocation."""
    RESPELL = "respell"
    """The same addresses in another text."""
    EXPAND = "expand"
    """Existing ranges that become larger: the rest could be appended instead."""
    SHRINK = "shrink"
    """Existing ranges that become smaller."""
    REMOVE = "remove"
    """Ranges that go with their addresses."""
    REWRITE = "rewrite"
    """Existing ranges that lose addresses and gain others."""

    @property
    def in_place(self) -> bool:
        """Whether no text of a range disappears, so that an update can do it."""
        return self in (RangeClass.APPEND, RangeClass.REORDER)


class RangeEdit(NamedTuple):
    """A part of a change: ranges whose addresses overlap before and after it."""

    kind: RangeClass
    removed: tuple[str, ...]
    """Texts that disappear, in the order of the old ranges."""
    added: tuple[str, ...]
    """New texts, in the order of the new ranges."""
    gained: tuple[Span, ...]
    """Addresses that no old range of the pool has."""
    lost: tuple[Span, ...]
    """Addresses that no new range of the pool has."""


class RangeChange(NamedTuple):
    """The difference of two lists of ranges."""

    effect: Effect
    edits: tuple[RangeEdit, ...]
    """Its parts, in the order of the old ranges, then of the new ones."""
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
    readable = _are_readable(old) and _are_readable(new)
    if before == after:
        return RangeChange(Effect.NONE, (), (), (), (), (), readable)
    had, has = {*before}, {*after}
    gone = [each for each, text in zip(old, before, strict=True) if text not in has]
    added = [each for each, text in zip(new, after, strict=True) if text not in had]
    # Ranges that stay keep their addresses, and most changes only add ranges.
    gained = tuple(subtract(spans(added), spans(old))) if added else ()
    lost = tuple(subtract(spans(gone), spans(new))) if gone else ()
    if gone:
        same = readable and not gained and not lost
        effect = Effect.RESPELLED if same else Effect.REPLACED
    else:
        reordered = len(before) == len(after) and Counter(before) == Counter(after)
        effect = Effect.REORDERED if reordered else Effect.EXTENDED
    edits = [*_edits(gone, added, gained, lost)]
    kept = [text for text in after if text in had]
    moved = kept != [text for text in before if text in has]
    if moved or (not gone and after[: len(before)] != before):
        edits.append(RangeEdit(RangeClass.REORDER, (), (), (), ()))
    if len(has) == len(after) and len(had) == len(before):  # no repetitions, as nearly always
        texts = tuple(each.text for each in added), tuple(each.text for each in gone)
    else:
        texts = _without(after, before), _without(before, after)
    return RangeChange(effect, tuple(edits), *texts, gained, lost, readable)


def _edits(
    gone: Ranges, new: Ranges, gained: Sequence[Span], lost: Sequence[Span]
) -> Iterator[RangeEdit]:
    """The parts of a change, of ranges that go and of new ones."""
    changed = [*gone, *new]
    for hull, group in _overlapping(changed):
        removed = tuple(changed[each].text for each in group if each < len(gone))
        added = tuple(changed[each].text for each in group if each >= len(gone))
        more, less = (common(gained, hull), common(lost, hull)) if hull else ((), ())
        if not removed:
            kind = RangeClass.APPEND
        elif not added:
            kind = RangeClass.REMOVE if less or hull is None else RangeClass.RESPELL
        elif more:
            kind = RangeClass.REWRITE if less else RangeClass.EXPAND
        else:
            kind = RangeClass.SHRINK if less else RangeClass.RESPELL
        yield RangeEdit(kind, removed, added, tuple(more), tuple(less))


def _overlapping(ranges: Ranges) -> list[tuple[Span | None, list[int]]]:
    """The numbers of ranges that overlap, together with all addresses between; those that cannot be
    read are alone and have none. In the order of the first number of each.
    """
    groups: list[tuple[Span | None, list[int]]] = []
    readable: list[tuple[Span, int]] = []
    for number, each in enumerate(ranges):
        span = _span(each)
        if span is None:
            groups.append((None, [number]))
        else:
            readable.append((span, number))
    hull = None
    for span, number in sorted(readable):
        if hull is not None and span.first <= hull.last:
            hull = Span(hull.first, max(hull.last, span.last))
            groups[-1][1].append(number)
            groups[-1] = (hull, groups[-1][1])
        else:
            hull = span
            groups.append((hull, [number]))
    for _, numbers in groups:
        numbers.sort()
    return sorted(groups, key=lambda each: each[1])


def spans(ranges: Ranges) -> list[Span]:
    """The addresses of the ranges in the reading of the webhook, else of the allocator."""
    found = [
        Span(each.first, each.last) if each.__class__ is IPRange else _span(each) for each in ranges
    ]
    return [span for span in found if span is not None]


def disjoint(ranges: Ranges) -> tuple[Span, ...]:
    """The same addresses in the fewest disjoint spans."""
    return tuple(merge(spans(ranges)))


def _are_readable(ranges: Ranges) -> bool:
    return all(each.__class__ is IPRange or _span(each) is not None for each in ranges)


def _span(found: IPRange | BadRange) -> Span | None:
    span = span_of(found)
    if span is not None:
        return span
    # The allocator reads 10.0.0.0/024, which the webhook of 2.0 and later denies.
    network = parse_cidr(found.spelling.cidr or "")
    return None if network is None else Span(network.first, network.last)


def _without(texts: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple((Counter(texts) - Counter(others)).elements())
