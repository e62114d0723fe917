"""Ranges read column by column are those that are read one by one."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.columns import OTHER_FORM, cidr_ranges, start_end_ranges
from ippoolctl.domain.addresses.ranges import IPRange, Spelling, read_range
from tests.builders import HERE, json_lines
from tests.domain.strategies import any_spelling

RECORDED = [each["text"] for each in json_lines(HERE / "go_answers" / "parsers.jsonl")]
USUAL = ["10.0.0.1", "0.0.0.0", "255.255.255.255", "2001:DB8::1", "::"]


def read_together(spellings: list[Spelling]) -> list[IPRange] | None:
    """CIDRs, then start-end ranges; ``None`` if one has another form."""
    cidrs = [each.cidr for each in spellings if each.cidr is not None]
    starts = [each.start or "" for each in spellings if each.cidr is None]
    ends = [each.end or "" for each in spellings if each.cidr is None]
    try:
        return [*cidr_ranges(cidrs), *start_end_ranges(starts, ends)]
    except OTHER_FORM:
        return None


@given(st.lists(any_spelling))
def test_ranges_in_usual_forms_are_read_alike(spellings: list[Spelling]) -> None:
    spellings.sort(key=lambda each: each.cidr is None)

    assert read_together(spellings) == [read_range(each) for each in spellings]


def test_ranges_in_odd_forms_are_read_alike_or_not_at_all() -> None:
    cidrs = [Spelling(each) for each in RECORDED]
    pairs = [Spelling(None, each, end) for each in RECORDED for end in (each, *USUAL)]
    pairs += [Spelling(None, start, end) for start, end in product(USUAL, repeat=2)]
    read = 0
    for spelling in (*cidrs, *pairs):
        for beside in (Spelling("10.0.0.0/8"), Spelling(None, "::1", "::2")):
            found = read_together([spelling, beside] if spelling.cidr else [beside, spelling])
            if found is not None:
                assert read_range(spelling) in found, spelling
                assert read_range(beside) in found
                read += 1
    assert read > 500


@pytest.mark.parametrize("text", ["::ffff:10.0.0.1", "::10.0.0.1"])
def test_an_ipv6_address_with_ipv4_text_is_another_form(text: str) -> None:
    # The schema accepts some of them, and does not call all of those IPv6.
    assert read_together([Spelling(None, text, text)]) is None
    assert read_together([Spelling(f"{text}/128")]) is None


def test_a_column_without_ranges_is_read() -> None:
    assert read_together([]) == []


def test_ranges_of_both_families_keep_their_order() -> None:
    texts = ["::1", "10.0.0.1", "10.0.0.2", "::2", "::3", "10.0.0.3", "fd00::1", "10.0.0.4"]
    spellings = [Spelling(None, each, each) for each in (*texts, *texts[::-1])]

    assert read_together(spellings) == [read_range(each) for each in spellings]
