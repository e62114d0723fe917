"""A pool overlaps with the Pod CIDR of a Node: an address belongs to a Pod and to an Egress.

Antrea does not compare pools with `spec.podCIDRs` of Nodes. An Egress or a Service can get the
address of a running Pod; packets to it then go to that Pod, or Pods of that Node become
unreachable. Whole ranges are compared exactly; a start-end range is not rounded to a CIDR.

Pod CIDRs are read from the Nodes. For files alone, or if Nodes have none, they can be given as an
option of `ippoolctl check`.

Example: a Node has `podCIDRs: [10.244.1.0/24]`, and a pool has

    - cidr: 10.244.0.0/16

What to do: use addresses outside the Pod CIDRs. After:

    - cidr: 10.245.0.0/24

Source: Antrea v2.7.0 `pkg/controller/externalippool/validate.go`, which lists ExternalIPPools only;
metallb/metallb issue 2779 (a false overlap by rounding).
"""

from ippoolctl.domain.lint.fact import POD_CIDRS
from ippoolctl.domain.lint.families.conflicts import conflict_rule

RULE = conflict_rule(
    "EIP502",
    "pod-cidr",
    "a range overlaps with a Pod CIDR",
    __doc__,
    needs=(POD_CIDRS,),
    held=lambda facts: facts.known(POD_CIDRS),
    predicate="overlaps with Pod CIDRs:",
    hint="use addresses outside the Pod CIDRs",
)
