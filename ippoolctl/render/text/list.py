"""Live pools, for people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.listing import PoolRow
from ippoolctl.domain.space.pool_state import PoolState
from ippoolctl.domain.timestamps import age
from ippoolctl.render.styles import Line, Segment, Style, table

HEADER: Final = ("NAME", "RANGES", "USABLE", "USED", "FREE", "USED%", "STATE")
WIDE: Final = ("TOTAL", "AGE", "SUBNET", "NODES")
SHOWN: Final = 2
"""Number of ranges of a pool shown on a terminal; other outputs show all."""


def list_lines(
    rows: Sequence[PoolRow], now: datetime, *, wide: bool, whole: bool, header: bool
) -> list[Line]:
    """A table of pools; ``whole`` to write all ranges of each."""
    cells = [
        (*_cells(each, whole=whole), *(_wide_cells(each, now) if wide else ())) for each in rows
    ]
    lines = table((*HEADER, *(WIDE if wide else ())), cells)
    return lines if header else lines[1:]


def _cells(row: PoolRow, *, whole: bool) -> tuple[str | Segment, ...]:
    return (
        row.pool.name,
        _ranges(row.pool, whole=whole),
        str(row.usable),
        number_text(row.used),
        number_text(row.free),
        "-" if row.percent is None else f"{row.percent}%",
        states_cell(row.states),
    )


def _wide_cells(row: PoolRow, now: datetime) -> tuple[str, ...]:
    live, subnet = row.pool.live, row.pool.subnet
    vlan = f" vlan {subnet.vlan}" if subnet and subnet.vlan else ""
    return (
        str(live.usage.total) if live and live.usage else "-",
        age(live.created, now) if live else "-",
        f"{subnet.text}{vlan}" if subnet else "-",
        selector_text(row.pool),
    )


def _ranges(pool: Pool, *, whole: bool) -> str:
    texts = pool.texts
    if whole or len(texts) <= SHOWN + 1:
        return ",".join(texts) or "<none>"
    return f"{','.join(texts[:SHOWN])} + {len(texts) - SHOWN} more"


def number_text(number: int | None) -> str:
    """The number, or a dash if it is unknown."""
    return "-" if number is None else str(number)


def states_cell(states: Sequence[PoolState]) -> Segment:
    """The states, in green if there is nothing but ``ok``."""
    style = Style.GOOD if states == (PoolState.OK,) else Style.WARNING
    return Segment(",".join(states), style)


def selector_text(pool: Pool) -> str:
    """The node selector in the syntax of kubectl's ``-l``, as far as possible."""
    labels = pool.node_selector.get("matchLabels") or {}
    expressions = pool.node_selector.get("matchExpressions") or ()
    parts = [f"{key}={value}" for key, value in labels.items()]
    parts += [_expression(each) for each in expressions if isinstance(each, dict)]
    return ",".join(parts) or "<all>"


def _expression(each: dict[str, object]) -> str:
    values = each.get("values")
    listed = ",".join(map(str, values)) if isinstance(values, list) else ""
    key, operator = each.get("key"), str(each.get("operator", "")).lower()
    if operator == "exists":
        return str(key)
    if operator == "doesnotexist":
        return f"!{key}"
    return f"{key} {operator} ({listed})"
