"""A pool contains the address of a Node: two machines answer for it.

The controller never reads Nodes, so it assigns the address to an Egress or a Service like any
other address, and a Node then has the address of another Node. Traffic to that Node, of kubelet and
of Pods too, goes to the wrong machine. `InternalIP`, `ExternalIP` and the annotation
`node.antrea.io/transport-addresses` count. If Antrea does not assign the address (the first and
the last one of an IPv4 CIDR, or one beyond the first 65,536 addresses), it is a warning: an Egress
or a Service can still request it.

Example: a Node has `InternalIP` 10.0.0.5, and a pool has

    - cidr: 10.0.0.0/28

What to do: leave the address out. After:

    - start: 10.0.0.6
      end: 10.0.0.14

Ranges of an existing pool cannot be removed (EIP210); the pool has to be replaced.

Source: Antrea v2.7.0 `pkg/controller/externalippool/controller.go`, which has no informer of
Nodes; antrea-io/antrea issue 6867; metallb/metallb issue 364.
"""

from ippoolctl.domain.lint.fact import NODES
from ippoolctl.domain.lint.families.conflicts import conflict_rule
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.surroundings.networks import node_addresses

RULE = conflict_rule(
    "EIP501",
    "node-address",
    "a range contains the address of a Node",
    __doc__,
    needs=(NODES,),
    held=lambda facts: node_addresses(facts.known(NODES)),
    predicate="contains Node addresses:",
    hint="leave the addresses of Nodes out of the range",
    unassigned=Severity.WARNING,
)
