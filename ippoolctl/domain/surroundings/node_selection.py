"""Which Nodes a pool selects, as agents decide it.

Source: Antrea v2.7.0 ``pkg/agent/memberlist/cluster.go`` (only Linux Nodes join); Kubernetes v1.36
``apimachinery/pkg/apis/meta/v1/helpers.go`` and ``apimachinery/pkg/labels/selector.go``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

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
        self._found: dict[_Selector, tuple[Node, ...]] = {}

    def of(self, pool: Pool) -> tuple[Node, ...] | None:
        """The Nodes that the pool selects; ``None`` for a selector that cannot be evaluated.

        EIP108 and EIP303 report such a selector.
        """
        selector = _read(pool.node_selector)
        if selector is None:
            return None
        if selector not in self._found:
            self._found[selector] = self._select(selector)
        return self._found[selector]

    def _select(self, selector: "_Selector") -> tuple[Node, ...]:
        candidates: Sequence[Node] = self.nodes
        if selector.labels:
            # The usual case looks at few Nodes.
            candidates = min((self._of_label.get(each, []) for each in selector.labels), key=len)
        return tuple(
            node
            for node in candidates
            if all(node.labels.get(key) == value for key, value in selector.labels)
            and all(_matches(node.labels, each) for each in selector.expressions)
        )


def runs_linux(node: Node) -> bool:
    """Whether it can have external addresses, by its operating system."""
    return (node.operating_system or node.labels.get("kubernetes.io/os", "linux")) == "linux"


class _Expression(NamedTuple):
    key: str
    operator: str
    values: tuple[str, ...]


class _Selector(NamedTuple):
    labels: tuple[tuple[str, str], ...]
    expressions: tuple[_Expression, ...]


_OPERATORS: Final = ("In", "NotIn", "Exists", "DoesNotExist")


def _read(selector: Mapping[str, Any]) -> _Selector | None:
    """The selector; ``None`` if a part of it has another type or an unknown operator."""
    labels, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    labels = {} if labels is None else labels
    expressions = [] if expressions is None else expressions
    if not (isinstance(labels, dict) and isinstance(expressions, list)):
        return None
    if not all(isinstance(each, str) for each in labels.values()):
        return None
    read = [_read_expression(each) for each in expressions]
    known = tuple(each for each in read if each)
    return _Selector(tuple(labels.items()), known) if len(known) == len(read) else None


def _read_expression(each: object) -> _Expression | None:
    if not isinstance(each, dict):
        return None
    key, operator, values = each.get("key"), each.get("operator"), each.get("values")
    values = [] if values is None else values
    if not (isinstance(key, str) and operator in _OPERATORS and isinstance(values, list)):
        return None
    texts = tuple(value for value in values if isinstance(value, str))
    return _Expression(key, operator, texts) if len(texts) == len(values) else None


def _matches(labels: Mapping[str, str], expression: _Expression) -> bool:
    value = labels.get(expression.key)
    return {
        "In": value is not None and value in expression.values,
        "NotIn": value is None or value not in expression.values,
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }[expression.operator]
