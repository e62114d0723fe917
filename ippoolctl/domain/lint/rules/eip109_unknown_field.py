"""A field that ExternalIPPool does not have is dropped by the API server, in silence.

kubectl asks for strict validation since 1.27 and is refused; other clients hear nothing.

Usual reasons: a typing mistake; `gateway`, `prefixLength` or `vlan` inside a range, as in
IPPool v1alpha2 (here they belong into `spec.subnetInfo`); a `metadata.namespace`, although pools
are cluster-scoped.

Source: pruning by the structural schema, every Antrea release.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from ippoolctl.domain.antrea.pool import Path, Pool, dotted
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.inventory import Inventory
from ippoolctl.domain.lint.rule import Rule


def find(inventory: Inventory, release: Release) -> Iterator[Finding]:
    """Fields that are pruned, those of other rules left out."""
    for pool in inventory.pruned:
        for path in pool.pruned:
            if path == ("spec", "subnetInfo") or _is_inside_a_mistake(pool, path):
                continue
            yield Finding(
                RULE.id,
                RULE.severity,
                f"pool {pool.label}: {dotted(path)} is unknown and dropped, or refused by kubectl",
                Subject(pool, path),
                hint=_hint(path),
            )


def _is_inside_a_mistake(pool: Pool, path: Path) -> bool:
    # What stands in the place of something else has no fields worth speaking of.
    return any(path[: len(each.path)] == each.path for each in pool.violations)


_FIELDS: Final = (
    "metadata", "spec", "ipRanges", "nodeSelector", "subnetInfo", "cidr", "start", "end",
    "gateway", "prefixLength", "vlan", "matchLabels", "matchExpressions",
    "key", "operator", "values",
)  # fmt: skip


def _hint(path: Path) -> str:
    if path == ("metadata", "namespace"):
        return "remove it: ExternalIPPools are cluster-scoped"
    if path[-1] in ("gateway", "prefixLength", "vlan"):
        return "put it into spec.subnetInfo, which holds for the whole pool"
    close = get_close_matches(str(path[-1]), _FIELDS, n=1)
    return f"did you mean {close[0]}?" if close else "remove it"


RULE = Rule("EIP109", "an unknown field is dropped in silence", Severity.WARNING, __doc__, find)
