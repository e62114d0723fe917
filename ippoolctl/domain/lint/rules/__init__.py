"""The catalogue: one rule a file, all listed here.

A rule that is not in :data:`RULES` does not run, and a file that is not listed fails a test.
"""

from typing import Final

from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.lint.rules import (
    eip101_missing_field,
    eip102_range_alternatives,
    eip103_stray_start_end,
    eip104_bad_cidr,
    eip105_bad_address,
    eip106_bad_subnet_info,
    eip107_subnet_info_pruned,
    eip108_bad_selector,
    eip109_unknown_field,
    eip110_version_not_served,
    eip111_bad_metadata,
    eip112_repeated_name,
    eip201_webhook_cidr,
    eip202_webhook_address,
    eip203_mixed_families,
    eip204_reversed,
    eip206_prefix_length,
    eip207_outside_subnet,
    eip208_self_overlap,
    eip209_overlap,
    eip210_removed_range,
    eip211_poison,
    eip212_frozen,
    eip301_mapped_cidr,
    eip302_not_canonical,
    eip304_too_long,
    eip305_mapped_address,
    eip306_double_allocation,
    eip801_abandoned_pool,
    eip802_abandoned_claim,
    eip803_expired,
    eip804_unreadable_annotation,
)

RULES: Final[tuple[Rule, ...]] = (
    eip101_missing_field.RULE,
    eip102_range_alternatives.RULE,
    eip103_stray_start_end.RULE,
    eip104_bad_cidr.RULE,
    eip105_bad_address.RULE,
    eip106_bad_subnet_info.RULE,
    eip107_subnet_info_pruned.RULE,
    eip108_bad_selector.RULE,
    eip109_unknown_field.RULE,
    eip110_version_not_served.RULE,
    eip111_bad_metadata.RULE,
    eip112_repeated_name.RULE,
    eip201_webhook_cidr.RULE,
    eip202_webhook_address.RULE,
    eip203_mixed_families.RULE,
    eip204_reversed.RULE,
    eip206_prefix_length.RULE,
    eip207_outside_subnet.RULE,
    eip208_self_overlap.RULE,
    eip209_overlap.RULE,
    eip210_removed_range.RULE,
    eip211_poison.RULE,
    eip212_frozen.RULE,
    eip301_mapped_cidr.RULE,
    eip302_not_canonical.RULE,
    eip304_too_long.RULE,
    eip305_mapped_address.RULE,
    eip306_double_allocation.RULE,
    eip801_abandoned_pool.RULE,
    eip802_abandoned_claim.RULE,
    eip803_expired.RULE,
    eip804_unreadable_annotation.RULE,
)
"""All rules, in the order of their ids."""

BLOCKING: Final = tuple(rule.id for rule in RULES if rule.blocks_create)
"""The ids of rules whose findings make ``create`` refuse a pool."""
