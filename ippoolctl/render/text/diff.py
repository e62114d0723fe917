"""The differences of two sets of pools, for people: in addresses, then in text."""

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.numbers import block_text
from ippoolctl.domain.addresses.range_change import Effect, RangeClass, RangeEdit
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, Spelling
from ippoolctl.domain.antrea.messages import Stage
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.diff import Change, FieldChange, FieldClass, PoolDiff
from ippoolctl.domain.change.losses import LostAddress
from ippoolctl.domain.unlisted import listed
from ippoolctl.render.node_selector import selector_text
from ippoolctl.render.quantities import counted, short_number
from ippoolctl.render.structured import NotPlainError, plain_scalar
from ippoolctl.render.styles import Line, Segment, Style, diff_row, line
from ippoolctl.render.text.range_change import spans_text, way_out

_REQUEST: Final = {Change.ADDED: "pool", Change.CHANGED: "update", Change.REMOVED: "removal"}
_EFFECTS: Final = {
    Effect.EXTENDED: "only adds ranges",
    Effect.REORDERED: "same ranges in another order; this changes the allocation order",
    Effect.RESPELLED: "same addresses, spelled differently",
}
_LONGEST_NUMBER: Final = 10**12
_MOST_CONSUMERS: Final = 8
_MOST_TEXTS: Final = 8
_LONGEST: Final = 4_000
"""Lines of both texts up to which they are aligned."""
_CONTEXT: Final = 3
"""Equal lines beside each change."""


def diff_lines(
    diffs: Sequence[PoolDiff],
    losses: Mapping[str, Sequence[LostAddress]],
    *,
    live: bool,
    consumers_known: bool = True,
) -> Iterator[Line]:
    """Each pool that differs: the change of the pool, its addresses and its other fields.

    ``live``: the old pools are those of a cluster. ``losses`` are the consumers that lose their
    address, by pool; unless all are known, the number of used addresses is told.
    """
    for each in diffs:
        if each.change is Change.UNCHANGED:
            continue
        what = each.change.value
        if each.change is Change.REMOVED:
            what = "only in the cluster" if live else f"{what} (only in --against)"
        yield line(Segment(f"pool {each.label}", Style.STRONG), f": {what}")
        yield from (line(f"    {text}", hanging=8) for text in _range_texts(each))
        yield from (
            line(f"    {field.field}{_field_text(each, field)}", hanging=8) for field in each.fields
        )
        for sentence in each.refusals:
            who = (
                "Antrea will deny" if each.stage is Stage.WEBHOOK else "the API server will reject"
            )
            refused = Segment(f"{who} this {_REQUEST[each.change]}", Style.ERROR)
            yield line("    ", refused, f": {sentence}", hanging=8)
        lost = losses.get(each.name, ())
        if lost:
            named = listed(
                [f"{one.by.label} ({one.address.text})" for one in lost], _MOST_CONSUMERS
            )
            subject = "would lose its address" if len(lost) == 1 else "would lose their addresses"
            yield line("    ", Segment(subject, Style.WARNING), f": {named}", hanging=8)
        usage = each.old.live.usage if each.old and each.old.live else None
        if usage and usage.used and each.can_lose and not consumers_known:
            number = counted(usage.used, "address is", "addresses are")
            yield line(f"    {number} in use; the consumers are unknown", hanging=8)


def _range_texts(each: PoolDiff) -> Iterator[str]:
    ranges, (old, new) = each.ranges, each.usable
    for sign, spans, number in (
        ("+", ranges.gained, ranges.gained_size),
        ("-", ranges.lost, ranges.lost_size),
    ):
        if number:
            noun = "address" if number == 1 else "addresses"
            size = number if number < _LONGEST_NUMBER else short_number(number)
            yield f"{sign} {size} {noun}: {spans_text(spans, block_text)}"
    if each.change is Change.CHANGED and old != new:
        yield f"usable {old} -> {new}"
    if len(ranges.edits) > 1:
        yield from _edit_texts(ranges.edits)
        if ranges.effect is Effect.EXTENDED:
            return
    if ranges.effect in _EFFECTS:
        yield _EFFECTS[ranges.effect]
    elif ranges.effect is Effect.REPLACED:
        yield way_out(each.name, ranges)


_EDITS: Final = {
    RangeClass.RESPELL: "respells {} as {}",
    RangeClass.EXPAND: "expands {} to {}",
    RangeClass.SHRINK: "shrinks {} to {}",
    RangeClass.REWRITE: "changes {} to {}",
}
"""Of old ranges to new ones."""


def _edit_texts(edits: Sequence[RangeEdit]) -> Iterator[str]:
    """Ranges that become others, one by one; then those that go and those that are new."""
    others = [each for each in edits if each.removed and each.added]
    for each in others[:_MOST_TEXTS]:
        text = _EDITS[each.kind].format(_texts(each.removed), _texts(each.added))
        is_expanded = each.kind is RangeClass.EXPAND
        yield f"{text}; {spans_text(each.gained)} can be appended instead" if is_expanded else text
    if len(others) > _MOST_TEXTS:
        yield f"changes {counted(len(others) - _MOST_TEXTS, 'other range')}"
    removed = [text for each in edits if not each.added for text in each.removed]
    added = [text for each in edits if not each.removed for text in each.added]
    if removed:
        yield f"removes {_texts(removed)}"
    if added:
        yield f"appends {_texts(added)}"
    if edits[-1].kind is RangeClass.REORDER:
        yield "changes the order of ranges, and thus the allocation order"


def _texts(texts: Sequence[str]) -> str:
    return listed(texts, _MOST_TEXTS)


def _field_text(diff: PoolDiff, change: FieldChange) -> str:
    """What follows the name of the field."""
    old, new = change.old, change.new
    if change.kind is FieldClass.OTHER:
        return " changes; Antrea up to 2.7 does not have this field"
    if change.kind is FieldClass.SELECTOR and diff.old and diff.new:
        before, after = selector_text(diff.old), selector_text(diff.new)
        return " changes" if before == after else f" changes: {before} -> {after}"
    if not isinstance(old, dict) or not isinstance(new, dict):
        verb = "is removed" if new is None else "is added"
        values = new or old
        pairs = values.items() if isinstance(values, dict) else ()
        told = ", ".join(f"{key} {value}" for key, value in pairs if value is not None)
        return f" {verb}: {told}"
    if change.kind is FieldClass.SUBNET:
        told = ", ".join(
            f"{key} {_value(old[key])} -> {_value(new[key])}" for key in new if old[key] != new[key]
        )
        return f" changes: {told}"
    parts = {
        "adds": [key for key in new if key not in old],
        "removes": [key for key in old if key not in new],
        "changes": [key for key in new if key in old and old[key] != new[key]],
    }
    return ": " + "; ".join(f"{verb} {_texts(keys)}" for verb, keys in parts.items() if keys)


def _value(value: object) -> str:
    return "none" if value is None else str(value)


def summary_text(diffs: Sequence[PoolDiff], *, live: bool) -> str:
    """How many pools differ, and how."""
    if not diffs:
        return "no difference"
    numbers = Counter(each.change for each in diffs)
    removed = "only in the cluster" if live else "removed"
    words = {Change.ADDED: "added", Change.CHANGED: "changed", Change.REMOVED: removed}
    parts = ", ".join(f"{numbers[each]} {word}" for each, word in words.items() if numbers[each])
    return f"{counted(len(diffs), 'pool')} {'differs' if len(diffs) == 1 else 'differ'}: {parts}"


def extras_text(names: Sequence[str]) -> str:
    """That pools of the cluster have no manifest."""
    number = counted(len(names), "pool")
    verb = "has" if len(names) == 1 else "have"
    return f"{number} of the cluster {verb} no manifest: {_texts(names)}"


def unified(diffs: Sequence[PoolDiff], dump: Callable[[Pool], str]) -> str:
    """The difference of the manifests in a normal form; empty if there is none."""
    return "".join(row for each in diffs for row in _unified(each, dump))


def _unified(each: PoolDiff, dump: Callable[[Pool], str]) -> Iterable[str]:
    before, after, skipped, rest = _excerpt(each, dump)
    if before == after:  # what the API server rejects cannot be read
        return ()
    names = (f"before/{each.label}", f"after/{each.label}")
    if len(before) + len(after) + 2 * (skipped + rest) > _LONGEST:
        return _without_context(before, after, *names)
    start, end = _equal_ends(before, after)
    if start + end == min(len(before), len(after)):
        # Most changes only add lines, or only remove some.
        return _one_hunk(before, after, start, end, skipped, *names)
    first, last = [f"<{each}" for each in range(skipped)], [f">{each}" for each in range(rest)]
    return difflib.unified_diff([*first, *before, *last], [*first, *after, *last], *names)


class _Excerpt(NamedTuple):
    """The lines of two manifests that a difference needs."""

    before: list[str]
    after: list[str]
    skipped: int = 0
    """How many lines are before them, the same in both manifests."""
    rest: int = 0
    """How many lines are behind them, the same in both manifests."""


def _excerpt(each: PoolDiff, dump: Callable[[Pool], str]) -> _Excerpt:
    """Both manifests; where only ranges differ, without the ranges far from the change."""
    old, new = each.old, each.result
    if old and new and not each.fields:
        front, back = _equal_ends(old.ranges, new.ranges)
        far, near = max(front - _CONTEXT, 0), max(back - _CONTEXT, 0)
        before, after = (_range_rows(pool, far, len(pool.ranges) - near) for pool in (old, new))
        if before and after:
            head, tail = _frame(old, dump)
            skipped = rest = 0
            if far:
                skipped, head = len(head) + _number_of_rows(old.ranges[:far]), []
            if near:
                rest, tail = len(tail) + _number_of_rows(old.ranges[-near:]), []
            return _Excerpt([*head, *before, *tail], [*head, *after, *tail], skipped, rest)
    return _Excerpt(_lines(old, dump), _lines(new, dump))


def _lines(pool: Pool | None, dump: Callable[[Pool], str]) -> list[str]:
    if pool is None:
        return []
    ranges = _range_rows(pool, 0, len(pool.ranges))
    if not ranges:
        return dump(pool).splitlines(keepends=True)
    head, tail = _frame(pool, dump)
    return [*head, *ranges, *tail]


def _frame(pool: Pool, dump: Callable[[Pool], str]) -> tuple[list[str], list[str]]:
    """The lines of a manifest before its ranges, and behind them."""
    head, _, tail = dump(pool._replace(ranges=())).partition(_NO_RANGES)
    head += _NO_RANGES.replace(" []", "")
    return head.splitlines(keepends=True), tail.splitlines(keepends=True)


_NO_RANGES: Final = "\nspec:\n  ipRanges: []\n"


def _equal_ends(before: Sequence[object], after: Sequence[object]) -> tuple[int, int]:
    """How many items are equal at the start of both, and how many of the others at the end."""
    shorter = min(len(before), len(after))
    start = end = 0
    while start < shorter and before[start] == after[start]:
        start += 1
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, end


def _range_rows(pool: Pool, first: int, end: int) -> list[str] | None:
    """The lines of some of ``spec.ipRanges``; ``None`` if they are not plain."""
    if any(path[:2] == ("spec", "ipRanges") for path in pool.pruned):
        return None
    try:
        return [row for each in pool.ranges[first:end] for row in _range_item(each.spelling)]
    except NotPlainError:
        return None


def _number_of_rows(ranges: Sequence[IPRange | BadRange]) -> int:
    return sum(len(Spelling._fields) - each.spelling.count(None) for each in ranges)


def _range_item(spelling: Spelling) -> Iterator[str]:
    lead = "  - "
    for field, text in zip(Spelling._fields, spelling, strict=True):
        if text is not None:
            yield f"{lead}{field}: {plain_scalar(text)}\n"
            lead = "    "
    if lead == "  - ":
        raise NotPlainError


def _one_hunk(
    before: Sequence[str], after: Sequence[str], start: int, end: int, skipped: int, *names: str
) -> Iterator[str]:
    """The difference of texts that begin with ``start`` and end with ``end`` equal lines, and of
    which one has nothing between them; ``skipped`` lines are before them.
    """
    first, last = max(start - _CONTEXT, 0), max(end - _CONTEXT, 0)
    old_name, new_name = names
    yield f"--- {old_name}\n+++ {new_name}\n"
    spans = (_span(skipped + first, skipped + len(each) - last) for each in (before, after))
    yield "@@ -{} +{} @@\n".format(*spans)
    yield from (f" {row}" for row in before[first:start])
    yield from (f"-{row}" for row in before[start : len(before) - end])
    yield from (f"+{row}" for row in after[start : len(after) - end])
    yield from (f" {row}" for row in before[len(before) - end : len(before) - last])


def _span(first: int, last: int) -> str:
    """Lines as unified differences count them."""
    number = last - first
    return f"{first + bool(number)}" if number == 1 else f"{first + bool(number)},{number}"


def _without_context(
    before: Sequence[str], after: Sequence[str], old_name: str, new_name: str
) -> Iterator[str]:
    """Removed lines, then added lines: aligning two long texts takes quadratic time."""
    yield f"--- {old_name}\n+++ {new_name}\n"
    yield from (f"-{row}" for row in (Counter(before) - Counter(after)).elements())
    yield from (f"+{row}" for row in (Counter(after) - Counter(before)).elements())


def unified_lines(text: str) -> Iterator[Line]:
    """The unified difference with its usual colors."""
    return map(diff_row, text.splitlines())
