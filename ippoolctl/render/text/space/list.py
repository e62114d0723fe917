"""Live pools, for people."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.numbers import canonical_text, is_ipv4
from ippoolctl.domain.addresses.ranges import span_of
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.listing import PoolRow, first_free
from ippoolctl.domain.space.pool_state import PoolState
from ippoolctl.domain.timestamps import age
from ippoolctl.render.node_selector import selector_text
from ippoolctl.render.styles import Line, Segment, Style, table
from ippoolctl.render.text.space.fitted import Cell, Concession, fitted_table, text_width


class Column(NamedTuple):
    """A column of the list."""

    header: str
    cell: Callable[[PoolRow, datetime], Cell]
    right: bool = False
    """Whether it is aligned to the right."""


def list_lines(
    rows: Sequence[PoolRow], now: datetime, *, wide: bool, width: int | None, header: bool
) -> Sequence[Line]:
    """A table of pools. ``width`` is that of the terminal, for which texts are shortened, and
    columns left out if that is not enough; ``None`` writes everything.
    """
    several = any(each.cluster for each in rows)
    columns = [*((CLUSTER,) if several else ()), *COLUMNS, *(WIDE if wide else ())]
    headers = [each.header for each in columns]
    cells = [[each.cell(row, now) for each in columns] for row in rows]
    right = {each.header for each in columns if each.right}
    lines: Sequence[Line] = table(headers, cells, right)
    if width is not None and not wide and text_width(lines) > width:
        ranges = headers.index("RANGES")
        for row, each in zip(rows, cells, strict=True):
            each[ranges] = _with_count(row.pool)
        lines = fitted_table(headers, cells, right, width, CONCESSIONS)
    return lines if header else lines[1:]


def _with_count(pool: Pool) -> str:
    texts = pool.texts
    return f"{texts[0]} +{len(texts) - 1}" if len(texts) > 1 else _ranges(pool)


def _ranges(pool: Pool) -> str:
    return ",".join(pool.texts) or "<none>"


def _use(row: PoolRow) -> Cell:
    percent = row.percent
    if percent is None:
        return "-"
    text = f"{percent}%"
    last = row.states[-1]  # where fullness is
    if last not in _FULLNESS or row.full_on_purpose:
        return text
    return Segment(text, _SEVERITY[last])


def _age(row: PoolRow, now: datetime) -> str:
    return _known_age(row.pool.live.created, now) if row.pool.live else "-"


_known_age: Final = lru_cache(1024)(age)
"""Many pools are created within few seconds, or by one command."""


def _total(row: PoolRow) -> str:
    usage = row.pool.live and row.pool.live.usage
    return str(usage.total) if usage else "-"


def _families(pool: Pool) -> str:
    spans = filter(None, map(span_of, pool.ranges))
    found = {"IPv4" if is_ipv4(each.first) else "IPv6" for each in spans}
    return ",".join(sorted(found)) or "-"


def _users(row: PoolRow) -> str:
    return "-" if row.held is None else str(sum(len(each.holders) for each in row.held))


def _waiting(row: PoolRow) -> Cell:
    number = sum(row.waiting.values())
    text = str(number) if row.held is not None else "-"
    return Segment(text, Style.WARNING) if number and row.held is not None else text


def _first_free(row: PoolRow) -> str:
    found = first_free(row)
    return "-" if found is None else canonical_text(found)


def _vlan(pool: Pool) -> str:
    return str(pool.subnet.vlan) if pool.subnet and pool.subnet.vlan else "-"


def number_text(number: int | None) -> str:
    """The number, or a dash if it is unknown."""
    return "-" if number is None else str(number)


@cache
def states_cell(states: tuple[PoolState, ...], *, full_on_purpose: bool = False) -> Segment:
    """The states, in the color of the worst. Most pools of a list have the same."""
    found = [each for each in states if not (full_on_purpose and each in _FULLNESS)]
    styles = {_SEVERITY.get(each, Style.WARNING) for each in found} or {Style.GOOD}
    worst = next(each for each in (Style.ERROR, Style.WARNING, Style.GOOD) if each in styles)
    return Segment(",".join(states), worst)


_SEVERITY: Final = {
    PoolState.OK: Style.GOOD,
    PoolState.OVERLAP: Style.ERROR,
    PoolState.FROZEN: Style.ERROR,
    PoolState.HAZARD: Style.ERROR,
    PoolState.FULL: Style.ERROR,
    PoolState.NEARLY_FULL: Style.WARNING,
}
"""The others are warnings."""

_FULLNESS: Final = (PoolState.FULL, PoolState.NEARLY_FULL)


def fuller_text(row: PoolRow, limit: int) -> str:
    """That a pool is fuller than ``limit`` percent."""
    return (
        f"pool {_label(row)} is more than {limit}% full: {row.used} of {row.usable} usable"
        " addresses are in use"
    )


def unknown_use_text(row: PoolRow) -> str:
    """That it is unknown how full a pool is."""
    return f"unknown how many addresses of pool {_label(row)} are in use"


def _label(row: PoolRow) -> str:
    return f"{row.pool.label} in cluster {row.cluster}" if row.cluster else row.pool.label


def interrupted_text(reason: str) -> str:
    """That a watch is interrupted and tried again."""
    return f"watch interrupted: {reason}; retrying, changes are shown late"


def polling_text(seconds: float) -> str:
    """That there is no permission to watch, and the pools are listed as often."""
    return f"no permission to watch ExternalIPPools; listing them every {seconds:.0f}s instead"


CLUSTER: Final = Column("CLUSTER", lambda row, now: row.cluster)
"""The first column, if pools of several clusters are listed."""

COLUMNS: Final = (
    Column("NAME", lambda row, now: row.pool.name),
    Column("RANGES", lambda row, now: _ranges(row.pool)),
    Column("USABLE", lambda row, now: str(row.usable), right=True),
    Column("USED", lambda row, now: number_text(row.used), right=True),
    Column("FREE", lambda row, now: number_text(row.free), right=True),
    Column("USE%", lambda row, now: _use(row), right=True),
    Column("STATE", lambda row, now: states_cell(row.states, full_on_purpose=row.full_on_purpose)),
    Column("AGE", _age),
)
"""The columns of the list."""

WIDE: Final = (
    Column("TOTAL", lambda row, now: _total(row), right=True),
    Column("FAMILIES", lambda row, now: _families(row.pool)),
    Column("SUBNET", lambda row, now: row.pool.subnet.text if row.pool.subnet else "-"),
    Column("VLAN", lambda row, now: _vlan(row.pool), right=True),
    Column("NODES", lambda row, now: selector_text(row.pool)),
    Column("USERS", lambda row, now: _users(row), right=True),
    Column("WAITING", lambda row, now: _waiting(row), right=True),
    Column("FIRST-FREE", lambda row, now: _first_free(row)),
)
"""The columns that ``-o wide`` adds."""

CONCESSIONS: Final = (
    Concession("AGE"),
    Concession("USABLE"),
    Concession("USED"),
    # Long names differ at their start or at their end, as in prod-eu-edge-1 and in the ARN of EKS.
    Concession("CLUSTER", shortest=16, end=8),
    Concession("NAME", shortest=20, end=8),
    Concession("RANGES", shortest=8),
    Concession("RANGES"),
    Concession("FREE"),
)
"""In this order, as far as needed; STATE always stays."""
