"""``-o wide``: text for people with more columns."""

from collections.abc import Iterable

from ippoolctl.render.formats.content import Content
from ippoolctl.render.styles import Line


def render(content: Content) -> Iterable[Line]:
    """The wide lines, or the usual ones if there are none."""
    lines = content.wide or content.lines
    return lines() if lines else ()
