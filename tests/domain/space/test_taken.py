"""The addresses that ranges take, in the reading of the webhook and of the allocator."""

import pytest

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.ranges import merge
from ippoolctl.domain.space.taken import taken_in
from tests.builders import pool


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("10.0.0.77/28", ["10.0.0.64-10.0.0.79"]),
        ("10.0.0.0-10.2.255.255", ["10.0.0.0-10.2.255.255"]),
        ("::ffff:a00:0-::ffff:a02:ffff", ["10.0.0.0-10.2.255.255"]),
        ("::ffff:ffff:fff0-::1:0:0:5", ["255.255.255.240-255.255.255.255", "::1:0:0:0-::1:0:0:5"]),
        ("10.0.0.9-10.0.0.1", ["10.0.0.1-10.0.0.9"]),
        ("10.0.0.0/024", ["10.0.0.1-10.0.0.254"]),
        ("nonsense", []),
    ],
)
def test_a_range_takes_all_addresses_of_either_reading(text: str, taken: list[str]) -> None:
    found = merge(taken_in(pool("a", text).ranges))

    assert [span_text(*each) for each in found] == taken
