"""A pool contains the static address of an Egress: Antrea can assign it to another one as well.

An Egress with `egressIP` and without `externalIPPool` does not take its address from a pool. The
allocator of the pool does not know that it is in use and assigns it to the next Egress or Service.
Only addresses that Antrea assigns count.

Example: a pool has `cidr: 10.0.0.0/28`, and an Egress has

    spec:
      egressIP: 10.0.0.5

What to do: refer to the pool, so that the allocator marks the address as used, or use an address
outside all pools. Do not refer to the pool if a Node has the address, or if several Egresses share
it: then leave it out of the ranges of the pool, or change it. After:

    spec:
      egressIP: 10.0.0.5
      externalIPPool: edge

Source: Antrea v2.7.0 `pkg/controller/egress/controller.go`, `restoreIPAllocations` and
`syncEgressIP`, which skip an Egress without a pool.
"""

from collections import Counter
from collections.abc import Sequence

from ippoolctl.domain.lint.fact import EGRESSES, NODES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.families.conflicts import conflict_rule
from ippoolctl.domain.surroundings.networks import node_addresses, static_egress_ips
from ippoolctl.domain.surroundings.reference import Held


def _hint(facts: Facts, holders: Sequence[Held]) -> str:
    """Take the address from the pool only if nothing else has it, such as a Node."""
    having = Counter(each.field.span for each in node_addresses(facts.get(NODES) or ()))
    having.update(each.address.span for each in facts.known(EGRESSES) if each.address)
    if any(having[each.field.span] > 1 for each in holders):
        return "leave the addresses out of the range, or use other addresses in the Egresses"
    return "set externalIPPool in the Egress, or use another address"


RULE = conflict_rule(
    "EIP506",
    "static-egress-ip",
    "a range contains the static address of an Egress",
    __doc__,
    needs=(EGRESSES,),
    uses=(NODES,),
    held=lambda facts: static_egress_ips(facts.known(EGRESSES)),
    predicate="contains static addresses of Egresses:",
    hint=_hint,
    unassigned=None,
)
