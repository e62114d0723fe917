"""What a check knows. Each fact is known, or unknown for a reason.

:data:`FACTS` is the only list of facts: what each is called, and where it comes from. A rule names
the facts that it needs and is skipped while one of them is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from ippoolctl.domain.addresses.ranges import BadRange, IPRange
from ippoolctl.domain.antrea import capacity
from ippoolctl.domain.antrea.pool import NOTHING, Pool, Usage
from ippoolctl.domain.antrea.releases import LATEST, Release
from ippoolctl.domain.lint import lookups
from ippoolctl.domain.lint.fact import AnyFact, Fact, Others, Source
from ippoolctl.domain.lint.finding import PoolGroup, Subject
from ippoolctl.domain.lint.lookups import GroupOverlaps, Located, Overlaps, Refusal
from ippoolctl.domain.lint.traits import Traits, stable_counts, traits
from ippoolctl.domain.space.subnets import PoolSubnet, pool_subnets
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.known import Known, Unknown, Why
from ippoolctl.domain.surroundings.reference import Held

if TYPE_CHECKING:
    # Most checks have no such objects, and then their modules are not imported.
    from ippoolctl.domain.annotations.expiry import Leftover
    from ippoolctl.domain.surroundings.egress import Egress
    from ippoolctl.domain.surroundings.endpoints import Endpoint
    from ippoolctl.domain.surroundings.installation.components import (
        AntreaConfig,
        Controller,
        ControllerInfo,
        MemberlistKeys,
        PoolDefinition,
    )
    from ippoolctl.domain.surroundings.installation.webhooks import WebhookConfiguration
    from ippoolctl.domain.surroundings.ip_pool import IPPool
    from ippoolctl.domain.surroundings.metallb_pool import MetalLBPool
    from ippoolctl.domain.surroundings.node import Node
    from ippoolctl.domain.surroundings.node_selection import NodeSelection
    from ippoolctl.domain.surroundings.service import Service
    from ippoolctl.domain.surroundings.waiting import Outcomes, Waiting

Value = TypeVar("Value")


_CLUSTER: Final = Source.CLUSTER

POOLS: Final[Fact[tuple[Pool, ...]]] = Fact("pools", "the pools to check", Source.INPUT)
"""The pools to check; always known."""

RELEASE: Final[Fact[Release]] = Fact("antrea", "the rules of the Antrea release", Source.OPTION)
"""The Antrea release whose rules apply; always known, since the option has a default."""

LIVE_POOLS: Final[Fact[tuple[Pool, ...]]] = Fact("live-pools", "the existing pools", _CLUSTER)

POOL_STATUS: Final[Fact[tuple[Usage, ...]]] = Fact(
    "pool-status", "the statuses of the existing pools", _CLUSTER
)
"""Unknown for existing pools out of files."""

SERVER_TIME: Final[Fact[datetime]] = Fact(
    "server-time", "the ages of pools", _CLUSTER, "the server response has no Date header"
)
"""The time of day of the API server when it listed the pools."""

NEARLY_FULL: Final[Fact[int]] = Fact("nearly-full", "the percentages", Source.OPTION)
"""From how many percent of used addresses a pool is nearly full; always known."""


GROUPS: Final[Fact[Sequence[tuple[PoolGroup, Facts]]]] = Fact("groups", "groups", Source.INPUT)
"""Several clusters or directories, each with its own facts; unknown if there is only one."""


NODES: Final[Fact[tuple[Node, ...]]] = Fact("nodes", "the Nodes", _CLUSTER, kinds=(Kind.NODE,))
EGRESSES: Final[Fact[tuple[Egress, ...]]] = Fact(
    "egresses", "the Egresses", _CLUSTER, kinds=(Kind.EGRESS,)
)
SERVICES: Final[Fact[tuple[Service, ...]]] = Fact(
    "services", "the Services", _CLUSTER, kinds=(Kind.SERVICE,)
)
IP_POOLS: Final[Fact[tuple[IPPool, ...]]] = Fact(
    "ip-pools", "the IPPools", _CLUSTER, kinds=(Kind.IP_POOL,)
)
METALLB_POOLS: Final[Fact[tuple[MetalLBPool, ...]]] = Fact(
    "metallb-pools", "the pools of MetalLB", _CLUSTER, kinds=(Kind.METALLB_POOL,)
)
GATEWAYS: Final[Fact[tuple[Endpoint, ...]]] = Fact(
    "gateways", "the Gateways", _CLUSTER, kinds=(Kind.GATEWAY,)
)
"""Known, and none, in a cluster without the Gateway API."""
API_SERVERS: Final[Fact[tuple[Endpoint, ...]]] = Fact(
    "api-servers", "the addresses of the API server", _CLUSTER, kinds=(Kind.API_SERVERS,)
)
WEBHOOKS: Final[Fact[tuple[WebhookConfiguration, ...]]] = Fact(
    "webhooks", "the registered webhooks", _CLUSTER, kinds=(Kind.WEBHOOKS,)
)
POOL_DEFINITION: Final[Fact[tuple[PoolDefinition, ...]]] = Fact(
    "pool-definition", "the versions of the CRD", _CLUSTER, kinds=(Kind.DEFINITION,)
)
ANTREA_CONFIG: Final[Fact[tuple[AntreaConfig, ...]]] = Fact(
    "antrea-config",
    "the feature gates of Antrea",
    _CLUSTER,
    "there is no ConfigMap antrea-config in kube-system",
    kinds=(Kind.CONFIG,),
)
"""Unknown without that ConfigMap: Antrea may have another configuration."""
CONTROLLER: Final[Fact[tuple[Controller, ...]]] = Fact(
    "controller", "the replicas of antrea-controller", _CLUSTER, kinds=(Kind.CONTROLLER,)
)
CONTROLLER_INFO: Final[Fact[tuple[ControllerInfo, ...]]] = Fact(
    "controller-info", "the reported releases", _CLUSTER, kinds=(Kind.CONTROLLER_INFO,)
)
MEMBERLIST_KEYS: Final[Fact[tuple[MemberlistKeys, ...]]] = Fact(
    "memberlist-keys", "the keys of memberlist", _CLUSTER, kinds=(Kind.MEMBERLIST_KEYS,)
)

POD_CIDRS: Final[Fact[tuple[Held, ...]]] = Fact(
    "pod-cidrs", "the Pod CIDRs", _CLUSTER, "no Node has a Pod CIDR", kinds=(Kind.NODE,)
)
"""Those of the Nodes, and those that the user gave."""

SERVICE_CIDRS: Final[Fact[tuple[Held, ...]]] = Fact(
    "service-cidrs",
    "the Service CIDRs",
    _CLUSTER,
    "there are neither ServiceCIDRs nor Services",
    kinds=(Kind.SERVICE_CIDR, Kind.SERVICE),
)
"""Those of ServiceCIDR objects, and those that the user gave; without any, the cluster IPs of all
Services."""

NODE_SUBNETS: Final[Fact[tuple[Held, ...]]] = Fact(
    "node-subnet", "the subnets of the Nodes", Source.OPTION
)
"""Only those that the user gave: a Node does not tell its subnet."""

OF_ONE_KIND: Final[tuple[AnyFact, ...]] = (
    NODES,
    EGRESSES,
    SERVICES,
    IP_POOLS,
    METALLB_POOLS,
    GATEWAYS,
    API_SERVERS,
    WEBHOOKS,
    POOL_DEFINITION,
    ANTREA_CONFIG,
    CONTROLLER,
    CONTROLLER_INFO,
    MEMBERLIST_KEYS,
)
"""The facts that are simply all objects of a kind."""

FACTS: Final[tuple[AnyFact, ...]] = (
    POOLS,
    RELEASE,
    LIVE_POOLS,
    POOL_STATUS,
    SERVER_TIME,
    NEARLY_FULL,
    GROUPS,
    *OF_ONE_KIND,
    POD_CIDRS,
    SERVICE_CIDRS,
    NODE_SUBNETS,
)
"""Every fact that a rule can need."""


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
        """Pools with fields that the API server drops."""
        return tuple(pool for pool in self.pools if pool.pruned)

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
    def group_overlaps(self) -> GroupOverlaps:
        """Every pair of readable ranges with common addresses, of pools of two groups."""
        ranges = [each._sorted.readable for _, each in self.get(GROUPS) or ()]  # noqa: SLF001
        return lookups.group_overlaps(ranges)

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
