"""A change of ranges that Antrea denies, for people."""

from collections.abc import Callable, Sequence

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.range_change import RangeChange
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.change.range_plan import Pieces
from ippoolctl.domain.unlisted import and_more
from ippoolctl.render.quantities import counted

_MOST_SPANS = 8


def way_out(name: str, change: RangeChange) -> str:
    """What a denied change of the ranges does, and the way to it."""
    if change.appendable:
        added = ",".join(span_text(*each) for each in change.appendable[:_MOST_SPANS])
        return (
            f"only adds addresses: keep the existing ranges and append {added}"
            f" (ippoolctl extend {name} --range {added})"
        )
    if change.lost:
        number = counted(change.lost_size, "address", "addresses")
        gone = f"removes {number} ({spans_text(change.lost)})"
        return f"{gone}: delete and recreate the pool, or keep the existing ranges"
    if change.gained:
        return "changes ranges: delete and recreate the pool"
    return "removes no address, only the text differs: keep the existing text"


def pieces_text(pool: str, parts: Sequence[Pieces], verb: str = "has") -> str:
    """That a pool has several ranges where its manifest has one, and what to do about it."""
    told = [f"{_texts(each.texts)} instead of {each.wanted.text}" for each in parts]
    usable = [sum(numbers) for numbers in zip(*(each.usable for each in parts), strict=True)]
    numbers = "" if usable[0] == usable[1] else ", usable {} -> {}".format(*usable)
    return (
        f"pool {pool} {verb} {_texts(told, '; ')} (same addresses{numbers}): Antrea does not allow"
        " changing existing ranges; use these ranges in the manifest"
    )


def _texts(texts: Sequence[str], separator: str = ", ") -> str:
    return and_more(separator.join(texts[:_MOST_SPANS]), len(texts) - _MOST_SPANS)


def spans_text(spans: Sequence[Span], text: Callable[[int, int], str] = span_text) -> str:
    """The spans, at most a few of them."""
    shown = ", ".join(text(*span) for span in spans[:_MOST_SPANS])
    return and_more(shown, len(spans) - _MOST_SPANS)
