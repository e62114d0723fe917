"""`subnetInfo` is dropped in silence, because this version of the API does not have it.

Antrea 1.15 added the field to v1beta1 only. In a v1alpha2 object it is pruned: the pool is created,
and its addresses belong to no subnet and no VLAN.

Source: the CRD at v1.15.1. From 2.0 on v1alpha2 is not served at all (EIP110).
"""

from collections.abc import Iterator

from ippoolctl.domain.antrea.releases import Line, Release
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """Pools whose subnetInfo the served version does not know."""
    if release.line is not Line.V1_15:
        return
    for pool in inventory.pruned:
        path = ("spec", "subnetInfo")
        if path in pool.pruned:
            yield Finding(
                RULE.id,
                RULE.severity,
                f"pool {pool.label}: subnetInfo is dropped, {pool.version} does not have it",
                Subject(pool, path),
                hint="write apiVersion: crd.antrea.io/v1beta1",
            )


RULE = Rule("EIP107", "subnetInfo is dropped in silence", Severity.ERROR, __doc__, find)
