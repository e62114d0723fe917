"""`subnetInfo` is dropped silently because this version of the API does not support it.

Antrea 1.15 added the field to v1beta1 only. In a v1alpha2 object it is pruned: the pool is created,
and its addresses have no subnet and no VLAN.

Source: the CRD at v1.15.1. Antrea 2.0 and later does not serve v1alpha2 at all (EIP110).
"""

from collections.abc import Iterator

from ippoolctl.domain.antrea.releases import Line
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Pools whose served version has no subnetInfo."""
    if facts.release.line is not Line.V1_15:
        return
    for pool in facts.pruned:
        path = ("spec", "subnetInfo")
        if path in pool.pruned:
            yield RULE.finding(
                f"pool {pool.label}: subnetInfo is dropped because {pool.version}"
                " does not support it",
                Subject(pool, path),
                hint="use apiVersion: crd.antrea.io/v1beta1",
            )


RULE = Rule(
    id="EIP107",
    name="subnet-info-pruned",
    severity=Severity.ERROR,
    title="subnetInfo is dropped silently",
    page=__doc__,
    find=find,
    undetected=True,
    warns_create=True,
)
