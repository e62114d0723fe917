"""The Nodes that a pool selects."""

from typing import Any

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.surroundings.node import Node
from ippoolctl.domain.surroundings.node_selection import NodeSelection
from ippoolctl.domain.surroundings.reference import Reference


def node(name: str, system: str = "linux", limit: str | None = None, **labels: str) -> Node:
    return Node(Reference("Node", name), (), (), labels, True, system, limit)


def selecting(selector: dict[str, Any]) -> Pool:
    return Pool("a", (), node_selector=selector)


def test_pools_with_the_same_linux_nodes_share_one_selection() -> None:
    nodes = NodeSelection([node("a", role="gw"), node("b", "windows"), node("c", limit="3")])

    everything = nodes.of(selecting({}))
    assert everything is not None
    assert [each.reference.name for each in everything.linux] == ["a", "c"]
    assert everything.egress_ip_limit == 258
    others: list[dict[str, Any]] = [
        {"matchLabels": {}, "matchExpressions": None},
        {"matchExpressions": [{"key": "gpu", "operator": "DoesNotExist"}]},
        {"matchExpressions": [{"key": "role", "operator": "NotIn", "values": ["x"]}]},
    ]
    assert all(nodes.of(selecting(each)) is everything for each in others)
    assert nodes.of(selecting({"matchLabels": {"role": "gw"}})) is not everything


def test_a_selector_of_another_type_is_not_evaluated() -> None:
    nodes = NodeSelection([node("a")])

    assert nodes.of(selecting({"matchLabels": [{"role": "gw"}]})) is None
    assert nodes.of(selecting({"matchExpressions": "role"})) is None
