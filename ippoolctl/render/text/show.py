"""One pool, for people."""

from collections.abc import Iterator
from datetime import datetime

from ippoolctl.crd.created_object import LAST_APPLIED
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, span_of
from ippoolctl.domain.antrea.capacity import capacity
from ippoolctl.domain.lint.runner import Report
from ippoolctl.domain.space.listing import PoolRow
from ippoolctl.domain.timestamps import age
from ippoolctl.render.styles import Line, Segment, line, table
from ippoolctl.render.text.check import finding_lines
from ippoolctl.render.text.list import number_text, selector_text, states_cell


def show_lines(row: PoolRow, now: datetime, report: Report) -> Iterator[Line]:
    """One pool: its fields, its ranges, and its findings."""
    pool, live = row.pool, row.pool.live
    fields: dict[str, str | Segment] = {
        "Name": pool.name,
        "State": states_cell(row.states),
        "Age": age(live.created, now) if live else "-",
        "Usable": str(row.usable),
        "Used": number_text(row.used),
        "Free": number_text(row.free),
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
        yield from finding_lines(report)


def _range_cells(found: IPRange | BadRange) -> tuple[str, str, str]:
    span = span_of(found)
    usable = capacity(found.spelling).usable
    return (found.text, str(usable), str(span.size) if span else "-")
