"""Ranges and set operations on spans, by brute force over every boundary."""

from itertools import chain, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.ranges import (
    BadRange,
    IPRange,
    RangeError,
    Span,
    Spelling,
    common,
    intersect,
    lacking,
    merge,
    range_of,
    read_range,
    size,
    span_of,
    subtract,
    texts_of,
)
from tests.builders import spelling
from tests.domain.strategies import any_spelling
from tests.examples import examples

spans = st.lists(any_spelling.map(lambda each: as_span(each)), max_size=6)


def as_span(text: Spelling) -> Span:
    found = read_range(text)
    assert isinstance(found, IPRange)
    return found.span


def probes(*sets: list[Span]) -> set[int]:
    """Every address at which membership in any of the sets can change."""
    edges = {point for each in sets for span in each for point in span}
    return {edge + step for edge in edges for step in (-1, 0, 1)}


def contains(spans: list[Span], address: int) -> bool:
    return any(span.first <= address <= span.last for span in spans)


@examples(1_000)
@given(spans)
def test_merge_keeps_the_set_and_leaves_disjoint_spans_apart(spans: list[Span]) -> None:
    merged = merge(spans)

    assert all(contains(merged, at) == contains(spans, at) for at in probes(spans))
    assert all(a.last + 1 < b.first for a, b in pairwise(merged))


@examples(1_000)
@given(spans, spans)
def test_subtract_keeps_addresses_of_the_first_set_only(a: list[Span], b: list[Span]) -> None:
    holes = subtract(a, b)

    for at in probes(a, b):
        assert contains(holes, at) == (contains(a, at) and not contains(b, at))
    assert size(holes) + size(merge(b)) == size(merge([*a, *b]))


SMALL = [Span(first, last) for first in range(4) for last in range(first, 4)]
"""All spans of a space of four addresses."""


def few_spans(most: int) -> list[list[Span]]:
    """All lists of so many of them."""
    counts = range(most + 1)
    return [list(each) for each in chain.from_iterable(product(SMALL, repeat=at) for at in counts)]


def addresses(spans: list[Span]) -> list[int]:
    return [at for span in spans for at in range(span.first, span.last + 1)]


def test_few_spans_in_a_small_space_are_merged_and_subtracted_like_sets() -> None:
    for spans in few_spans(3):
        merged = merge(spans)
        assert addresses(merged) == sorted(set(addresses(spans)))
        assert all(a.last + 1 < b.first for a, b in pairwise(merged))
    for a, b in product(few_spans(2), repeat=2):
        left = {*addresses(a)} - {*addresses(b)}
        assert addresses(subtract(a, b)) == sorted(left)


@pytest.mark.parametrize("other", SMALL)
def test_common_is_the_addresses_of_disjoint_spans_in_another_one(other: Span) -> None:
    for spans in few_spans(2):
        own = merge(spans)

        assert addresses(common(own, other)) == [
            at for at in addresses(own) if other.first <= at <= other.last
        ]


@examples(600)
@given(any_spelling, any_spelling)
def test_intersect_is_the_common_addresses(a: Spelling, b: Spelling) -> None:
    one, two = as_span(a), as_span(b)
    both = intersect(one, two)

    for at in probes([one], [two]):
        assert contains([both] if both else [], at) == (contains([one], at) and contains([two], at))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("010.0.0.0/24", RangeError.CIDR),
        ("10.0.0.0/08", RangeError.CIDR),
        ("010.0.0.1-10.0.0.2", RangeError.START),
        ("10.0.0.1-10.0.0.02", RangeError.END),
        ("10.0.0.1-2001:db8::1", RangeError.FAMILY),
        ("10.0.0.1-::ffff:a00:2", RangeError.FAMILY),
        ("10.0.0.9-10.0.0.1", RangeError.ORDER),
    ],
)
def test_an_invalid_range_has_its_error(text: str, error: RangeError) -> None:
    found = read_range(spelling(text))

    assert isinstance(found, BadRange)
    assert found.error is error
    assert found.text == text


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("10.0.0.77/24", "10.0.0.0-10.0.0.255"),
        ("10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9"),
        ("10.0.0.9-10.0.0.1", "10.0.0.1-10.0.0.9"),
        ("10.0.0.1-2001:db8::1", None),
        ("2001:db8::1-10.0.0.1", None),
        ("10.0.0.0/33", None),
        ("10.0.0.1-nonsense", None),
        ("nonsense-10.0.0.1", None),
    ],
)
def test_a_range_of_two_readable_ends_of_one_family_has_a_span(text: str, span: str | None) -> None:
    found = span_of(range_of(text))

    assert (found and span_text(*found)) == span


def test_texts_of_ranges_are_as_typed_also_of_invalid_ones() -> None:
    texts = ("10.0.0.7/24", "10.0.0.1-10.0.0.9", "x/24", "10.0.0.9-10.0.0.1", "fd00::1-x")

    assert texts_of(read_range(spelling(each)) for each in texts) == texts


def test_ranges_are_lacking_by_their_text_alone() -> None:
    present = [range_of("10.0.0.0/24"), range_of("nonsense/1")]
    wanted = [range_of(each) for each in ("10.0.0.0/25", "10.0.0.1/24", "10.0.0.0/24")]

    assert lacking(present, [*wanted, range_of("nonsense/1")]) == (wanted[0], wanted[1])
    assert lacking([], wanted) == tuple(wanted)


def test_only_the_cidr_counts_beside_a_start() -> None:
    found = read_range(Spelling("10.0.0.77/24", "10.9.9.9"))

    assert isinstance(found, IPRange)
    assert found.text == "10.0.0.77/24"
    assert found.span == as_span(Spelling("10.0.0.0/24"))
