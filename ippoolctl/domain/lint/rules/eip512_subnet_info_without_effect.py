"""The subnetInfo of a pool has no effect.

It applies to Egresses only, and only if the feature gate EgressSeparateSubnet of the agents is
enabled, as it is by default since Antrea 2.3. A Service of the pool gets an address without the
subnet: the Node has it on its own network, where nothing may route to it. The gate is read from the
ConfigMap `antrea-config`; without the ConfigMap, or without the Services, that part of the rule is
skipped.

Example: a Service of type LoadBalancer refers to a pool with

    subnetInfo:
      gateway: 10.0.9.1
      prefixLength: 24
      vlan: 9

What to do: use a pool without subnetInfo for Services, or enable the feature gate:

    antrea-agent.conf: |
      featureGates:
        EgressSeparateSubnet: true

Source: Antrea v2.7.0 `pkg/apis/crd/v1beta1/types.go`,
`pkg/agent/controller/serviceexternalip/controller.go` and `pkg/features/antrea_features.go`; no
issue is known.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.fact import ANTREA_CONFIG, SERVICES
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.surroundings.installation.feature_gates import EGRESS_SEPARATE_SUBNET, is_on


def find(facts: Facts) -> Iterator[Finding]:
    """Pools with subnetInfo while the gate is disabled, and those that a Service uses."""
    if not facts.subnets:
        return
    gates = [each.agent_gates for each in facts.get(ANTREA_CONFIG) or ()]
    off = any(not is_on(EGRESS_SEPARATE_SUBNET, each, facts.release) for each in gates)
    users = {
        each.pool: each.reference
        for each in reversed(facts.get(SERVICES) or ())
        if each.pool and each.type == "LoadBalancer"
    }
    for pool in facts.subnets:
        user = users.get(pool.name)
        subject = Subject(pool, ("spec", "subnetInfo"))
        if off:
            yield RULE.finding(
                f"subnetInfo of pool {pool.label} has no effect: the feature gate"
                f" {EGRESS_SEPARATE_SUBNET} is disabled",
                subject,
                hint="enable the feature gate, or remove subnetInfo",
            )
        elif user is not None:
            yield RULE.finding(
                f"subnetInfo of pool {pool.label} has no effect on {user.label}: it applies to"
                " Egresses only",
                subject,
                Subject(user),
                hint="use a pool without subnetInfo for Services",
            )


RULE = Rule(
    id="EIP512",
    name="subnet-info-without-effect",
    severity=Severity.WARNING,
    title="subnetInfo has no effect",
    page=__doc__,
    find=find,
    needs_one=(SERVICES, ANTREA_CONFIG),
    left_open=lambda facts: bool(facts.subnets),
)
