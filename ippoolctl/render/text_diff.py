"""What differs between two sets of pools, for people: in addresses, then in text."""

import difflib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from ippoolctl.domain.addresses import span_text
from ippoolctl.domain.diff import Effect, PoolDiff
from ippoolctl.domain.pool import Pool
from ippoolctl.domain.ranges import Span
from ippoolctl.render.styles import Line, Segment, Style, line

_EFFECTS: Final = {
    Effect.EXTENDED: "ranges are only added: possible on the live pool",
    Effect.REORDERED: "the same ranges in another order: possible,"
    " changes what is handed out first",
    Effect.RESPELLED: "the same addresses, written differently: Antrea will refuse this update",
    Effect.REPLACED: "ranges go or change: Antrea will refuse this update;"
    " the pool has to be deleted and created again",
}
_REFUSED: Final = (Effect.RESPELLED, Effect.REPLACED)
_MOST_SPANS: Final = 8


def diff_lines(diffs: Sequence[PoolDiff]) -> Iterator[Line]:
    """Each pool that differs: what happens to it, to its addresses and to its other fields."""
    for each in diffs:
        yield line(Segment(f"pool {each.name}", Style.STRONG), f": {each.change.value}")
        for sign, spans, number in (
            ("+", each.gained, each.gained_size),
            ("-", each.lost, each.lost_size),
        ):
            if number:
                noun = "address" if number == 1 else "addresses"
                yield line(f"    {sign} {number} {noun}: {_spans(spans)}", hanging=8)
        if each.effect in _EFFECTS:
            style = Style.ERROR if each.effect in _REFUSED else Style.PLAIN
            yield line("    ", Segment(_EFFECTS[each.effect], style), hanging=8)
        for field in each.fields:
            yield line(f"    {field.field} changes")


def _spans(spans: Sequence[Span]) -> str:
    shown = ", ".join(span_text(*span) for span in spans[:_MOST_SPANS])
    more = len(spans) - _MOST_SPANS
    return f"{shown} and {more} more" if more > 0 else shown


def unified(diffs: Sequence[PoolDiff], dump: Callable[[Pool], str]) -> str:
    """The difference of the manifests, each written in one normal form; empty if there is none."""
    return "".join(_unified(each, dump) for each in diffs)


def _unified(each: PoolDiff, dump: Callable[[Pool], str]) -> str:
    before = dump(each.old).splitlines(keepends=True) if each.old else []
    after = dump(each.new).splitlines(keepends=True) if each.new else []
    return "".join(difflib.unified_diff(before, after, f"before/{each.name}", f"after/{each.name}"))


def unified_lines(text: str) -> Iterator[Line]:
    """The unified difference with its usual colours."""
    styles: dict[str, Any] = {"+": Style.GOOD, "-": Style.ERROR, "@": Style.DIM}
    for row in text.splitlines():
        yield line(Segment(row, styles.get(row[:1], Style.PLAIN)))
