"""The differences of two sets of pools, for people: in addresses, then in text."""

import difflib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from ippoolctl.domain.addresses.range_change import Effect
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.reason import Stage
from ippoolctl.domain.change.diff import Change, PoolDiff
from ippoolctl.render.quantities import counted
from ippoolctl.render.styles import Line, Segment, Style, line
from ippoolctl.render.text.range_change import spans_text, way_out

_REQUEST: Final = {Change.ADDED: "pool", Change.CHANGED: "update", Change.REMOVED: "removal"}
_EFFECTS: Final = {
    Effect.EXTENDED: "only adds ranges",
    Effect.REORDERED: "same ranges in another order; this changes the allocation order",
    Effect.RESPELLED: "same addresses, spelled differently",
}
_LONGEST: Final = 4_000
"""Lines of both texts up to which they are aligned."""


def diff_lines(diffs: Sequence[PoolDiff]) -> Iterator[Line]:
    """Each pool that differs: the change of the pool, its addresses and its other fields."""
    for each in diffs:
        where = " (only in --against)" if each.change is Change.REMOVED else ""
        yield line(Segment(f"pool {each.label}", Style.STRONG), f": {each.change.value}{where}")
        for sign, spans, number in (
            ("+", each.ranges.gained, each.ranges.gained_size),
            ("-", each.ranges.lost, each.ranges.lost_size),
        ):
            if number:
                size = counted(number, "address", "addresses")
                yield line(f"    {sign} {size}: {spans_text(spans)}", hanging=8)
        old, new = each.usable
        if each.change is Change.CHANGED and old != new:
            yield line(f"    usable {old} -> {new}")
        effect = each.ranges.effect if each.change is Change.CHANGED else Effect.NONE
        if effect in _EFFECTS:
            yield line(f"    {_EFFECTS[effect]}", hanging=8)
        elif effect is Effect.REPLACED:
            yield line(f"    {way_out(each.name, each.ranges)}", hanging=8)
        for field in each.fields:
            yield line(f"    {field.field} changes")
        for sentence in each.refusals:
            who = (
                "Antrea will deny" if each.stage is Stage.WEBHOOK else "the API server will reject"
            )
            refused = Segment(f"{who} this {_REQUEST[each.change]}", Style.ERROR)
            yield line("    ", refused, f": {sentence}", hanging=8)


def unified(diffs: Sequence[PoolDiff], dump: Callable[[Pool], str]) -> str:
    """The difference of the manifests in a normal form; empty if there is none."""
    return "".join(_unified(each, dump) for each in diffs)


def _unified(each: PoolDiff, dump: Callable[[Pool], str]) -> str:
    before = dump(each.old).splitlines(keepends=True) if each.old else []
    after = dump(each.new).splitlines(keepends=True) if each.new else []
    names = (f"before/{each.label}", f"after/{each.label}")
    if len(before) + len(after) > _LONGEST:
        return "".join(_without_context(before, after, *names))
    return "".join(difflib.unified_diff(before, after, *names))


def _without_context(
    before: Sequence[str], after: Sequence[str], old_name: str, new_name: str
) -> Iterator[str]:
    """Removed lines, then added lines: aligning two long texts takes quadratic time."""
    yield f"--- {old_name}\n+++ {new_name}\n"
    yield from (f"-{row}" for row in (Counter(before) - Counter(after)).elements())
    yield from (f"+{row}" for row in (Counter(after) - Counter(before)).elements())


def unified_lines(text: str) -> Iterator[Line]:
    """The unified difference with its usual colors."""
    styles: dict[str, Any] = {"+": Style.GOOD, "-": Style.ERROR, "@": Style.DIM}
    for row in text.splitlines():
        yield line(Segment(row, styles.get(row[:1], Style.PLAIN)))
