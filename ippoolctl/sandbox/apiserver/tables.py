"""Objects as the table that kubectl asks for, with the columns that a CRD declares.

Source: Kubernetes v1.36 ``apiextensions-apiserver/pkg/registry/customresource/tableconvertor``.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from ippoolctl.domain.timestamps import age
from ippoolctl.sandbox.apiserver.kinds import Column, JsonObject
from ippoolctl.sandbox.apiserver.negotiation import METADATA, Form
from ippoolctl.sandbox.apiserver.request import Call
from ippoolctl.sandbox.apiserver.statuses import bad_request

_NAME: Final = Column("Name", "string", ".metadata.name", "What the object is called")


def table(
    call: Call, form: Form, found: Iterable[JsonObject], meta: JsonObject, moment: datetime
) -> JsonObject:
    """The table of these objects at a moment, which their ages count to.

    ``meta`` is that of the list. Raises :class:`StatusError`.
    """
    include = call.request.query.get("includeObject") or "Metadata"
    if include not in ("Metadata", "None", "Object"):
        why = f"Invalid value: \"{include}\": must be 'Metadata', 'Object', 'None', or empty"
        raise bad_request(f"Unable to convert to Table as requested: includeObject: {why}")
    columns = (_NAME, *(call.kind.columns or ()))
    return form.named() | {
        "metadata": {key: value for key, value in meta.items() if value},
        "columnDefinitions": [_definition(each) for each in columns],
        "rows": [
            {
                "cells": [_cell(c, each, moment) for c in columns],
                "object": _kept(form, each, include),
            }
            for each in found
        ],
    }


def _definition(column: Column) -> JsonObject:
    name, kind, _, description = column
    form = "name" if column is _NAME else ""
    told = {"format": form, "description": description, "priority": 0}
    return {"name": name, "type": kind, **told}


def _cell(column: Column, document: JsonObject, moment: datetime) -> Any:
    value: Any = document
    for step in column.path.split(".")[1:]:
        value = value.get(step) if isinstance(value, dict) else None
    return age(str(value), moment) if column.type == "date" else value


def _kept(form: Form, document: JsonObject, include: str) -> JsonObject | None:
    if include == "None":
        return None
    outline = form.named(METADATA) | {"metadata": document["metadata"]}
    return document if include == "Object" else outline
