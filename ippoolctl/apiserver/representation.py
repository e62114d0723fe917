"""Objects as a client gets to see them: in the version that it asked for, perhaps as a table.

``moment`` is the present, which the ages in tables count to.
"""

from collections.abc import Iterable
from datetime import datetime

import orjson

from ippoolctl.apiserver.kinds import JsonObject, Kind
from ippoolctl.apiserver.request import Answer, Call, document
from ippoolctl.apiserver.statuses import StatusError
from ippoolctl.apiserver.tables import table

WatchEvent = tuple[str, JsonObject]
"""Its type, and the object."""


def refusal(error: StatusError) -> Answer:
    """The answer that is a Status of failure."""
    seconds = error.status.get("details", {}).get("retryAfterSeconds", 0)
    return document(error.code, error.status)._replace(retry_after=seconds)


def one(code: int, call: Call, found: JsonObject, moment: datetime) -> Answer:
    """The answer with one object."""
    shown = _in_version(call.kind, found)
    if _is_tabled(call) and "metadata" in found and found.get("kind") != "Status":
        meta = {"resourceVersion": shown["metadata"].get("resourceVersion")}
        shown = table(call, [shown], meta, moment)
    return document(code, shown)


def listed(call: Call, found: Iterable[JsonObject], meta: JsonObject, moment: datetime) -> Answer:
    """The answer with a list of objects; ``meta`` is the list's own."""
    shown = [_in_version(call.kind, each) for each in found]
    if _is_tabled(call):
        return document(200, table(call, shown, meta, moment))
    about = {"kind": f"{call.kind.kind}List", "apiVersion": call.kind.api_version}
    return document(200, about | {"metadata": meta, "items": shown})


def event_line(call: Call, event: WatchEvent, moment: datetime, *, heading: bool) -> bytes:
    """One line of a watch; of tables the one with the ``heading`` names the columns."""
    word, found = event
    if word != "ERROR":
        found = _in_version(call.kind, found)
    if word != "ERROR" and _is_tabled(call):
        meta = {"resourceVersion": found["metadata"]["resourceVersion"]}
        found = table(call, [] if word == "BOOKMARK" else [found], meta, moment)
        if not heading:
            found["columnDefinitions"] = None
    return orjson.dumps({"type": word, "object": found}) + b"\n"


def _is_tabled(call: Call) -> bool:
    return call.kind.columns is not None and call.request.wants_table


def _in_version(kind: Kind, found: JsonObject) -> JsonObject:
    """The object in the version of the request: conversion changes nothing else."""
    if found["kind"] != kind.kind or found["apiVersion"] == kind.api_version:
        return found
    return {**found, "apiVersion": kind.api_version}
