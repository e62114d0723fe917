"""Free addresses, for people."""

from typing import Final

from ippoolctl.domain.addresses.numbers import network_text, span_text
from ippoolctl.domain.space.free_space import FreeSpace, minimal_cover
from ippoolctl.render.quantities import short_number
from ippoolctl.render.sentences.space import free_text
from ippoolctl.render.styles import Line, line, table

SHOWN: Final = 3
"""How many CIDRs of a gap are shown; -o cidrs prints all."""


def free_lines(space: FreeSpace) -> list[Line]:
    """A table of gaps with their sizes and CIDRs, and the totals."""
    rows = []
    for gap in space.gaps:
        cidrs = [network_text(each) for each in minimal_cover([gap])]
        more = [f"+{len(cidrs) - SHOWN}"] if len(cidrs) > SHOWN else []
        rows.append((span_text(*gap), short_number(gap.size), " ".join([*cidrs[:SHOWN], *more])))
    gaps = [*table(("FREE", "ADDRESSES", "CIDRS"), rows), line()] if rows else []
    return [*gaps, line(free_text(space))]
