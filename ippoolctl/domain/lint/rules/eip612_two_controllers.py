"""Two controllers assign an address to one Service.

Antrea never reads `loadBalancerClass`: it assigns an address of the pool to a Service that another
controller is responsible for as well. Both write `status.loadBalancer`, in turn. The same holds for
a Service with annotations of MetalLB.

Example:
    metadata:
      annotations:
        service.antrea.io/external-ip-pool: edge
        metallb.io/address-pool: public
    spec:
      type: LoadBalancer

What to do: keep one of the two. After:

    metadata:
      annotations:
        service.antrea.io/external-ip-pool: edge
    spec:
      type: LoadBalancer

Source: Antrea v2.7.0 `pkg/controller/serviceexternalip/controller.go` and
`docs/service-loadbalancer.md`; no issue is known.

"""

from collections.abc import Iterator
from typing import Final

from ippoolctl.domain.lint.fact import SERVICES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule

_METALLB: Final = ("metallb.io/", "metallb.universe.tf/")


def find(facts: Facts) -> Iterator[Finding]:
    """LoadBalancer Services with a pool and a sign of another controller."""
    for service in facts.known(SERVICES):
        if service.type != "LoadBalancer" or not service.pool:
            continue
        keys = sorted(each for each in service.annotations if each.startswith(_METALLB))
        if service.load_balancer_class:
            other = f"loadBalancerClass {service.load_balancer_class}"
        elif keys:
            other = f"the annotation {keys[0]}"
        else:
            continue
        yield RULE.finding(
            f"{service.reference.label} refers to pool {service.pool} and has {other}:"
            " two controllers assign its address",
            Subject(service.reference, ("metadata", "annotations")),
            hint=f"remove {other}, or the annotation of Antrea",
        )


RULE = Rule(
    id="EIP612",
    name="two-controllers",
    severity=Severity.WARNING,
    title="two controllers assign an address to one Service",
    page=__doc__,
    find=find,
    needs=(SERVICES,),
)
