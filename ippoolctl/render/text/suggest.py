"""Free ranges, for people."""

from collections.abc import Sequence

from ippoolctl.domain.space.suggest import Suggestion
from ippoolctl.render.styles import Line, table


def suggestion_lines(found: Sequence[Suggestion]) -> list[Line]:
    """A table of ranges with their sizes; nothing if there are none."""
    rows = [(each.spelling.text, str(each.usable), str(each.span.size)) for each in found]
    return table(("RANGE", "USABLE", "ADDRESSES"), rows) if rows else []
