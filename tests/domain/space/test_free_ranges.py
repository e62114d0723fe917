"""Suggestions against a search over every address of a small network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.numbers import Network
from ippoolctl.domain.addresses.parsers import parse_prefix
from ippoolctl.domain.addresses.ranges import IPRange, Span, Spelling, read_range
from ippoolctl.domain.antrea.capacity import capacity
from ippoolctl.domain.space.free_ranges import Block, FreeRange, check_size, free_ranges
from ippoolctl.domain.space.taken import taken_by
from ippoolctl.errors import InputError
from tests.builders import pool
from tests.domain.strategies import spellings
from tests.examples import examples

NETWORKS = ("10.0.0.0/28", "0.0.0.0/29", "255.255.255.240/28", "2001:db8::/124", "ffff::/126")


def network(text: str) -> Network:
    found = parse_prefix(text)
    assert found is not None
    return found


def spans(texts: list[Spelling]) -> list[Span]:
    found = [read_range(text) for text in texts]
    return [each.span for each in found if isinstance(each, IPRange)]


def free(within: Network, taken: list[Span]) -> set[int]:
    used = {at for span in taken for at in range(span.first, span.last + 1) if span.size < 1_000}
    return set(range(within.first, within.last + 1)) - used


taken_texts = st.lists(spellings(), max_size=5)


@examples(1_000)
@given(st.sampled_from(NETWORKS), taken_texts, st.integers(1, 12), st.integers(1, 4))
def test_a_number_of_addresses_is_found_if_and_only_if_it_fits(text, texts, ips, count):
    within, taken = network(text), spans(texts)
    room = free(within, taken)

    found = free_ranges(Block(ips=ips), [within], taken, count)

    assert_usable(found, room)
    assert len(found) <= count
    assert all(each.usable == ips for each in found)
    if not found:
        edges = {within.first} | ({within.last} if within.width == 32 else set())
        inside = room - edges if within.bits < within.width - 1 else room
        runs = [at for at in inside if all(at + step in inside for step in range(ips))]
        assert not runs


@examples(600)
@given(st.sampled_from(NETWORKS), taken_texts, st.integers(0, 4), st.integers(1, 4))
def test_a_prefix_is_found_if_and_only_if_an_aligned_block_is_free(text, texts, host, count):
    within, taken = network(text), spans(texts)
    room = free(within, taken)
    block = Block(prefix=within.width - host)
    if capacity(Spelling(cidr=f"{text.partition('/')[0]}/{block.prefix}")).usable == 0:
        with pytest.raises(InputError):
            free_ranges(block, [within], taken, count)
        return

    found = free_ranges(block, [within], taken, count)

    assert_usable(found, room)
    assert len(found) == min(count, len(aligned(room, 1 << host)))


def aligned(room: set[int], size: int) -> list[int]:
    starts = (at for at in sorted(room) if at % size == 0)
    return [at for at in starts if all(at + step in room for step in range(size))]


def assert_usable(found: list[FreeRange], room: set[int]) -> None:
    covered: set[int] = set()
    for each in found:
        addresses = set(range(each.span.first, each.span.last + 1))
        assert addresses <= room
        assert not addresses & covered
        covered |= addresses
        assert each.usable == capacity(each.spelling).usable
        read = read_range(each.spelling)
        assert isinstance(read, IPRange)
        assert read.span == each.span


def test_fourteen_addresses_are_a_28_and_fifteen_a_start_end_range() -> None:
    within = [network("10.0.0.0/16")]

    assert free_ranges(Block(ips=14), within, [])[0].spelling.text == "10.0.0.0/28"
    assert free_ranges(Block(ips=15), within, [])[0].spelling.text == "10.0.0.1-10.0.0.15"


def test_the_largest_cidr_of_a_number_of_addresses_is_a_16() -> None:
    within = [network("10.0.0.0/8")]

    assert free_ranges(Block(ips=65_534), within, [])[0].spelling.text == "10.0.0.0/16"
    assert free_ranges(Block(ips=65_535), within, [])[0].spelling.text == "10.0.0.1-10.0.255.255"


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_start_end_ranges_come_after_the_cidrs_and_are_no_more_than_wanted(count: int) -> None:
    taken = spans(
        [
            Spelling(None, "10.0.0.0", "10.0.0.6"),
            Spelling(None, "10.0.0.15", "10.0.0.24"),
            Spelling(None, "10.0.0.40", "10.0.0.63"),
        ]
    )

    found = free_ranges(Block(ips=6), [network("10.0.0.0/26")], taken, count)

    assert [each.spelling.text for each in found] == [
        "10.0.0.32/29",
        "10.0.0.7-10.0.0.12",
        "10.0.0.25-10.0.0.30",
    ][:count]


@pytest.mark.parametrize(
    ("block", "first"),
    [
        (Block(prefix=31), "2001:d00::/31"),
        (Block(prefix=32), "2001:d00::/32"),
        (Block(prefix=64), "2001:d00::/64"),
        (Block(ips=2**16, cidr=True), "2001:d00::/111"),
    ],
)
def test_a_cidr_in_which_antrea_could_assign_too_few_ipv4_addresses_is_an_ipv6_one(
    block: Block, first: str
) -> None:
    within = [network("10.0.0.0/8"), network("2001:d00::/24")]

    assert [each.spelling.text for each in free_ranges(block, within, [])] == [first]


def test_the_whole_of_ipv6_is_searched_without_walking_over_it() -> None:
    everything = [network("::/0")]

    assert (
        free_ranges(Block(ips=5), everything, [Span(everything[0].first, everything[0].last)]) == []
    )
    # ::/64 has the IPv4-mapped addresses in it, which Antrea cannot take.
    assert free_ranges(Block(prefix=64), everything, [])[0].spelling.text == "0:0:0:1::/64"


@pytest.mark.parametrize(
    "block",
    [Block(ips=65_537), Block(prefix=33), Block(prefix=31), Block(prefix=32), Block(prefix=1)],
)
def test_an_impossible_size_is_an_input_error(block: Block) -> None:
    with pytest.raises(InputError):
        free_ranges(block, [network("10.0.0.0/8")], [])


def test_without_an_aligned_block_a_start_end_range_is_suggested() -> None:
    taken = spans(
        [Spelling(None, "10.0.0.0", "10.0.0.8"), Spelling(None, "10.0.0.31", "10.0.0.63")]
    )

    found = free_ranges(Block(ips=14), [network("10.0.0.0/26")], taken)

    assert [each.spelling.text for each in found] == ["10.0.0.9-10.0.0.22"]


def test_a_suggestion_avoids_the_edges_of_networks() -> None:
    within = [network("10.0.5.0/29"), network("10.0.5.8/29"), network("10.0.0.0/16")]
    taken = spans([Spelling("10.0.0.0/22"), Spelling("10.0.4.0/24"), Spelling("10.0.5.16/28")])

    found = free_ranges(Block(ips=5), within, taken, 2)

    assert [each.spelling.text for each in found] == ["10.0.5.1-10.0.5.5", "10.0.5.9-10.0.5.13"]


@pytest.mark.parametrize(
    ("within", "bits", "free"),
    [("10.0.0.0/24", 28, "10.0.0.0/28"), ("::5:0/112", 124, "::5:0/124")],
)
def test_a_range_that_begins_ipv4_mapped_and_ends_beyond_takes_no_other_addresses(
    within: str, bits: int, free: str
) -> None:
    taken = taken_by(pool("a", "::ffff:a00:10-::1:0:0:5"))

    found = free_ranges(Block(prefix=bits), [network(within)], taken)

    assert found[0].spelling.text == free


@pytest.mark.parametrize(
    ("taken", "free_block"),
    [
        ("10.0.0.0/024", "10.0.1.0/28"),
        ("::ffff:a00:1-::ffff:a00:9", "10.0.0.16/28"),
        ("::ffff:10.0.0.0/120", "10.0.1.0/28"),
        ("10.0.0.9-10.0.0.1", "10.0.0.16/28"),
    ],
)
def test_addresses_that_are_taken_in_any_reading_are_avoided(taken: str, free_block: str) -> None:
    spans = taken_by(pool("a", taken))

    found = free_ranges(Block(ips=14), [network("10.0.0.0/16")], spans)

    assert found[0].spelling.text == free_block


def test_a_mapped_network_is_refused() -> None:
    with pytest.raises(InputError, match="EIP301"):
        free_ranges(Block(ips=5), [network("::ffff:10.0.0.0/104")], [])


@pytest.mark.parametrize(
    ("block", "within", "message"),
    [
        (Block(prefix=33), ["10.0.0.0/24"], r"invalid prefix length: /33 \(maximum: /32\)"),
        (Block(prefix=32), ["10.0.0.0/24"], "a /32 has no usable addresses"),
        (Block(prefix=33), [], r"invalid prefix length: /33 \(maximum: /0\)"),
        (Block(ips=2**16 + 1), ["fd00::/64"], r"65537 addresses exceed .* \(65536\)"),
        (Block(ips=2**16, cidr=True), ["10.0.0.0/8"], "no IPv4 CIDR has 65536 usable addresses"),
    ],
)
def test_a_size_that_no_range_has_is_an_error(
    block: Block, within: list[str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        check_size(block, list(map(network, within)))


@pytest.mark.parametrize(
    ("block", "within"),
    [
        (Block(prefix=31), ["fd00::/64", "10.0.0.0/24"]),
        (Block(ips=2**16), ["10.0.0.0/8"]),
        (Block(prefix=30), ["10.0.0.0/24"]),
        (Block(prefix=127), ["fd00::/64"]),
        (Block(ips=2**16, cidr=True), ["fd00::/64", "10.0.0.0/8"]),
    ],
)
def test_a_size_that_one_of_the_networks_can_have_is_none(block: Block, within: list[str]) -> None:
    check_size(block, list(map(network, within)))
