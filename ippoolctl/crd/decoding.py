"""What Go's JSON decoder does with a value for the fields of a struct.

Source: ``sigs.k8s.io/json`` as Kubernetes v1.36 uses it, the fields from
``apimachinery/pkg/apis/meta/v1/types.go``, and ``time.Parse`` of Go for times.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple

from ippoolctl.domain.antrea.pool import Path, SchemaViolation, dotted
from ippoolctl.domain.quantity import quantity_error

Structs = Mapping[str, Mapping[str, str]]
"""The fields of structs and their types, all with their names in Go."""

ANY: Final = "any"
"""Accepts any value."""
TIME: Final = "v1.Time"
OBJECT_META: Final = "v1.ObjectMeta"
META_STRUCTS: Final[Structs] = {
    OBJECT_META: {
        **dict.fromkeys(("name", "generateName", "namespace", "selfLink"), "string"),
        "uid": "types.UID",
        "resourceVersion": "string",
        "generation": "int64",
        "creationTimestamp": TIME,
        "deletionTimestamp": TIME,
        "deletionGracePeriodSeconds": "int64",
        **dict.fromkeys(("labels", "annotations"), "map[string]string"),
        "ownerReferences": "[]v1.OwnerReference",
        "finalizers": "[]string",
        "managedFields": "[]v1.ManagedFieldsEntry",
    },
    "v1.OwnerReference": {
        **dict.fromkeys(("apiVersion", "kind", "name"), "string"),
        "uid": "types.UID",
        **dict.fromkeys(("controller", "blockOwnerDeletion"), "bool"),
    },
    "v1.ManagedFieldsEntry": {
        **dict.fromkeys(("manager", "apiVersion", "fieldsType", "subresource"), "string"),
        "operation": "v1.ManagedFieldsOperationType",
        "time": TIME,
        "fieldsV1": ANY,
    },
}

_NAMES: Final = {bool: "bool", int: "number", float: "number", str: "string", list: "array"}
_WHOLE: Final = {"int64": 2**63, "int32": 2**31}
_PLAIN_FROM, _PLAIN_TO = 1e-6, 1e21
"""Between them Go writes numbers without exponents."""
_MAP: Final = "map[string]"
_LAYOUT: Final = "2006-01-02T15:04:05Z07:00"
_TIME: Final = (
    (r"\d{4}", "2006", ""),
    ("-", "-", ""),
    (r"\d\d", "01", "month"),
    ("-", "-", ""),
    (r"\d\d", "02", "day"),
    ("T", "T", ""),
    (r"\d\d?", "15", "hour"),
    (":", ":", ""),
    (r"\d\d", "04", "minute"),
    (":", ":", ""),
    (r"\d\d(?:[.,]\d+)?", "05", "second"),
    (r"Z|[-+]\d\d:\d\d", "Z07:00", ""),
)
_PLAIN_TIME: Final = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ"
)
"""Nearly all times."""
_LIMITS: Final = {"month": (1, 12), "hour": (0, 23), "minute": (0, 59), "second": (0, 59)}


class Mismatch(NamedTuple):
    """A value of another type, or, with an empty sentence, a field that the struct lacks."""

    path: Path
    sentence: str = ""


def mismatches(value: object, goal: str, structs: Structs) -> Iterator[Mismatch]:
    """Everything in a value that does not match the type ``goal``, in the order of the text."""
    return _mismatches(value, goal, (), _Field(structs))


def undecodable(rule: str, path: Path, value: object, goal: str, type_name: str) -> SchemaViolation:
    """The violation for a value that does not match a field of a Go struct: status 400."""
    return violation(rule, path, type_error(value, f"struct field {goal}", type_name))


def violation(rule: str, path: Path, sentence: str) -> SchemaViolation:
    """The violation for what cannot be decoded: status 400."""
    return SchemaViolation(rule, path, dotted(path), sentence, 400)


class _Field(NamedTuple):
    """Where the decoder is: the struct, and the field as its errors write it."""

    structs: Structs
    struct: str = ""
    name: str = ""

    def __str__(self) -> str:
        where = self.struct.rpartition(".")[2] + self.name
        return f"struct field {where}" if self.name else "value"


def _mismatches(value: object, goal: str, path: Path, field: _Field) -> Iterator[Mismatch]:
    if value is None or goal == ANY:
        return
    if goal in field.structs:
        yield from _of_struct(value, goal, path, field)
    elif goal.startswith(("[]", _MAP)):
        yield from _of_many(value, goal, path, field)
    elif why := _unfit(value, goal, str(field)):
        yield Mismatch(path, why)


def _of_struct(value: object, goal: str, path: Path, field: _Field) -> Iterator[Mismatch]:
    if not isinstance(value, dict):
        yield Mismatch(path, type_error(value, str(field), goal))
        return
    for key, item in value.items():
        inner = field.structs[goal].get(key)
        if inner is None:
            yield Mismatch((*path, key))
        else:
            inside = _Field(field.structs, goal, f"{field.name}.{key}")
            yield from _mismatches(item, inner, (*path, key), inside)


def _of_many(value: object, goal: str, path: Path, field: _Field) -> Iterator[Mismatch]:
    is_map = goal.startswith(_MAP)
    if not isinstance(value, dict if is_map else list):
        yield Mismatch(path, type_error(value, str(field), goal))
        return
    items: Any = value.items() if isinstance(value, dict) else enumerate(value)
    inner = goal.removeprefix(_MAP if is_map else "[]")
    for key, item in items:
        yield from _mismatches(item, inner, (*path, key), field)


def _unfit(value: object, goal: str, field: str) -> str:
    other = partial(type_error, value, field)
    if goal == TIME:
        return _time(value) if isinstance(value, str) else other("string")
    if goal == "intstr.IntOrString":
        return "" if type(value) in (int, str) else other("int32")
    if goal == "resource.Quantity":
        return quantity_error(str(value))
    if goal == "bool":
        return "" if isinstance(value, bool) else other(goal)
    if goal not in _WHOLE:
        return "" if isinstance(value, str) else other(goal)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return other(goal)
    fits = value == int(value) and -_WHOLE[goal] <= value < _WHOLE[goal]
    return "" if fits else other(goal, f" {go_number(value)}")


def type_error(value: object, field: str, goal: str, more: str = "") -> str:
    """The decoder's message for a value of another type than ``goal``."""
    kind = _NAMES.get(type(value), "object")
    of_type = f"of type {goal}"
    return f"json: cannot unmarshal {kind}{more} into Go {field} {of_type}"


def go_number(value: float) -> str:
    """A number as Go's JSON encoder writes it, integers of 64 bits included."""
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return str(value)
    text = repr(float(value))
    if float(value) == 0 or _PLAIN_FROM <= abs(value) < _PLAIN_TO:
        from decimal import Decimal  # slow to import

        return f"{Decimal(text):f}".removesuffix(".0")
    return re.sub(r"(e[-+])0", r"\1", text)


def _time(text: str) -> str:
    """Why a text is not a time; empty if it is one."""
    if _PLAIN_TIME.fullmatch(text):
        return ""
    head, rest = f'parsing time "{text}"', text
    day = "0"
    for pattern, shown, word in _TIME:
        match = re.match(pattern, rest)
        if match is None:
            return f'{head} as "{_LAYOUT}": cannot parse "{rest}" as "{shown}"'
        low, high = _LIMITS.get(word, (0, 99))
        if word and not low <= int(match[0][:2]) <= high:
            return f"{head}: {word} out of range"
        day = match[0] if word == "day" else day
        rest = rest[match.end() :]
    if rest:
        return f'{head}: extra text: "{rest}"'
    try:
        # The year 0 is a leap year.
        date(int(text[:4]) or 4, int(text[5:7]), int(day))
    except ValueError:
        return f"{head}: day out of range"
    return ""
