"""`nodeSelector` has an operator or a value that the schema does not allow.

Operators are `In`, `NotIn`, `Exists` and `DoesNotExist`, in this spelling. Values of expressions
and labels are strings (quote `"true"` and `"1"`) of letters, digits, `-`, `_` and `.`, with a
letter or a digit at both ends. The schema does not check their length.

Source: `spec.nodeSelector` of the CRD: expressions since Antrea 1.4, labels in v1beta1.
"""

from typing import Final

from ippoolctl.domain.characters import quoted
from ippoolctl.domain.lint.families.refusals import admission_rule
from ippoolctl.domain.lint.lookups import Refusal

_OPERATORS: Final = {
    **{each.lower(): each for each in ("In", "NotIn", "Exists", "DoesNotExist")},
    **dict.fromkeys(("=", "==", "equals", "equal", "oneof"), "In"),
    **dict.fromkeys(("!=", "notequals", "notequal", "not in"), "NotIn"),
    **dict.fromkeys(("notexists", "notexist", "!"), "DoesNotExist"),
    "exist": "Exists",
}
_PLAIN: Final = (str, int, float)


def _fix(refusal: Refusal) -> str:
    path, written = refusal.reason.path, refusal.written
    match path[2:]:
        case ("matchLabels",):
            return "use matchLabels as KEY: VALUE, without dashes"
        case ("matchLabels", "matchLabels" | "matchExpressions" as key):
            return f"move {key} to spec.nodeSelector"
        case ("matchLabels", key):
            return _label(str(key), written)
        case ("matchExpressions",):
            return "use a list for matchExpressions: a dash before each key"
        case ("matchExpressions", _):
            return "use an object with key, operator and values"
        case ("matchExpressions", _, "key"):
            return "use one label key, such as role or example.com/role"
        case ("matchExpressions", _, "operator"):
            meant = _OPERATORS.get(str(written).lower(), "")
            known = "use In, NotIn, Exists or DoesNotExist"
            compares = str(written).lower() in ("gt", "lt", ">", "<")
            why = "; a label selector does not compare numbers" if compares else ""
            return f"use operator: {meant}" if meant else f"{known}{why}"
        case ("matchExpressions", _, "values"):
            return "use a list for values, such as [a, b]"
        case (_, _, "values", _) if isinstance(written, int | float):
            return f"quote the value: {_quoted(written)}"
        case _:
            return "a value consists of letters, digits, -, _ and ., as a quoted string"


def _label(key: str, written: object) -> str:
    if isinstance(written, list) and all(isinstance(each, _PLAIN) for each in written):
        values = ", ".join(map(_quoted, written))
        return (
            f"for several values, use matchExpressions with {{key: {key}, operator: In,"
            f" values: [{values}]}}"
        )
    if isinstance(written, int | float):
        return f"quote the value: {key}: {_quoted(written)}"
    if isinstance(written, str):
        return "no Node can have this label: a value consists of letters, digits, -, _ and ."
    return "use matchLabels as KEY: VALUE; the value must be a string"


def _quoted(value: object) -> str:
    return value if isinstance(value, str) else quoted(quoted(value))


RULE = admission_rule(
    "EIP108",
    "bad-selector",
    "nodeSelector has an invalid operator or value",
    _fix,
    __doc__,
)
