"""The pools have more different values of `subnetInfo` than an agent can route.

An agent uses one route table for each value, from 101 to 120. On a Node with Egresses of more than
20 values, the Egresses of the next one have no route; the only sign is a line in the log of the
agent (`exceeding max allowed subnets 20`). Two values are different if one of gateway text,
prefixLength and vlan is. From 18 values on, it is a warning.

Example: the 21st pool with a subnet of its own:

    subnetInfo:
      gateway: 10.0.21.1
      prefixLength: 24

What to do: fewer and larger subnets, for example one for two pools:

    subnetInfo:
      gateway: 10.0.20.1
      prefixLength: 23

Source: Antrea v2.7.0 `pkg/agent/controller/egress/egress_controller.go` and
`pkg/agent/types/net.go`; docs/egress.md names the limit for the cluster; no issue is known.
"""

from collections.abc import Iterator
from typing import Final

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule

MAX_SUBNETS: Final = 20
"""How many values an agent has route tables for."""
_NEARLY: Final = 18


def find(facts: Facts) -> Iterator[Finding]:
    """One finding, at the pool that exceeds the limit, or at the last new value before it."""
    first_of: dict[tuple[str, int, int], Pool] = {}
    for pool in facts.subnets:
        if pool.subnet:
            gateway, length, vlan = pool.subnet
            first_of.setdefault((gateway, length, vlan or 0), pool)
    if len(first_of) < _NEARLY:
        return
    exceeds = len(first_of) > MAX_SUBNETS
    pool = [*first_of.values()][MAX_SUBNETS if exceeds else -1]
    yield RULE.finding(
        f"pool {pool.label}: the pools have {len(first_of)} different values of subnetInfo;"
        f" a Node can route {MAX_SUBNETS}",
        Subject(pool, ("spec", "subnetInfo")),
        hint="use fewer and larger subnets",
        severity=None if exceeds else Severity.WARNING,
    )


RULE = Rule(
    id="EIP510",
    name="too-many-subnets",
    severity=Severity.ERROR,
    title="more than 20 different values of subnetInfo",
    page=__doc__,
    find=find,
)
