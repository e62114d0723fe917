"""The catalogue: one rule a file, all listed here, each imported when it runs.

A rule that is not in :data:`RULES` does not run, and a file that is not listed fails a test.
"""

from collections.abc import Iterable
from enum import Enum
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from ippoolctl.domain.lint.fact import (
    ANTREA_CONFIG,
    CONTROLLER,
    CONTROLLER_INFO,
    EGRESSES,
    IP_POOLS,
    LIVE_POOLS,
    MEMBERLIST_KEYS,
    METALLB_POOLS,
    NEARLY_FULL,
    NODE_SUBNETS,
    NODES,
    POD_CIDRS,
    POOL_DEFINITION,
    POOL_STATUS,
    SERVER_TIME,
    SERVICE_CIDRS,
    SERVICES,
    WEBHOOKS,
    AnyFact,
)

if TYPE_CHECKING:
    from ippoolctl.domain.lint.rule import Rule


class Group(Enum):
    """Rules that are found without importing the others."""

    CREATION = "block a creation, or warn about it"
    CREATION_BESIDE_OTHERS = "warn about a creation because of other objects"
    ADMISSION = "the reason why the API server or the webhook refuses a pool"
    UNDETECTED = "hazards that Antrea does not detect"
    ERRORS = "can report an error where only the pools of a cluster are known"
    EXPLAINED = "are explained by other rules"
    ACCEPTABLE = "can be accepted for two pools"
    LISTING_OVERLAPS = "list the overlaps of each pool and of two pools, up to a limit"
    BETWEEN_GROUPS = "compare the pools of several clusters or directories"
    AFTERWARDS = "judge the acceptances once all others have run"


class Entry(NamedTuple):
    """What is known of a rule that is not imported; a test compares it with the rule's fields."""

    id: str
    name: str
    groups: tuple[Group, ...] = ()
    needs: tuple[AnyFact, ...] = ()
    needs_one: tuple[AnyFact, ...] = ()
    looks_at: tuple[str, ...] = ()
    """Lookups of :class:`.Facts`: if they are all empty, the rule has no findings, and is not
    imported. None for a rule that looks at other things too."""

    follows_from: tuple[str, ...] = ()
    """Rules whose findings list this rule as a consequence."""

    @property
    def module(self) -> str:
        """The name of its module in this package."""
        return f"{self.id.lower()}_{self.name.replace('-', '_')}"

    @property
    def rule(self) -> "Rule":
        """The rule; imports its module."""
        rule: Rule = import_module(f"{__name__}.{self.module}").RULE
        return rule


_REFUSED: Final = (Group.ADMISSION, Group.ERRORS)
_HAZARD: Final = (Group.CREATION, Group.UNDETECTED, Group.ERRORS)

RULES: Final[tuple[Entry, ...]] = (
    Entry("EIP101", "missing-field", _REFUSED, looks_at=("refusals",)),
    Entry("EIP102", "range-alternatives", _REFUSED, looks_at=("refusals",)),
    Entry(
        "EIP103", "stray-start-end", (Group.CREATION, Group.UNDETECTED), looks_at=("stray_ends",)
    ),
    Entry("EIP104", "bad-cidr", _REFUSED, looks_at=("refusals",)),
    Entry("EIP105", "bad-address", _REFUSED, looks_at=("refusals",)),
    Entry("EIP106", "bad-subnet-info", _REFUSED, looks_at=("refusals",)),
    Entry("EIP107", "subnet-info-pruned", _HAZARD, looks_at=("pruned",)),
    Entry("EIP108", "bad-selector", _REFUSED, looks_at=("refusals",)),
    Entry("EIP109", "unknown-field", (Group.CREATION, Group.UNDETECTED), looks_at=("pruned",)),
    Entry("EIP110", "version-not-served", _REFUSED, looks_at=("refusals",)),
    Entry("EIP111", "bad-metadata", _REFUSED, looks_at=("refusals",)),
    Entry("EIP112", "repeated-name", (Group.ADMISSION,), looks_at=("repeated",)),
    Entry("EIP201", "webhook-cidr", _REFUSED, looks_at=("refusals",)),
    Entry("EIP202", "webhook-address", _REFUSED, looks_at=("refusals",)),
    Entry("EIP203", "mixed-families", _REFUSED, looks_at=("refusals",)),
    Entry("EIP204", "reversed", _REFUSED, looks_at=("refusals",)),
    Entry("EIP206", "prefix-length", _REFUSED, looks_at=("refusals",)),
    Entry("EIP207", "outside-subnet", _REFUSED, looks_at=("refusals",)),
    Entry(
        "EIP208",
        "self-overlap",
        (*_REFUSED, Group.LISTING_OVERLAPS),
        looks_at=("overlaps_within",),
    ),
    Entry(
        "EIP209",
        "overlap",
        (Group.ADMISSION, Group.ERRORS, Group.ACCEPTABLE, Group.LISTING_OVERLAPS),
        looks_at=("overlaps_between",),
    ),
    Entry("EIP210", "removed-range", _REFUSED, needs=(LIVE_POOLS,)),
    Entry(
        "EIP211",
        "poison",
        _REFUSED,
        needs=(LIVE_POOLS,),
        follows_from=("EIP201", "EIP202", "EIP203", "EIP204"),
    ),
    Entry(
        "EIP212", "frozen", (Group.ERRORS,), looks_at=("overlaps.pairs",), follows_from=("EIP209",)
    ),
    Entry("EIP301", "mapped-cidr", _HAZARD, looks_at=("ipv6_ranges",)),
    Entry("EIP302", "not-canonical", _HAZARD, looks_at=("ipv6_ranges",)),
    Entry("EIP303", "selector-panics", _HAZARD, looks_at=("selecting",)),
    Entry("EIP304", "too-long", _HAZARD, looks_at=("ipv6_ranges",)),
    Entry("EIP305", "mapped-address", _HAZARD, looks_at=("ipv6_ranges", "subnets")),
    Entry(
        "EIP306",
        "double-allocation",
        (Group.UNDETECTED, Group.ERRORS),
        looks_at=("overlaps.pairs",),
        follows_from=("EIP208", "EIP209"),
    ),
    Entry("EIP307", "special-space", _HAZARD, looks_at=("traits.special",)),
    Entry(
        "EIP401",
        "no-usable-address",
        (Group.UNDETECTED, Group.ERRORS),
        looks_at=("traits.without_plain",),
        follows_from=("EIP304",),
    ),
    Entry(
        "EIP402",
        "empty-cidr",
        (Group.CREATION, Group.CREATION_BESIDE_OTHERS, Group.UNDETECTED),
        looks_at=("traits.unusual_sizes",),
        follows_from=("EIP401",),
    ),
    Entry(
        "EIP403",
        "beyond-window",
        (Group.CREATION, Group.UNDETECTED),
        looks_at=("traits.unusual_sizes",),
    ),
    Entry(
        "EIP404",
        "dropped-cidr",
        _HAZARD,
        looks_at=("traits.unusual_sizes",),
        follows_from=("EIP401",),
    ),
    Entry(
        "EIP405",
        "gateway-allocatable",
        (Group.CREATION, Group.CREATION_BESIDE_OTHERS, Group.UNDETECTED, Group.ERRORS),
        looks_at=("valid_subnets",),
    ),
    Entry("EIP406", "subnet-ends", (Group.CREATION, Group.UNDETECTED), looks_at=("valid_subnets",)),
    Entry("EIP407", "bad-gateway", (Group.CREATION, Group.UNDETECTED), looks_at=("valid_subnets",)),
    Entry("EIP408", "lost-ends", looks_at=("valid_subnets",)),
    Entry("EIP409", "two-families", (Group.UNDETECTED,), looks_at=("traits.mixed",)),
    Entry("EIP410", "host-bits", looks_at=("traits.host_bits",)),
    Entry("EIP411", "full", needs=(LIVE_POOLS, POOL_STATUS, NEARLY_FULL)),
    Entry("EIP412", "stale-status", needs=(LIVE_POOLS, POOL_STATUS)),
    Entry("EIP413", "no-status", needs=(LIVE_POOLS, POOL_STATUS, SERVER_TIME)),
    Entry("EIP414", "stale-used", needs=(LIVE_POOLS, POOL_STATUS, EGRESSES, SERVICES)),
    Entry("EIP415", "family-not-in-cluster", needs=(NODES,)),
    Entry("EIP501", "node-address", (Group.CREATION_BESIDE_OTHERS,), needs=(NODES,)),
    Entry("EIP502", "pod-cidr", (Group.CREATION_BESIDE_OTHERS,), needs=(POD_CIDRS,)),
    Entry("EIP503", "service-cidr", (Group.CREATION_BESIDE_OTHERS,), needs=(SERVICE_CIDRS,)),
    Entry("EIP504", "ip-pool", (Group.CREATION_BESIDE_OTHERS,), needs=(IP_POOLS,)),
    Entry("EIP505", "metallb", (Group.CREATION_BESIDE_OTHERS,), needs=(METALLB_POOLS,)),
    Entry("EIP506", "static-egress-ip", (Group.CREATION_BESIDE_OTHERS,), needs=(EGRESSES,)),
    Entry("EIP507", "external-ip", (Group.CREATION_BESIDE_OTHERS,), needs=(SERVICES,)),
    Entry("EIP508", "no-usable-node", needs=(NODES,)),
    Entry("EIP509", "one-node", needs=(NODES,)),
    Entry("EIP510", "too-many-subnets", (Group.ERRORS,), looks_at=("subnets",)),
    Entry("EIP511", "inconsistent-subnets", looks_at=("valid_subnets",)),
    Entry(
        "EIP512",
        "subnet-info-without-effect",
        needs_one=(SERVICES, ANTREA_CONFIG),
        looks_at=("subnets",),
    ),
    Entry("EIP513", "too-few-nodes", needs=(NODES,)),
    Entry("EIP514", "bad-max-egress-ips", needs=(NODES,)),
    Entry("EIP515", "vlan-cleanup", looks_at=("subnets",)),
    Entry("EIP516", "node-subnet", needs=(NODE_SUBNETS,)),
    Entry(
        "EIP517",
        "other-cluster",
        (Group.ACCEPTABLE, Group.BETWEEN_GROUPS),
        looks_at=("group_overlaps.pairs",),
    ),
    Entry("EIP518", "freed-range", (Group.CREATION_BESIDE_OTHERS,), needs=(EGRESSES,)),
    Entry("EIP601", "egress-without-pool", needs=(LIVE_POOLS, EGRESSES)),
    Entry("EIP602", "service-without-pool", needs=(LIVE_POOLS, SERVICES)),
    Entry("EIP603", "egress-outside-pool", needs=(EGRESSES,)),
    Entry("EIP604", "service-outside-pool", needs=(SERVICES,)),
    Entry("EIP605", "address-requested-twice", needs_one=(EGRESSES, SERVICES)),
    Entry("EIP606", "egress-plurals", needs=(EGRESSES,)),
    Entry("EIP607", "reserved-address", needs_one=(EGRESSES, SERVICES)),
    Entry("EIP608", "egress-not-working", (Group.EXPLAINED,), needs=(EGRESSES,)),
    Entry("EIP609", "annotation-without-effect", needs=(SERVICES,)),
    Entry("EIP610", "service-family", needs=(SERVICES,)),
    Entry("EIP611", "allow-shared", needs=(SERVICES,)),
    Entry("EIP612", "two-controllers", needs=(SERVICES,)),
    Entry("EIP613", "unfinished-run", needs_one=(EGRESSES, SERVICES)),
    Entry("EIP701", "stored-version", needs=(POOL_DEFINITION,)),
    Entry("EIP702", "terminating", needs=(LIVE_POOLS,)),
    Entry("EIP703", "webhook-drift", needs=(WEBHOOKS,)),
    Entry("EIP704", "webhook-not-served", needs=(ANTREA_CONFIG,)),
    Entry("EIP705", "controller-replicas", needs=(CONTROLLER,)),
    Entry("EIP706", "no-memberlist-keys", needs=(MEMBERLIST_KEYS, CONTROLLER, CONTROLLER_INFO)),
    Entry("EIP801", "abandoned-pool", needs=(LIVE_POOLS, SERVER_TIME)),
    Entry("EIP802", "abandoned-claim", needs=(LIVE_POOLS, SERVER_TIME)),
    Entry("EIP803", "expired", needs=(LIVE_POOLS, SERVER_TIME)),
    Entry("EIP804", "unreadable-annotation", needs=(LIVE_POOLS, SERVER_TIME)),
    Entry("EIP805", "idle-acceptance", (Group.AFTERWARDS,)),
)
"""All rules, in the order of their ids."""


def in_group(group: Group) -> tuple[Entry, ...]:
    """The rules of a group, in the order of their ids."""
    return tuple(each for each in RULES if group in each.groups)


def load(rules: Iterable[Entry]) -> "tuple[Rule, ...]":
    """These rules, imported."""
    return tuple(each.rule for each in rules)


@cache
def load_rules(group: Group) -> "tuple[Rule, ...]":
    """The same, imported."""
    return load(in_group(group))


@cache
def load_rule(rule_id: str) -> "Rule":
    """The rule of that id, imported."""
    return next(each.rule for each in RULES if each.id == rule_id)
