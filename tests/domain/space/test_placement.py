"""Suggestions of every strategy against a search over every place in small networks."""

import ipaddress
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.numbers import Network, address_text, width
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.admission import Admitted, Operation, verdict
from ippoolctl.domain.antrea.capacity import capacity
from ippoolctl.domain.antrea.known_pools import KnownPools
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.space.free_ranges import Block, FreeRange, usable_of_cidr
from ippoolctl.domain.space.free_space import FreeSpace, free_space, minimal_cover
from ippoolctl.domain.space.placement import Placed, Placement, placements
from ippoolctl.domain.space.placement_strategies import Order, PlacementStrategy, ReasonKind
from ippoolctl.domain.space.subnets import pool_subnets
from ippoolctl.domain.space.taken import taken_by
from ippoolctl.errors import InputError
from tests.builders import claim_on, live_pool, pool
from tests.domain.space.test_free_ranges import network
from tests.domain.strategies import SIZE, ordinal
from tests.examples import TIMES, examples

CORNERS = {32: "10.0.0.0", 128: "2001:db8::"}
NETWORKS = (
    ("10.0.0.0/28",),
    ("10.0.0.0/27",),
    ("10.0.0.0/29", "10.0.0.16/28"),
    ("2001:db8::/124",),
    ("2001:db8::/123",),
    ("10.0.0.0/28", "2001:db8::/124"),
    ("2001:db8::8/125", "10.0.0.16/28", "10.0.0.0/30"),
)
GATEWAYS = {32: "10.0.0.9", 128: "2001:db8::9"}


@dataclass(frozen=True)
class Inventory:
    """Networks, pools in and around them, and other addresses that are taken."""

    networks: tuple[Network, ...]
    pools: tuple[Pool, ...]
    others: tuple[Span, ...]

    @property
    def space(self) -> FreeSpace:
        taken = [*self.others, *(span for each in self.pools for span in taken_by(each))]
        subnets = (each.network for each in pool_subnets(self.pools))
        return free_space(self.networks, taken, subnets)

    def free(self, bits: int) -> set[int]:
        """Every free address of a family, one by one."""
        networks = [each for each in self.networks if each.width == bits]
        taken = [(each.first, each.last) for each in self.others]
        for each in self.pools:
            taken += [(span.first, span.last) for span in taken_by(each)]
        return {
            address
            for each in networks
            for address in range(each.first, each.last + 1)
            if not any(first <= address <= last for first, last in taken)
        }

    def ends(self) -> set[int]:
        """The addresses of all subnets that hosts do not use."""
        subnets = [*self.networks, *(each.network for each in pool_subnets(self.pools))]
        large = [each for each in subnets if each.last - each.first > 1]
        firsts = {each.first for each in large}
        return firsts | {each.last for each in large if each.width == 32}


def a_range(source: Random, corner: str) -> str:
    """A CIDR or a start-end range in a corner, host bits allowed."""
    base = ordinal(corner)
    first = base + source.randrange(SIZE)
    if source.random() < 0.5:
        return f"{address_text(first)}/{width(base) - source.randint(0, 4)}"
    return f"{address_text(first)}-{address_text(source.randint(first, base + SIZE - 1))}"


def a_pool(source: Random, number: int) -> Pool:
    """A pool of one or two ranges, some with a claim or with a subnet and its gateway."""
    corner = source.choice(tuple(CORNERS.values()))
    texts = [a_range(source, corner) for _ in range(source.randint(1, 2))]
    kind = source.random()
    if kind < 0.2:
        return live_pool(f"p{number}", texts[0], claim=claim_on(texts[-1]))
    if kind < 0.4:
        bits = width(ordinal(corner))
        subnet = {"gateway": GATEWAYS[bits], "prefixLength": bits - source.randint(1, 4)}
        return pool(f"p{number}", *texts, subnetInfo=subnet)
    return pool(f"p{number}", *texts)


def spans(source: Random, most: int) -> tuple[Span, ...]:
    corners = [source.choice(tuple(CORNERS.values())) for _ in range(source.randint(0, most))]
    found = [pool("it", a_range(source, each)) for each in corners]
    return tuple(span for each in found for span in taken_by(each))


def an_inventory(source: Random) -> Inventory:
    networks = tuple(network(text) for text in source.choice(NETWORKS))
    pools = tuple(a_pool(source, number) for number in range(source.randint(0, 5)))
    return Inventory(networks, pools, spans(source, 2))


def a_block(source: Random, networks: tuple[Network, ...]) -> Block:
    if source.random() < 0.5:
        return Block(ips=source.randint(1, 15), cidr=source.random() < 0.2)
    length = source.choice(networks).width
    return Block(prefix=length - source.randint(2 if length == 32 else 1, 5))


@pytest.mark.parametrize("part", range(10))
def test_every_strategy_agrees_with_a_search_over_every_place(part: int) -> None:
    """``EXAMPLES=20`` tries 20,000 inventories."""
    for number in range(100 * TIMES):
        seed = f"{part}/{number}"
        source = Random(seed)
        inventory = an_inventory(source)
        block, count = a_block(source, inventory.networks), source.randint(1, 3)
        near = spans(source, 2) if source.random() < 0.3 else ()
        order = Order(source.choice(list(PlacementStrategy)), source.randrange(9), near)
        try:
            found = placements(block, inventory.space, order, count)
            families = {each.space.networks[0].width for each in found}
            assert families == wanted_families(block, inventory)
            for each in found:
                assert_placement(block, each, inventory, order, count)
        except AssertionError as error:
            error.add_note(f"seed {seed}: {block}, {order}, {inventory}")
            raise


def wanted_families(block: Block, inventory: Inventory) -> set[int]:
    families = {each.width for each in inventory.networks}
    if block.ips:
        return families
    able = {each.width for each in inventory.networks if usable_of_cidr(block.prefix, each.width)}
    large = {each.width for each in inventory.networks if each.bits <= block.prefix} & able
    return large or able


def assert_placement(
    block: Block, found: Placement, inventory: Inventory, order: Order, count: int
) -> None:
    length = found.space.networks[0].width
    free, ends = inventory.free(length), inventory.ends()
    left = set(free)
    known = KnownPools(inventory.pools)
    assert len(found.placed) <= count
    for number, each in enumerate(found.placed):
        suggestion = each.suggestion
        addresses = set(range(suggestion.span.first, suggestion.span.last + 1))
        assert addresses <= left
        if number == 0:
            assert_is_first(block, each, free, ends, order)
        left -= addresses
        assert suggestion.usable == capacity(suggestion.spelling).usable
        assert suggestion.usable == block.ips or block.cidr or block.prefix
        assert suggestion.usable >= block.ips
        assert suggestion.spelling.cidr or not addresses & ends
        new = pool("new", suggestion.spelling.text)
        assert verdict(Operation.CREATE, new, None, known, LATEST) == Admitted()
    if len(found.placed) < count:
        assert not places(block, left, ends, length)[0]
        assert_largest(block, found, left, ends)
    else:
        assert found.largest is None
    for each in found.placed:
        assert_room(each, left)


def prefix_of(block: Block, length: int) -> int | None:
    """The prefix length to look for: the shortest with enough addresses for a CIDR that was asked
    for, else one with exactly as many, if a start-end range were not shorter.
    """
    if block.prefix:
        return block.prefix
    usable = [(capacity_of(length, bits), bits) for bits in range(length, length - 6, -1)]
    enough = [bits for number, bits in usable if number >= block.ips]
    exact = [bits for number, bits in usable if number == block.ips and block.ips > 2]
    return enough[0] if block.cidr else exact[0] if exact else None


def capacity_of(length: int, bits: int) -> int:
    return usable_of_cidr(bits, length)


def places(
    block: Block, free: set[int], ends: set[int], length: int
) -> tuple[list[int], int, bool]:
    """Every place of the first kind of range that has one, its size, and whether it is a CIDR."""
    bits = prefix_of(block, length)
    if bits is not None:
        size = 1 << length - bits
        starts = [at for at in sorted(free) if at % size == 0 and fits(at, size, free)]
        if starts or not block.ips or block.cidr:
            return starts, size, True
    inner = free - ends
    return [at for at in sorted(inner) if fits(at, block.ips, inner)], block.ips, False


def fits(at: int, size: int, free: set[int]) -> bool:
    return all(at + step in free for step in range(size))


def gap_at(address: int, free: set[int]) -> tuple[int, int]:
    first = last = address
    while first - 1 in free:
        first -= 1
    while last + 1 in free:
        last += 1
    return first, last


def block_at(address: int, size: int, free: set[int]) -> int:
    """How many addresses the largest free aligned block around a place has."""
    while fits(address // (2 * size) * 2 * size, 2 * size, free):
        size *= 2
    return size


def assert_is_first(
    block: Block, each: Placed, free: set[int], ends: set[int], order: Order
) -> None:
    length = width(each.suggestion.span.first)
    starts, size, cidr = places(block, free, ends, length)
    start = each.suggestion.span.first
    assert start in starts
    assert bool(each.suggestion.spelling.cidr) == cidr
    assert each.no_cidr == (None if cidr else prefix_of(block, length))
    room = free if cidr else free - ends

    def gap_size(at: int) -> int:
        first, last = gap_at(at, room)
        return last - first + 1

    near = [span for span in order.near if width(span.first) == length]
    if near:

        def distance(at: int) -> int:
            return min(max(at - span.last, span.first - at - size + 1, 0) for span in near)

        assert each.reason is ReasonKind.NEAREST
        assert distance(start) == min(map(distance, starts))
    elif order.strategy is PlacementStrategy.FIRST:
        assert start == starts[0]
    elif order.strategy is PlacementStrategy.LAST:
        assert start == starts[-1]
    elif order.strategy is PlacementStrategy.SPARSE:
        assert gap_size(start) == max(map(gap_size, starts))
    elif order.strategy is PlacementStrategy.BEST and cidr:

        def key(at: int) -> tuple[int, int]:
            return block_at(at, size, free), gap_size(at)

        assert key(start) == min(map(key, starts))
        assert each.space.size == block_at(start, size, free)
        assert fits(each.space.first, each.space.size, free)
    elif order.strategy is PlacementStrategy.BEST:
        assert gap_size(start) == min(map(gap_size, starts))
        assert tuple(each.space) == gap_at(start, room)


def assert_room(each: Placed, left: set[int]) -> None:
    first, last = each.suggestion.span
    if last + 1 not in left:
        assert each.room is None
        assert each.grown is None
        return
    assert each.room is not None
    assert each.room.first == last + 1
    assert each.room.last == gap_at(last + 1, left)[1]
    if not each.suggestion.spelling.cidr:
        assert each.grown is None
        return
    whole, size = left | set(range(first, last + 1)), last - first + 1
    while first % (2 * size) == 0 and fits(first, 2 * size, whole):
        size *= 2
    grown = each.grown and each.grown.last - first + 1
    assert grown == (size if size > last - first + 1 else None)


def assert_largest(block: Block, found: Placement, left: set[int], ends: set[int]) -> None:
    """No other range has more usable addresses."""
    length = found.space.networks[0].width
    best = 0
    for host in range(6):
        size, usable = 1 << host, capacity_of(length, length - host)
        if any(at % size == 0 and fits(at, size, left) for at in left):
            best = max(best, usable)
    if block.ips and not block.cidr:
        inner = left - ends
        best = max(
            [best, *(last - first + 1 for first, last in (gap_at(at, inner) for at in inner))]
        )
    assert (found.largest.usable if found.largest else None) == (best or None)
    if found.largest:
        span = found.largest.span
        assert set(range(span.first, span.last + 1)) <= left


def test_gaps_are_the_free_addresses_in_the_fewest_spans() -> None:
    for seed in range(100 * TIMES):
        inventory = an_inventory(Random(seed))
        space = inventory.space
        free = inventory.free(32) | inventory.free(128)

        assert {at for gap in space.gaps for at in range(gap.first, gap.last + 1)} == free, seed
        assert all(one.last + 1 < other.first for one, other in pairwise(space.gaps)), seed
        assert space.free == len(free)


def only(block: Block, within: str, *taken: str, count: int = 1, **order: object) -> list[str]:
    """The suggestions for one network."""
    pools = [pool(f"p{number}", each) for number, each in enumerate(taken)]
    space = free_space([network(within)], [span for each in pools for span in taken_by(each)])
    found = placements(block, space, Order(**order), count)  # type: ignore[arg-type]
    return [each.suggestion.spelling.text for each in found[0].placed]


def test_best_fills_the_smallest_block_and_keeps_the_large_ones() -> None:
    taken = ("10.0.0.0/25", "10.0.0.192/28")

    assert only(Block(prefix=28), "10.0.0.0/24", *taken) == ["10.0.0.208/28"]
    assert only(Block(prefix=27), "10.0.0.0/24", *taken) == ["10.0.0.224/27"]
    assert only(Block(prefix=26), "10.0.0.0/24", *taken) == ["10.0.0.128/26"]


def test_best_prefers_a_block_whose_right_sibling_is_free() -> None:
    """Both free blocks are a /27; each range goes to the begin of one."""
    found = only(Block(prefix=28), "10.0.0.0/25", "10.0.0.32/27", "10.0.0.96/27", count=2)

    assert found == ["10.0.0.0/28", "10.0.0.16/28"]


def test_sparse_divides_the_largest_gap_again_and_again() -> None:
    found = only(Block(prefix=64), "fd00::/48", count=4, strategy=PlacementStrategy.SPARSE)

    assert found == ["fd00::/64", "fd00:0:0:8000::/64", "fd00:0:0:4000::/64", "fd00:0:0:c000::/64"]


def test_sparse_goes_to_the_begin_of_a_network_and_to_the_middle_of_another_gap() -> None:
    network, sparse = "10.0.0.0/24", PlacementStrategy.SPARSE

    assert only(Block(ips=20), network, strategy=sparse) == ["10.0.0.1-10.0.0.20"]
    assert only(Block(ips=20), network, "10.0.0.1/32", strategy=sparse) == ["10.0.0.128-10.0.0.147"]
    assert only(Block(prefix=28), network, strategy=sparse) == ["10.0.0.0/28"]
    assert only(Block(prefix=28), network, "10.0.0.0/31", strategy=sparse) == ["10.0.0.128/28"]


def test_random_is_the_same_for_the_same_seed() -> None:
    random = PlacementStrategy.RANDOM

    def drawn(seed: int) -> list[str]:
        return only(Block(ips=6), "10.0.0.0/16", count=3, strategy=random, seed=seed)

    assert drawn(1) == drawn(1)
    assert len({drawn(seed)[0] for seed in range(20)}) > 15
    assert sorted(only(Block(ips=6), "10.0.0.0/27", count=4, strategy=random)) == [
        "10.0.0.0/29", "10.0.0.16/29", "10.0.0.24/29", "10.0.0.8/29",
    ]  # fmt: skip


def test_near_a_pool_is_directly_after_it_if_possible() -> None:
    edge = Span(ordinal("10.0.0.64"), ordinal("10.0.0.79"))

    def near(*taken: str) -> list[str]:
        return only(Block(prefix=28), "10.0.0.0/24", "10.0.0.64/28", *taken, near=(edge,))

    assert near() == ["10.0.0.80/28"]
    assert near("10.0.0.80/28") == ["10.0.0.48/28"]
    assert near("10.0.0.80/28", "10.0.0.32/27") == ["10.0.0.96/28"]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_start_end_ranges_come_after_the_cidrs_and_are_no_more_than_wanted(count: int) -> None:
    taken = ("10.0.0.0-10.0.0.6", "10.0.0.15-10.0.0.24", "10.0.0.40-10.0.0.63")

    found = only(Block(ips=6), "10.0.0.0/26", *taken, count=count, strategy=PlacementStrategy.FIRST)

    assert found == ["10.0.0.32/29", "10.0.0.7-10.0.0.12", "10.0.0.25-10.0.0.30"][:count]


def test_a_single_free_address_is_suggested() -> None:
    assert only(Block(ips=1), "10.0.0.0/30", "10.0.0.1/32") == ["10.0.0.2-10.0.0.2"]


def test_both_families_answer_and_a_prefix_only_where_it_can_be() -> None:
    space = free_space([network("10.0.0.0/24"), network("fd00::/64")], ())

    def texts(block: Block) -> list[list[str]]:
        found = placements(block, space, Order(), 1)
        return [[each.suggestion.spelling.text for each in one.placed] for one in found]

    assert texts(Block(ips=14)) == [["10.0.0.0/28"], ["fd00::1-fd00::e"]]
    assert texts(Block(prefix=28)) == [["10.0.0.0/28"]]
    assert texts(Block(prefix=120)) == [["fd00::/120"]]


def test_a_number_of_addresses_is_placed_in_every_family_however_large_its_network() -> None:
    space = free_space([network("10.0.0.0/24"), network("::/0")], ())

    found = placements(Block(ips=3), space, Order(PlacementStrategy.LAST), 1)

    assert [[each.suggestion.spelling.text for each in one.placed] for one in found] == [
        ["10.0.0.252-10.0.0.254"],
        ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffc/126"],
    ]


def test_a_size_that_no_range_can_have_is_an_error() -> None:
    space = free_space([network("10.0.0.0/24")], ())

    with pytest.raises(InputError, match=r"invalid prefix length: /33 \(maximum: /32\)"):
        placements(Block(prefix=33), space, Order(), 1)


def test_the_whole_of_both_families_costs_what_a_small_network_costs() -> None:
    space = free_space([network("0.0.0.0/0"), network("::/0")], ())
    for strategy in PlacementStrategy:
        found = placements(Block(ips=14), space, Order(strategy), 3)
        assert [len(each.placed) for each in found] == [3, 3]


def test_text_of_the_largest_range() -> None:
    space = free_space(
        [network("10.0.0.0/24")], [Span(ordinal("10.0.0.16"), ordinal("10.0.0.255"))]
    )

    (by_number,) = placements(Block(ips=20), space, Order(), 1)
    (by_prefix,) = placements(Block(prefix=27), space, Order(), 1)

    assert by_number.placed == by_prefix.placed == ()
    assert text(by_number.largest) == "10.0.0.1-10.0.0.15"
    assert text(by_prefix.largest) == "10.0.0.0/28"


def text(suggestion: FreeRange | None) -> str:
    return suggestion.spelling.text if suggestion else ""


def test_adjacent_networks_are_one_gap() -> None:
    space = free_space([network("10.0.0.0/30"), network("10.0.0.4/30")], ())

    assert [address_text(each) for gap in space.gaps for each in gap] == ["10.0.0.0", "10.0.0.7"]


@examples(300)
@given(st.sampled_from([4, 6]), st.data())
def test_a_cover_equals_that_of_the_standard_library(version: int, data: st.DataObject) -> None:
    most = 2**32 - 1 if version == 4 else 2**128 - 1
    first = data.draw(st.one_of(st.integers(0, most), st.just(0)))
    last = data.draw(st.one_of(st.integers(first, most), st.just(most)))
    kind = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
    offset = 0 if version == 4 else 2**128

    cover = minimal_cover([Span(first + offset, last + offset)])

    expected = ipaddress.summarize_address_range(kind(first), kind(last))
    assert [(each.first - offset, each.bits) for each in cover] == [
        (int(each.network_address), each.prefixlen) for each in expected
    ]


def test_best_prefers_of_two_equal_blocks_the_one_whose_right_sibling_is_free() -> None:
    taken = ("10.0.0.0/32", "10.0.0.9-10.0.0.19", "10.0.0.28/30")
    nearly = ("10.0.0.0/32", "10.0.0.8/29", "10.0.0.23/32", "10.0.0.24/29")

    assert only(Block(prefix=30), "10.0.0.0/27", *taken) == ["10.0.0.20/30"]
    # Here the sibling of either one lacks an address.
    assert only(Block(prefix=30), "10.0.0.0/27", *nearly) == ["10.0.0.4/30"]
