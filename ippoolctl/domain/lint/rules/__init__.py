"""The catalogue: one rule a file, all listed here, each imported when it is needed.

A rule that is not in :data:`TABLE` does not run, and a file that is not listed fails a test.
"""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from importlib import import_module
from typing import Final

from ippoolctl.domain.lint.rule import Rule


class Group(Enum):
    """Rules that are imported without the others; a test compares them with the rules' fields."""

    CREATION = "block a creation, or warn about it"
    CREATION_BESIDE_OTHERS = "warn about a creation because of other objects"
    ADMISSION = "the reason why the API server or the webhook refuses a pool"
    UNDETECTED = "hazards that Antrea does not detect"
    ERRORS = "can report an error where only the pools of a cluster are known"
    CONSEQUENCES = "follow from other rules, or are explained by them"


TABLE: Final[Mapping[str, tuple[Group, ...]]] = {
    "eip101_missing_field": (Group.ADMISSION, Group.ERRORS),
    "eip102_range_alternatives": (Group.ADMISSION, Group.ERRORS),
    "eip103_stray_start_end": (Group.CREATION, Group.UNDETECTED),
    "eip104_bad_cidr": (Group.ADMISSION, Group.ERRORS),
    "eip105_bad_address": (Group.ADMISSION, Group.ERRORS),
    "eip106_bad_subnet_info": (Group.ADMISSION, Group.ERRORS),
    "eip107_subnet_info_pruned": (Group.CREATION, Group.UNDETECTED, Group.ERRORS),
    "eip108_bad_selector": (Group.ADMISSION, Group.ERRORS),
    "eip109_unknown_field": (Group.CREATION, Group.UNDETECTED),
    "eip110_version_not_served": (Group.ADMISSION, Group.ERRORS),
    "eip111_bad_metadata": (Group.ADMISSION, Group.ERRORS),
    "eip112_repeated_name": (Group.ADMISSION,),
    "eip201_webhook_cidr": (Group.ADMISSION, Group.ERRORS),
    "eip202_webhook_address": (Group.ADMISSION, Group.ERRORS),
    "eip203_mixed_families": (Group.ADMISSION, Group.ERRORS),
    "eip204_reversed": (Group.ADMISSION, Group.ERRORS),
    "eip206_prefix_length": (Group.ADMISSION, Group.ERRORS),
    "eip207_outside_subnet": (Group.ADMISSION, Group.ERRORS),
    "eip208_self_overlap": (Group.ADMISSION, Group.ERRORS),
    "eip209_overlap": (Group.ADMISSION, Group.ERRORS),
    "eip210_removed_range": (Group.ADMISSION, Group.ERRORS),
    "eip211_poison": (Group.ADMISSION, Group.ERRORS, Group.CONSEQUENCES),
    "eip212_frozen": (Group.ERRORS, Group.CONSEQUENCES),
    "eip301_mapped_cidr": (Group.CREATION, Group.UNDETECTED, Group.ERRORS),
    "eip302_not_canonical": (Group.CREATION, Group.UNDETECTED, Group.ERRORS),
    "eip303_selector_panics": (Group.CREATION, Group.UNDETECTED, Group.ERRORS),
    "eip304_too_long": (Group.CREATION, Group.UNDETECTED, Group.ERRORS),
    "eip305_mapped_address": (Group.CREATION, Group.UNDETECTED, Group.ERRORS),
    "eip306_double_allocation": (Group.UNDETECTED, Group.ERRORS, Group.CONSEQUENCES),
    "eip307_special_space": (Group.CREATION, Group.UNDETECTED, Group.ERRORS),
    "eip401_no_usable_address": (Group.UNDETECTED, Group.ERRORS, Group.CONSEQUENCES),
    "eip402_empty_cidr": (
        Group.CREATION,
        Group.CREATION_BESIDE_OTHERS,
        Group.UNDETECTED,
        Group.CONSEQUENCES,
    ),
    "eip403_beyond_window": (Group.UNDETECTED,),
    "eip404_dropped_cidr": (
        Group.CREATION,
        Group.UNDETECTED,
        Group.ERRORS,
        Group.CONSEQUENCES,
    ),
    "eip405_gateway_allocatable": (
        Group.CREATION,
        Group.CREATION_BESIDE_OTHERS,
        Group.UNDETECTED,
        Group.ERRORS,
    ),
    "eip406_subnet_ends": (Group.CREATION, Group.UNDETECTED),
    "eip407_bad_gateway": (Group.CREATION, Group.UNDETECTED),
    "eip408_lost_ends": (),
    "eip409_two_families": (Group.UNDETECTED,),
    "eip410_host_bits": (),
    "eip411_full": (),
    "eip412_stale_status": (),
    "eip413_no_status": (),
    "eip414_stale_used": (),
    "eip415_family_not_in_cluster": (),
    "eip501_node_address": (Group.CREATION_BESIDE_OTHERS,),
    "eip502_pod_cidr": (Group.CREATION_BESIDE_OTHERS,),
    "eip503_service_cidr": (Group.CREATION_BESIDE_OTHERS,),
    "eip504_ip_pool": (Group.CREATION_BESIDE_OTHERS,),
    "eip505_metallb": (Group.CREATION_BESIDE_OTHERS,),
    "eip506_static_egress_ip": (Group.CREATION_BESIDE_OTHERS,),
    "eip507_external_ip": (Group.CREATION_BESIDE_OTHERS,),
    "eip508_no_usable_node": (),
    "eip509_one_node": (),
    "eip510_too_many_subnets": (Group.ERRORS,),
    "eip511_inconsistent_subnets": (),
    "eip512_subnet_info_without_effect": (),
    "eip513_too_few_nodes": (),
    "eip514_bad_max_egress_ips": (),
    "eip515_vlan_cleanup": (),
    "eip516_node_subnet": (),
    "eip517_other_cluster": (),
    "eip518_freed_range": (Group.CREATION_BESIDE_OTHERS,),
    "eip601_egress_without_pool": (),
    "eip602_service_without_pool": (),
    "eip603_egress_outside_pool": (),
    "eip604_service_outside_pool": (),
    "eip605_address_requested_twice": (),
    "eip606_egress_plurals": (),
    "eip607_reserved_address": (),
    "eip608_egress_not_working": (Group.CONSEQUENCES,),
    "eip609_annotation_without_effect": (),
    "eip610_service_family": (),
    "eip611_allow_shared": (),
    "eip612_two_controllers": (),
    "eip701_stored_version": (),
    "eip702_terminating": (),
    "eip703_webhook_drift": (),
    "eip704_webhook_not_served": (),
    "eip705_controller_replicas": (),
    "eip706_no_memberlist_keys": (),
    "eip801_abandoned_pool": (),
    "eip802_abandoned_claim": (),
    "eip803_expired": (),
    "eip804_unreadable_annotation": (),
    "eip805_idle_acceptance": (),
}
"""The module of each rule, in the order of ids, and its groups."""


@cache
def load_rules(group: Group | None = None) -> tuple[Rule, ...]:
    """The rules of a group, or all of them, in the order of their ids."""
    return tuple(
        import_module(f"{__name__}.{module}").RULE
        for module, groups in TABLE.items()
        if group is None or group in groups
    )
