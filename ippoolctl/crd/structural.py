"""A CRD's structural schema, applied as in the API server: prune, drop nulls, validate.

Only the keywords that Antrea's CRDs use, and for each of them the causes in the server's words.
Source: Kubernetes v1.36 ``apiextensions-apiserver/pkg/apiserver/schema`` (pruning, defaulting of
nulls) and kube-openapi ``pkg/validation/validate``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from ippoolctl.domain.addresses.parsers import is_schema_cidr, is_schema_ipv4, is_schema_ipv6
from ippoolctl.domain.antrea.pool import Path, dotted
from ippoolctl.domain.characters import quoted

Schema = Mapping[str, Any]

NIL: Final = "<nil>"
"""How the server writes the field of a failed ``oneOf`` or ``anyOf``."""

_FORMATS: Final = {"cidr": is_schema_cidr, "ipv4": is_schema_ipv4, "ipv6": is_schema_ipv6}
_NUMBERS: Final = {"integer": "int64", "number": "float64"}
_MAX_SAFE_INTEGER: Final = 2**53 - 1


class Cause(NamedTuple):
    """One entry of the server's ``details.causes``."""

    path: Path
    """The field to fix."""
    field: str
    """The field as the server writes it."""
    sentence: str
    """The server's message, the field included."""


def prune(value: object, schema: Schema, path: Path = ()) -> tuple[Any, list[Path]]:
    """The value as stored, without unknown and null fields; and the unknown fields.

    A null field is dropped before validation, in maps too; a null in a list stays.
    """
    unknown: list[Path] = []
    return _prune(value, schema, path, unknown), unknown


def _prune(value: object, schema: Schema, path: Path, unknown: list[Path]) -> object:
    if isinstance(value, dict):
        return _prune_fields(value, schema, path, unknown)
    if isinstance(value, list):
        return [
            _prune(item, schema.get("items", {}), (*path, index), unknown)
            for index, item in enumerate(value)
        ]
    return value


def _prune_fields(
    value: dict[str, object], schema: Schema, path: Path, unknown: list[Path]
) -> dict[str, object]:
    if schema.get("x-kubernetes-preserve-unknown-fields"):
        return value
    properties: Schema = schema.get("properties", {})
    others: Schema | None = schema.get("additionalProperties")
    kept: dict[str, object] = {}
    for key, item in value.items():
        field = properties.get(key, others)
        if field is None:
            unknown.append((*path, key))
        elif item is not None:
            kept[key] = _prune(item, field, (*path, key), unknown)
    return kept


def validate(value: object, schema: Schema, path: Path = ()) -> Iterator[Cause]:
    """Every cause for which the server rejects a value, after :func:`prune`."""
    yield from _type(value, schema, path)
    if value is None:
        return
    yield from _any_of(value, schema, path)
    yield from _one_of(value, schema, path)
    if isinstance(value, str):
        yield from _string(value, schema, path)
    elif _type_name(value) in _NUMBERS:
        yield from _number(value, schema, path)
    if "enum" in schema and value not in schema["enum"]:
        supported = ", ".join(_quote(each) for each in schema["enum"])
        shown = _quote(value)
        yield _cause(path, f"Unsupported value: {shown}: supported values: {supported}")
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from validate(item, schema.get("items", {}), (*path, index))
    elif isinstance(value, dict):
        yield from _object(value, schema, path)


def _type(value: object, schema: Schema, path: Path) -> Iterator[Cause]:
    kind, expected, form = _type_name(value), schema.get("type"), schema.get("format")
    if form and value is not None:
        # With a format the type of strings and, by an oversight, of arrays is not checked.
        if not isinstance(value, str | list):
            name = _NUMBERS.get(kind, "")
            yield _invalid(path, f'"{name}"', f'must be of type {form}: "{name}"')
    elif expected and kind != expected and not (expected == "integer" and _is_integral(value)):
        yield _invalid(path, f'"{kind}"', f'must be of type {expected}: "{kind}"')


def _object(value: dict[str, object], schema: Schema, path: Path) -> Iterator[Cause]:
    for name in schema.get("required", ()):
        if name not in value:
            yield _cause((*path, name), "Required value")
    properties: Schema = schema.get("properties", {})
    others: Schema = schema.get("additionalProperties", {})
    for key, item in value.items():
        yield from validate(item, properties.get(key, others), (*path, key))


def _any_of(value: object, schema: Schema, path: Path) -> Iterator[Cause]:
    alternatives = schema.get("anyOf", ())
    failures = [list(validate(value, each, path)) for each in alternatives]
    if failures and all(failures):
        yield from _composite(path, "at least one schema (anyOf)")
        yield from _closest(alternatives, failures, path)


def _one_of(value: object, schema: Schema, path: Path) -> Iterator[Cause]:
    alternatives = schema.get("oneOf", ())
    failures = [list(validate(value, each, path)) for each in alternatives]
    valid = sum(not failure for failure in failures)
    if not failures or valid == 1:
        return
    found = f"{valid} valid alternatives" if valid else "none valid"
    yield from _composite(path, f"one and only one schema (oneOf). Found {found}")
    if not valid:
        yield from _closest(alternatives, failures, path)


def _composite(path: Path, complaint: str) -> Iterator[Cause]:
    yield Cause(path, NIL, f'{NIL}: Invalid value: "": "{dotted(path)}" must validate {complaint}')


def _closest(
    alternatives: Sequence[Schema], failures: list[list[Cause]], path: Path
) -> Iterator[Cause]:
    """The causes of one alternative, which the server adds; the place stays the value itself.

    It is the first with the most checks: one with a format has one more than others.
    """
    number = max(range(len(failures)), key=lambda each: "format" in alternatives[each])
    for cause in failures[number]:
        yield Cause(path, cause.field, cause.sentence)


def _string(value: str, schema: Schema, path: Path) -> Iterator[Cause]:
    pattern = schema.get("pattern")
    if pattern and not _compiled(pattern).search(value):
        yield _invalid(path, _quote(value), f"should match '{pattern}'")
    longest = schema.get("maxLength")
    if longest is not None and len(value) > longest:
        yield _cause(path, f"Too long: may not be more than {longest} bytes")
    form = schema.get("format")
    if form in _FORMATS and not _FORMATS[form](value):
        yield _invalid(path, _quote(value), f"must be of type {form}: {_quote(value)}")


def _number(value: Any, schema: Schema, path: Path) -> Iterator[Cause]:
    if schema.get("type") == "integer" and not _fits_int64(value):
        complaint = "Checked value must be of type integer (default format)"
        yield Cause(path, NIL, f'{NIL}: Invalid value: "": {complaint} in {dotted(path)}')
    low, high = schema.get("minimum"), schema.get("maximum")
    if high is not None and value > high:
        yield _invalid(path, _quote(value), f"should be less than or equal to {high}")
    if low is not None and value < low:
        yield _invalid(path, _quote(value), f"should be greater than or equal to {low}")


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # In Go $ is the end of the text; in Python it would accept a final line break.
    return re.compile(pattern.replace("$", r"\Z"))


def _cause(path: Path, sentence: str) -> Cause:
    field = dotted(path)
    return Cause(path, field, f"{field}: {sentence}")


def _invalid(path: Path, shown: str, complaint: str) -> Cause:
    return _cause(path, f"Invalid value: {shown}: {dotted(path)} in body {complaint}")


def _quote(value: object) -> str:
    if isinstance(value, float):
        return _go_float(value)
    return quoted(value)


def _go_float(value: float) -> str:
    """Go's ``%v``: the shortest digits, with an exponent from a million on."""
    digits = next(n for n in range(1, 18) if float(f"{value:.{n}g}") == value)
    exponent = int(f"{value:e}".partition("e")[2])
    if -4 <= exponent < 6:
        return f"{value:.{max(digits - 1 - exponent, 0)}f}"
    return f"{value:.{digits - 1}e}"


def _type_name(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            # The server reads a number of more than 64 bits as a float.
            return "integer" if _fits_int64(value) else "number"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _fits_int64(value: float) -> bool:
    return -(2**63) <= value < 2**63 and value == int(value)


def _is_integral(value: object) -> bool:
    return isinstance(value, float) and abs(value) <= _MAX_SAFE_INTEGER and value.is_integer()
