"""A search for a free range, and the subnets that it stays in."""

import pytest

from ippoolctl.domain.addresses.numbers import network_text, span_text
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.space.free_ranges import Block
from ippoolctl.domain.space.reserved import Reserved
from ippoolctl.domain.space.search import Search, inside
from ippoolctl.domain.space.subnets import subnet_of
from tests.builders import pool
from tests.domain.space.test_free_ranges import network
from tests.domain.strategies import ordinal


def one(text: str) -> Span:
    return Span(ordinal(text), ordinal(text))


@pytest.mark.parametrize(
    ("block", "within", "least", "text"),
    [
        (Block(ips=6), ["10.0.0.0/24"], 6, "6 addresses in 10.0.0.0/24"),
        (Block(prefix=28), ["10.0.0.0/24", "fd00::/64"], 14, "a /28 in 10.0.0.0/24, fd00::/64"),
        (Block(prefix=120), ["10.0.0.0/24", "fd00::/64"], 255, "a /120 in 10.0.0.0/24, fd00::/64"),
        (Block(prefix=32), ["10.0.0.0/24"], 0, "a /32 in 10.0.0.0/24"),
        (Block(prefix=32), ["10.0.0.0/8", "fd00::/8"], 65_536, "a /32 in 10.0.0.0/8, fd00::/8"),
        (Block(prefix=28), [], 0, "a /28 in "),
    ],
)
def test_a_search_has_its_minimum_size_and_its_networks(
    block: Block, within: list[str], least: int, text: str
) -> None:
    search = Search(block, tuple(map(network, within)))

    assert (search.least, search.text, search.binding) == (least, text, True)


def test_a_search_in_many_networks_names_five_of_them() -> None:
    within = tuple(network(f"10.0.{each}.0/24") for each in range(7))

    assert Search(Block(ips=6), within).text == (
        "6 addresses in 10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24, 10.0.3.0/24, 10.0.4.0/24 and 2 more"
    )


def test_a_search_avoids_what_is_excluded_and_what_is_reserved() -> None:
    search = Search(Block(ips=1), (network("10.0.0.0/24"),), (one("10.0.0.1"),))

    more = search.without([Reserved(one("10.0.0.2"), "Node a")]).without(
        [Reserved(one("10.0.0.3"), "Node b")]
    )

    assert [span_text(*each) for each in search.avoided] == ["10.0.0.1"]
    assert [span_text(*each) for each in more.avoided] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]


@pytest.mark.parametrize(
    ("subnet", "networks", "parts"),
    [
        ("10.0.0.0/24", ["10.0.0.0/16", "10.0.0.64/26"], ["10.0.0.0/24", "10.0.0.64/26"]),
        ("10.0.0.0/24", ["10.0.1.0/24", "9.255.255.0/24", "fd00::/64"], []),
        ("10.0.0.0/24", ["10.0.0.0/32", "10.0.0.255/32"], ["10.0.0.0/32", "10.0.0.255/32"]),
        ("10.0.0.9/32", ["10.0.0.9/32", "10.0.0.8/32", "10.0.0.10/32"], ["10.0.0.9/32"]),
    ],
)
def test_networks_are_cut_to_the_subnet(subnet: str, networks: list[str], parts: list[str]) -> None:
    found = inside(network(subnet), map(network, networks))

    assert [network_text(each) for each in found] == parts


@pytest.mark.parametrize(
    ("gateway", "length", "text"),
    [
        ("10.0.0.1", 0, None),
        ("10.0.0.1", 1, "0.0.0.0/1"),
        ("10.0.0.1", 31, "10.0.0.0/31"),
        ("10.0.0.1", 32, None),
        ("fd00::1", 127, "fd00::/127"),
        ("fd00::1", 128, None),
        ("10.0.0.01", 24, None),
        ("::ffff:10.0.0.1", 120, None),
    ],
)
def test_the_subnet_of_a_pool_is_one_that_the_webhook_admits(
    gateway: str, length: int, text: str | None
) -> None:
    subnet = {"gateway": gateway, "prefixLength": length}

    found = subnet_of(pool("a", "10.0.0.0/28", subnetInfo=subnet))

    assert (network_text(found.network) if found else None) == text
