"""``-o plan``: the plan that ``-o plan=FILE`` saves, for ``apply --plan FILE``."""

from ippoolctl.render.formats.content import Content
from ippoolctl.render.structured import as_json


def render(content: Content) -> str:
    """The document as JSON."""
    return as_json(content.document()) if content.document else ""
