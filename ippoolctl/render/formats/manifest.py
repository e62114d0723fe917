"""``-o manifest``: Kubernetes YAML that ``kubectl apply -f -`` accepts."""

from ippoolctl.render.formats.content import Content
from ippoolctl.render.structured import as_yaml


def render(content: Content) -> str:
    """One YAML document per object."""
    objects = list(content.objects()) if content.objects else []
    return as_yaml(*objects) if objects else ""
