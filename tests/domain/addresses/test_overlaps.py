"""Overlaps by a sweep: compared with all pairs, and counts compared with lists."""

from itertools import chain, combinations, combinations_with_replacement, product

from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.overlaps import (
    Numbered,
    are_disjoint,
    count_pairs,
    overlapping_groups,
    overlapping_pairs,
    pairs_between,
)
from tests.domain.addresses.test_ranges import as_span
from tests.domain.strategies import any_spelling
from tests.examples import examples

spans = st.lists(any_spelling, max_size=9).map(
    lambda texts: [(*as_span(text), number) for number, text in enumerate(texts)]
)


def by_brute_force(spans: list[Numbered]) -> set[frozenset[int]]:
    return {
        frozenset((a[2], b[2])) for a, b in combinations(spans, 2) if a[0] <= b[1] and b[0] <= a[1]
    }


@examples(1_000)
@given(spans)
def test_the_sweep_finds_every_pair_once(spans: list[Numbered]) -> None:
    found = [frozenset((a[2], b[2])) for a, b in overlapping_pairs(spans)]

    assert len(found) == len(set(found))
    assert set(found) == by_brute_force(spans)
    assert count_pairs(spans) == len(found)


@examples(600)
@given(spans, st.integers(1, 3))
def test_with_few_partners_every_overlapping_span_is_in_some_pair(spans, partners) -> None:
    found = list(overlapping_pairs(spans, partners=partners))

    paired = {each[2] for pair in found for each in pair}
    assert paired == {number for pair in by_brute_force(spans) for number in pair}
    assert len(found) <= len(spans) * partners


@given(spans)
def test_pairs_that_do_not_matter_are_left_out(spans) -> None:
    found = overlapping_pairs(spans, lambda one, other: (one + other) % 2 == 1)

    assert {frozenset((a[2], b[2])) for a, b in found} == {
        pair for pair in by_brute_force(spans) if sum(pair) % 2 == 1
    }


def test_few_spans_in_a_small_space_are_swept_like_all_pairs() -> None:
    small = [(first, last) for first in range(4) for last in range(first, 4)]

    for chosen in chain.from_iterable(product(small, repeat=count) for count in range(4)):
        numbered = [(*span, number) for number, span in enumerate(chosen)]
        found = [frozenset((a[2], b[2])) for a, b in overlapping_pairs(numbered)]

        assert len(found) == count_pairs(numbered)
        assert set(found) == by_brute_force(numbered)
        for partners in (1, 2):
            few = list(overlapping_pairs(numbered, partners=partners))
            assert {each[2] for pair in few for each in pair} == {
                at for pair in found for at in pair
            }


def test_fifty_million_pairs_are_counted_and_not_listed() -> None:
    same = [(0, 255, number) for number in range(10_000)]

    assert count_pairs(same) == 10_000 * 9_999 // 2
    assert len(list(overlapping_pairs(same[:300], partners=5))) < 1_500


def test_overlaps_up_to_a_limit_are_found_without_comparing_all() -> None:
    compared = 0

    def matters(one: int, other: int) -> bool:
        nonlocal compared
        compared += 1
        return True

    class Counting(int):
        """A last address that counts how often it is compared."""

        def __ge__(self, other: int) -> bool:
            nonlocal compared
            compared += 1
            return int(self) >= other

    nested = [(number, Counting(10_000 - number), number) for number in range(1_000)]

    assert len(list(overlapping_pairs(nested, matters, partners=3))) < 3_000
    assert compared < 10_000


def brute_force_between(spans: list[Numbered], groups: list[int]) -> set[frozenset[int]]:
    pairs = by_brute_force(spans)
    return {pair for pair in pairs if len({groups[number] for number in pair}) > 1}


def check_between(spans: list[Numbered], groups: list[int], partners: int) -> None:
    found = list(pairs_between(spans, groups, partners))
    pairs = [frozenset((a[2], b[2])) for a, b in found]
    every = brute_force_between(spans, groups)

    assert len(pairs) == len(set(pairs))
    assert set(pairs) <= every
    assert {number for pair in pairs for number in pair} == {at for pair in every for at in pair}
    assert len(pairs) <= len(spans) * (partners + 1)
    if partners >= len(spans):
        assert set(pairs) == every


SPANS = [*combinations_with_replacement(range(13), 2)]
grouped_spans = st.lists(st.sampled_from(SPANS), max_size=12).map(
    lambda spans: [(*span, number) for number, span in enumerate(spans)]
)
groups_of_spans = st.binary(min_size=12, max_size=12).map(
    lambda drawn: [each % 4 for each in drawn]
)


@examples(2_000)
@given(grouped_spans, groups_of_spans, st.integers(1, 12))
def test_the_sweep_between_groups_against_all_pairs(spans, groups, partners) -> None:
    check_between(spans, groups, partners)


def test_few_spans_of_groups_in_a_small_space_are_swept_like_all_pairs() -> None:
    small = [(first, last) for first in range(4) for last in range(first, 4)]

    for chosen in product(small, repeat=3):
        numbered = [(*span, number) for number, span in enumerate(chosen)]
        for groups in ([0, 0, 1], [0, 1, 0], [0, 1, 1], [0, 1, 2], [0, 0, 0]):
            for partners in (1, 3):
                check_between(numbered, groups, partners)


def test_a_span_is_paired_with_the_earlier_one_that_reaches_furthest() -> None:
    long, short, first, second = (0, 10, 0), (1, 3, 1), (2, 2, 2), (5, 6, 3)

    found = list(pairs_between([long, short, first, second], [0, 0, 1, 1], 1))

    assert (long, second) in found
    check_between([long, short, first, second], [0, 0, 1, 1], 1)


def test_few_spans_of_groups_in_a_small_space_are_found_like_all_pairs() -> None:
    small = [(first, last) for first in range(5) for last in range(first, 5)]

    for chosen in product(small, repeat=3):
        numbered = [(*span, number) for number, span in enumerate(chosen)]
        for groups in ([0, 0, 1], [0, 1, 0], [0, 1, 1], [0, 1, 2], [0, 0, 0]):
            pairs = brute_force_between(numbered, groups)
            assert overlapping_groups(numbered, groups) == {
                groups[at] for pair in pairs for at in pair
            }


def test_overlaps_within_a_group_cost_nothing_between_groups() -> None:
    many = [(0, 2**32, number) for number in range(50_000)]
    other = (5, 9, 50_000)

    found = list(pairs_between([*many, other], [0] * 50_000 + [1], 20))

    assert len(found) == 50_000  # each of them overlaps the other one


@examples(2_000)
@given(grouped_spans, groups_of_spans)
def test_the_groups_that_overlap_another_are_those_of_all_pairs(spans, groups) -> None:
    pairs = brute_force_between(spans, groups)

    assert overlapping_groups(spans, groups) == {groups[at] for pair in pairs for at in pair}


@examples(1_000)
@given(spans)
def test_spans_are_disjoint_if_no_pair_overlaps(spans) -> None:
    firsts, lasts = [each[0] for each in spans], [each[1] for each in spans]

    assert are_disjoint(firsts, lasts) is (not by_brute_force(spans))


def test_nested_spans_of_a_group_are_compared_once_each() -> None:
    compared = 0

    class Counting(int):
        """A last address that counts how often it is compared."""

        def __ge__(self, other: int) -> bool:
            nonlocal compared
            compared += 1
            return int(self) >= other

        def __gt__(self, other: int) -> bool:
            nonlocal compared
            compared += 1
            return int(self) > other

    nested = [(number, Counting(100_000 - number), number) for number in range(20_000)]

    assert overlapping_groups(nested, [0] * 20_000) == set()
    assert compared < 3 * 20_000
