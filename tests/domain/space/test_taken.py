"""The addresses that ranges take, in the reading of the webhook and of the allocator."""

import pytest

from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.ranges import merge
from ippoolctl.domain.antrea.pool import SubnetInfo
from ippoolctl.domain.space.taken import taken_by, taken_in
from tests.builders import claim_on, live_pool, pool


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


def test_a_pool_takes_its_claimed_ranges_and_its_gateway_too() -> None:
    claiming = live_pool("a", "10.0.0.8/29", claim=claim_on("10.0.0.32/29"))
    found = taken_by(claiming._replace(subnet=SubnetInfo("10.0.0.1", 24)))
    unreadable = taken_by(pool("a", "10.0.0.8/29")._replace(subnet=SubnetInfo("x", 24)))

    assert [span_text(*each) for each in merge(found)] == [
        "10.0.0.1",
        "10.0.0.8-10.0.0.15",
        "10.0.0.32-10.0.0.39",
    ]
    assert [span_text(*each) for each in unreadable] == ["10.0.0.8-10.0.0.15"]
