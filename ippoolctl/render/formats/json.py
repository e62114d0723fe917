"""``-o json``: the document, in ASCII characters."""

from ippoolctl.render.formats.content import Content
from ippoolctl.render.structured import as_json


def render(content: Content) -> str:
    """The document as JSON."""
    return as_json(content.document()) if content.document else ""
