"""The syntax of labels, and label selectors as kubectl writes them.

Source: Kubernetes v1.36 ``apimachinery/pkg/util/validation/validation.go``,
``apimachinery/pkg/api/validate/content`` and ``apimachinery/pkg/labels/selector.go``.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

SUBDOMAIN: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_SUBDOMAIN_RULE: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    f"for validation is '{SUBDOMAIN}')"
)
_QUALIFIED: Final = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_QUALIFIED_RULE: Final = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    f"validation is '{_QUALIFIED}')"
)
_VALUE: Final = rf"({_QUALIFIED})?"
_VALUE_RULE: Final = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "
    f"'my_value',  or '12345', regex used for validation is '{_VALUE}')"
)
_MAX_NAME: Final = 253
MAX_LABEL: Final = 63
"""Bytes of the name part of a key, and of a value."""


def subdomain_errors(name: str, unit: str = "characters") -> Iterator[str]:
    """The API server's sentences about a name that is not an RFC 1123 subdomain."""
    # Bytes are counted; the server has two words for them.
    if len(name.encode("utf-8", "surrogatepass")) > _MAX_NAME:
        yield f"must be no more than {_MAX_NAME} {unit}"
    if not re.fullmatch(SUBDOMAIN, name):
        yield _SUBDOMAIN_RULE


def key_errors(key: str) -> Iterator[str]:
    """The API server's sentences about the key of a label or of an annotation."""
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        yield (
            f"a valid label key {_QUALIFIED_RULE} with an optional DNS subdomain prefix and '/' "
            "(e.g. 'example.com/MyName')"
        )
        return
    if slash and not prefix:
        yield "prefix part must be non-empty"
    elif slash:
        yield from (f"prefix part {complaint}" for complaint in subdomain_errors(prefix, "bytes"))
    if not name:
        yield "name part must be non-empty"
    elif len(name.encode("utf-8", "surrogatepass")) > MAX_LABEL:
        yield f"name part must be no more than {MAX_LABEL} bytes"
    if not re.fullmatch(_QUALIFIED, name):
        yield f"name part {_QUALIFIED_RULE}"


def value_errors(value: str) -> Iterator[str]:
    """The API server's sentences about the value of a label."""
    if len(value.encode("utf-8", "surrogatepass")) > MAX_LABEL:
        yield f"must be no more than {MAX_LABEL} bytes"
    if not re.fullmatch(_VALUE, value):
        yield _VALUE_RULE


class BadSelector(NamedTuple):
    """Why a text is not a label selector."""

    text: str
    """The part that cannot be read: a key, a value or a requirement."""
    complaint: str
    """The API server's sentence about the key or the value; empty for another part."""


_WORD: Final = r"[^\s=!(),<>]+"
_REQUIREMENT: Final = (
    rf"\s*(?:!\s*(?P<absent>{_WORD})"
    rf"|(?P<key>{_WORD})(?:\s*(?P<sign>==|=|!=)\s*(?P<value>(?:{_WORD})?)"
    rf"|\s+(?P<set>in|notin)\s*\((?P<values>[^()]*)\)"
    rf")?)\s*(?:,(?=\s*\S)|$)"
)


def parse_selector(text: str) -> dict[str, Any] | BadSelector:
    """The ``LabelSelector`` of ``key=value,key!=value,key in (a,b),key notin (a),key,!key``.

    An equality is a matching label, unless the key has another value there. An empty text selects
    everything. ``<`` and ``>``, which kubectl knows, cannot be expressed in an object.
    """
    labels: dict[str, str] = {}
    expressions: list[dict[str, Any]] = []
    position = 0
    while text[position:].strip():
        match = re.compile(_REQUIREMENT).match(text, position)
        if match is None:
            return BadSelector(text[position:].strip(), "")
        key, operator, values = _requirement(match)
        for each in key_errors(key):
            return BadSelector(key, each)
        for value in values:
            for each in value_errors(value):
                return BadSelector(value, each)
        if match["sign"] in ("=", "==") and labels.get(key, values[0]) == values[0]:
            labels[key] = values[0]
        else:
            expression = {"key": key, "operator": operator}
            expressions.append({**expression, "values": values} if values else expression)
        position = match.end()
    selector: dict[str, Any] = {"matchLabels": labels} if labels else {}
    return {**selector, "matchExpressions": expressions} if expressions else selector


def _requirement(match: re.Match[str]) -> tuple[str, str, list[str]]:
    """The key, the operator and the values of an expression."""
    if match["absent"]:
        return match["absent"], "DoesNotExist", []
    key = match["key"]
    if match["sign"]:
        return key, "NotIn" if match["sign"] == "!=" else "In", [match["value"]]
    if match["set"]:
        values = dict.fromkeys(each.strip() for each in match["values"].split(","))
        return key, "In" if match["set"] == "in" else "NotIn", [*values]
    return key, "Exists", []
