"""Which Nodes a pool selects, as agents decide it.

Source: Antrea v2.7.0 ``pkg/agent/memberlist/cluster.go`` (only Linux Nodes join); Kubernetes v1.36
``apimachinery/pkg/apis/meta/v1/helpers.go`` and ``apimachinery/pkg/labels/selector.go``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.surroundings.node import Node


@dataclass(frozen=True, slots=True, eq=False, repr=False)  # quicker to import
class SelectedNodes:
    """The Nodes that a selector matches, by what they can do; compared by identity."""

    matched: bool
    """Whether it matches any Node."""
    linux: tuple[Node, ...]
    """Those that run Linux, the only ones that can have external addresses."""
    ready: bool
    """Whether one of them is ready."""
    egress_ip_limit: int
    """How many Egress addresses they can have together."""


class NodeSelection:
    """The Nodes that each pool selects; each selector is evaluated once.

    Selectors with the same Linux Nodes have the same :class:`SelectedNodes`: rules look at ten
    thousand pools without a look at the Nodes of each.
    """

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = tuple(nodes)
        self._of_label: dict[tuple[str, str], list[Node]] = defaultdict(list)
        for node in self.nodes:
            for label in node.labels.items():
                self._of_label[label].append(node)
        self._found: dict[_Selector, SelectedNodes] = {}
        self._of_nodes: dict[tuple[object, ...], SelectedNodes] = {}

    def of(self, pool: Pool) -> SelectedNodes | None:
        """The Nodes that the pool selects; ``None`` for a selector that cannot be evaluated.

        EIP108 and EIP303 report such a selector.
        """
        selector = _read(pool.node_selector)
        if selector is None:
            return None
        if selector not in self._found:
            self._found[selector] = self._select(selector)
        return self._found[selector]

    def _select(self, selector: "_Selector") -> SelectedNodes:
        candidates: Sequence[Node] = self.nodes
        if selector.labels:
            # The usual case looks at few Nodes.
            candidates = min((self._of_label.get(each, []) for each in selector.labels), key=len)
        matching = [
            node
            for node in candidates
            if all(node.labels.get(key) == value for key, value in selector.labels)
            and all(_matches(node.labels, each) for each in selector.expressions)
        ]
        linux = tuple(each for each in matching if _runs_linux(each))
        key = (bool(matching), *map(id, linux))
        if key not in self._of_nodes:
            ready = any(each.ready for each in linux)
            limit = sum(each.egress_ip_limit for each in linux)
            self._of_nodes[key] = SelectedNodes(bool(matching), linux, ready, limit)
        return self._of_nodes[key]


def _runs_linux(node: Node) -> bool:
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
