"""What a check knows. Each fact is known, or unknown for a reason; :mod:`.fact` lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from ippoolctl.domain.addresses.ranges import BadRange, IPRange
from ippoolctl.domain.antrea import capacity
from ippoolctl.domain.antrea.pool import NOTHING, Pool
from ippoolctl.domain.antrea.releases import LATEST, Release
from ippoolctl.domain.lint import lookups
from ippoolctl.domain.lint.fact import (
    EGRESSES,
    FACTS,
    GROUPS,
    LIVE_POOLS,
    NEARLY_FULL,
    NODES,
    POOL_STATUS,
    POOLS,
    RELEASE,
    SERVER_TIME,
    SERVICES,
    AnyFact,
    Fact,
    Others,
)
from ippoolctl.domain.lint.finding import Subject
from ippoolctl.domain.lint.lookups import GroupOverlaps, Located, Overlap, Overlaps, Refusal
from ippoolctl.domain.lint.traits import Traits, stable_counts, traits
from ippoolctl.domain.space.subnets import PoolSubnet, pool_subnets
from ippoolctl.domain.surroundings.known import Known, Unknown, Why
from ippoolctl.domain.surroundings.reference import Held

if TYPE_CHECKING:
    # Most checks have no such objects, and then their modules are not imported.
    from ippoolctl.domain.annotations.expiry import Leftover
    from ippoolctl.domain.surroundings.node_selection import NodeSelection
    from ippoolctl.domain.surroundings.waiting import Outcomes, Waiting

Value = TypeVar("Value")


class Facts:
    """What one check knows, with the lookups that rules need.

    Each lookup is computed once and keeps only what a rule has to look at, so that ten thousand
    pools without findings cost a rule nothing.
    """

    def __init__(
        self,
        pools: Iterable[Pool],
        release: Release = LATEST,
        others: Others | None = None,
        own: Mapping[str, int] = NOTHING,
    ) -> None:
        """``own``: the number of ranges of a pool without its claimed ones, by the pool's name."""
        self.pools = tuple(pools)
        """The pools to check, in reading order."""
        self.release = release
        percent = Known(capacity.NEARLY_FULL)
        always: Others = {POOLS: Known(self.pools), RELEASE: Known(release), NEARLY_FULL: percent}
        self._facts: Others = {**always, **(others or {})}
        self._own = own

    def get(self, fact: Fact[Value]) -> Value | None:
        """The value of a fact; ``None`` for an unknown one."""
        found = self._facts.get(fact)
        value: Value | None = found.value if isinstance(found, Known) else None
        return value

    def known(self, fact: Fact[Value]) -> Value:
        """The value of a fact that the rule needs: it runs only if the fact is known."""
        found = self._facts[fact]
        assert isinstance(found, Known)
        value: Value = found.value
        return value

    def is_whole(self, fact: AnyFact) -> bool:
        """Whether a fact is known as the cluster has it, without objects of the input."""
        found = self._facts.get(fact)
        return isinstance(found, Known) and found.whole

    @cached_property
    def unknown(self) -> Mapping[AnyFact, Unknown]:
        """The facts that are unknown, and why."""
        not_read = Unknown(Why.NOT_READ)
        found = ((fact, self._facts.get(fact, not_read)) for fact in FACTS)
        return {fact: each for fact, each in found if isinstance(each, Unknown)}

    def found(self, lookups: Iterable[str]) -> set[str]:
        """Those of the lookups below that found anything, by their names."""
        return {each for each in lookups if attrgetter(each)(self)}

    @property
    def live_pools(self) -> tuple[Pool, ...]:
        """The pools of the cluster; empty if they are unknown."""
        return self.get(LIVE_POOLS) or ()

    @cached_property
    def refusals(self) -> tuple[Refusal, ...]:
        """Every reason of this release, or of a later one, to refuse a pool by itself."""
        faulty = {id(pool) for pool, *_ in self.bad_ranges}
        return tuple(
            refusal
            for pool in self.pools
            if pool.violations or pool.subnet or pool.version != "v1beta1" or id(pool) in faulty
            for refusal in lookups.refusals(pool, self.release)
        )

    @cached_property
    def live_counts(self) -> tuple[tuple[Pool, capacity.Counts], ...]:
        """The live pools whose total stays the same once it is written, with their numbers."""
        return stable_counts(self.live_pools)

    @cached_property
    def outcomes(self) -> Outcomes:
        """Which of the known consumers have an address of a pool, and which wait for one."""
        from ippoolctl.domain.surroundings.waiting import outcomes, pool_requests

        requests = pool_requests(self.get(EGRESSES) or (), self.get(SERVICES) or ())
        return outcomes(requests, self.pool_of, self.release)

    @property
    def waiting(self) -> list[Waiting]:
        """Consumers without the address that they should have, of the known ones."""
        return self.outcomes.waiting

    @cached_property
    def node_selection(self) -> NodeSelection:
        """The Nodes that each pool selects, of the known ones."""
        from ippoolctl.domain.surroundings.node_selection import NodeSelection

        return NodeSelection(self.get(NODES) or ())

    @cached_property
    def pool_of(self) -> Mapping[str, Pool]:
        """Each pool by its name; the last one of those with the same name."""
        return {pool.name: pool for pool in self.pools if not pool.generated}

    @cached_property
    def leftovers(self) -> tuple[Leftover, ...]:
        """The leftovers among the live pools; empty if the server time is unknown."""
        from ippoolctl.domain.annotations.expiry import leftovers

        now = self.get(SERVER_TIME)
        return leftovers(self.live_pools, now) if now else ()

    @cached_property
    def pruned(self) -> tuple[Pool, ...]:
        """Pools with fields or labels that the API server drops."""
        return tuple(pool for pool in self.pools if pool.pruned or pool.null_labels)

    @cached_property
    def selecting(self) -> tuple[Pool, ...]:
        """Pools with a nodeSelector that does not select every Node."""
        return tuple(pool for pool in self.pools if pool.node_selector)

    @cached_property
    def subnets(self) -> tuple[Pool, ...]:
        """Pools with a subnetInfo."""
        return tuple(pool for pool in self.pools if pool.subnet)

    @cached_property
    def valid_subnets(self) -> tuple[PoolSubnet, ...]:
        """The subnets that the webhook admits, with their pools."""
        return tuple(pool_subnets(self.subnets))

    @property
    def readable(self) -> Sequence[Located[IPRange]]:
        """Every range that Antrea can read."""
        return self._sorted.readable

    @cached_property
    def bad_ranges(self) -> Sequence[Located[BadRange]]:
        """Every range that Antrea 2.0 and later denies by itself."""
        return self._sorted.bad

    @cached_property
    def ipv6_ranges(self) -> Sequence[Located[IPRange | BadRange]]:
        """Every range with an IPv6 address in it, IPv4-mapped ones included.

        Also ranges that Antrea 2.0 and later denies: 1.15 admits them, and then they are hazards.
        """
        return self._sorted.ipv6

    @cached_property
    def stray_ends(self) -> Sequence[Located[IPRange | BadRange]]:
        """Every range with a CIDR and also a start or an end."""
        return self._sorted.stray

    @cached_property
    def _sorted(self) -> lookups.SortedRanges:
        return lookups.sort_ranges(self.pools)

    def meeting(self, held: Iterable[Held]) -> Iterator[tuple[Located[IPRange], list[Held]]]:
        """Every readable range that contains some of these addresses, with those that it meets.

        Exact spans are compared, and each range is named once.
        """
        return lookups.meeting(self._sorted, held)

    def subject(self, pool: Pool, position: int) -> Subject:
        """One range of a pool as a side of a finding."""
        claimed = position >= self._own.get(pool.name, position + 1)
        path = ("spec", "ipRanges", position)
        return Subject(pool, path, pool.ranges[position].text, claimed)

    @cached_property
    def traits(self) -> Traits:
        """Ranges and pools with a trait that some rule looks for."""
        return traits(self.pools)

    @cached_property
    def overlaps(self) -> Overlaps:
        """Every pair of readable ranges with common addresses, of two pools or of one."""
        return lookups.overlaps(self._sorted, self.repeated, self._own)

    @cached_property
    def overlaps_within(self) -> tuple[Overlap, ...]:
        """Those of two ranges of one pool."""
        return tuple(each for each in self.overlaps.pairs if each.earlier is each.later)

    @cached_property
    def overlaps_between(self) -> tuple[Overlap, ...]:
        """Those of ranges of two pools."""
        return tuple(each for each in self.overlaps.pairs if each.earlier is not each.later)

    @cached_property
    def group_overlaps(self) -> GroupOverlaps:
        """Every pair of readable ranges with common addresses, of pools of two groups."""
        return lookups.group_overlaps([each.readable for _, each in self.get(GROUPS) or ()])

    @cached_property
    def repeated(self) -> tuple[tuple[Pool, Pool], ...]:
        """Pools with the name of an earlier pool: the earlier one, the later one."""
        return lookups.repeated(self.pools)


def cluster_facts(live: Iterable[Pool], now: datetime | None) -> Others:
    """The facts that one list of pools gives; ``now`` is its time, ``None`` if it has none."""
    time = Unknown(Why.NOT_REPORTED) if now is None else Known(now)
    live = tuple(live)
    usages = tuple(each.live.usage for each in live if each.live and each.live.usage)
    return {LIVE_POOLS: Known(live), POOL_STATUS: Known(usages), SERVER_TIME: time}


def facts_after_apply(
    written: Iterable[Pool],
    live: Iterable[Pool],
    now: datetime | None,
    release: Release = LATEST,
    surroundings: Others | None = None,
) -> Facts:
    """The facts of a cluster to which the written pools are applied.

    A written pool replaces the live pool of its name. Ranges that are claimed for a live pool
    count as ranges of that pool.
    """
    from ippoolctl.domain.annotations.claims import with_claimed

    written, live = tuple(written), tuple(live)
    names = {each.name for each in written}
    others = [each for each in live if each.name not in names]
    claiming = [with_claimed(each) for each in others]
    own = {a.name: len(a.ranges) for a, b in zip(others, claiming, strict=True) if a is not b}
    others_known = {**cluster_facts(live, now), **(surroundings or {})}
    return Facts((*claiming, *written), release, others_known, own)
