"""Which Nodes a pool selects, as agents decide it.

Source: Antrea v2.7.0 ``pkg/agent/memberlist/cluster.go`` (only Linux Nodes join); Kubernetes v1.36
``apimachinery/pkg/apis/meta/v1/helpers.go`` and ``apimachinery/pkg/labels/selector.go``.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.surroundings.node import Node


class NodeSelection:
    """The Nodes that each pool selects; each selector is evaluated once."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = tuple(nodes)
        self._of_label: dict[tuple[str, str], list[Node]] = defaultdict(list)
        for node in self.nodes:
            for label in node.labels.items():
                self._of_label[label].append(node)
        self._found: dict[str, tuple[Node, ...] | None] = {}

    def of(self, pool: Pool) -> tuple[Node, ...] | None:
        """The Nodes that the pool selects; ``None`` for a selector that cannot be evaluated."""
        if not pool.node_selector:
            return self.nodes
        key = json.dumps(pool.node_selector, sort_keys=True, default=str)
        if key not in self._found:
            try:
                self._found[key] = self._select(pool.node_selector)
            except (KeyError, TypeError, AttributeError):
                # The API server or EIP303 reports it.
                self._found[key] = None
        return self._found[key]

    def _select(self, selector: Mapping[str, Any]) -> tuple[Node, ...]:
        labels = dict(selector.get("matchLabels") or {})
        expressions = list(selector.get("matchExpressions") or ())
        candidates: Sequence[Node] = self.nodes
        if labels:
            # The usual case looks at few Nodes.
            candidates = min((self._of_label.get(each, []) for each in labels.items()), key=len)
        return tuple(
            node
            for node in candidates
            if all(node.labels.get(key) == value for key, value in labels.items())
            and all(_matches(node.labels, each) for each in expressions)
        )


def runs_linux(node: Node) -> bool:
    """Whether it can have external addresses, by its operating system."""
    return (node.operating_system or node.labels.get("kubernetes.io/os", "linux")) == "linux"


def _matches(labels: Mapping[str, str], expression: Mapping[str, Any]) -> bool:
    """Raises :class:`KeyError` for an operator that there is not."""
    value = labels.get(expression["key"])
    values = expression.get("values") or ()
    return {
        "In": value is not None and value in values,
        "NotIn": value is None or value not in values,
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }[expression["operator"]]
