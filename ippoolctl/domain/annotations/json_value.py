"""The JSON objects in annotations."""

from typing import Any


def json_object(text: object) -> dict[str, Any]:
    """The object that a text is; empty for any other text, and for ``None``."""
    if not isinstance(text, str):
        return {}
    import json  # few pools have such an annotation

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def text_in(fields: dict[str, Any], key: str) -> str:
    """The text of a field; empty if it is missing or no text."""
    value = fields.get(key)
    return value if isinstance(value, str) else ""
