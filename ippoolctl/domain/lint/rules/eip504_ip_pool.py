"""A pool overlaps with an IPPool of Antrea: a Pod and an Egress or a Service get one address.

IPPools (`AntreaIPAM`) have addresses for Pods. The webhook of neither kind looks at the other kind,
so both are admitted, and their controllers assign the common addresses independently of each other.
Whole ranges are compared exactly.

Example: an IPPool has `cidr: 10.2.0.0/24`, and an ExternalIPPool has

    - cidr: 10.2.0.128/25

What to do: use different addresses. Before, as above; after:

    - cidr: 10.2.1.128/25

Source: Antrea v2.7.0 `pkg/controller/externalippool/validate.go` and
`pkg/controller/ipam/validate.go`; antrea-io/antrea issue 7306.
"""

from ippoolctl.domain.lint.conflicts import conflict_rule
from ippoolctl.domain.lint.facts import IP_POOLS
from ippoolctl.domain.surroundings.networks import ip_pool_ranges

RULE = conflict_rule(
    "EIP504",
    "ip-pool",
    "a range overlaps with an IPPool",
    __doc__,
    needs=(IP_POOLS,),
    held=lambda facts: ip_pool_ranges(facts.known(IP_POOLS)),
    predicate="overlaps with IPPools:",
    hint="use different addresses for Pods and for external addresses",
)
