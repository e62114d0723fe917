"""The catalogue: one rule a file, all listed here, each imported when it runs.

A rule that is not in :data:`RULES` does not run, and a file that is not listed fails a test.
"""

from enum import Enum
from functools import cache
from importlib import import_module
from typing import Final, NamedTuple

from ippoolctl.domain.lint.fact import AnyFact
from ippoolctl.domain.lint.facts import (
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
)
from ippoolctl.domain.lint.rule import Rule


class Group(Enum):
    """Rules that are found without importing the others."""

    CREATION = "block a creation, or warn about it"
    CREATION_BESIDE_OTHERS = "warn about a creation because of other objects"
    ADMISSION = "the reason why the API server or the webhook refuses a pool"
    UNDETECTED = "hazards that Antrea does not detect"
    ERRORS = "can report an error where only the pools of a cluster are known"
    CONSEQUENCES = "follow from other rules"
    EXPLAINED = "are explained by other rules"
    ACCEPTABLE = "can be accepted for two pools"
    BETWEEN_GROUPS = "compare the pools of several clusters or directories"


class Entry(NamedTuple):
    """What is known of a rule that is not imported; a test compares it with the rule's fields."""

    module: str
    groups: tuple[Group, ...] = ()
    needs: tuple[AnyFact, ...] = ()
    needs_one: tuple[AnyFact, ...] = ()

    @property
    def id(self) -> str:
        """``EIP`` and three digits."""
        return self.module[:6].upper()

    @property
    def name(self) -> str:
        """The name in kebab case."""
        return self.module[7:].replace("_", "-")

    @property
    def rule(self) -> Rule:
        """The rule; imports its module."""
        rule: Rule = import_module(f"{__name__}.{self.module}").RULE
        return rule


RULES: Final[tuple[Entry, ...]] = (
    Entry("eip101_missing_field", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip102_range_alternatives", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip103_stray_start_end", (Group.CREATION, Group.UNDETECTED)),
    Entry("eip104_bad_cidr", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip105_bad_address", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip106_bad_subnet_info", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip107_subnet_info_pruned", (Group.CREATION, Group.UNDETECTED, Group.ERRORS)),
    Entry("eip108_bad_selector", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip109_unknown_field", (Group.CREATION, Group.UNDETECTED)),
    Entry("eip110_version_not_served", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip111_bad_metadata", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip112_repeated_name", (Group.ADMISSION,)),
    Entry("eip201_webhook_cidr", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip202_webhook_address", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip203_mixed_families", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip204_reversed", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip206_prefix_length", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip207_outside_subnet", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip208_self_overlap", (Group.ADMISSION, Group.ERRORS)),
    Entry("eip209_overlap", (Group.ADMISSION, Group.ERRORS, Group.ACCEPTABLE)),
    Entry("eip210_removed_range", (Group.ADMISSION, Group.ERRORS), needs=(LIVE_POOLS,)),
    Entry(
        "eip211_poison", (Group.ADMISSION, Group.ERRORS, Group.CONSEQUENCES), needs=(LIVE_POOLS,)
    ),
    Entry("eip212_frozen", (Group.ERRORS, Group.CONSEQUENCES)),
    Entry("eip301_mapped_cidr", (Group.CREATION, Group.UNDETECTED, Group.ERRORS)),
    Entry("eip302_not_canonical", (Group.CREATION, Group.UNDETECTED, Group.ERRORS)),
    Entry("eip303_selector_panics", (Group.CREATION, Group.UNDETECTED, Group.ERRORS)),
    Entry("eip304_too_long", (Group.CREATION, Group.UNDETECTED, Group.ERRORS)),
    Entry("eip305_mapped_address", (Group.CREATION, Group.UNDETECTED, Group.ERRORS)),
    Entry("eip306_double_allocation", (Group.UNDETECTED, Group.ERRORS, Group.CONSEQUENCES)),
    Entry("eip307_special_space", (Group.CREATION, Group.UNDETECTED, Group.ERRORS)),
    Entry("eip401_no_usable_address", (Group.UNDETECTED, Group.ERRORS, Group.CONSEQUENCES)),
    Entry(
        "eip402_empty_cidr",
        (Group.CREATION, Group.CREATION_BESIDE_OTHERS, Group.UNDETECTED, Group.CONSEQUENCES),
    ),
    Entry("eip403_beyond_window", (Group.UNDETECTED,)),
    Entry(
        "eip404_dropped_cidr", (Group.CREATION, Group.UNDETECTED, Group.ERRORS, Group.CONSEQUENCES)
    ),
    Entry(
        "eip405_gateway_allocatable",
        (Group.CREATION, Group.CREATION_BESIDE_OTHERS, Group.UNDETECTED, Group.ERRORS),
    ),
    Entry("eip406_subnet_ends", (Group.CREATION, Group.UNDETECTED)),
    Entry("eip407_bad_gateway", (Group.CREATION, Group.UNDETECTED)),
    Entry("eip408_lost_ends"),
    Entry("eip409_two_families", (Group.UNDETECTED,)),
    Entry("eip410_host_bits"),
    Entry("eip411_full", needs=(LIVE_POOLS, POOL_STATUS, NEARLY_FULL)),
    Entry("eip412_stale_status", needs=(LIVE_POOLS, POOL_STATUS)),
    Entry("eip413_no_status", needs=(LIVE_POOLS, POOL_STATUS, SERVER_TIME)),
    Entry("eip414_stale_used", needs=(LIVE_POOLS, POOL_STATUS, EGRESSES, SERVICES)),
    Entry("eip415_family_not_in_cluster", needs=(NODES,)),
    Entry("eip501_node_address", (Group.CREATION_BESIDE_OTHERS,), needs=(NODES,)),
    Entry("eip502_pod_cidr", (Group.CREATION_BESIDE_OTHERS,), needs=(POD_CIDRS,)),
    Entry("eip503_service_cidr", (Group.CREATION_BESIDE_OTHERS,), needs=(SERVICE_CIDRS,)),
    Entry("eip504_ip_pool", (Group.CREATION_BESIDE_OTHERS,), needs=(IP_POOLS,)),
    Entry("eip505_metallb", (Group.CREATION_BESIDE_OTHERS,), needs=(METALLB_POOLS,)),
    Entry("eip506_static_egress_ip", (Group.CREATION_BESIDE_OTHERS,), needs=(EGRESSES,)),
    Entry("eip507_external_ip", (Group.CREATION_BESIDE_OTHERS,), needs=(SERVICES,)),
    Entry("eip508_no_usable_node", needs=(NODES,)),
    Entry("eip509_one_node", needs=(NODES,)),
    Entry("eip510_too_many_subnets", (Group.ERRORS,)),
    Entry("eip511_inconsistent_subnets"),
    Entry("eip512_subnet_info_without_effect", needs_one=(SERVICES, ANTREA_CONFIG)),
    Entry("eip513_too_few_nodes", needs=(NODES,)),
    Entry("eip514_bad_max_egress_ips", needs=(NODES,)),
    Entry("eip515_vlan_cleanup"),
    Entry("eip516_node_subnet", needs=(NODE_SUBNETS,)),
    Entry("eip517_other_cluster", (Group.ACCEPTABLE, Group.BETWEEN_GROUPS)),
    Entry("eip518_freed_range", (Group.CREATION_BESIDE_OTHERS,), needs=(EGRESSES,)),
    Entry("eip601_egress_without_pool", needs=(LIVE_POOLS, EGRESSES)),
    Entry("eip602_service_without_pool", needs=(LIVE_POOLS, SERVICES)),
    Entry("eip603_egress_outside_pool", needs=(EGRESSES,)),
    Entry("eip604_service_outside_pool", needs=(SERVICES,)),
    Entry("eip605_address_requested_twice", needs_one=(EGRESSES, SERVICES)),
    Entry("eip606_egress_plurals", needs=(EGRESSES,)),
    Entry("eip607_reserved_address", needs_one=(EGRESSES, SERVICES)),
    Entry("eip608_egress_not_working", (Group.EXPLAINED,), needs=(EGRESSES,)),
    Entry("eip609_annotation_without_effect", needs=(SERVICES,)),
    Entry("eip610_service_family", needs=(SERVICES,)),
    Entry("eip611_allow_shared", needs=(SERVICES,)),
    Entry("eip612_two_controllers", needs=(SERVICES,)),
    Entry("eip701_stored_version", needs=(POOL_DEFINITION,)),
    Entry("eip702_terminating", needs=(LIVE_POOLS,)),
    Entry("eip703_webhook_drift", needs=(WEBHOOKS,)),
    Entry("eip704_webhook_not_served", needs=(ANTREA_CONFIG,)),
    Entry("eip705_controller_replicas", needs=(CONTROLLER,)),
    Entry("eip706_no_memberlist_keys", needs=(MEMBERLIST_KEYS, CONTROLLER, CONTROLLER_INFO)),
    Entry("eip801_abandoned_pool", needs=(LIVE_POOLS, SERVER_TIME)),
    Entry("eip802_abandoned_claim", needs=(LIVE_POOLS, SERVER_TIME)),
    Entry("eip803_expired", needs=(LIVE_POOLS, SERVER_TIME)),
    Entry("eip804_unreadable_annotation", needs=(LIVE_POOLS, SERVER_TIME)),
    Entry("eip805_idle_acceptance"),
)
"""All rules, in the order of their ids."""


def in_group(group: Group) -> tuple[Entry, ...]:
    """The rules of a group, in the order of their ids."""
    return tuple(each for each in RULES if group in each.groups)


@cache
def load_rules(group: Group) -> tuple[Rule, ...]:
    """The same, imported."""
    return tuple(each.rule for each in in_group(group))


@cache
def load_rule(rule_id: str) -> Rule:
    """The rule of that id, imported."""
    return next(each.rule for each in RULES if each.id == rule_id)
