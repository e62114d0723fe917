"""The body of a request as an object of its kind, and what to say about unknown fields.

Source: Kubernetes v1.36 ``apiextensions-apiserver/pkg/apiserver/customresource_handler.go`` and
``apimachinery/pkg/runtime/serializer``.
"""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any, Final

import orjson

from ippoolctl.crd import metadata, owner_references
from ippoolctl.crd.decoding import Mismatch, mismatches
from ippoolctl.crd.structural import prune
from ippoolctl.domain.antrea.pool import Path, dotted
from ippoolctl.sandbox.apiserver.built_in import STRUCTS
from ippoolctl.sandbox.apiserver.kinds import JsonObject, Kind
from ippoolctl.sandbox.apiserver.left_out import BODY, DOUBLED
from ippoolctl.sandbox.apiserver.request import JSON, Call, Request
from ippoolctl.sandbox.apiserver.statuses import bad_request, invalid, undecodable, unread

_NO_KIND: Final = "Object 'Kind' is missing in '{}'"
_SHOWN: Final = 30
"""Bytes of a body that the server quotes."""


def read_json(body: bytes) -> Any:
    """The value in a body. Raises :class:`ValueError`, and :class:`StatusError` for a key that is
    given twice.
    """
    found = orjson.loads(body)
    # Python would rather not read numbers of any length, and nothing here looks at them.
    json.loads(body, object_pairs_hook=_single, parse_int=str, parse_float=str)
    return found


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise DOUBLED.refusal()
    return found


def read_object(request: Request) -> JsonObject:
    """The object in a body; one without content is an object without fields.

    Raises :class:`ValueError` and, for a type that the sandbox does not read, :class:`StatusError`.
    """
    if request.content_type != JSON:
        raise BODY.refusal(unread(JSON))
    why = "couldn't get version/kind; json parse error"
    try:
        found = read_json(request.body)
    except ValueError as error:
        raise ValueError(f"{why}: {error}") from None
    if not _has_header(found):
        raise ValueError(f"{why}: not an object whose kind and apiVersion are strings")
    return found or {}


def _has_header(found: Any) -> bool:
    return found is None or (
        isinstance(found, dict)
        and all(isinstance(found.get(field), str | None) for field in ("apiVersion", "kind"))
    )


def decoded(call: Call, warnings: list[str]) -> JsonObject:
    """The object in the body; what the client should know about it is added to ``warnings``.

    Raises :class:`StatusError`.
    """
    kind = call.kind
    sent = _parsed(kind, call.request)
    try:
        found = _fitting(call, sent, warnings)
    except ValueError as error:
        raise undecodable(_named(kind, sent), kind, str(error)) from None
    version, name = sent.get("apiVersion") or "", sent["kind"]
    if kind.is_custom and version != kind.api_version:
        expected = f"does not match the expected API version ({kind.api_version})"
        raise bad_request(f"the API version in the data ({version}) {expected}")
    if not kind.is_custom and (version, name) != (kind.api_version, kind.kind):
        scheme = "pkg/runtime/scheme.go:111"
        why = f'no kind "{name}" is registered for version "{version}" in scheme "{scheme}"'
        raise undecodable(_named(kind, sent), kind, why)
    return found


def check_patched(call: Call, document: JsonObject, warnings: list[str]) -> JsonObject:
    """The object that a patch made, as if it had been sent. Raises :class:`StatusError`."""
    try:
        found = _fitting(call, document, warnings)
    except ValueError as error:
        shown = json.dumps(json.dumps(document, separators=(",", ":")))
        cause = ("patch", f"patch: Invalid value: {shown}: {error}")
        raise invalid(Kind("", "", "", ""), "", [cause]) from None
    version = document.get("apiVersion") or ""
    if version != call.kind.api_version:
        sentence = f'apiVersion: Invalid value: "{version}": must be {call.kind.api_version}'
        named = call.kind._replace(group=version.rpartition("/")[0])
        raise invalid(named, call.name, [("apiVersion", sentence)])
    return found


def check_kind(kind: Kind, document: JsonObject, name: str = "") -> None:
    """Raise :class:`StatusError` for a document of another kind."""
    word = str(document.get("kind") or "")
    if word != kind.kind:
        sentence = f'kind: Invalid value: "{word}": must be {kind.kind}'
        named = name or (document.get("metadata") or {}).get("name", "")
        raise invalid(kind._replace(kind=word), named, [("kind", sentence)])


def fitting(kind: Kind, document: JsonObject) -> JsonObject:
    """An object that is loaded. Raises :class:`StatusError` for a field of a wrong type."""
    odd = list(_mismatches(kind, document))
    for each in odd:
        if each.sentence:
            raise undecodable(kind, kind, each.sentence)
    return document if kind.is_custom else _without(document, [each.path for each in odd])


def _parsed(kind: Kind, request: Request) -> JsonObject:
    given, why = {}, ""
    try:
        given = read_object(request)
    except ValueError as error:
        why = str(error)
    if kind.is_custom and not given.get("kind"):
        why = why or _NO_KIND.format(request.body.decode(errors="replace"))
    if why:
        start = request.body[:_SHOWN]
        shown = start.decode(errors="replace") if start[:1] == b"{" else start.hex()
        more = " ..." if len(request.body) > _SHOWN else ""
        head = f"the object provided is unrecognized (must be of type {kind.kind})"
        raise bad_request(f"{head}: {why} ({shown or '<empty>'}{more})")
    if kind.is_custom:
        return given
    version, name = given.get("apiVersion") or kind.api_version, given.get("kind") or kind.kind
    return {**given, "apiVersion": version, "kind": name}


def _named(kind: Kind, document: JsonObject) -> Kind:
    """The kind that a document says it is of."""
    version = str(document.get("apiVersion") or "").rpartition("/")[2]
    return kind._replace(version=version, kind=str(document.get("kind")))


def _fitting(call: Call, sent: JsonObject, warnings: list[str]) -> JsonObject:
    """The object as its kind has it. Raises :class:`ValueError` for wrong types and, for a strict
    client, for unknown fields.
    """
    if not _has_header(sent) or not sent.get("kind"):
        raise ValueError(_NO_KIND.format(json.dumps(sent, separators=(",", ":"))))
    kind, odd = call.kind, list(_mismatches(call.kind, sent))
    for each in odd:
        if each.sentence:
            raise ValueError(each.sentence)
    unknown = [each.path for each in odd]
    named = (sent.get("apiVersion"), sent["kind"])
    if kind.schema is not None and named == (kind.api_version, kind.kind):
        unknown += sorted(prune(sent, kind.schema)[1], key=dotted)
    sentences = [f'unknown field "{dotted(each)}"' for each in unknown]
    mode = call.request.query.get("fieldValidation")
    if sentences and mode == "Strict":
        raise ValueError(f"strict decoding error: {', '.join(sentences)}")
    # A patch that is tried again warns once.
    warnings[:] = sentences if mode != "Ignore" else []
    is_patch = call.request.method == "PATCH"
    warnings += owner_references.duplicate_warnings(sent.get("metadata") or {}, is_late=is_patch)
    return sent if kind.is_custom else _without(sent, unknown)


def _mismatches(kind: Kind, document: JsonObject) -> Iterator[Mismatch]:
    if kind.struct in STRUCTS and not kind.is_custom:
        return mismatches(document, kind.struct, STRUCTS)
    found = metadata.decoded(document.get("metadata"))
    return (each._replace(path=("metadata", *each.path)) for each in found)


def _without(document: JsonObject, unknown: Iterable[Path]) -> JsonObject:
    copied = deepcopy(document) if unknown else document
    for *steps, last in unknown:
        inner: Any = copied
        for step in steps:
            inner = inner[step]
        del inner[last]
    return copied
