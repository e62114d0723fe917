"""The parts of a range by Antrea's use of their addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.ranges import range_of, read_range, span_of
from ippoolctl.domain.antrea.capacity import window, window_of
from ippoolctl.domain.antrea.membership import (
    Membership,
    Obstacle,
    PoolAddresses,
    assigned,
    assigned_spans,
    obstacle_of,
    range_parts,
)
from tests.builders import spelling

FIRST, LAST, BEYOND, DROPPED = Obstacle


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("10.0.0.0/28", {"10.0.0.0": FIRST, "10.0.0.1-10.0.0.14": None, "10.0.0.15": LAST}),
        ("10.0.0.77/28", {"10.0.0.64": FIRST, "10.0.0.65-10.0.0.78": None, "10.0.0.79": LAST}),
        ("10.0.0.4/31", {"10.0.0.4": FIRST, "10.0.0.5": LAST}),
        ("10.0.0.5/32", {"10.0.0.5": FIRST}),
        ("10.0.0.5-10.0.0.5", {"10.0.0.5": None}),
        (
            "10.0.0.0/15",
            {
                "10.0.0.0": FIRST,
                "10.0.0.1-10.1.0.0": None,
                "10.1.0.1-10.1.255.254": BEYOND,
                "10.1.255.255": LAST,
            },
        ),
        ("0.0.0.0/0", {"0.0.0.0-255.255.255.255": DROPPED}),
        ("2001:db8::/126", {"2001:db8::": FIRST, "2001:db8::1-2001:db8::3": None}),
        ("2001:db8::-2001:db8:0:1::", {
            "2001:db8::": None, "2001:db8::1-2001:db8:0:1::": BEYOND,
        }),
        ("::ffff:10.0.0.1-::ffff:10.0.0.3", {"10.0.0.1-10.0.0.3": None}),
        ("::ffff:0.0.0.0-::ffff:0.0.0.0", {"0.0.0.0": None}),
        ("::ffff:a00:1-::1:0:0:0", {
            "10.0.0.1-10.1.0.0": None, "::ffff:10.1.0.1-::1:0:0:0": BEYOND,
        }),
        ("::ffff:ffff:fff0-::1:0:0:5", {
            "255.255.255.240-255.255.255.255": None, "::1:0:0:0-::1:0:0:5": None,
        }),
        ("::fffe:ffff:fff0-::ffff:a00:1", {
            "0.0.0.0-0.0.255.239": None, "::fffe:ffff:fff0-::fffe:ffff:ffff": None,
            "::ffff:0.0.255.240-::ffff:10.0.0.1": BEYOND,
        }),
        ("::/80", {
            "::": FIRST, "::1-::1:0": None, "::1:1-::ffff:255.255.255.255": BEYOND,
        }),
        ("2001:db8:0:1::-2001:db8::", {
            "2001:db8::-2001:db8::ffff:ffff:ffff:ffff": BEYOND, "2001:db8:0:1::": None,
        }),
        ("10.0.0.9-10.0.0.1", {"10.0.0.1-10.0.0.9": DROPPED}),
        ("2001:db8::-2001:db8::7fff:ffff:ffff:ffff", {
            "2001:db8::-2001:db8::7fff:ffff:ffff:ffff": DROPPED,
        }),
        ("nonsense", {}),
    ],
)  # fmt: skip
def test_a_range_has_parts_by_obstacle(text: str, parts: dict[str, Obstacle | None]) -> None:
    found = range_parts(read_range(spelling(text)))

    assert {span_text(*each.span): each.obstacle for each in found} == parts


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.5/32", "10.0.0.0/15", "2001:db8::/111", "0.0.0.0/0", "10.0.0.9-10.0.0.1",
        "::ffff:a00:1-::1:0:0:0", "::ffff:ffff:fff0-::1:0:0:5", "::fffe:ffff:fff0-::ffff:a00:1",
    ],
)  # fmt: skip
def test_the_ends_of_each_part_have_its_obstacle(text: str) -> None:
    found = read_range(spelling(text))

    for span, obstacle in range_parts(found):
        assert [obstacle_of(found, each) for each in span] == [obstacle] * 2


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("10.0.0.77/28", ["10.0.0.64-10.0.0.79"]),
        ("2001:db8::/126", ["2001:db8::-2001:db8::3"]),
        ("::ffff:10.0.0.1-::ffff:10.0.0.3", ["10.0.0.1-10.0.0.3"]),
        ("::ffff:ffff:fff0-::1:0:0:5", [
            "255.255.255.240-255.255.255.255", "::1:0:0:0-::1:0:0:5",
        ]),
        ("10.0.0.9-10.0.0.1", ["10.0.0.1-10.0.0.9"]),
        ("10.0.0.1-2001:db8::1", []),
        ("10.0.0.1-nonsense", []),
        ("nonsense", []),
    ],
)  # fmt: skip
def test_a_range_has_addresses_as_antrea_assigns_them(text: str, spans: list[str]) -> None:
    assert [span_text(*each) for each in assigned_spans(read_range(spelling(text)))] == spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::ffff:10.0.0.1-::ffff:10.0.0.3", "10.0.0.1-10.0.0.3"),
        ("::ffff:ffff:fff0-::1:0:0:5", "::ffff:255.255.255.240-::1:0:0:5"),
        ("10.0.0.1-10.0.0.3", "10.0.0.1-10.0.0.3"),
    ],
)
def test_a_span_of_mapped_addresses_alone_is_one_of_ipv4(text: str, expected: str) -> None:
    span = span_of(range_of(text))

    assert span is not None
    assert span_text(*assigned(span)) == expected


def test_addresses_that_can_be_requested_of_a_pool() -> None:
    texts = ["10.0.0.0/30", "10.0.0.8-10.0.0.9", "10.0.0.12-10.0.0.12"]
    without_any = ["10.0.0.5/32", "10.0.0.14/31", "nonsense"]
    pool = PoolAddresses(map(spelling, [*texts, *without_any]))
    found = {each: pool.membership((10 << 24) + each) for each in range(-1, 18)}

    assert [each for each in found if found[each] is Membership.MEMBER] == [1, 2, 8, 9, 12]
    assert [each for each in found if found[each] is Membership.RESERVED] == [3, 15]


def test_no_address_can_be_requested_of_a_pool_whose_total_overflows() -> None:
    assert PoolAddresses([spelling("2001:db8::-2001:db8::7fff:ffff:ffff:ffff")]).spans == []


@given(st.integers(0, 400), st.integers(24, 32), st.integers(0, 60))
def test_exactly_the_addresses_of_the_window_can_be_assigned(
    offset: int, bits: int, length: int
) -> None:
    first = (10 << 24) + offset
    for text in (
        f"{span_text(first, first)}/{bits}",
        f"{span_text(first, first)}-{span_text(first + length, first + length)}",
    ):
        found = read_range(spelling(text))
        taken = window(found.spelling)
        spans = [each.span for each in range_parts(found)]
        assert taken is not None
        assert spans == sorted(spans)
        every = {address for span in spans for address in range(span.first, span.last + 1)}
        assert sum(each.size for each in spans) == len(every)
        for part in range_parts(found):
            for address in range(part.span.first, part.span.last + 1):
                in_window = taken.offset(address) is not None and address != taken.reserved
                assert (part.obstacle is None) == in_window
                assert obstacle_of(found, address) is part.obstacle


@pytest.mark.parametrize(
    "text",
    [
        *(f"10.0.0.77/{bits}" for bits in range(33)),
        *(f"2001:db8::77/{bits}" for bits in range(129)),
        "::/120",
        "10.0.0.1-10.255.0.0",
        "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:db8::-2001:db8::7fff:ffff:ffff:fffe",
        "2001:db8::-2001:db8::7fff:ffff:ffff:ffff",
        "::ffff:10.0.0.1-::ffff:10.0.0.9",
        "::ffff:10.0.0.1-::1:0:0:0",
        "::1-::ffff:10.0.0.1",
        "::ffff:10.0.0.0/112",
        "10.0.0.0/024",
        "10.0.0.9-10.0.0.1",
        "nonsense",
    ],
)
def test_the_window_of_a_range_that_is_already_parsed(text: str) -> None:
    found = read_range(spelling(text))

    assert window_of(found) == window(found.spelling)
