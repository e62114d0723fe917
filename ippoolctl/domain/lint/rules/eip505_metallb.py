"""A pool overlaps with an IPAddressPool of MetalLB: two controllers assign the same addresses.

MetalLB and Antrea do not know of each other: two Services, or a Service and an Egress, get one
address, and two Nodes answer for it. Whole ranges are compared exactly.

Example: an IPAddressPool has `addresses: [10.3.0.10-10.3.0.50]`, and an ExternalIPPool has

    - cidr: 10.3.0.32/28

What to do: split the addresses between both, or use one of the two. After:

    - start: 10.3.0.51
      end: 10.3.0.66

Source: MetalLB v0.15 `internal/config/config.go`; Antrea v2.7.0 `docs/service-loadbalancer.md`.
"""

from ippoolctl.domain.lint.fact import METALLB_POOLS
from ippoolctl.domain.lint.families.conflicts import conflict_rule
from ippoolctl.domain.surroundings.networks import metallb_addresses

RULE = conflict_rule(
    "EIP505",
    "metallb",
    "a range overlaps with an IPAddressPool of MetalLB",
    __doc__,
    needs=(METALLB_POOLS,),
    held=lambda facts: metallb_addresses(facts.known(METALLB_POOLS)),
    predicate="overlaps with IPAddressPools of MetalLB:",
    hint="use addresses that MetalLB does not assign",
)
