"""The annotation that lets Services share an address has no effect.

`service.antrea.io/allow-shared-load-balancer-ip` is read as Go reads a bool: 1, t, T, TRUE, true,
True, 0, f, F, FALSE, false and False. Any other text silently counts as false. If it is true, it
takes effect only with an explicit `loadBalancerIP`, which all sharing Services request. Services
can share an address since Antrea 2.1.

Example:
    metadata:
      annotations:
        service.antrea.io/external-ip-pool: edge
        service.antrea.io/allow-shared-load-balancer-ip: "yes"
    spec:
      loadBalancerIP: 10.0.0.5

What to do: write true, and request an address. After:

    metadata:
      annotations:
        service.antrea.io/external-ip-pool: edge
        service.antrea.io/allow-shared-load-balancer-ip: "true"
    spec:
      loadBalancerIP: 10.0.0.5

Source: Antrea v2.7.0 `pkg/controller/serviceexternalip/controller.go`, which uses
`strconv.ParseBool`; antrea-io/antrea issue 4309.

"""

from collections.abc import Iterator

from ippoolctl.domain.characters import quoted
from ippoolctl.domain.lint.fact import SERVICES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.service import GO_FALSE, GO_TRUE, SHARED_ANNOTATION


def find(facts: Facts) -> Iterator[Finding]:
    """Services of pools with that annotation in vain."""
    for service in facts.known(SERVICES):
        value = service.annotations.get(SHARED_ANNOTATION)
        if value is None or not service.pool or value in GO_FALSE:
            continue
        if value not in GO_TRUE:
            shown = quoted(value)
            text, hint = f"is {shown}, which counts as false", 'use "true" or "false"'
        elif not service.requested_text:
            text, hint = "has no effect without loadBalancerIP", "set loadBalancerIP"
        else:
            continue
        yield RULE.finding(
            f"{service.reference.label}: {SHARED_ANNOTATION} {text}",
            Subject(service.reference, ("metadata", "annotations", SHARED_ANNOTATION)),
            hint=hint,
        )


RULE = Rule(
    id="EIP611",
    name="allow-shared",
    severity=Severity.WARNING,
    title="the annotation to share an address has no effect",
    page=__doc__,
    find=find,
    needs=(SERVICES,),
)
