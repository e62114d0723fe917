"""A Service requests an address that is not in its pool: it silently stays pending.

Nothing checks `loadBalancerIP` when the Service is created, and the controller only logs
`ExternalIPPool did not contain the requested IP`. The first address of a CIDR and those beyond the
first 65,536 of a range are not in the pool either, nor is text that is not an address.

Example: pool edge has `cidr: 10.0.0.0/28`, and a Service with
`service.antrea.io/external-ip-pool: edge` has

    spec:
      type: LoadBalancer
      loadBalancerIP: 10.0.1.5

What to do: request an address of the pool, or none. After:

    spec:
      type: LoadBalancer
      loadBalancerIP: 10.0.0.5

Source: Antrea v2.7.0 `allocateExternalIP` in `pkg/controller/serviceexternalip/controller.go`; no
issue is known.
"""

from ippoolctl.domain.lint.fact import SERVICES
from ippoolctl.domain.lint.families.requests import outside_pool
from ippoolctl.domain.lint.finding import Severity
from ippoolctl.domain.lint.rule import Rule

RULE = Rule(
    id="EIP604",
    name="service-outside-pool",
    severity=Severity.ERROR,
    title="a Service requests an address that is not in its pool",
    page=__doc__,
    find=outside_pool(
        "EIP604", "Service", "request an address of the pool, or remove loadBalancerIP"
    ),
    needs=(SERVICES,),
)
