"""The gateway of `subnetInfo` is the network or broadcast address of its subnet.

No router has such an address, so the Nodes cannot reach a gateway, and the traffic of every Egress
with an address of the pool is lost. The webhook does not check it. In IPv6, the first address of a
subnet is the anycast address of its routers, which not every router answers.

Example, with a warning:

    subnetInfo:
      gateway: 10.0.0.0
      prefixLength: 24

What to do: use the address of the router; subnetInfo of a live pool can be changed:

    subnetInfo:
      gateway: 10.0.0.1
      prefixLength: 24

Source: run on Antrea v2.7.0, which admits it; `pkg/controller/externalippool/validate.go` does not
compare them; no issue is known.
"""

from collections.abc import Iterator

from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Gateways at an end of their subnet."""
    for subnet in facts.valid_subnets:
        name = subnet.ends.get(subnet.gateway)
        info = subnet.pool.subnet
        if name and info:
            yield RULE.finding(
                f"pool {subnet.pool.label}: gateway {info.gateway} is the {name} of {info.text}",
                Subject(subnet.pool, ("spec", "subnetInfo", "gateway")),
                hint="use the address of the router, or fix prefixLength",
            )


RULE = Rule(
    id="EIP407",
    name="bad-gateway",
    severity=Severity.WARNING,
    title="the gateway is the network or broadcast address of its subnet",
    page=__doc__,
    find=find,
    undetected=True,
    warns_create=True,
)
