"""What rules look up in a set of pools: refusals, overlaps, repeated names, ranges of some form."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, TypeVar

from ippoolctl.domain.addresses.numbers import IPV6
from ippoolctl.domain.addresses.overlaps import (
    Numbered,
    count_pairs,
    overlapping_pairs,
    pairs_between,
)
from ippoolctl.domain.addresses.ranges import (
    BadRange,
    IPRange,
    RangeError,
    Span,
    intersect,
    merge,
)
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import LATEST, Release
from ippoolctl.domain.surroundings.reference import Held

if TYPE_CHECKING:
    from ippoolctl.domain.antrea.messages import Reason

MAX_PARTNERS: Final = 20
"""How many overlaps of one range with earlier ranges are listed; more are only counted."""

Found = TypeVar("Found")
Located: TypeAlias = tuple[Pool, int, Found]
"""A range with its pool and its position in the pool."""

Repeated: TypeAlias = Sequence[tuple[Pool, Pool]]


class Refusal(NamedTuple):
    """A reason to refuse a pool, whatever other pools exist."""

    pool: Pool
    reason: "Reason"
    enforced: bool
    """Whether the release in question refuses it; if not, a later one does."""

    @property
    def written(self) -> Any:
        """The value as written at the field at fault; ``None`` if there is none."""
        return self.pool.written.get(self.reason.path)


class Overlap(NamedTuple):
    """Two ranges of two pools, or of one, with common addresses."""

    earlier: Pool
    earlier_position: int
    later: Pool
    """The later one in reading order."""
    later_position: int
    intersection: Span
    earlier_claimed: bool
    later_claimed: bool
    """Whether the range is only claimed for its pool; the claim can still be canceled."""


class Overlaps(NamedTuple):
    """All pairs of overlapping ranges."""

    pairs: tuple[Overlap, ...]
    unlisted: int
    """How many more pairs there are; each overlapping range is in at least one listed pair."""


GroupSide: TypeAlias = tuple[int, Located[IPRange]]
"""A range with the number of its group."""


class GroupOverlaps(NamedTuple):
    """All pairs of overlapping ranges of two groups."""

    pairs: tuple[tuple[GroupSide, GroupSide, Span], ...]
    """The range of the earlier group, that of the later one, and their common addresses."""
    unlisted: int
    """How many more pairs there are; each overlapping range is in at least one listed pair."""


class SortedRanges:
    """The ranges of all pools, read once and sorted by what rules look for."""

    def __init__(self) -> None:
        self.readable: list[Located[IPRange]] = []
        self.spans: list[Numbered] = []
        """First and last address and number of each readable range."""
        self.bad: list[Located[BadRange]] = []
        self.ipv6: list[Located[IPRange | BadRange]] = []
        self.stray: list[Located[IPRange | BadRange]] = []


def sort_ranges(pools: Sequence[Pool]) -> SortedRanges:
    """Sort the ranges of these pools."""
    found = SortedRanges()
    for pool in pools:
        for position, each in enumerate(pool.ranges):
            if isinstance(each, IPRange):
                cidr, start, end, first, last = each
                found.spans.append((first, last, len(found.readable)))
                found.readable.append((pool, position, each))
                if first >= IPV6:
                    found.ipv6.append((pool, position, each))
            else:
                cidr, start, end = each.spelling
                found.bad.append((pool, position, each))
                has_colon = any(":" in (text or "") for text in each.spelling)
                if has_colon and each.error is not RangeError.SCHEMA:
                    found.ipv6.append((pool, position, each))
            if cidr and (start or end):
                found.stray.append((pool, position, each))
    return found


def overlaps(found: SortedRanges, repeats: Repeated, own: Mapping[str, int]) -> Overlaps:
    """Every pair of readable ranges with common addresses.

    Two pools of one name (``repeats``) are not compared: the later one replaces the earlier one.
    ``own`` is the number of ranges of a pool without its claimed ones, by the pool's name.
    """
    readable = found.readable

    def matters(one: int, other: int) -> bool:
        a, b = readable[one][0], readable[other][0]
        return a is b or not repeats or a.key != b.key

    def claimed(pool: Pool, position: int) -> bool:
        return pool.name in own and position >= own[pool.name]

    pairs = []
    for (*a, one), (*b, other) in overlapping_pairs(found.spans, matters, MAX_PARTNERS):
        earlier, later = readable[min(one, other)][:2], readable[max(one, other)][:2]
        common = intersect(Span(*a), Span(*b))
        assert common is not None
        pairs.append(Overlap(*earlier, *later, common, claimed(*earlier), claimed(*later)))
    return Overlaps(tuple(pairs), _count(found, repeats) - len(pairs) if pairs else 0)


def group_overlaps(groups: Sequence[Sequence[Located[IPRange]]]) -> GroupOverlaps:
    """Every pair of ranges of two groups with common addresses; pools of one name are compared."""
    sides = [(number, each) for number, group in enumerate(groups) for each in group]
    group_of = [number for number, _ in sides]
    spans = [(*each.span, number) for number, (_, (*_, each)) in enumerate(sides)]
    pairs = []
    for (*a, one), (*b, other) in pairs_between(spans, group_of, MAX_PARTNERS):
        common = intersect(Span(*a), Span(*b))
        assert common is not None
        pairs.append((sides[min(one, other)], sides[max(one, other)], common))
    if not pairs:
        return GroupOverlaps((), 0)
    of_group: dict[int, list[Numbered]] = defaultdict(list)
    for span in spans:
        of_group[group_of[span[2]]].append(span)
    total = count_pairs(spans) - sum(map(count_pairs, of_group.values()))
    return GroupOverlaps(tuple(pairs), total - len(pairs))


def meeting(
    found: SortedRanges, held: Iterable[Held]
) -> Iterator[tuple[Located[IPRange], list[Held]]]:
    """Every readable range that has addresses in common with any of these, and with which."""
    from ippoolctl.domain.addresses.range_index import Entry, RangeIndex

    entries = [Entry(*each.field.span, each) for each in held]
    if not entries:
        return
    taken = merge(Span(first, last) for first, last, _ in entries)
    firsts = [span.first for span in taken]
    index = RangeIndex(entries)
    for first, last, number in found.spans:
        # The usual case: a range without any of them costs one search.
        nearest = bisect_right(firsts, last) - 1
        if nearest >= 0 and taken[nearest].last >= first:
            yield found.readable[number], sorted(index.meeting(first, last), key=_address)


def _address(held: Held) -> Span:
    return held.field.span


def _count(found: SortedRanges, repeats: Repeated) -> int:
    """The number of all overlapping pairs, without those of two pools of one name."""
    if not repeats:
        return count_pairs(found.spans)
    of_pool: dict[int, list[Numbered]] = defaultdict(list)
    of_name: dict[object, list[Numbered]] = defaultdict(list)
    keys = {pool.key for _, pool in repeats}
    for span, (pool, _, _) in zip(found.spans, found.readable, strict=True):
        if pool.key in keys:
            of_pool[id(pool)].append(span)
            of_name[pool.key].append(span)
    ignored = sum(map(count_pairs, of_name.values())) - sum(map(count_pairs, of_pool.values()))
    return count_pairs(found.spans) - ignored


def repeated(pools: Sequence[Pool]) -> tuple[tuple[Pool, Pool], ...]:
    """Pools with the name of an earlier pool: the earlier one, the later one."""
    if len({pool.name for pool in pools}) == len(pools):
        return ()
    first_of: dict[object, Pool] = {}
    return tuple(
        (earlier, pool)
        for pool in pools
        if (earlier := first_of.setdefault(pool.key, pool)) is not pool
    )


def refusals(pool: Pool, release: Release) -> Iterator[Refusal]:
    """Every reason of that release, or of the latest one, to refuse a pool by itself."""
    # Few pools are refused.
    from ippoolctl.domain.antrea.admission import reasons_alone
    from ippoolctl.domain.antrea.messages import Stage

    enforced = reasons_alone(pool, release)
    for reason in enforced:
        yield Refusal(pool, reason, enforced=True)
    known = {(reason.rule, reason.path) for reason in enforced}
    for reason in reasons_alone(pool, LATEST):
        if reason.stage is Stage.WEBHOOK and (reason.rule, reason.path) not in known:
            yield Refusal(pool, reason, enforced=False)
