"""The form of every document."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

API_VERSION: Final = "ippoolctl/v1"
SCHEMA_FILE: Final = Path(__file__).parents[1] / "schema.json"
"""The JSON Schema of every document."""

Document = dict[str, Any]


def document(kind: str, **fields: Any) -> Document:
    """A document of this version."""
    return {"apiVersion": API_VERSION, "kind": kind, **fields}


def without_none(fields: Mapping[str, Any]) -> Document:
    """The fields that have a value."""
    return {key: value for key, value in fields.items() if value is not None}
