"""A pool contains the static address of an Egress: Antrea can assign it to another one as well.

An Egress with `egressIP` and without `externalIPPool` does not take its address from a pool. The
allocator of the pool does not know that it is in use and assigns it to the next Egress or Service.
Only addresses that Antrea assigns count.

Example: a pool has `cidr: 10.0.0.0/28`, and an Egress has

    spec:
      egressIP: 10.0.0.5

What to do: refer to the pool, so that the allocator marks the address as used, or use an address
outside all pools. Before, as above; after:

    spec:
      egressIP: 10.0.0.5
      externalIPPool: edge

Source: Antrea v2.7.0 `pkg/controller/egress/controller.go`, `restoreIPAllocations` and
`syncEgressIP`, which skip an Egress without a pool.
"""

from ippoolctl.domain.lint.facts import EGRESSES
from ippoolctl.domain.lint.families.conflicts import conflict_rule
from ippoolctl.domain.surroundings.networks import static_egress_ips

RULE = conflict_rule(
    "EIP506",
    "static-egress-ip",
    "a range contains the static address of an Egress",
    __doc__,
    needs=(EGRESSES,),
    held=lambda facts: static_egress_ips(facts.known(EGRESSES)),
    predicate="contains static addresses of Egresses:",
    hint="set externalIPPool in the Egress, or use another address",
    unassigned=None,
)
