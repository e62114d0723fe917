"""``-o yaml``: the document, in ASCII characters."""

from ippoolctl.render.formats.content import Content
from ippoolctl.render.structured import as_yaml


def render(content: Content) -> str:
    """The document as YAML."""
    return as_yaml(content.document()) if content.document else ""
