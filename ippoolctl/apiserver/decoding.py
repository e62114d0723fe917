"""The body of a request as an object of its kind, and what to say about fields it does not have.

Source: Kubernetes v1.36 ``apiextensions-apiserver/pkg/apiserver/customresource_handler.go`` and
``apimachinery/pkg/runtime/serializer``.
"""

import json
from typing import Any

import orjson

from ippoolctl.apiserver.kinds import JsonObject, Kind
from ippoolctl.apiserver.objects import METADATA, undecodable_metadata
from ippoolctl.apiserver.request import JSON, Call, Request
from ippoolctl.apiserver.statuses import StatusError, bad_request, invalid, undecodable, unsupported
from ippoolctl.crd.structural import prune
from ippoolctl.domain.pool import dotted


def decoded(call: Call, warnings: list[str]) -> JsonObject:
    """The object in the body; what the client should know of it comes to the ``warnings``.

    Raises :class:`StatusError`.
    """
    document = _parsed(call.kind, call.request)
    _check_type(call.kind, document)
    why = _undecodable(call, document, warnings)
    if why:
        raise undecodable(call.kind, why)
    return document


def check_patched(call: Call, document: JsonObject, warnings: list[str]) -> None:
    """Look at an object that a patch made as at one that was sent. Raises :class:`StatusError`."""
    why = _undecodable(call, document, warnings)
    if why:
        shown = json.dumps(json.dumps(document, separators=(",", ":")))
        raise invalid(
            Kind("", "", "", ""), "", [("patch", f"patch: Invalid value: {shown}: {why}")]
        )
    version = str(document.get("apiVersion") or "")
    if version != call.kind.api_version:
        sentence = f'apiVersion: Invalid value: "{version}": must be {call.kind.api_version}'
        named = call.kind._replace(group=version.rpartition("/")[0])
        raise invalid(named, call.name, [("apiVersion", sentence)])
    _check_type(call.kind, document)


def _parsed(kind: Kind, request: Request) -> JsonObject:
    if request.content_type != JSON:
        raise unsupported([JSON])
    text = request.body.decode(errors="replace")
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        why = f"couldn't get version/kind; json parse error: {error}"
        raise _unrecognized(kind, why, text) from None
    if not isinstance(found, dict):
        raise _unrecognized(kind, "couldn't get version/kind; json parse error: no object", text)
    if not kind.is_custom:
        found = {"apiVersion": kind.api_version, "kind": kind.kind, **found}
    if not found.get("kind"):
        raise _unrecognized(kind, f"Object 'Kind' is missing in '{text}'", text)
    return found


def _check_type(kind: Kind, document: JsonObject) -> None:
    version, name = document.get("apiVersion") or "", str(document.get("kind") or "")
    if version != kind.api_version:
        expected = f"does not match the expected API version ({kind.api_version})"
        raise bad_request(f"the API version in the data ({version}) {expected}")
    if name != kind.kind:
        sentence = f'kind: Invalid value: "{name}": must be {kind.kind}'
        meta = document.get("metadata")
        named = meta.get("name", "") if isinstance(meta, dict) else ""
        raise invalid(kind._replace(kind=name), str(named), [("kind", sentence)])


def _undecodable(call: Call, document: JsonObject, warnings: list[str]) -> str:
    """Why the object is none: a field of a wrong type or, for a strict client, one too many."""
    why = undecodable_metadata(document)
    if why:
        return why
    if call.kind.schema is None:
        return ""
    meta: Any = document.get("metadata")
    keys = meta if isinstance(meta, dict) else ()
    odd = [f"metadata.{key}" for key in keys if key not in METADATA]
    odd += sorted(map(dotted, prune(document, call.kind.schema)[1]))
    sentences = [f'unknown field "{each}"' for each in odd]
    mode = call.request.query.get("fieldValidation")
    warnings[:] = sentences if mode in (None, "", "Warn") else []
    strict = sentences and mode == "Strict"
    return f"strict decoding error: {', '.join(sentences)}" if strict else ""


def _unrecognized(kind: Kind, why: str, text: str) -> StatusError:
    shown = text or "<empty>"
    shown = f"{shown[:30]} ..." if len(shown) > 30 else shown
    head = f"the object provided is unrecognized (must be of type {kind.kind})"
    return bad_request(f"{head}: {why} ({shown})")
