"""``-o svg``: a picture for wikis and reviews, in one file, for light and dark screens."""

from ippoolctl.render.drawing.map_drawing import draw, style
from ippoolctl.render.formats.content import Content


def render(content: Content) -> str:
    """The map."""
    return draw(content.space_map(), style()) if content.space_map else ""
