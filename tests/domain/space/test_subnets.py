"""Subnets of pools: the addresses that hosts do not use."""

import pytest

from ippoolctl.domain.addresses.numbers import address_text, network_text
from ippoolctl.domain.addresses.parsers import prefix_span
from ippoolctl.domain.antrea.pool import SubnetInfo
from ippoolctl.domain.space.subnets import subnet_of, unused_ends
from tests.builders import pool


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


@pytest.mark.parametrize(
    ("gateway", "length", "network"),
    [
        ("10.0.0.1", 24, "10.0.0.0/24"),
        ("10.0.0.1", 1, "0.0.0.0/1"),
        ("10.0.0.1", 31, "10.0.0.0/31"),
        ("10.0.0.1", 32, None),
        ("10.0.0.1", 0, None),
        ("10.0.0.1", 64, None),
        ("fd00::1", 127, "fd00::/127"),
        ("fd00::1", 128, None),
        ("::ffff:10.0.0.1", 120, None),
        ("x", 24, None),
    ],
)
def test_the_subnet_of_a_pool(gateway: str, length: int, network: str | None) -> None:
    found = subnet_of(pool("a")._replace(subnet=SubnetInfo(gateway, length)))

    assert (found and network_text(found.network)) == network
    assert subnet_of(pool("a")) is None
