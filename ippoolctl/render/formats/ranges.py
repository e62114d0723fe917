"""``-o ranges``: the ranges alone."""

from ippoolctl.render.formats.content import Content


def render(content: Content) -> str:
    """One range per line."""
    return "".join(f"{each}\n" for each in content.ranges()) if content.ranges else ""
