"""``-o name``: pools as kubectl names them in its output and takes them back."""

from ippoolctl.render.formats.content import Content
from ippoolctl.render.text.outcome import resource_name


def render(content: Content) -> str:
    """One name a line."""
    return "".join(f"{resource_name(each)}\n" for each in content.names()) if content.names else ""
