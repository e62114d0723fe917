"""All that is known about pools at one moment, with the lookups that rules need."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final, NamedTuple

from ippoolctl.domain.addresses import IPV6
from ippoolctl.domain.admission import reasons_alone
from ippoolctl.domain.overlaps import Numbered, count_pairs, overlapping_pairs
from ippoolctl.domain.pool import Pool
from ippoolctl.domain.ranges import BadRange, Fault, IPRange, Span, intersect
from ippoolctl.domain.reason import Reason, Stage
from ippoolctl.domain.releases import LATEST, Release

MAX_PARTNERS: Final = 20
"""How many overlaps of one range with ranges before it are listed; more are counted only."""


class Refusal(NamedTuple):
    """A reason to refuse a pool whatever else exists."""

    pool: Pool
    reason: Reason
    enforced: bool
    """Whether the release in question refuses it; if not, a later one does."""


class Overlap(NamedTuple):
    """Two ranges of two pools, or of one, that have addresses in common."""

    earlier: Pool
    earlier_position: int
    later: Pool
    """The one that comes later in reading order."""
    later_position: int
    intersection: Span

    @property
    def within(self) -> bool:
        """Whether both ranges are in one pool."""
        return self.earlier is self.later


class Overlaps(NamedTuple):
    """All pairs of ranges that overlap."""

    pairs: tuple[Overlap, ...]
    unlisted: int
    """How many more there are; what overlaps anything is in some pair all the same."""


class Inventory:
    """The pools that a check looks at, in reading order.

    Each lookup is computed once and holds only what deserves a second look, so that a rule costs
    nothing on ten thousand pools that it has nothing to say about.
    """

    def __init__(self, pools: Iterable[Pool]) -> None:
        self.pools = tuple(pools)
        self._refusals: dict[Release, tuple[Refusal, ...]] = {}

    def refusals(self, release: Release) -> tuple[Refusal, ...]:
        """Every reason of that release, or of a later one, to refuse a pool that stands alone."""
        if release not in self._refusals:
            self._refusals[release] = tuple(
                refusal for pool in self._doubtful for refusal in _refusals(pool, release)
            )
        return self._refusals[release]

    @cached_property
    def _doubtful(self) -> tuple[Pool, ...]:
        """Pools that admission has to look at; it has nothing to say about the rest."""
        faulty = {id(pool) for pool, *_ in self.bad_ranges}
        return tuple(
            pool
            for pool in self.pools
            if pool.violations or pool.subnet or pool.version != "v1beta1" or id(pool) in faulty
        )

    @cached_property
    def pruned(self) -> tuple[Pool, ...]:
        """Pools with fields that the API server drops."""
        return tuple(pool for pool in self.pools if pool.pruned)

    @cached_property
    def subnets(self) -> tuple[Pool, ...]:
        """Pools with a subnetInfo."""
        return tuple(pool for pool in self.pools if pool.subnet)

    @cached_property
    def bad_ranges(self) -> tuple[tuple[Pool, int, BadRange], ...]:
        """Every range that Antrea 2.0 and later refuses by itself: pool, position, range."""
        return tuple(
            (pool, position, each)
            for pool in self.pools
            for position, each in enumerate(pool.ranges)
            if each.__class__ is BadRange
        )

    @cached_property
    def ipv6_ranges(self) -> tuple[tuple[Pool, int, IPRange | BadRange], ...]:
        """Every range with an IPv6 address in it, IPv4-mapped ones included: pool, position, range.

        Also those that Antrea 2.0 and later refuses: 1.15 admits them, and then they are hazards.
        """
        return tuple(
            (pool, position, each)
            for pool in self.pools
            for position, each in enumerate(pool.ranges)
            if _has_ipv6(each)
        )

    @cached_property
    def readable(self) -> tuple[tuple[Pool, int, IPRange], ...]:
        """Every readable range: pool, position in that pool, range."""
        return tuple(
            (pool, position, each)
            for pool in self.pools
            for position, each in enumerate(pool.ranges)
            if each.__class__ is IPRange
        )

    @cached_property
    def stray_ends(self) -> tuple[tuple[Pool, int, IPRange | BadRange], ...]:
        """Every range with a CIDR and a start or an end beside it: pool, position, range."""
        return tuple(
            (pool, position, each)
            for pool in self.pools
            for position, each in enumerate(pool.ranges)
            if each.spelling.cidr and (each.spelling.start or each.spelling.end)
        )

    @cached_property
    def overlaps(self) -> Overlaps:
        """Every pair of readable ranges that have addresses in common, of two pools or of one.

        Two pools of one name are not compared: the later one replaces the earlier one.
        """
        readable = self.readable
        spans = [(each.first, each.last, number) for number, (_, _, each) in enumerate(readable)]

        def matters(one: int, other: int) -> bool:
            a, b = readable[one][0], readable[other][0]
            return a is b or a.key != b.key

        found = []
        for (*a, one), (*b, other) in overlapping_pairs(spans, matters, MAX_PARTNERS):
            earlier, later = readable[min(one, other)], readable[max(one, other)]
            common = intersect(Span(*a), Span(*b))
            assert common is not None
            found.append(Overlap(*earlier[:2], *later[:2], common))
        return Overlaps(tuple(found), self._count_overlaps(spans) - len(found) if found else 0)

    def _count_overlaps(self, spans: list[Numbered]) -> int:
        """The number of all pairs less those of two pools with one name."""
        of_pool: dict[int, list[Numbered]] = defaultdict(list)
        of_name: dict[object, list[Numbered]] = defaultdict(list)
        repeated = {pool.key for _, pool in self.repeated}
        for span, (pool, _, _) in zip(spans, self.readable, strict=True):
            if pool.key in repeated:
                of_pool[id(pool)].append(span)
                of_name[pool.key].append(span)
        ignored = sum(map(count_pairs, of_name.values())) - sum(map(count_pairs, of_pool.values()))
        return count_pairs(spans) - ignored

    @cached_property
    def repeated(self) -> tuple[tuple[Pool, Pool], ...]:
        """Pools with a name that an earlier pool has: the earlier one, the later one."""
        first_of: dict[object, Pool] = {}
        return tuple(
            (earlier, pool)
            for pool in self.pools
            if (earlier := first_of.setdefault(pool.key, pool)) is not pool
        )


def _has_ipv6(found: IPRange | BadRange) -> bool:
    if isinstance(found, IPRange):
        return found.first >= IPV6
    return found.fault is not Fault.SCHEMA and any(":" in (text or "") for text in found.spelling)


def _refusals(pool: Pool, release: Release) -> Iterator[Refusal]:
    enforced = reasons_alone(pool, release)
    for reason in enforced:
        yield Refusal(pool, reason, enforced=True)
    known = {(reason.rule, reason.path) for reason in enforced}
    for reason in reasons_alone(pool, LATEST):
        if reason.stage is Stage.WEBHOOK and (reason.rule, reason.path) not in known:
            yield Refusal(pool, reason, enforced=False)
