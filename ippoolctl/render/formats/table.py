"""``-o table``: text for people, tables as kubectl prints them."""

from collections.abc import Iterable

from ippoolctl.render.formats.content import Content
from ippoolctl.render.styles import Line


def render(content: Content) -> Iterable[Line]:
    """The lines as they are."""
    return content.lines() if content.lines else ()
