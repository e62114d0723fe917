"""The facts that rules can need: what each is called, and where it comes from.

A rule names the facts that it needs and is skipped while one of them is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.known import Known, Unknown

if TYPE_CHECKING:
    # Most checks have no such objects, and then their modules are not imported.
    from datetime import datetime

    from ippoolctl.domain.addresses.ranges import IPRange
    from ippoolctl.domain.antrea.pool import Pool, Usage
    from ippoolctl.domain.antrea.releases import Release
    from ippoolctl.domain.lint.finding import PoolGroup, Subject
    from ippoolctl.domain.lint.lookups import Located
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
    from ippoolctl.domain.surroundings.reference import Held
    from ippoolctl.domain.surroundings.service import Service

Value_co = TypeVar("Value_co", covariant=True)


class Source(StrEnum):
    """Where a fact comes from."""

    INPUT = "input"
    """The files of the command line, or the cluster if there are none."""
    CLUSTER = "cluster"
    OPTION = "option"
    """An option of the command line; :attr:`Fact.name` is its name without dashes in front."""


class Fact(NamedTuple, Generic[Value_co]):
    """A row of :data:`FACTS`."""

    name: str
    plural: str
    """The subject of "… are unknown" in the reason for a skipped rule."""
    source: Source
    not_reported: str = ""
    """The reason for a skipped rule if the source was read and did not contain it."""
    kinds: tuple[Kind, ...] = ()
    """The kinds of objects that it is read from, beside pools."""


AnyFact: TypeAlias = Fact[Any]

Others: TypeAlias = Mapping[AnyFact, Known[Any] | Unknown]
"""Facts beside the pools and the release; one that is missing was not read."""


class GroupFacts(Protocol):
    """What is compared of a group: its :class:`.facts.Facts`."""

    @property
    def pools(self) -> tuple[Pool, ...]:
        """Its pools."""

    @property
    def readable(self) -> Sequence[Located[IPRange]]:
        """Their readable ranges."""

    def subject(self, pool: Pool, position: int) -> Subject:
        """One range of a pool as a side of a finding."""


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


GROUPS: Final[Fact[Sequence[tuple[PoolGroup, GroupFacts]]]] = Fact("groups", "groups", Source.INPUT)
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
"""Only those that the user gave: a Node does not report its subnet."""

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
