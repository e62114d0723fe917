"""One pool, for people."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.ranges import Span, span_of
from ippoolctl.domain.annotations.applied import KUBECTL_APPLIED
from ippoolctl.domain.lint.runner import Report
from ippoolctl.domain.space.listing import PoolRow
from ippoolctl.domain.space.lookup.pool_details import PoolDetails, RangeDetails
from ippoolctl.domain.space.occupancy import AddressSpace
from ippoolctl.domain.timestamps import age
from ippoolctl.render.node_selector import selector_text
from ippoolctl.render.sentences.waiting import OBSTACLES
from ippoolctl.render.styles import Line, Segment, line, table
from ippoolctl.render.text.check import finding_lines
from ippoolctl.render.text.space.consumers import held_lines, waiting_lines
from ippoolctl.render.text.space.list import number_text, states_cell
from ippoolctl.render.text.space.map import ASCII, UNICODE, bar_segments

_BAR: Final = 64
_SHORTEST_BAR: Final = 8
"""Characters of the map of a range."""
_INDENT: Final = 2


def show_lines(
    row: PoolRow,
    details: PoolDetails,
    space: AddressSpace,
    now: datetime,
    report: Report,
    *,
    columns: int,
    unicode: bool,
) -> Iterator[Line]:
    """One pool: its fields, its ranges, its consumers and its findings."""
    yield from _field_lines(row, now)
    yield line()
    known = details.consumers_known
    rows = [_range_cells(each, known=known) for each in details.ranges]
    header = ("RANGE", "USABLE", "ADDRESSES", "USED", "FREE")
    yield from table(header, rows, right=header[1:])
    for each in details.ranges:
        yield line()
        yield from _range_lines(each, space, columns, known=known, unicode=unicode)
    if details.held:
        yield line()
        yield from held_lines(details.held)
    if details.waiting:
        yield line()
        yield from waiting_lines(details.waiting, with_pool=False)
    if report.findings:
        yield line()
        yield from finding_lines(report)


def _field_lines(row: PoolRow, now: datetime) -> Iterator[Line]:
    pool, live = row.pool, row.pool.live
    fields: dict[str, str | Segment] = {
        "Name": pool.name,
        "State": states_cell(row.states),
        "Age": age(live.created, now) if live else "-",
        "Usable": str(row.usable),
        "Used": _used_text(row),
        "Free": number_text(row.free),
        "Nodes": selector_text(pool),
    }
    if pool.subnet:
        vlan = f", vlan {pool.subnet.vlan}" if pool.subnet.vlan else ""
        fields["Subnet"] = f"{pool.subnet.text}{vlan}"
    for name, texts in (("Labels", pool.labels), ("Annotations", pool.annotations)):
        shown = {key: text for key, text in sorted(texts.items()) if key != KUBECTL_APPLIED}
        if shown:
            fields[name] = ", ".join(f"{key}={text}" for key, text in shown.items())
    if live and live.finalizers:
        fields["Finalizers"] = ", ".join(live.finalizers)
    width = max(map(len, fields)) + 1
    for name, value in fields.items():
        text = value if isinstance(value, str) else value.text
        # A single word, such as a long name, is never broken: it may be copied.
        yield line(f"{name + ':':{width}}  ", value, hanging=width + 2 if " " in text else 0)


def _used_text(row: PoolRow) -> str:
    """The number of used addresses, and that of the status if it is another one."""
    usage = row.pool.live and row.pool.live.usage
    differs = usage is not None and usage.used != row.used
    return number_text(row.used) + (f" (status: {usage.used})" if usage and differs else "")


def _range_cells(details: RangeDetails, *, known: bool) -> tuple[str, ...]:
    span = span_of(details.found)
    return (
        details.found.text,
        str(details.usable),
        str(span.size) if span else "-",
        str(len(details.held)) if known else "-",
        str(details.free) if known else "-",
    )


def _range_lines(
    details: RangeDetails, space: AddressSpace, columns: int, *, known: bool, unicode: bool
) -> Iterator[Line]:
    """The addresses of a range, by what becomes of them, and its map."""
    yield line(details.found.text)
    if details.span is None:
        yield line(" " * _INDENT, "cannot be read")
        return
    reserved = ", ".join(
        f"{span_text(*each.span)} ({OBSTACLES[each.obstacle]})"
        for each in details.reserved
        if each.obstacle
    )
    fields = {
        "Addresses": span_text(*details.span),
        "Window": _spans_text(details.window),
        "Reserved": reserved,
        "Free": _spans_text(details.holes) if known else "unknown",
    }
    width = max(map(len, fields)) + 1
    for name, text in fields.items():
        if text:
            hanging = _INDENT + width + 2
            yield line(" " * _INDENT, f"{name + ':':{width}}  ", text, hanging=hanging)
    glyphs = UNICODE if unicode else ASCII
    room = max(columns - _INDENT - width - 2, _SHORTEST_BAR)
    cells = min(1 << room.bit_length() - 1, _BAR)
    bar = bar_segments(space.cells([details.span], cells), cells, glyphs)
    yield line(" " * _INDENT, f"{'Map:':{width}}  ", *bar)


def _spans_text(spans: Iterable[Span]) -> str:
    return ", ".join(span_text(*each) for each in spans) or "none"
