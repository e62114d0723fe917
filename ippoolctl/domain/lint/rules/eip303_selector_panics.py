"""Every antrea-agent panics on a `nodeSelector` that the schema admits but Kubernetes cannot use.

The schema does not require the fields of an expression and does not check keys and lengths. When a
Node, a label of a Node or an agent changes, the agents convert the selectors of all pools. They
ignore the error and call the missing selector: all agents crash, again at every start, until the
pool is deleted or changed.

`LabelSelectorAsSelector` fails for an operator that is missing or unknown, `In` and `NotIn`
without values, `Exists` and `DoesNotExist` with values, a key that is not a qualified name (an
optional DNS subdomain of at most 253 characters and `/`, then at most 63 characters of letters,
digits, `-`, `_` and `.`), and a value that is not one or has more than 63 characters. What the
schema rejects is EIP108.

Source: Antrea v1.2.0 to v2.7.0 `filterEIPsFromNodeLabels` in
`pkg/agent/memberlist/cluster.go`, run with such selectors; Kubernetes v1.36
`apimachinery/pkg/apis/meta/v1/helpers.go` and `apimachinery/pkg/labels/selector.go`.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from ippoolctl.domain.antrea.pool import Path
from ippoolctl.domain.characters import quoted
from ippoolctl.domain.labels import MAX_LABEL, key_errors, value_errors
from ippoolctl.domain.lint.facts import Facts
from ippoolctl.domain.lint.finding import Finding, Severity, Subject
from ippoolctl.domain.lint.rule import Rule

_WITH_VALUES: Final = ("In", "NotIn")
_WITHOUT_VALUES: Final = ("Exists", "DoesNotExist")
_SELECTOR: Final[Path] = ("spec", "nodeSelector")
_KEY_FIX: Final = "use a label key, such as role or example.com/role"
_VALUE_FIX: Final = (
    "use a label value: at most 63 letters, digits, -, _ and ., a letter or a digit at both ends"
)


def find(facts: Facts) -> Iterator[Finding]:
    """Labels and expressions that make a selector unusable, one finding each."""
    for pool in facts.selecting:
        for path, problem, fix in _problems(pool.node_selector):
            place = (*_SELECTOR, *path)
            if any(each.path[: len(place)] == place for each in pool.violations):
                continue  # the schema rejects it
            yield RULE.finding(
                f"pool {pool.label}: {problem} in nodeSelector: every antrea-agent panics",
                Subject(pool, place),
                hint=fix,
            )


def _problems(selector: Mapping[str, Any]) -> Iterator[tuple[Path, str, str]]:
    """The first problem of each label and expression: its path, and what to do."""
    labels, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    for key, value in labels.items() if isinstance(labels, dict) else ():
        problem = _bad_key(key)
        if problem:
            yield ("matchLabels", key), problem, _KEY_FIX
        elif not _is_value(value):
            yield ("matchLabels", key), _bad_value(value), _VALUE_FIX
    items = expressions if isinstance(expressions, list) else []
    for position, each in enumerate(items):
        if isinstance(each, dict) and (found := _in_expression(each)):
            problem, fix = found
            if _is_part(items, position):
                fix = "use one item for key, operator and values: remove the dashes between them"
            yield ("matchExpressions", position), problem, fix


def _is_part(expressions: list[Any], position: int) -> bool:
    """Whether an expression and the one beside it have different fields of one."""
    each = expressions[position]
    beside = expressions[max(position - 1, 0) : position + 2]
    return bool(each) and any(
        isinstance(other, dict) and other and each.keys().isdisjoint(other) for other in beside
    )


def _in_expression(each: Mapping[str, Any]) -> tuple[str, str] | None:
    operator, values, key = each.get("operator", ""), each.get("values") or [], each.get("key", "")
    if not (isinstance(operator, str) and isinstance(key, str) and isinstance(values, list)):
        return None  # the schema rejects it before an agent sees it
    if operator not in (*_WITH_VALUES, *_WITHOUT_VALUES):
        what = f"unknown operator {operator}" if operator else "an expression without operator"
        return what, "set operator to In, NotIn, Exists or DoesNotExist"
    problem = _bad_key(key)
    if problem:
        return problem, _KEY_FIX
    if operator in _WITH_VALUES and not values:
        exists = "Exists" if operator == "In" else "DoesNotExist"
        return f"{operator} without values", f"add values, or use {exists}"
    if operator in _WITHOUT_VALUES and values:
        use = "In" if operator == "Exists" else "NotIn"
        return f"{operator} with values", f"remove values, or use {use}"
    bad = next((value for value in values if not _is_value(value)), None)
    return None if bad is None else (_bad_value(bad), _VALUE_FIX)


@lru_cache(maxsize=1024)
def _bad_key(key: str) -> str:
    """What is wrong with the key of a label; empty if nothing is."""
    if not key:
        return "an empty key"
    return f"invalid key {quoted(key)}" if any(key_errors(key)) else ""


def _is_value(value: object) -> bool:
    return not any(value_errors(value if isinstance(value, str) else ""))


def _bad_value(value: str) -> str:
    size = len(value.encode("utf-8", "surrogatepass"))
    if size > MAX_LABEL:
        return f"a value of {size} bytes (at most {MAX_LABEL})"
    return f"invalid value {quoted(value)}"


RULE = Rule(
    id="EIP303",
    name="selector-panics",
    severity=Severity.ERROR,
    title="every antrea-agent panics on the nodeSelector",
    page=__doc__,
    find=find,
    undetected=True,
    blocks_create=True,
)
