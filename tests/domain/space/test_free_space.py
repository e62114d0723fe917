"""The free space of networks, and how a suggested range could grow in it."""

import pytest

from ippoolctl.domain.addresses.numbers import network_text, span_text
from ippoolctl.domain.addresses.parsers import parse_prefix
from ippoolctl.domain.addresses.ranges import Span, range_of, span_of
from ippoolctl.domain.space.free_ranges import Block, free_ranges
from ippoolctl.domain.space.free_space import free_space
from ippoolctl.domain.space.placement import Placed
from ippoolctl.domain.space.placement_strategies import ReasonKind


def spans(*texts: str) -> list[Span]:
    return [span for each in texts if (span := span_of(range_of(each))) is not None]


def test_the_largest_gap_is_the_first_one_of_several() -> None:
    network = parse_prefix("10.0.0.0/24")
    assert network is not None

    found = free_space([network], spans("10.0.0.0-10.0.0.9", "10.0.0.20-10.0.0.30"))
    halves = free_space([network], spans("10.0.0.0/26", "10.0.0.128/26"))
    none = free_space([network], spans("10.0.0.0/23"))

    assert found.largest is not None
    assert span_text(*found.largest) == "10.0.0.31-10.0.0.255"
    assert halves.largest is not None
    assert span_text(*halves.largest) == "10.0.0.64-10.0.0.127"
    assert none.largest is None


def test_networks_inside_others_or_next_to_them_count_once() -> None:
    texts = ("10.0.1.0/24", "10.0.0.0/24", "10.0.0.128/25", "fd00::/120")
    networks = [one for each in texts if (one := parse_prefix(each)) is not None]

    found = free_space(networks, spans("10.0.0.0-10.0.0.9", "fd00::80/121"))

    assert [span_text(*each) for each in found.areas] == ["10.0.0.0-10.0.1.255", "fd00::-fd00::ff"]
    assert (found.total, found.free) == (768, 630)


@pytest.mark.parametrize(
    ("room", "grown"),
    [
        ("10.0.0.64-10.0.0.255", "10.0.0.0/24"),
        ("10.0.0.64-10.0.0.254", "10.0.0.0/25"),
        ("10.0.0.64-10.0.0.126", None),
    ],
)
def test_a_cidr_grows_to_the_largest_one_that_is_free_as_a_whole(
    room: str, grown: str | None
) -> None:
    network = parse_prefix("10.0.0.0/16")
    assert network is not None
    found = free_ranges(Block(prefix=26), [network], [])
    assert len(found) == 1

    (after,) = spans(room)
    placed = Placed(found[0], ReasonKind.LARGEST_GAP, after, after)

    assert (placed.grown and network_text(placed.grown)) == grown
