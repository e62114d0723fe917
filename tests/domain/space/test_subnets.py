"""Subnets of pools: the addresses that hosts do not use."""

import pytest

from ippoolctl.domain.addresses.numbers import address_text
from ippoolctl.domain.addresses.parsers import prefix_span
from ippoolctl.domain.space.subnets import unused_ends


@pytest.mark.parametrize(
    ("network", "ends"),
    [
        ("10.0.0.0/24", {"10.0.0.0": "network address", "10.0.0.255": "broadcast address"}),
        ("10.0.0.4/30", {"10.0.0.4": "network address", "10.0.0.7": "broadcast address"}),
        ("10.0.0.4/31", {}),
        ("10.0.0.4/32", {}),
        ("fd00::/64", {"fd00::": "subnet-router anycast address"}),
        ("fd00::4/126", {"fd00::4": "subnet-router anycast address"}),
        ("fd00::4/127", {}),
    ],
)
def test_the_ends_of_a_subnet_have_names(network: str, ends: dict[str, str]) -> None:
    span = prefix_span(network)

    assert span is not None
    assert {address_text(each): name for each, name in unused_ends(*span).items()} == ends
