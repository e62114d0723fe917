"""Two pools disagree about a subnet or a VLAN.

An agent has one interface for each VLAN and one route table for each value of `subnetInfo`. Two
IPv4 subnets in one VLAN, or one subnet in two VLANs or with two gateways, are nearly always a slip
in one of the pools: the traffic of its Egresses then leaves through the wrong network. The same
gateway in two spellings takes two of the 20 route tables (EIP510).

Example, with the second pool in VLAN 20 by mistake:

    subnetInfo: {gateway: 10.0.0.1, prefixLength: 24, vlan: 10}
    ---
    subnetInfo: {gateway: 10.0.0.1, prefixLength: 24, vlan: 20}

What to do: write the same gateway, prefixLength and vlan in every pool of a subnet:

    subnetInfo: {gateway: 10.0.0.1, prefixLength: 24, vlan: 10}
    ---
    subnetInfo: {gateway: 10.0.0.1, prefixLength: 24, vlan: 10}

An IPv4 and an IPv6 subnet in one VLAN are fine. Pools without a vlan are not compared by it.

Source: Antrea v2.7.0 `pkg/agent/controller/egress/egress_controller.go` (`antrea-ext.<vlan>`, one
table for each value); antrea-io/antrea issue 7491.
"""

from collections.abc import Iterator

from ippoolctl.domain.addresses.numbers import network_text
from ippoolctl.domain.antrea.pool import Pool, SubnetInfo
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule
from ippoolctl.domain.space.subnets import PoolSubnet


def find(facts: Facts) -> Iterator[Finding]:
    """Each value of subnetInfo that contradicts an earlier one, at the first pool that has it."""
    values: set[SubnetInfo] = set()
    of_network: dict[object, PoolSubnet] = {}
    of_vlan: dict[object, PoolSubnet] = {}
    for each in facts.valid_subnets:
        info = each.pool.subnet
        if info is None or (value := info._replace(vlan=info.vlan or 0)) in values:
            continue
        values.add(value)
        same = of_network.setdefault(each.network, each)
        in_vlan = each
        if value.vlan:
            in_vlan = of_vlan.setdefault((value.vlan, each.network.width), each)
        if same is not each:
            yield _finding(each.pool, same.pool, _difference(each, same))
        elif in_vlan is not each:
            subnet, other = network_text(each.network), network_text(in_vlan.network)
            values_text = _both(each.pool, subnet, in_vlan.pool, other)
            yield _finding(each.pool, in_vlan.pool, f"VLAN {value.vlan} has subnet {values_text}")


def _difference(one: PoolSubnet, other: PoolSubnet) -> str:
    """How two values for one subnet differ."""
    a, b = one.pool.subnet, other.pool.subnet
    assert a is not None
    assert b is not None
    subnet = network_text(one.network)
    if (a.vlan or 0) != (b.vlan or 0):
        vlans = _both(one.pool, a.vlan or 0, other.pool, b.vlan or 0)
        return f"subnet {subnet} has vlan {vlans}"
    if one.gateway != other.gateway:
        gateways = _both(one.pool, a.gateway, other.pool, b.gateway)
        return f"subnet {subnet} has gateway {gateways}"
    return (
        f"gateway {a.gateway} is written {b.gateway} in pool {other.pool.label}, and takes a second"
        " route table"
    )


def _both(one: Pool, value: object, other: Pool, other_value: object) -> str:
    return f"{value} in pool {one.label} and {other_value} in pool {other.label}"


def _finding(pool: Pool, other: Pool, problem: str) -> Finding:
    path = ("spec", "subnetInfo")
    return RULE.finding(
        f"pools {pool.label} and {other.label} disagree: {problem}",
        Subject(pool, path),
        Subject(other, path),
        hint="use the same subnetInfo in every pool of the subnet",
    )


RULE = Rule(
    id="EIP511",
    name="inconsistent-subnets",
    severity=Severity.WARNING,
    title="two pools disagree about a subnet or a VLAN",
    page=__doc__,
    find=find,
)
