"""Objects as a client sees them: in the version of its request, as objects or as a table.

``now`` is the present, from which the ages in tables are counted. Source: Kubernetes v1.36
``apiserver/pkg/endpoints/handlers/negotiation/negotiate.go`` and, for tables,
``apiextensions-apiserver/pkg/registry/customresource/tableconvertor``.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import orjson

from ippoolctl.domain.timestamps import age
from ippoolctl.sandbox.apiserver.kinds import Column, JsonObject, Kind
from ippoolctl.sandbox.apiserver.left_out import ANSWER
from ippoolctl.sandbox.apiserver.request import JSON, Answer, Call, document
from ippoolctl.sandbox.apiserver.statuses import StatusError

WatchEvent = tuple[str, JsonObject]
"""Its type, and the object."""

_GROUP: Final = "meta.k8s.io"
_VERSIONS: Final = ("v1", "v1beta1")
_NAME: Final = Column("Name", "string", ".metadata.name", "What the object is called")


def check_form(call: Call) -> None:
    """Raise :class:`StatusError` if the client takes nothing that the sandbox writes."""
    if _wanted(call.request.headers.get("Accept") or JSON) is None:
        raise ANSWER.refusal(f"only the following media types are accepted: {JSON}")


@lru_cache
def _wanted(accept: str) -> str | None:
    """The version of the table that a header asks for; empty for objects, ``None`` for neither."""
    for clause in accept.lower().split(","):
        media_type, *parameters = (each.strip() for each in clause.split(";"))
        if media_type not in (JSON, "application/*", "*/*"):
            continue
        given = dict(each.partition("=")[::2] for each in parameters)
        if "as" not in given:
            return ""
        if (given["as"], given.get("g")) == ("table", _GROUP) and given.get("v") in _VERSIONS:
            return given["v"]
    return None


def _table_version(call: Call) -> str:
    # Of a kind without columns kubectl prints more itself.
    return (
        "" if call.kind.columns is None else _wanted(call.request.headers.get("Accept") or "") or ""
    )


def refusal(error: StatusError) -> Answer:
    """The answer that is a Status of failure."""
    seconds = error.status.get("details", {}).get("retryAfterSeconds", 0)
    return document(error.code, error.status)._replace(retry_after=seconds)


def one(code: int, call: Call, found: JsonObject, now: datetime) -> Answer:
    """The answer with one object."""
    if found.get("kind") == "Status" or not (version := _table_version(call)):
        return document(code, _in_version(call.kind, found))
    if "metadata" not in found:
        return document(code, found)
    meta = {"resourceVersion": found["metadata"].get("resourceVersion")}
    return document(code, _table(call, version, [found], meta, now))


def listed(call: Call, found: Iterable[JsonObject], meta: JsonObject, now: datetime) -> Answer:
    """The answer with a list of objects; ``meta`` is the list's own."""
    if version := _table_version(call):
        return document(200, _table(call, version, found, meta, now))
    if not call.kind.is_custom:
        meta = {key: value for key, value in meta.items() if value}
    about = {"kind": f"{call.kind.kind}List", "apiVersion": call.kind.api_version}
    items = [_in_version(call.kind, each) for each in found]
    return document(200, about | {"metadata": meta, "items": items})


def event_line(call: Call, event: WatchEvent, now: datetime, *, heading: bool) -> bytes:
    """One line of a watch; of tables the one with the ``heading`` names the columns."""
    word, found = event
    version = _table_version(call)
    if word != "ERROR" and version:
        meta = {"resourceVersion": found["metadata"]["resourceVersion"]}
        found = _table(call, version, [] if word == "BOOKMARK" else [found], meta, now)
        if not heading:
            found["columnDefinitions"] = None
    elif word != "ERROR":
        found = _in_version(call.kind, found)
    return orjson.dumps({"type": word, "object": found}) + b"\n"


def _table(
    call: Call, version: str, found: Iterable[JsonObject], meta: JsonObject, now: datetime
) -> JsonObject:
    columns = (_NAME, *(call.kind.columns or ()))
    api_version = f"{_GROUP}/{version}"
    whole = call.request.query.get("includeObject") == "Object"

    def kept(document: JsonObject) -> JsonObject:
        if whole:
            return _in_version(call.kind, document)
        about = {"kind": "PartialObjectMetadata", "apiVersion": api_version}
        return about | {"metadata": document["metadata"]}

    return {
        "kind": "Table",
        "apiVersion": api_version,
        "metadata": {key: value for key, value in meta.items() if value},
        "columnDefinitions": [_definition(each) for each in columns],
        "rows": [
            {"cells": [_cell(c, each, now) for c in columns], "object": kept(each)}
            for each in found
        ],
    }


def _definition(column: Column) -> JsonObject:
    name, kind, _, description = column
    form = "name" if column is _NAME else ""
    return {"name": name, "type": kind, "format": form, "description": description, "priority": 0}


def _cell(column: Column, document: JsonObject, now: datetime) -> Any:
    value: Any = document
    for step in column.path.split(".")[1:]:
        value = value.get(step) if isinstance(value, dict) else None
    return age(str(value), now) if column.type == "date" else value


def _in_version(kind: Kind, found: JsonObject) -> JsonObject:
    """The object in the version of the request: conversion changes nothing else."""
    if found["kind"] != kind.kind or found["apiVersion"] == kind.api_version:
        return found
    return {**found, "apiVersion": kind.api_version}
