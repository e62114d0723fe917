"""The nodeSelector of a pool matches exactly one Node: there is no failover.

If that Node is down or drained, no other one takes over the addresses of the pool. It is not
reported in a cluster of one Node.

Example: one Node has the label `role: gateway`, and a pool has

    nodeSelector:
      matchLabels:
        role: gateway

What to do: label a second Node, `kubectl label node NODE role=gateway`, or widen the selector.
After:

    nodeSelector:
      matchExpressions:
      - {key: role, operator: In, values: [gateway, edge]}

Source: Antrea v2.7.0 `pkg/agent/memberlist/cluster.go`, which selects among the Nodes that the
selector matches; no issue is known.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.fact import NODES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Pools with a single Node."""
    for pool in facts.pools if len(facts.known(NODES)) > 1 else ():
        selected = facts.node_selection.of(pool)
        if selected and len(selected.linux) == 1:
            only = selected.linux[0].reference.label
            yield RULE.finding(
                f"nodeSelector of pool {pool.label} matches only {only};"
                " no other Node can take over its addresses",
                Subject(pool, ("spec", "nodeSelector")),
                hint="label a second Node",
            )


RULE = Rule(
    id="EIP509",
    name="one-node",
    severity=Severity.INFO,
    title="nodeSelector matches exactly one Node",
    page=__doc__,
    find=find,
    needs=(NODES,),
)
