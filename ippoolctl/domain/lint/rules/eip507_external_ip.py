"""A pool contains an external address of a Service that does not come from a pool.

`spec.externalIPs`, and the address that another load balancer gave to a Service, are in use, and
the allocator of the pool does not know it: an Egress or another Service can get the same address.
Only addresses that Antrea assigns count. The addresses of Gateways and of the endpoint of the
control plane are not known and not compared.

Example: a pool has `cidr: 10.0.0.0/28`, and a Service has

    spec:
      externalIPs: [10.0.0.5]

What to do: leave the address out of the pool. Before, as above; after:

    - start: 10.0.0.6
      end: 10.0.0.14

Source: Antrea v2.7.0 `pkg/controller/serviceexternalip/controller.go`, which ignores Services
without its annotation.
"""

from ippoolctl.domain.lint.facts import SERVICES
from ippoolctl.domain.lint.families.conflicts import conflict_rule
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.surroundings.networks import external_ips

RULE = conflict_rule(
    "EIP507",
    "external-ip",
    "a range contains an external address of a Service without a pool",
    __doc__,
    needs=(SERVICES,),
    held=lambda facts: external_ips(facts.known(SERVICES)),
    predicate="contains external addresses of Services without a pool:",
    hint="leave the addresses out of the range",
    severity=Severity.WARNING,
    unassigned=None,
)
