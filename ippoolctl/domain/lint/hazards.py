"""Hazards of pools that are about to be created: what Antrea admits and should not."""

from collections.abc import Iterator, Sequence
from typing import Final

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.finding import Finding
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule

BLOCKING: Final = ("EIP301", "EIP302", "EIP304", "EIP305")
"""Hazards that break a controller, or the pool for good."""

_WARNED_OF: Final = ("EIP103", "EIP107", "EIP109")


def hazards(pools: Sequence[Pool], release: Release, rules: Sequence[Rule]) -> Iterator[Finding]:
    """The hazards of these pools, each by itself, in the order of the rules."""
    inventory = Inventory(pools)
    for rule in rules:
        if rule.id in (*BLOCKING, *_WARNED_OF):
            yield from rule.find(inventory, release)
