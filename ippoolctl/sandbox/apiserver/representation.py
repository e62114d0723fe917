"""Objects as a client gets to see them: in the version that it asked for, perhaps as a table.

``moment`` is the present, which the ages in tables count to.
"""

from collections.abc import Iterable
from datetime import datetime

import orjson

from ippoolctl.sandbox.apiserver.kinds import JsonObject, Kind
from ippoolctl.sandbox.apiserver.negotiation import JSON, METADATA, METADATA_LIST, TABLE, Form
from ippoolctl.sandbox.apiserver.request import Answer, Call, document
from ippoolctl.sandbox.apiserver.statuses import StatusError, no_list, no_object
from ippoolctl.sandbox.apiserver.tables import table

WatchEvent = tuple[str, JsonObject]
"""Its type, and the object."""


def refusal(error: StatusError) -> Answer:
    """The answer that is a Status of failure."""
    seconds = error.status.get("details", {}).get("retryAfterSeconds", 0)
    return document(error.code, error.status)._replace(retry_after=seconds)


def one(code: int, call: Call, found: JsonObject, moment: datetime) -> Answer:
    """The answer with one object. Raises :class:`StatusError`."""
    shown, form = _in_version(call.kind, found), _form(call)
    if found.get("kind") == "Status":
        return document(code, found)
    if form.kind == TABLE and "metadata" in found:
        meta = {"resourceVersion": shown["metadata"].get("resourceVersion")}
        shown = table(call, form, [shown], meta, moment)
    elif form.kind == METADATA_LIST:
        raise no_list(call.kind)
    elif form.kind == METADATA:
        shown = _outline(form, shown)
    return document(code, shown)


def listed(call: Call, found: Iterable[JsonObject], meta: JsonObject, moment: datetime) -> Answer:
    """The answer with a list of objects; ``meta`` is the list's own.

    Raises :class:`StatusError`.
    """
    shown, form = [_in_version(call.kind, each) for each in found], _form(call)
    if form.kind == TABLE:
        return document(200, table(call, form, shown, meta, moment))
    about = {"kind": f"{call.kind.kind}List", "apiVersion": call.kind.api_version}
    if form.kind or not call.kind.is_custom:
        meta = {key: value for key, value in meta.items() if value}
    if form.kind == METADATA:
        raise no_object(call.kind)
    if form.kind == METADATA_LIST:
        about, shown = form.named(), [_outline(form, each) for each in shown]
    return document(200, about | {"metadata": meta, "items": shown})


def event_line(call: Call, event: WatchEvent, moment: datetime, *, heading: bool) -> bytes:
    """One line of a watch; of tables the one with the ``heading`` names the columns."""
    (word, found), form = event, _form(call)
    if form.kind == METADATA_LIST:
        return b""
    if word != "ERROR":
        found = _in_version(call.kind, found)
    if word != "ERROR" and form.kind == TABLE:
        meta = {"resourceVersion": found["metadata"]["resourceVersion"]}
        found = table(call, form, [] if word == "BOOKMARK" else [found], meta, moment)
        if not heading:
            found["columnDefinitions"] = None
    elif word != "ERROR" and form.kind == METADATA:
        found = _outline(form, found)
    return orjson.dumps({"type": word, "object": found}) + b"\n"


def _form(call: Call) -> Form:
    form = call.request.form or Form(JSON)
    # Of what has no columns here a client that can print tables itself has more.
    return Form(form.media_type) if form.kind == TABLE and call.kind.columns is None else form


def _outline(form: Form, found: JsonObject) -> JsonObject:
    return form.named(METADATA) | {"metadata": found["metadata"]}


def _in_version(kind: Kind, found: JsonObject) -> JsonObject:
    """The object in the version of the request: conversion changes nothing else."""
    if found["kind"] != kind.kind or found["apiVersion"] == kind.api_version:
        return found
    return {**found, "apiVersion": kind.api_version}
