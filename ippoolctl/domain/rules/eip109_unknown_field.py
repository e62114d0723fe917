"""A field that ExternalIPPool does not have is dropped by the API server, in silence.

Usual reasons: a typing mistake; `gateway`, `prefixLength` or `vlan` inside a range, as in
IPPool v1alpha2 (here they belong into `spec.subnetInfo`); a `metadata.namespace`, although pools
are cluster-scoped.

Source: pruning by the structural schema, every Antrea release.
"""

from collections.abc import Iterator

from ippoolctl.domain.finding import Finding, Severity, Subject
from ippoolctl.domain.inventory import Inventory
from ippoolctl.domain.pool import Path, Pool, dotted
from ippoolctl.domain.releases import Release
from ippoolctl.domain.rule import Rule


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """Fields that are pruned, those of other rules left out."""
    for pool in inventory.pruned:
        for path in pool.pruned:
            if path == ("spec", "subnetInfo") or _is_inside_a_mistake(pool, path):
                continue
            yield Finding(
                RULE.id,
                RULE.severity,
                f"pool {pool.label}: {dotted(path)} is unknown and will be dropped",
                Subject(pool, path),
                hint=_hint(path),
            )


def _is_inside_a_mistake(pool: Pool, path: Path) -> bool:
    # What stands in the place of something else has no fields worth speaking of.
    return any(path[: len(each.path)] == each.path for each in pool.violations)


def _hint(path: Path) -> str:
    if path == ("metadata", "namespace"):
        return "remove it: ExternalIPPools are cluster-scoped"
    if path[-1] in ("gateway", "prefixLength", "vlan"):
        return "put it into spec.subnetInfo, which holds for the whole pool"
    return "remove it, or correct its spelling"


RULE = Rule("EIP109", "an unknown field is dropped in silence", Severity.WARNING, __doc__, find)
