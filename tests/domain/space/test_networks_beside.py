"""The networks beside the ranges of a pool: small, around them, and with room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.numbers import network_text
from ippoolctl.domain.addresses.ranges import Span, merge, span_of
from ippoolctl.domain.space.free_ranges import Block, free_ranges
from ippoolctl.domain.space.search import networks_beside
from ippoolctl.errors import InputError
from tests.builders import pool


def spans(*texts: str) -> list[Span]:
    return [span for each in pool("it", *texts).ranges if (span := span_of(each))]


@pytest.mark.parametrize(
    ("own", "block", "networks"),
    [
        (["10.0.0.0/28"], Block(ips=14), ["10.0.0.0/27"]),
        (["10.0.0.0/28", "10.0.0.16/28"], Block(ips=14), ["10.0.0.0/26"]),
        (["10.0.0.10-10.0.0.20"], Block(ips=6), ["10.0.0.0/27"]),
        (["10.0.0.0/28"], Block(ips=40), ["10.0.0.0/26"]),
        (["10.0.0.0/28"], Block(ips=60), []),
        (["10.0.0.0/28"], Block(prefix=20), []),
        (["10.0.0.0/28", "fd00::/120"], Block(prefix=124), ["fd00::/119"]),
        (["10.0.0.0/28", "fd00::/120"], Block(ips=14), ["10.0.0.0/27", "fd00::/119"]),
        (["10.0.0.0/28", "fd00::/32"], Block(prefix=32), ["fd00::/31"]),
        (["10.0.0.0/28", "10.0.0.32/28"], Block(prefix=28), ["10.0.0.0/27", "10.0.0.32/27"]),
        (["10.0.0.0/28", "10.0.0.32/27"], Block(ips=14), ["10.0.0.0/26"]),
        (["0.0.0.0/1"], Block(ips=1), []),
        (["0.0.0.0-95.255.255.255"], Block(prefix=8), ["0.0.0.0/1"]),
        (["64.0.0.0/3"], Block(prefix=8), ["64.0.0.0/2"]),
        (["10.0.0.0/24"], Block(prefix=23), ["10.0.0.0/22"]),
        (["10.0.0.0/24"], Block(prefix=22), []),
        ([], Block(ips=1), []),
    ],
)
def test_the_smallest_network_with_room_is_found(
    own: list[str], block: Block, networks: list[str]
) -> None:
    found = [network_text(each) for each in networks_beside(spans(*own), block)]

    assert found == networks


def test_a_size_that_the_family_cannot_have_is_an_error() -> None:
    with pytest.raises(InputError, match="invalid prefix length: /64"):
        networks_beside(spans("10.0.0.0/28"), Block(prefix=64))


own_spans = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(0, 300)).map(
        lambda each: Span(10 * 2**24 + each[0], 10 * 2**24 + each[0] + each[1])
    ),
    max_size=5,
)


@given(own_spans, st.integers(1, 400))
def test_every_network_has_room_and_stays_close_to_a_range(own: list[Span], ips: int) -> None:
    block = Block(ips=ips)

    for each in networks_beside(own, block):
        inside = [one for one in merge(own) if each.first <= one.first and one.last <= each.last]
        tight = min(32 - (one.first ^ one.last).bit_length() for one in inside)
        assert each.bits >= tight - 2
        assert free_ranges(block, [each], own, 1)
