"""``-o yaml``: the document, or Kubernetes objects where kubectl prints these; ASCII only."""

from ippoolctl.render.formats import manifest
from ippoolctl.render.formats.content import Content
from ippoolctl.render.structured import as_yaml


def render(content: Content) -> str:
    """The document as YAML."""
    if content.objects_in_yaml:
        return manifest.render(content)
    return as_yaml(content.document()) if content.document else ""
