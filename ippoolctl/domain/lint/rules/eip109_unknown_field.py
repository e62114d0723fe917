"""The API server silently drops a field that ExternalIPPool does not have.

kubectl 1.27 and later requests strict validation, so its request is rejected; other clients get no
error.

Common causes: a misspelled field; a field of another vendor's pools (`addresses`, `cidrs`,
`avoidBuggyIPs`); `gateway`, `prefixLength` or `vlan` inside a range, as in IPPool v1alpha2 (in an
ExternalIPPool they are fields of `spec.subnetInfo`); a `metadata.namespace`, although pools are
cluster-scoped; a field at the wrong level. A label next to `matchLabels` instead of below it leaves
`nodeSelector: {}`, which selects every Node. A label of `matchLabels` without a value (`role:`) is
null, and is dropped as well; the empty value is `""`.

Source: pruning by the structural schema, every Antrea release.
"""

import re
from collections.abc import Iterator

from ippoolctl.domain.antrea.pool import Path, Pool, dotted
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.field_names import (
    EXPRESSION,
    LABELS,
    SELECTOR,
    correction,
    meaning,
    renamed,
    selects_every_node,
)
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.oddities import oddity_remedy
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Pruned fields, without those of other rules."""
    for pool in facts.pruned:
        every_node = _every_node(pool)
        for path in pool.pruned:
            if path == ("spec", "subnetInfo"):
                continue
            namespace = path == ("metadata", "namespace")
            effect = every_node if _is_of_selector(pool, path) else ""
            yield RULE.finding(
                f"pool {pool.label}: unknown field {dotted(path)}"
                f" (dropped by the API server, rejected by kubectl){effect}",
                Subject(pool, path),
                edits=() if namespace or oddity_remedy(pool, path) else renamed(pool, path),
                hint="remove it: ExternalIPPools are cluster-scoped"
                if namespace
                else oddity_remedy(pool, path) or correction(pool, path),
            )
        for path in pool.null_labels:
            yield RULE.finding(
                f"pool {pool.label}: label without a value {dotted(path)}"
                f" (dropped by the API server){every_node}",
                Subject(pool, path),
                hint=oddity_remedy(pool, path) or _label(str(path[-1])),
            )


def _is_of_selector(pool: Pool, path: Path) -> bool:
    """Whether an unknown field was meant to be a condition of the node selector."""
    inside = path[:2] == ("spec", "nodeSelector")
    return inside or meaning(pool, path).home in (SELECTOR, LABELS, EXPRESSION)


def _every_node(pool: Pool) -> str:
    """What a node selector without its condition selects."""
    missing = any(each.path == ("spec", "nodeSelector") for each in pool.violations)
    if missing or not selects_every_node(pool):
        return ""
    return "; the stored nodeSelector is {}, which selects every Node"


def _label(key: str) -> str:
    """What to do about a label without a value, which may be part of its key."""
    both = re.fullmatch(r"([^\s=:]+)\s*(?:=|:\s)\s*([^\s=:]+)", key)
    return f"use {both[1]}: {both[2]}" if both else f'set the value; the empty one is {key}: ""'


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
