"""A Service requests an address that is not in its pool: it stays pending without a word.

Nothing checks `loadBalancerIP` when the Service is created, and the controller only logs
`ExternalIPPool did not contain the requested IP`. The first address of a CIDR and those beyond the
first 65,536 of a range are not in the pool either, nor is text that is no address.

Example: pool edge has `cidr: 10.0.0.0/28`, and a Service with
`service.antrea.io/external-ip-pool: edge` has

    spec:
      type: LoadBalancer
      loadBalancerIP: 10.0.1.5

What to do: request an address of the pool, or none. Before, as above; after:

    spec:
      type: LoadBalancer
      loadBalancerIP: 10.0.0.5

Source: Antrea v2.7.0 `allocateExternalIP` in `pkg/controller/serviceexternalip/controller.go`; no
issue is known.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.facts import SERVICES, Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.waiting import Cause


def find(facts: Facts) -> Iterator[Finding]:
    """Services that request an address that their pool does not have."""
    for request, cause, _ in facts.waiting:
        if request.by.kind == "Service" and cause in (Cause.OUTSIDE, Cause.INVALID):
            problem = "is not an address" if cause is Cause.INVALID else "is not in the pool"
            yield RULE.finding(
                f"{request.by.label} requests {request.requested_text} of pool {request.pool},"
                f" which {problem}",
                Subject(request.by, request.requested_path, request.requested_text),
                Subject(facts.pool_of[request.pool], ("spec", "ipRanges")),
                hint="request an address of the pool, or remove loadBalancerIP",
            )


RULE = Rule(
    id="EIP604",
    name="service-outside-pool",
    severity=Severity.ERROR,
    title="a Service requests an address that is not in its pool",
    page=__doc__,
    find=find,
    needs=(SERVICES,),
)
