"""``-o name``: pools as kubectl prints and accepts them."""

from ippoolctl.render.formats.content import Content
from ippoolctl.render.text.outcome import resource_name


def render(content: Content) -> str:
    """One name per line."""
    return "".join(f"{resource_name(each)}\n" for each in content.names()) if content.names else ""
