"""Live pools, for people."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from ippoolctl.crd.created_object import LAST_APPLIED
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, span_of
from ippoolctl.domain.antrea.capacity import capacity
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.lint.runner import Report
from ippoolctl.domain.space.listing import PoolRow
from ippoolctl.domain.space.pool_state import PoolState
from ippoolctl.domain.timestamps import age
from ippoolctl.render.styles import Line, Segment, Style, line, table
from ippoolctl.render.text_check import finding_lines

HEADER: Final = ("NAME", "RANGES", "USABLE", "USED", "FREE", "USED%", "STATE")
WIDE: Final = ("TOTAL", "AGE", "SUBNET", "NODES")
SHOWN: Final = 2
"""Ranges of a pool that a terminal shows; elsewhere all are."""


def list_lines(
    rows: Sequence[PoolRow], now: datetime, *, wide: bool, whole: bool, header: bool
) -> list[Line]:
    """A table of pools. ``whole`` says whether to write all ranges, however many."""
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
        _number(row.used),
        _number(row.free),
        "-" if row.percent is None else f"{row.percent}%",
        _states(row.states),
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


def _number(number: int | None) -> str:
    return "-" if number is None else str(number)


def _states(states: Sequence[PoolState]) -> Segment:
    style = Style.GOOD if states == (PoolState.OK,) else Style.WARNING
    return Segment(",".join(states), style)


def selector_text(pool: Pool) -> str:
    """The node selector in the words of kubectl's ``-l``, as far as they go."""
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


def show_lines(row: PoolRow, now: datetime, report: Report) -> Iterator[Line]:
    """One pool: what it is, each of its ranges, and what is wrong with it."""
    pool, live = row.pool, row.pool.live
    fields: dict[str, str | Segment] = {
        "Name": pool.name,
        "State": _states(row.states),
        "Age": age(live.created, now) if live else "-",
        "Usable": str(row.usable),
        "Used": _number(row.used),
        "Free": _number(row.free),
        "Nodes": selector_text(pool),
    }
    if pool.subnet:
        fields["Subnet"] = f"{pool.subnet.text}, vlan {pool.subnet.vlan or 0}"
    for name, texts in (("Labels", pool.labels), ("Annotations", pool.annotations)):
        shown = {key: text for key, text in sorted(texts.items()) if key != LAST_APPLIED}
        if shown:
            fields[name] = ", ".join(f"{key}={text}" for key, text in shown.items())
    if live and live.finalizers:
        fields["Finalizers"] = ", ".join(live.finalizers)
    width = max(map(len, fields)) + 1
    for name, value in fields.items():
        yield line(f"{name + ':':{width}}  ", value, hanging=width + 2)
    yield line()
    yield from table(("RANGE", "USABLE", "ADDRESSES"), [_range_cells(each) for each in pool.ranges])
    if report.findings:
        yield line()
        yield from finding_lines(report, {})


def _range_cells(found: IPRange | BadRange) -> tuple[str, str, str]:
    span = span_of(found)
    usable = capacity(found.spelling).usable
    return (found.text, str(usable), str(span.size) if span else "-")
