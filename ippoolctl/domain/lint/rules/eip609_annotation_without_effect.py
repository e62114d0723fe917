"""The annotation with a pool has no effect on a Service.

Antrea assigns addresses only to Services of type LoadBalancer, and only if the feature gate
ServiceExternalIP is enabled, as it is by default since Antrea 2.3. The gate is read from the
ConfigMap `antrea-config`; if it cannot be read, only the type counts, and that part of the rule is
skipped.

Example:
    metadata:
      annotations:
        service.antrea.io/external-ip-pool: edge
    spec:
      type: ClusterIP

What to do: set the type, enable the feature gate for antrea-controller and antrea-agent, or remove
the annotation. After:

    metadata:
      annotations:
        service.antrea.io/external-ip-pool: edge
    spec:
      type: LoadBalancer

Source: Antrea v2.7.0 `pkg/controller/serviceexternalip/controller.go` and
`pkg/features/antrea_features.go`; no issue is known.

"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ippoolctl.domain.lint.fact import ANTREA_CONFIG, SERVICES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.installation.feature_gates import SERVICE_EXTERNAL_IP, is_on
from ippoolctl.domain.surroundings.service import POOL_ANNOTATION

if TYPE_CHECKING:
    from ippoolctl.domain.surroundings.service import Service


def find(facts: Facts) -> Iterator[Finding]:
    """Services with an annotation that the controller ignores."""
    off = any(
        not is_on(SERVICE_EXTERNAL_IP, gates, facts.release)
        for each in facts.get(ANTREA_CONFIG) or ()
        for gates in (each.controller_gates, each.agent_gates)
    )
    for service in facts.known(SERVICES):
        other_type = service.type != "LoadBalancer"
        if service.pool and (other_type or off):
            why = (
                f"its type is {service.type or 'ClusterIP'}"
                if other_type
                else "the feature gate ServiceExternalIP is disabled"
            )
            yield RULE.finding(
                f"{service.reference.label} refers to pool {service.pool} without effect: {why}",
                Subject(service.reference, ("metadata", "annotations", POOL_ANNOTATION)),
                hint="use type LoadBalancer, or remove the annotation"
                if other_type
                else "enable the feature gate, or remove the annotation",
            )


def _depends_on_gate(service: "Service") -> bool:
    return bool(service.pool) and service.type == "LoadBalancer"


RULE = Rule(
    id="EIP609",
    name="annotation-without-effect",
    severity=Severity.WARNING,
    title="the pool of a Service has no effect",
    page=__doc__,
    find=find,
    needs=(SERVICES,),
    in_part=(ANTREA_CONFIG,),
    left_open=lambda facts: any(map(_depends_on_gate, facts.known(SERVICES))),
)
