"""What documents are made of."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from ippoolctl.domain.addresses.numbers import address_text
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.pool import Place
from ippoolctl.reading.sources import Problem

API_VERSION: Final = "ippoolctl/v1"
SCHEMA_FILE: Final = Path(__file__).parents[1] / "schema.json"
"""The JSON Schema of every document."""

Document = dict[str, Any]


def document(kind: str, **fields: Any) -> Document:
    """A document of this version."""
    return {"apiVersion": API_VERSION, "kind": kind, **fields}


def without_none(fields: Mapping[str, Any]) -> Document:
    """The fields that are there."""
    return {key: value for key, value in fields.items() if value is not None}


def span_document(span: Span) -> Document:
    """Two addresses, and how many there are from one to the other."""
    return {
        "first": address_text(span.first),
        "last": address_text(span.last),
        "addresses": str(span.size),
    }


def place_document(place: Place) -> Document:
    """A file, or a place in one."""
    if not place.line:
        return {"file": place.file}
    return {"file": place.file, "line": place.line, "column": place.column}


def problem_documents(problems: Iterable[Problem]) -> list[Document]:
    """Inputs that could not be read."""
    return [
        {"place": place_document(each.place), "message": each.message, "hint": each.hint}
        for each in problems
    ]
