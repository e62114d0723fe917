"""Replacing pools, for people: what would happen, and what has."""

from collections.abc import Iterable, Sequence

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.relocation import Relocation
from ippoolctl.domain.protocol.relocated import EndKind, Placed, Relocated
from ippoolctl.errors import ExitCode
from ippoolctl.render.sentences.relocation import place_text, planned_text, warning_text
from ippoolctl.render.styles import Line, Segment, Style, line
from ippoolctl.render.text.outcome import outcome_line, resource_name


def planned_lines(
    relocation: Relocation, deletes: Iterable[Pool], places: Sequence[Placed]
) -> list[Line]:
    """What would be deleted, created and appended, and what becomes of each consumer."""
    rows = [_pool(each.name, "would be deleted", each.texts) for each in deletes]
    rows += [_pool(each.name, "would be created", each.texts) for each in relocation.created]
    rows += [
        _pool(name, "would be extended", [each.text for each in ranges])
        for name, ranges in relocation.appended
    ]
    rows += [line(f"  {planned_text(each)}", hanging=4) for each in places]
    warning = warning_text(tuple(places))
    return [*rows, line(warning)] if warning else rows


def relocated_lines(found: Relocated) -> list[Line]:
    """What was done with the pools, and where each consumer is, or would be if it were refused."""
    text = planned_text if found.end is EndKind.LOSES_ADDRESSES else place_text
    done = [outcome_line(each) for each in found.pools if each.code is ExitCode.YES]
    return [*done, *(line(f"  {text(each)}", hanging=4) for each in found.placed)]


def unchanged_line(name: str) -> Line:
    """There was nothing to do."""
    return line(f"{resource_name(name)} ", Segment("unchanged", Style.GOOD))


def _pool(name: str, what: str, ranges: Iterable[str]) -> Line:
    return line(f"{resource_name(name)} ", Segment(what, Style.GOOD), f" with {', '.join(ranges)}")
