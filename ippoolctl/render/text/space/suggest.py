"""Free ranges, for people."""

from collections.abc import Sequence

from ippoolctl.domain.space.placement import Placed, Placement
from ippoolctl.domain.space.placement_strategies import Order
from ippoolctl.render.quantities import short_number
from ippoolctl.render.sentences.space import reason_text
from ippoolctl.render.styles import Line, table


def suggestion_lines(found: Sequence[Placement], order: Order) -> Sequence[Line]:
    """A table of ranges with their sizes, room to grow and reasons; nothing if there are none."""
    rows = [
        (
            each.suggestion.spelling.text,
            short_number(each.suggestion.usable),
            short_number(each.suggestion.span.size),
            _room(each),
            reason_text(each, order),
        )
        for one in found
        for each in one.placed
    ]
    header = ("RANGE", "USABLE", "ADDRESSES", "ROOM", "REASON")
    return table(header, rows, right=header[1:3]) if rows else []


def _room(each: Placed) -> str:
    """The number of free addresses directly after a range, and the CIDR that it could become."""
    if each.room is None:
        return "none"
    number = short_number(each.room.size)
    return f"{number} (/{each.grown.bits})" if each.grown else number
