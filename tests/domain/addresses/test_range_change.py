"""The effect of a change of ranges, as a whole and in its parts."""

import pytest

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.range_change import (
    Effect,
    RangeChange,
    RangeClass,
    disjoint,
    range_change,
)
from tests.builders import pool


def change(old: list[str], new: list[str]) -> RangeChange:
    return range_change(pool("a", *old).ranges, pool("a", *new).ranges)


A, B, C = "10.0.0.0/26", "10.1.0.0/26", "10.2.0.0/26"


@pytest.mark.parametrize(
    ("old", "new", "effect", "kinds", "appendable"),
    [
        ([A], [A], Effect.NONE, [], []),
        ([A], [A, B], Effect.EXTENDED, ["append"], []),
        ([A, B], [B, A], Effect.REORDERED, ["reorder"], []),
        ([A, B], [B, A, C], Effect.EXTENDED, ["append", "reorder"], []),
        ([A], [B, A], Effect.EXTENDED, ["append", "reorder"], []),
        ([A], [A, A], Effect.EXTENDED, ["reorder"], []),
        ([A, A], [A], Effect.EXTENDED, ["reorder"], []),
        ([A, A, B], [A, B, B], Effect.EXTENDED, ["reorder"], []),
        ([A, B], [B], Effect.REPLACED, ["remove"], []),
        ([A, B], [B, C], Effect.REPLACED, ["remove", "append"], []),
        ([A], ["10.0.0.0/25"], Effect.REPLACED, ["expand"], ["10.0.0.64-10.0.0.127"]),
        ([A], ["10.0.0.0-10.0.0.63"], Effect.RESPELLED, ["respell"], []),
        ([A], ["10.0.0.0/27"], Effect.REPLACED, ["shrink"], []),
        (["10.0.0.0-10.0.0.9"], ["10.0.0.5-10.0.0.14"], Effect.REPLACED, ["rewrite"], []),
        (["10.0.0.0-10.0.0.9"], ["10.0.0.9-10.0.0.14"], Effect.REPLACED, ["rewrite"], []),
        ([A, B], ["10.1.0.1/26", A], Effect.RESPELLED, ["respell"], []),
        ([A, B, C], ["10.0.0.0/25", C, B], Effect.REPLACED, ["expand", "reorder"], None),
        (["10.0.0.0/024"], ["10.0.0.0/24"], Effect.RESPELLED, ["respell"], []),
        (["10.0.0.0/024"], ["10.0.0.0/23"], Effect.REPLACED, ["expand"], None),
        (["x/24"], [A], Effect.REPLACED, ["remove", "append"], []),
        (["x/24"], ["y/24"], Effect.REPLACED, ["remove", "append"], []),
        ([A, "x/24"], ["10.0.0.0/25", "x/24"], Effect.REPLACED, ["expand"], []),
    ],
)
def test_the_effect_of_a_change_and_the_classes_of_its_parts(
    old: list[str],
    new: list[str],
    effect: Effect,
    kinds: list[str],
    appendable: list[str] | None,
) -> None:
    found = change(old, new)

    assert (found.effect, [each.kind.value for each in found.edits]) == (effect, kinds)
    if appendable is not None:
        assert [span_text(*each) for each in found.appendable] == appendable


def test_ranges_that_overlap_before_and_after_are_one_part() -> None:
    old = ["10.0.0.0-10.0.0.9", "10.0.0.20-10.0.0.29", "10.9.0.0/26"]
    new = ["10.8.0.0/26", "10.0.0.5-10.0.0.24", "10.0.0.24-10.0.0.31"]

    joined, gone, appended = change(old, new).edits

    assert (joined.kind, joined.removed, joined.added) == (
        RangeClass.REWRITE,
        ("10.0.0.0-10.0.0.9", "10.0.0.20-10.0.0.29"),
        ("10.0.0.5-10.0.0.24", "10.0.0.24-10.0.0.31"),
    )
    assert [span_text(*each) for each in joined.gained] == [
        "10.0.0.10-10.0.0.19",
        "10.0.0.30-10.0.0.31",
    ]
    assert [span_text(*each) for each in joined.lost] == ["10.0.0.0-10.0.0.4"]
    assert (gone.kind, gone.removed, gone.gained) == (RangeClass.REMOVE, ("10.9.0.0/26",), ())
    assert (appended.kind, appended.added, appended.lost) == (
        RangeClass.APPEND,
        ("10.8.0.0/26",),
        (),
    )


def test_the_texts_of_one_part_are_in_the_order_of_the_pools() -> None:
    old = ["10.0.0.20-10.0.0.29", "10.0.0.0-10.0.0.9"]
    new = ["10.0.0.25-10.0.0.31", "10.0.0.5-10.0.0.24"]

    (joined,) = change(old, new).edits

    assert (joined.removed, joined.added) == (tuple(old), tuple(new))


def test_a_nested_range_does_not_end_the_part_of_the_outer_one() -> None:
    found = change(["10.0.0.0-10.0.0.99"], ["10.0.0.0-10.0.0.9", "10.0.0.50-10.0.0.60"])

    (only,) = found.edits
    assert (only.kind, len(only.added)) == (RangeClass.SHRINK, 2)
    assert found.lost_size == 100 - 10 - 11


def test_repeated_range_texts_are_counted() -> None:
    found = change([A, A, B], [A, C, C])

    assert (found.texts_added, found.texts_removed) == ((C, C), (A, B))
    assert (found.gained_size, found.lost_size) == (64, 64)


def test_a_change_with_an_invalid_range_is_not_readable() -> None:
    assert change([A], [B]).readable
    assert not change([A], [B, "x/24"]).readable
    assert not change(["x/24"], [B]).readable


def test_ranges_are_merged_into_the_fewest_spans() -> None:
    ranges = pool("a", "10.0.0.128/25", "10.0.0.0/25", "10.9.0.0/32", "x/24").ranges

    assert [span_text(*each) for each in disjoint(ranges)] == ["10.0.0.0-10.0.0.255", "10.9.0.0"]
