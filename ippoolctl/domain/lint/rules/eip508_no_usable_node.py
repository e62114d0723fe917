"""No Node can have the addresses of a pool.

Only a Node that `nodeSelector` matches, that runs Linux and whose antrea-agent is alive can have
them. Without one, an Egress has the condition `no Node available` and the traffic of its Pods
leaves with the address of their Node; an address of a Service answers nowhere.

Example: no Node has the label `role: gateway`, and a pool has

    nodeSelector:
      matchLabels:
        role: gateway

What to do: label Nodes, `kubectl label node NODE role=gateway`, or change the selector, which is
allowed at any time. After:

    nodeSelector: {}

Source: Antrea v2.7.0 `pkg/agent/memberlist/cluster.go`; antrea-io/antrea issue 6228.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.fact import NODES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.node_selection import SelectedNodes


def find(facts: Facts) -> Iterator[Finding]:
    """Pools whose selector matches no usable Node, if there are Nodes at all."""
    number = len(facts.known(NODES))
    for pool in facts.pools if number else ():
        selected = facts.node_selection.of(pool)
        problem = "" if selected is None else _problem(selected, number)
        if problem:
            yield RULE.finding(
                f"nodeSelector of pool {pool.label} matches {problem}",
                Subject(pool, ("spec", "nodeSelector")),
                hint="label Nodes, or change nodeSelector",
            )


def _problem(selected: SelectedNodes, number: int) -> str:
    """Why none of these Nodes can have an address; empty if one can."""
    if not selected.matched:
        return f"none of {number} Nodes" if number > 1 else "no Node"
    if not selected.linux:
        return "only Nodes that do not run Linux"
    return "" if selected.ready else "only Nodes that are not ready"


RULE = Rule(
    id="EIP508",
    name="no-usable-node",
    severity=Severity.ERROR,
    title="nodeSelector matches no usable Node",
    page=__doc__,
    find=find,
    needs=(NODES,),
)
