"""The API server silently drops a field that ExternalIPPool does not have.

kubectl 1.27 and later requests strict validation, so its request is rejected; other clients get no
error.

Common causes: a misspelled field; `gateway`, `prefixLength` or `vlan` inside a range, as in
IPPool v1alpha2 (in an ExternalIPPool they are fields of `spec.subnetInfo`); a
`metadata.namespace`, although pools are cluster-scoped.

Source: pruning by the structural schema, every Antrea release.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from ippoolctl.domain.antrea.pool import Path, Pool, dotted
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Pruned fields, without those of other rules."""
    for pool in facts.pruned:
        for path in pool.pruned:
            if path == ("spec", "subnetInfo") or _is_inside_a_mistake(pool, path):
                continue
            yield RULE.finding(
                f"pool {pool.label}: unknown field {dotted(path)}"
                " (dropped by the API server, rejected by kubectl)",
                Subject(pool, path),
                hint=_hint(path),
            )


def _is_inside_a_mistake(pool: Pool, path: Path) -> bool:
    # The fields of a value of the wrong type are not reported one by one.
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
        return "move it to spec.subnetInfo, which applies to the whole pool"
    close = get_close_matches(str(path[-1]), _FIELDS, n=1)
    return f"did you mean {close[0]}?" if close else "remove it"


RULE = Rule(
    id="EIP109",
    name="unknown-field",
    severity=Severity.WARNING,
    title="an unknown field is dropped silently",
    page=__doc__,
    find=find,
    undetected=True,
    warns_create=True,
)
