"""Free addresses, for people."""

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.space.free_space import FreeSpace
from ippoolctl.render.quantities import short_number
from ippoolctl.render.sentences.space import free_text
from ippoolctl.render.styles import Line, line, table


def free_lines(space: FreeSpace) -> list[Line]:
    """A table of gaps with their sizes, and the totals."""
    rows = [(span_text(*gap), short_number(gap.size)) for gap in space.gaps]
    gaps = [*table(("FREE", "ADDRESSES"), rows, right=("ADDRESSES",)), line()] if rows else []
    return [*gaps, line(free_text(space))]
