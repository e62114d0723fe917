"""Totals and windows of Antrea's allocator: golden values, and a literal model of its loop."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.numbers import address_text, span_text
from ippoolctl.domain.addresses.parsers import parse_addr
from ippoolctl.domain.addresses.ranges import IPRange, Spelling, read_range
from ippoolctl.domain.antrea.capacity import (
    MAX_WINDOW,
    NOTHING,
    Counts,
    allocatable,
    capacity,
    counts,
    window,
    wrapped,
)
from tests.builders import spelling
from tests.domain.strategies import any_spelling
from tests.examples import examples

# Seen on Antrea v2.7.0: the total, and the first address that is handed out.
GOLDEN = [
    ("10.0.0.5/32", -1, None),
    ("10.0.0.4/31", 0, None),
    ("10.0.0.4/30", 2, "10.0.0.5"),
    ("10.0.0.8/29", 6, "10.0.0.9"),
    ("10.0.0.0/28", 14, "10.0.0.1"),
    ("10.0.0.77/24", 254, "10.0.0.1"),
    ("10.0.0.0/16", 65534, "10.0.0.1"),
    ("10.0.0.0/15", 65535, "10.0.0.1"),
    ("10.0.0.0/8", 65535, "10.0.0.1"),
    ("128.0.0.0/1", 0, None),
    ("0.0.0.0/0", 0, None),
    ("10.0.0.0-10.0.0.255", 256, "10.0.0.0"),
    ("10.0.0.5-10.0.0.5", 1, "10.0.0.5"),
    ("10.0.0.0-10.255.255.255", 65536, "10.0.0.0"),
    ("2001:db8::/128", 0, None),
    ("2001:db8::/127", 1, "2001:db8::1"),
    ("2001:db8::/126", 3, "2001:db8::1"),
    ("2001:db8::/124", 15, "2001:db8::1"),
    ("2001:db8::/120", 255, "2001:db8::1"),
    ("2001:db8::/112", 65535, "2001:db8::1"),
    ("2001:db8::/111", 65536, "2001:db8::1"),
    ("2001:db8::/64", 65536, "2001:db8::1"),
    ("::/1", 0, None),
    ("::/0", 0, None),
    ("2001:db8::-2001:db8:0:1::", 1, "2001:db8::"),
    ("2001:db8::-2001:db8::ffff:ffff:ffff:ffff", 0, None),
    ("2001:db8::-2001:db8::7fff:ffff:ffff:ffff", -(2**63), None),
    ("10.0.0.0/024", 254, "10.0.0.1"),
    ("010.0.0.0/24", 0, None),
    ("2001:db8::1-10.0.0.1", 65536, "2001:db8::1"),
    ("10.0.0.1-2001:db8::1", 0, None),
    ("10.0.0.9-10.0.0.1", 0, None),
]

# By its source.
COMPUTED = [
    ("64.0.0.0/2", 65535, "64.0.0.1"),
    ("::/120", 255, "::1"),
    ("::/2", 65536, "::1"),
]


@pytest.mark.parametrize(("text", "expected", "first"), [*GOLDEN, *COMPUTED])
def test_golden_totals(text: str, expected: int, first: str | None) -> None:
    found = capacity(spelling(text))

    assert found.total == expected
    assert (address_text(found.allocatable.first) if found.allocatable else None) == first


@examples(1_000)
@given(any_spelling)
def test_usable_addresses_are_those_that_the_allocator_assigns(text: Spelling) -> None:
    found = capacity(text)
    whole = read_range(text)
    assert isinstance(whole, IPRange)
    if whole.span.size > MAX_WINDOW:
        assert found.usable <= MAX_WINDOW
        return
    addresses = list(range(whole.first, whole.last + 1))
    if text.cidr:
        ipv4 = ":" not in text.cidr
        addresses = addresses[1:-1] if ipv4 else addresses[1:]

    handed_out = (
        list(range(found.allocatable.first, found.allocatable.last + 1))
        if found.allocatable
        else []
    )
    mapped = not text.cidr and addresses and "." in address_text(addresses[0])
    if not mapped:
        assert handed_out == addresses
    assert len(handed_out) == len(addresses)


def test_a_range_without_addresses_lowers_the_total_but_not_the_usable_number() -> None:
    pool = (spelling("10.0.0.0/24"), spelling("10.1.0.5/32"))

    assert counts(map(read_range, pool)) == Counts(253, 254)


def test_the_whole_of_ipv6_is_never_enumerated() -> None:
    assert capacity(Spelling("::/2")).usable == MAX_WINDOW
    assert parse_addr("::1") == capacity(Spelling("::/2")).allocatable[0]  # type: ignore[index]


@examples(1_000)
@given(st.lists(any_spelling, max_size=4))
def test_counts_of_parsed_ranges_equal_those_of_their_texts(texts) -> None:
    found = [*map(capacity, texts)]
    total, usable = sum(each.total for each in found), sum(each.usable for each in found)

    assert counts(map(read_range, texts)) == (wrapped(total), usable)


@pytest.mark.parametrize(("text", "expected", "first"), [*GOLDEN, *COMPUTED])
def test_counts_of_parsed_ranges_are_the_golden_totals(
    text: str, expected: int, first: str | None
) -> None:
    asked = spelling(text)

    assert counts([read_range(asked)]) == (expected, capacity(asked).usable)


@pytest.mark.parametrize(
    "text", [*(text for text, _, _ in GOLDEN), "::ffff:10.0.0.1-::1:0:0:0", "::ffff:10.0.0.0/120"]
)
def test_the_addresses_of_a_parsed_range_are_those_of_its_text(text: str) -> None:
    assert allocatable(read_range(spelling(text))) == capacity(spelling(text)).allocatable


def test_a_range_that_spans_a_multiple_of_2_to_64_has_one_allocatable_address() -> None:
    found = capacity(spelling("2001:db8:0:1::-2001:db8::"))

    assert found.allocatable is not None
    assert span_text(*found.allocatable) == "2001:db8:0:1::"


def test_a_range_that_is_reversed_by_2_to_63_addresses_is_dropped() -> None:
    assert capacity(Spelling(start="2001:db8:0:0:8000::", end="2001:db8::")) == NOTHING


def test_the_total_wraps_at_64_bits() -> None:
    half = Spelling(start="2001:db8::", end="2001:db8::7fff:ffff:ffff:ffff")

    assert counts([read_range(half)] * 2) == Counts(0, 0)


def test_an_address_has_the_bit_of_its_distance_in_64_bits() -> None:
    found = window(spelling("2001:db8::5-2001:db8::9"))

    assert found is not None
    texts = ["2001:db8::4", "2001:db8::5", "2001:db8::9", "2001:db8::a", "fd00::6", "10.0.0.5"]
    assert [found.offset(parse_addr(each) or 0) for each in texts] == [None, 0, 4, None, 1, None]
    assert address_text(found.address(4)) == "2001:db8::9"


def test_the_bits_of_a_mapped_range_are_those_of_its_ipv4_addresses() -> None:
    found = window(spelling("::ffff:10.0.0.5-::ffff:10.0.0.9"))

    assert found is not None
    assert found.offset(parse_addr("10.0.0.6") or 0) == 1
    assert found.offset(parse_addr("::ffff:10.0.0.6") or 0) == 1
    assert address_text(found.address(1)) == "10.0.0.6"
