"""The body of a request as an object of its kind, and what to say about fields it does not have.

Source: Kubernetes v1.36 ``apiextensions-apiserver/pkg/apiserver/customresource_handler.go`` and
``apimachinery/pkg/runtime/serializer``.
"""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any, Final, NamedTuple

import orjson

from ippoolctl.crd import metadata, owner_references
from ippoolctl.crd.decoding import Misfit, misfits
from ippoolctl.crd.structural import prune
from ippoolctl.domain.antrea.pool import Path, dotted
from ippoolctl.sandbox.apiserver.bodies import READERS, checked_header, read_object
from ippoolctl.sandbox.apiserver.kinds import JsonObject, Kind
from ippoolctl.sandbox.apiserver.request import Call, Request
from ippoolctl.sandbox.apiserver.statuses import (
    StatusError,
    bad_request,
    invalid,
    undecodable,
    unsupported,
)
from ippoolctl.sandbox.apiserver.structs import STRUCTS

SCHEME: Final = "pkg/runtime/scheme.go:111"
"""Where the server says that it looked for a kind."""


def decoded(call: Call, warnings: list[str]) -> JsonObject:
    """The object in the body; what the client should know of it comes to the ``warnings``.

    Raises :class:`StatusError`.
    """
    document, twice = _parsed(call.kind, call.request)
    found = _fitting(call, document, twice, warnings)
    if found.why:
        raise undecodable(_called(call.kind, document), call.kind, found.why)
    _check_version(call.kind, document)
    return found.document


def check_patched(
    call: Call, document: JsonObject, sentences: list[str], warnings: list[str]
) -> JsonObject:
    """What becomes of an object that a patch made, as of one that was sent.

    The ``sentences`` are about the patch itself.

    Raises :class:`StatusError`.
    """
    found = _found(call, document, sentences, warnings)
    if found.why:
        shown = json.dumps(json.dumps(document, separators=(",", ":")))
        raise invalid(
            Kind("", "", "", ""), "", [("patch", f"patch: Invalid value: {shown}: {found.why}")]
        )
    version = str(document.get("apiVersion") or "")
    if version != call.kind.api_version:
        sentence = f'apiVersion: Invalid value: "{version}": must be {call.kind.api_version}'
        named = call.kind._replace(group=version.rpartition("/")[0])
        raise invalid(named, call.name, [("apiVersion", sentence)])
    return found.document


def check_kind(kind: Kind, document: JsonObject, name: str = "") -> None:
    """Raise :class:`StatusError` for a document of another kind, which a validation finds out."""
    word = str(document.get("kind") or "")
    if word != kind.kind:
        sentence = f'kind: Invalid value: "{word}": must be {kind.kind}'
        named = name or (document.get("metadata") or {}).get("name", "")
        raise invalid(kind._replace(kind=word), named, [("kind", sentence)])


def fitting(kind: Kind, document: JsonObject) -> JsonObject:
    """An object that nobody sent. Raises :class:`StatusError` for a field of a wrong type."""
    odd = list(_misfits(kind, document))
    for each in odd:
        if each.sentence:
            raise undecodable(kind, kind, each.sentence)
    return document if kind.is_custom else _without(document, [each.path for each in odd])


class _Found(NamedTuple):
    """An object without the fields that it cannot have; or why there is none."""

    document: JsonObject
    why: str = ""


def _parsed(kind: Kind, request: Request) -> tuple[JsonObject, list[str]]:
    """The object in the body, and what is said of fields that are in it twice."""
    text = request.body.decode(errors="replace")
    if request.content_type not in READERS:
        raise unsupported(READERS)
    try:
        given, twice = read_object(request.content_type, text)
    except ValueError as error:
        raise _unrecognized(kind, str(error), request.body) from None
    version = given.get("apiVersion") or ""
    if not kind.is_custom:
        named = {"apiVersion": version or kind.api_version, "kind": given.get("kind") or kind.kind}
        return {**given, **named}, twice
    if version.count("/") > 1:
        raise _unrecognized(kind, f"unexpected GroupVersion string: {version}", request.body)
    if not given.get("kind"):
        raise _unrecognized(kind, f"Object 'Kind' is missing in '{text}'", request.body)
    if "apiVersion" in given and given["apiVersion"] is None:
        why = ".apiVersion accessor error: <nil> is of the type <nil>, expected string"
        raise undecodable(_called(kind, given), kind, why)
    return given, twice


def _found(call: Call, document: JsonObject, sentences: list[str], warnings: list[str]) -> "_Found":
    try:
        if not checked_header(document).get("kind"):
            shown = json.dumps(document, separators=(",", ":"))
            return _Found({}, f"Object 'Kind' is missing in '{shown}'")
    except ValueError as error:
        return _Found({}, f"couldn't get version/kind; json parse error: {error}")
    if not call.kind.is_custom:
        # So the server goes through what it has in its memory.
        document = orjson.loads(orjson.dumps(document, option=orjson.OPT_SORT_KEYS))
    return _fitting(call, document, sentences, warnings)


def _check_version(kind: Kind, document: JsonObject) -> None:
    version, name = document.get("apiVersion") or "", document["kind"]
    if version == kind.api_version and (kind.is_custom or name == kind.kind):
        return
    if kind.is_custom:
        expected = f"does not match the expected API version ({kind.api_version})"
        raise bad_request(f"the API version in the data ({version}) {expected}")
    why = f'no kind "{name}" is registered for version "{version}" in scheme "{SCHEME}"'
    raise undecodable(_called(kind, document), kind, why)


def _called(kind: Kind, document: JsonObject) -> Kind:
    """The kind that a document says it is of."""
    version = str(document.get("apiVersion") or "").rpartition("/")[2]
    return kind._replace(version=version, kind=str(document.get("kind")))


def _fitting(call: Call, sent: JsonObject, sentences: list[str], warnings: list[str]) -> _Found:
    """The object as its kind has it: no wrong types and, for a strict client, no field too many."""
    kind, odd = call.kind, list(_misfits(call.kind, sent))
    why = next((each.sentence for each in odd if each.sentence), "")
    if why:
        return _Found({}, why)
    unknown = [each.path for each in odd]
    unknown += sorted(_unknown(kind, sent), key=dotted)
    sentences += [f'unknown field "{dotted(each)}"' for each in unknown]
    mode = call.request.query.get("fieldValidation")
    warnings[:] = sentences if mode in (None, "", "Warn") else []
    is_patched = call.request.method == "PATCH"
    warnings += owner_references.doubled(sent.get("metadata") or {}, is_late=is_patched)
    if sentences and mode == "Strict":
        return _Found({}, f"strict decoding error: {', '.join(sentences)}")
    return _Found(sent if kind.is_custom else _without(sent, unknown))


def _unknown(kind: Kind, document: JsonObject) -> list[Path]:
    """What the schema does not have; versions that are not served have nothing at all."""
    group = str(document.get("apiVersion")).partition("/")[0]
    if kind.schema is None or (group, document.get("kind")) != (kind.group, kind.kind):
        return []
    if document.get("apiVersion") == kind.api_version:
        return prune(document, kind.schema)[1]
    return [(key,) for key in document if key not in ("apiVersion", "kind", "metadata")]


def _misfits(kind: Kind, document: JsonObject) -> Iterator[Misfit]:
    if kind.struct in STRUCTS and not kind.is_custom:
        return misfits(document, kind.struct, STRUCTS)
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


def _unrecognized(kind: Kind, why: str, body: bytes) -> StatusError:
    is_text = body[:1] == b"{"
    shown = body[:30].decode(errors="replace") if is_text else body[:30].hex()
    more = " ..." if len(body) > 30 else ""
    head = f"the object provided is unrecognized (must be of type {kind.kind})"
    return bad_request(f"{head}: {why} ({shown or '<empty>'}{more})")
