"""More Egress addresses are in use than the Nodes of the pool can have.

A Node has at most 255 Egress addresses, or as many as its annotation
`node.antrea.io/max-egress-ips` says. Addresses beyond that are on no Node, and the traffic of their
Pods leaves with the address of a Node. Pools that select the same Nodes are counted together. A
lower `egress.maxEgressIPsPerNode` in the configuration of the agents is not taken into account.

A pool with more usable addresses than its Nodes can have is information: the rest can only be
assigned to Services. It is not reported for a pool that Services refer to, and no Egress.

Example: 300 Egresses of pools with this selector, and one Node with the label:

    nodeSelector:
      matchLabels:
        role: gateway

What to do: label more Nodes, or raise the limit. After, with both labelled Nodes:

    metadata:
      labels:
        role: gateway

Source: Antrea v2.7.0 `pkg/agent/controller/egress/ip_scheduler.go` (`schedule` leaves out Nodes
that have as many as they can); antrea-io/antrea pull request 4593.
"""

from collections import defaultdict
from collections.abc import Iterator

from ippoolctl.domain.antrea.capacity import counts
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.lint.fact import EGRESSES, NODES, SERVICES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.node_selection import SelectedNodes
from ippoolctl.domain.unlisted import and_more


def find(facts: Facts) -> Iterator[Finding]:
    """Pools, counted by the Nodes that they select, with too many addresses in use; and pools that
    have more addresses than their Nodes can have.
    """
    settled = _of_services_alone(facts)
    for together, finding in _too_many_in_use(facts):
        settled |= {each.name for each in together}
        yield finding
    for pool in facts.pools:
        selected = facts.node_selection.of(pool)
        if pool.name in settled or not (selected and selected.linux):
            continue
        usable = counts(pool.ranges).usable
        if usable > selected.egress_ip_limit:
            yield RULE.finding(
                f"pool {pool.label} has {_counted(usable, 'usable')}; the Nodes that nodeSelector"
                f" matches can have {_counted(selected.egress_ip_limit, 'Egress')}",
                Subject(pool, ("spec", "nodeSelector")),
                hint="label more Nodes before that many Egresses refer to the pool",
                severity=Severity.INFO,
            )


def _of_services_alone(facts: Facts) -> set[str]:
    """The pools that Services refer to, and no Egress: their addresses have no limit."""
    services = {each.pool for each in facts.get(SERVICES) or () if each.pool}
    return services - {each.pool for each in facts.get(EGRESSES) or () if each.pool}


def _too_many_in_use(facts: Facts) -> Iterator[tuple[list[Pool], Finding]]:
    """The pools that are counted together, and the finding about them."""
    in_use: dict[str, set[int]] = defaultdict(set)
    for egress in facts.get(EGRESSES) or ():
        if egress.pool and egress.address and egress.reference.stored:
            in_use[egress.pool].add(egress.address.span.first)
    by_nodes: dict[SelectedNodes, list[Pool]] = defaultdict(list)
    for name in in_use:
        pool = facts.pool_of.get(name)
        selected = facts.node_selection.of(pool) if pool else None
        if pool and selected and selected.linux:
            by_nodes[selected].append(pool)
    for selected, together in by_nodes.items():
        limit = selected.egress_ip_limit
        number = sum(len(in_use[each.name]) for each in together)
        if number > limit:
            pools = and_more(f"pool {together[0].label}", len(together) - 1)
            finding = RULE.finding(
                f"{_counted(number, 'Egress')} of {pools} {'is' if number == 1 else 'are'} in use;"
                f" the Nodes that nodeSelector matches can have {limit}",
                Subject(together[0], ("spec", "nodeSelector")),
                hint="label more Nodes, or raise node.antrea.io/max-egress-ips",
            )
            yield together, finding


def _counted(number: int, kind: str) -> str:
    return f"{number} {kind} address{'' if number == 1 else 'es'}"


RULE = Rule(
    id="EIP513",
    name="too-few-nodes",
    severity=Severity.WARNING,
    title="more Egress addresses are in use than the Nodes can have",
    page=__doc__,
    find=find,
    needs=(NODES,),
    uses=(SERVICES,),
    in_part=(EGRESSES,),
    left_open=lambda facts: bool(facts.pools),
)
