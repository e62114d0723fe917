"""Label and field selectors of lists and watches.

Source: Kubernetes v1.36 ``apimachinery/pkg/labels/selector.go``, ``apimachinery/pkg/fields``.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from ippoolctl.sandbox.apiserver.kinds import NAMESPACES, NODES, SERVICES, JsonObject, Kind
from ippoolctl.sandbox.apiserver.request import Call
from ippoolctl.sandbox.apiserver.statuses import bad_request

Selector = Callable[[JsonObject], bool]
"""Whether an object is selected."""

_NAME: Final = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_PREFIX: Final = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
_KEY: Final = rf"(?:{_PREFIX}/)?{_NAME}(?![A-Za-z0-9._/-])"
_VALUE: Final = rf"(?:{_NAME}(?![A-Za-z0-9._/-]))?"
_REQUIREMENT: Final = re.compile(
    rf"\s*(?:!\s*(?P<absent>{_KEY})"
    rf"|(?P<key>{_KEY})(?:\s*(?P<sign>==|=|!=)\s*(?P<value>{_VALUE})"
    rf"|\s+(?P<set>in|notin)\s*\((?P<values>[^()]*)\)"
    rf")?)\s*(?:,(?=.)|$)"
)
_FIELD: Final = re.compile(r"(?P<field>[^=!]*)(?P<sign>==|=|!=)(?P<value>[^=\\]*)")

_MORE_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    NAMESPACES.resource: {"status.phase": ""},
    NODES.resource: {"spec.unschedulable": "false"},
    SERVICES.resource: {"spec.clusterIP": "", "spec.type": "ClusterIP"},
}
"""The fields of built-in kinds, each with its value where it is absent."""


def everything(document: JsonObject) -> bool:
    """The selector of a request without selectors."""
    return True


def selector(call: Call) -> Selector:
    """The objects that a call is about. Raises :class:`StatusError` for bad selectors."""
    query = call.request.query
    wanted = [
        *_labels(query.get("labelSelector", "")),
        *_fields(query.get("fieldSelector", ""), _supported(call.kind)),
    ]
    return (lambda document: all(each(document) for each in wanted)) if wanted else everything


def _supported(kind: Kind) -> Mapping[str, str]:
    """The fields that can be selected by, each with its value where it is absent."""
    names = ("metadata.name", "metadata.namespace")[: 1 + kind.namespaced]
    return {**dict.fromkeys(names, ""), **_MORE_FIELDS.get(kind.resource, {})}


def _labels(text: str) -> Iterable[Selector]:
    position = 0
    while text[position:].strip():
        match = _REQUIREMENT.match(text, position)
        if match is None:
            raise bad_request(f"unable to parse requirement: {text[position:].strip()}")
        for each in (match["values"] or "").split(","):
            if not re.fullmatch(_VALUE, each.strip()):
                raise bad_request(f"unable to parse requirement: values: {each}")
        yield _label(match)
        position = match.end()


def _label(match: re.Match[str]) -> Selector:
    key = match["key"] or match["absent"]

    def held(document: JsonObject) -> str | None:
        found: str | None = document["metadata"].get("labels", {}).get(key)
        return found

    if match["absent"]:
        return lambda document: held(document) is None
    sign = match["sign"] or match["set"]
    if sign is None:
        return lambda document: held(document) is not None
    listed = match["value"] if match["sign"] else match["values"]
    values = {each.strip() for each in listed.split(",")}
    # An object without the label differs from every value.
    return lambda document: (held(document) in values) is (sign in ("=", "==", "in"))


def _fields(text: str, supported: Mapping[str, str]) -> Iterable[Selector]:
    for part in filter(None, text.split(",")):
        match = _FIELD.fullmatch(part)
        if match is None:
            raise bad_request(f"invalid selector: '{part}'; can't understand '{part}'")
        field = match["field"]
        if field not in supported:
            raise bad_request(f"field label not supported: {field}")
        yield _field(field, match["value"], supported[field], equal=match["sign"] != "!=")


def _field(field: str, value: str, default: str, *, equal: bool) -> Selector:
    part, _, key = field.partition(".")

    def held(document: JsonObject) -> str:
        found = (document.get(part) or {}).get(key)
        # The only other type is boolean: true or false, as in JSON.
        return (found if isinstance(found, str) else str(found).lower()) if found else default

    return lambda document: (held(document) == value) is equal
