"""How tests spell requests to an API server."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode


def query_text(query: Mapping[str, str] | None) -> str:
    """The query of a path, with the question mark."""
    return f"?{urlencode(query)}" if query else ""


def content_type_of(method: str, body: Any) -> str:
    """The default content type of a body: a patch that is a list is a JSON patch."""
    if method != "PATCH":
        return "application/json"
    return f"application/{'json' if isinstance(body, list) else 'merge'}-patch+json"
