"""Two consumers request one address of a pool: only one of them gets it.

The allocator of a pool assigns an address to one consumer. The second Egress has the condition
`cannot allocate IP … in any range`, the second Service silently stays pending. Services share an
address only if each of them has `service.antrea.io/allow-shared-load-balancer-ip: "true"`, since
Antrea 2.1; an Egress never shares one of a pool. Two Egresses with one static address and without a
pool are not reported.

Example: an Egress and a Service, both of pool edge:

    spec:
      egressIP: 10.0.0.5
    ---
    spec:
      loadBalancerIP: 10.0.0.5

What to do: request another address, or none. After:

    spec:
      egressIP: 10.0.0.5
    ---
    spec:
      loadBalancerIP: 10.0.0.6

Source: Antrea v2.7.0 `pkg/controller/egress/controller.go` and
`pkg/controller/serviceexternalip/controller.go`; antrea-io/antrea issues 3334, 4309 and 6662.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.fact import EGRESSES, SERVICES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.waiting import Cause, Hold


def find(facts: Facts) -> Iterator[Finding]:
    """Consumers that request the address of another one."""
    for request, cause, holder in facts.waiting:
        if cause is Cause.TAKEN and holder:
            has = "has this address" if holder.hold is Hold.CONFIRMED else "requests it too"
            yield RULE.finding(
                f"{request.by.label} requests {request.requested_text} of pool {request.pool},"
                f" but {holder.by.label} {has}",
                Subject(request.by, request.requested_path, request.requested_text),
                Subject(holder.by),
                hint="request another address, or none",
            )


RULE = Rule(
    id="EIP605",
    name="address-requested-twice",
    severity=Severity.ERROR,
    title="two consumers request one address of a pool",
    page=__doc__,
    find=find,
    needs_one=(EGRESSES, SERVICES),
)
