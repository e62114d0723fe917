"""All that is known about pools at one moment, with the lookups that rules need."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

from ippoolctl.domain.addresses.numbers import IPV6
from ippoolctl.domain.addresses.overlaps import Numbered, count_pairs, overlapping_pairs
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, RangeError, Span, intersect
from ippoolctl.domain.annotations.claims import with_claimed
from ippoolctl.domain.annotations.expiry import Leftover, leftovers
from ippoolctl.domain.antrea.admission import reasons_alone
from ippoolctl.domain.antrea.pool import NOTHING, Pool
from ippoolctl.domain.antrea.reason import Reason, Stage
from ippoolctl.domain.antrea.releases import LATEST, Release

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
    earlier_claimed: bool = False
    later_claimed: bool = False
    """Whether the range is only claimed for its pool, which may yet be given up."""

    @property
    def within(self) -> bool:
        """Whether both ranges are in one pool."""
        return self.earlier is self.later


class Overlaps(NamedTuple):
    """All pairs of ranges that overlap."""

    pairs: tuple[Overlap, ...]
    unlisted: int
    """How many more there are; what overlaps anything is in some pair all the same."""


Found = TypeVar("Found")
Located = tuple[Pool, int, Found]
"""A range with its pool and its position there."""


class _Sorted:
    """The ranges of all pools, looked at once and put where rules look for them."""

    def __init__(self) -> None:
        self.readable: list[Located[IPRange]] = []
        self.spans: list[Numbered] = []
        """First and last address and number of each readable range."""
        self.bad: list[Located[BadRange]] = []
        self.ipv6: list[Located[IPRange | BadRange]] = []
        self.stray: list[Located[IPRange | BadRange]] = []


class Inventory:
    """The pools that a check looks at, in reading order.

    Each lookup is computed once and holds only what deserves a second look, so that a rule costs
    nothing on ten thousand pools that it has nothing to say about.
    """

    def __init__(
        self,
        pools: Iterable[Pool],
        live: Iterable[Pool] | None = None,
        now: datetime | None = None,
        own: Mapping[str, int] = NOTHING,
    ) -> None:
        self.pools = tuple(pools)
        self.live = None if live is None else tuple(live)
        """The pools that exist in the cluster; ``None`` if nobody looked."""
        self.now = now
        """The server's time of day when it listed them; ``None`` if it did not say."""
        self._own = own
        """How many ranges a pool has, by its name, where more are claimed for it."""
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
    def leftovers(self) -> tuple[Leftover, ...]:
        """What of the live pools has had its time; nothing if nobody knows the time."""
        return leftovers(self.live or (), self.now) if self.now else ()

    @cached_property
    def pruned(self) -> tuple[Pool, ...]:
        """Pools with fields that the API server drops."""
        return tuple(pool for pool in self.pools if pool.pruned)

    @cached_property
    def subnets(self) -> tuple[Pool, ...]:
        """Pools with a subnetInfo."""
        return tuple(pool for pool in self.pools if pool.subnet)

    @property
    def bad_ranges(self) -> Sequence[Located[BadRange]]:
        """Every range that Antrea 2.0 and later refuses by itself."""
        return self._sorted.bad

    @property
    def ipv6_ranges(self) -> Sequence[Located[IPRange | BadRange]]:
        """Every range with an IPv6 address in it, IPv4-mapped ones included.

        Also those that Antrea 2.0 and later refuses: 1.15 admits them, and then they are hazards.
        """
        return self._sorted.ipv6

    @property
    def stray_ends(self) -> Sequence[Located[IPRange | BadRange]]:
        """Every range with a CIDR and a start or an end beside it."""
        return self._sorted.stray

    @cached_property
    def _sorted(self) -> _Sorted:
        found = _Sorted()
        for pool in self.pools:
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
                    if _has_ipv6(each):
                        found.ipv6.append((pool, position, each))
                if cidr and (start or end):
                    found.stray.append((pool, position, each))
        return found

    @cached_property
    def overlaps(self) -> Overlaps:
        """Every pair of readable ranges that have addresses in common, of two pools or of one.

        Two pools of one name are not compared: the later one replaces the earlier one.
        """
        readable, spans = self._sorted.readable, self._sorted.spans

        def matters(one: int, other: int) -> bool:
            a, b = readable[one][0], readable[other][0]
            return a is b or a.key != b.key

        found = []
        for (*a, one), (*b, other) in overlapping_pairs(spans, matters, MAX_PARTNERS):
            earlier, later = readable[min(one, other)], readable[max(one, other)]
            common = intersect(Span(*a), Span(*b))
            assert common is not None
            claimed = self._claimed(*earlier[:2]), self._claimed(*later[:2])
            found.append(Overlap(*earlier[:2], *later[:2], common, *claimed))
        return Overlaps(tuple(found), self._count_overlaps(spans) - len(found) if found else 0)

    def _claimed(self, pool: Pool, position: int) -> bool:
        return position >= self._own.get(pool.name, position + 1)

    def _count_overlaps(self, spans: list[Numbered]) -> int:
        """The number of all pairs less those of two pools with one name."""
        of_pool: dict[int, list[Numbered]] = defaultdict(list)
        of_name: dict[object, list[Numbered]] = defaultdict(list)
        repeated = {pool.key for _, pool in self.repeated}
        for span, (pool, _, _) in zip(spans, self._sorted.readable, strict=True):
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


def landed(written: Iterable[Pool], live: Iterable[Pool], now: datetime | None = None) -> Inventory:
    """Written pools as they would land among live ones: in place of those of the same name.

    What is claimed for a live pool counts as its own.
    """
    written, live = tuple(written), tuple(live)
    names = {each.name for each in written}
    others = [each for each in live if each.name not in names]
    landed = [with_claimed(each) for each in others]
    own = {a.name: len(a.ranges) for a, b in zip(others, landed, strict=True) if a is not b}
    return Inventory((*landed, *written), live, now, own)


def _has_ipv6(faulty: BadRange) -> bool:
    return faulty.error is not RangeError.SCHEMA and any(
        ":" in (text or "") for text in faulty.spelling
    )


def _refusals(pool: Pool, release: Release) -> Iterator[Refusal]:
    enforced = reasons_alone(pool, release)
    for reason in enforced:
        yield Refusal(pool, reason, enforced=True)
    known = {(reason.rule, reason.path) for reason in enforced}
    for reason in reasons_alone(pool, LATEST):
        if reason.stage is Stage.WEBHOOK and (reason.rule, reason.path) not in known:
            yield Refusal(pool, reason, enforced=False)
