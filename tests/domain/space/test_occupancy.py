"""The occupancy of addresses, against brute force in small parts of the address space."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.numbers import as_ipv4
from ippoolctl.domain.addresses.ranges import Span, Spelling, intersect, merge, read_range, size
from ippoolctl.domain.antrea.capacity import allocatable, capacity
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.space.occupancy import AddressSpace, Occupancy, Occupation, spans_of
from tests.builders import claim_on, live_pool, pool
from tests.domain.strategies import SIZE, any_spelling, ordinal, spellings

CORNER = ordinal("10.0.0.0")
PLAIN = ("10.0.0.0", "2001:db8::")


@st.composite
def some_pools(draw: st.DrawFn) -> list[Pool]:
    listed = draw(st.lists(st.lists(spellings(PLAIN), max_size=3), max_size=4))
    return [
        Pool(f"pool-{number}", tuple(read_range(each) for each in ranges))
        for number, ranges in enumerate(listed)
    ]


@st.composite
def some_spans(draw: st.DrawFn) -> list[Span]:
    firsts = draw(st.lists(st.integers(0, SIZE - 1), max_size=3))
    lengths = [draw(st.integers(1, 3)) for _ in firsts]
    base = ordinal(draw(st.sampled_from(PLAIN)))
    return [
        Span(base + first, base + first + length - 1)
        for first, length in zip(firsts, lengths, strict=True)
    ]


def occupation(
    address: int, pools: list[Pool], used: list[Span], reserved: list[Span]
) -> Occupation:
    """One address at a time, by the definition."""

    def has(spans: list[Span]) -> bool:
        return any(first <= address <= last for first, last in spans)

    holders = [each for each in pools if has(spans_of(each))]
    assigned = [
        found
        for each in holders
        for one in each.ranges
        if (found := capacity(one.spelling).allocatable)
    ]
    if len(holders) > 1:
        return Occupation.OVERLAPPING
    if has(used):
        return Occupation.USED
    if has(reserved) or (holders and not has(assigned)):
        return Occupation.RESERVED
    return Occupation.HELD if holders else Occupation.FREE


def brute_force(
    addresses: list[int], pools: list[Pool], used: list[Span], reserved: list[Span]
) -> Occupancy:
    found = Counter(occupation(each, pools, used, reserved) for each in addresses)
    return Occupancy(*(found[each] for each in Occupation))


def addresses_of(spans: list[Span]) -> list[int]:
    return [each for first, last in spans for each in range(first, last + 1)]


@given(some_pools(), some_spans(), some_spans(), some_spans(), st.integers(1, 40))
def test_the_cells_of_any_area_have_the_numbers_of_brute_force(
    pools: list[Pool], used: list[Span], reserved: list[Span], area: list[Span], columns: int
) -> None:
    space = AddressSpace(pools, used, reserved)
    area = merge(area)
    addresses = addresses_of(area)

    cells = space.cells(area, columns)

    whole = sum(each.columns for each in cells)
    assert whole == min(columns, len(addresses))
    position = done = 0
    for cell in cells:
        assert position == done * len(addresses) // whole
        part = addresses[position : position + cell.size]
        assert (cell.first, cell.last) == (part[0], part[-1])
        assert cell.occupancy == brute_force(part, pools, used, reserved)
        assert cell.columns == 1 or cell.size in cell.occupancy
        position += cell.size
        done += cell.columns
    assert position == len(addresses)
    assert space.occupancy(area) == brute_force(addresses, pools, used, reserved)


@given(some_pools(), some_spans(), some_spans(), st.integers(0, SIZE - 1), st.integers(1, 40))
def test_the_part_of_some_addresses_has_the_numbers_of_brute_force(
    pools: list[Pool], only: list[Span], used: list[Span], length: int, columns: int
) -> None:
    space = AddressSpace(pools, used)
    area = Span(CORNER, CORNER + length)
    only = [common for each in merge(only) if (common := intersect(each, area))]
    chosen = set(addresses_of(only))

    part = space.part(area, columns, only)

    whole = sum(each.columns for each in part)
    assert whole == min(columns, area.size)
    position = done = 0
    for cell in part:
        assert position == done * area.size // whole
        begin = area.first + position
        inside = [each for each in range(begin, begin + cell.size) if each in chosen]
        assert cell.occupancy == brute_force(inside, pools, used, [])
        assert (cell.first, cell.last) == ((inside[0], inside[-1]) if inside else (0, 0))
        assert cell.columns == 1 or cell.size in cell.occupancy or not inside
        position += cell.size
        done += cell.columns
    assert position == area.size


@given(any_spelling)
def test_the_allocatable_addresses_are_those_of_the_spelling(spelling: Spelling) -> None:
    assert allocatable(read_range(spelling)) == capacity(spelling).allocatable


def test_a_small_pool_in_a_huge_block_is_in_one_cell() -> None:
    small = pool("small", "2001:db8:aaaa::/112")
    space = AddressSpace([small])
    block = [Span(ordinal("2001:db8::"), ordinal("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"))]

    cells = space.cells(block, 64)

    assert [each.columns for each in cells] == [42, 1, 21]
    assert cells[1].occupancy == Occupancy(reserved=1, held=65_535, free=2**90 - 65_536)
    assert sum(each.size for each in cells) == size(block) == 2**96


def test_edges_gateway_and_addresses_beyond_the_window_are_reserved() -> None:
    edge = pool("edge", "10.0.0.0/28", subnetInfo={"gateway": "10.0.0.3", "prefixLength": 24})
    vast = pool("vast", "10.4.0.0/14")
    space = AddressSpace([edge, vast])

    assert space.occupancy(spans_of(edge)) == Occupancy(reserved=3, held=13)
    assert space.occupancy(spans_of(vast)) == Occupancy(reserved=2**18 - 65_535, held=65_535)


def test_of_several_occupations_the_first_one_counts() -> None:
    pools = [pool("a", "10.0.0.0-10.0.0.5"), pool("b", "10.0.0.4-10.0.0.9")]
    used, reserved = Span(CORNER + 3, CORNER + 6), Span(CORNER + 2, CORNER + 7)
    space = AddressSpace(pools, [used], [reserved])

    assert space.occupancy([Span(CORNER, CORNER + 15)]) == Occupancy(2, 2, 2, 4, 6)
    assert [each.occupancy for each in space.cells([Span(CORNER, CORNER + 9)], 5)] == [
        Occupancy(held=2),
        Occupancy(used=1, reserved=1),
        Occupancy(overlapping=2),
        Occupancy(used=1, reserved=1),
        Occupancy(held=2),
    ]


def test_claimed_ranges_are_held() -> None:
    claiming = live_pool("edge", "10.0.0.0-10.0.0.3", claim=claim_on("10.0.0.8-10.0.0.9"))
    space = AddressSpace([claiming])

    assert space.occupancy([Span(CORNER, CORNER + 15)]) == Occupancy(held=6, free=10)


def test_an_ipv4_mapped_range_has_the_ipv4_addresses_alone() -> None:
    mapped = pool("mapped", "::ffff:a00:0-::ffff:a00:3")
    space = AddressSpace([mapped])
    first = as_ipv4(ordinal("::ffff:a00:0"))

    assert spans_of(mapped) == [Span(first, first + 3)]
    assert space.occupancy([Span(first, first + 7)]) == Occupancy(held=4, free=4)


def test_a_range_that_ends_ipv4_mapped_has_each_address_once() -> None:
    mixed = pool("mixed", "::fffe:ffff:fffe-::ffff:0:1")
    space = AddressSpace([mixed])

    assert size(spans_of(mixed)) == 4
    assert spans_of(mixed)[0] == Span(0, 1)
    assert space.occupancy(spans_of(mixed)) == Occupancy(held=4)


def test_the_first_address_of_all_is_like_any_other() -> None:
    space = AddressSpace([pool("first", "0.0.0.0-0.0.0.3"), pool("next", "0.0.0.2-0.0.0.5")])

    assert space.occupancy([Span(0, 7)]) == Occupancy(overlapping=2, held=4, free=2)


def test_each_occupation_has_its_number() -> None:
    numbers = Occupancy(1, 2, 3, 4, 5)

    assert {each.value: numbers.number(each) for each in Occupation} == {
        "overlapping": 1,
        "used": 2,
        "reserved": 3,
        "held": 4,
        "free": 5,
    }
