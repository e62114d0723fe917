"""A consumer requests the last address of an IPv4 CIDR: it never gets it.

The address counts as one of the pool, so the webhook admits an Egress with it, but the allocator
reserves it. The Egress has the condition `cannot allocate IP … in any range`, a Service silently
stays pending.

Example: pool edge has `cidr: 10.30.0.0/28`, and a Service with
`service.antrea.io/external-ip-pool: edge` has

    spec:
      type: LoadBalancer
      loadBalancerIP: 10.30.0.15

What to do: request another address of the pool. After:

    spec:
      type: LoadBalancer
      loadBalancerIP: 10.30.0.14

Source: run on Antrea v2.7.0; `pkg/ipam/ipallocator/allocator.go`; no issue is known.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.fact import EGRESSES, SERVICES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.waiting import Cause


def find(facts: Facts) -> Iterator[Finding]:
    """Consumers that request a reserved address."""
    for request, cause, _ in facts.waiting:
        if cause is Cause.RESERVED:
            yield RULE.finding(
                f"{request.by.label} requests {request.requested_text}, the last address of a CIDR"
                f" of pool {request.pool}, which Antrea never assigns",
                Subject(request.by, request.requested_path, request.requested_text),
                Subject(facts.pool_of[request.pool], ("spec", "ipRanges")),
                hint="request another address of the pool",
            )


RULE = Rule(
    id="EIP607",
    name="reserved-address",
    severity=Severity.ERROR,
    title="a consumer requests the last address of an IPv4 CIDR",
    page=__doc__,
    find=find,
    needs_one=(EGRESSES, SERVICES),
)
