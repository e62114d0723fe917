"""Which free range an extension by a size tries, against brute force in a small network."""

from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.parsers import parse_prefix
from ippoolctl.domain.addresses.ranges import Span, intersect, span_of
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.candidates import Candidate, next_append
from ippoolctl.domain.protocol.decisions import Exhausted, NoRoom, Tried
from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.space.search import Search
from ippoolctl.domain.space.suggest import Block
from tests.builders import pool

BASE = 10 << 24
UNTRIED = Tried()
BLOCKS = [Span(BASE + 8 * each, BASE + 8 * each + 7) for each in range(16)]


def texts(numbers: set[int]) -> list[str]:
    return [f"10.0.0.{8 * each}/29" for each in sorted(numbers)]


def spans(pools: list[Pool]) -> list[Span]:
    return [span for each in pools for one in each.ranges if (span := span_of(one))]


def distance(one: Span, other: Span) -> int:
    return max(one.first - other.last, other.first - one.last)


def chosen(pools: list[Pool], tried: Tried = UNTRIED, network: str = "10.0.0.0/25") -> object:
    within = parse_prefix(network)
    assert within is not None
    search = Search(Block(prefix=29), (within,))
    return next_append(Extension("a", (), "id", any_range=True), search, pools, tried)


NUMBERS = st.sets(st.integers(0, 15))


@given(st.integers(0, 15), NUMBERS, NUMBERS, st.integers(0, 3))
def test_it_is_free_and_at_first_the_nearest(
    own: int, others: set[int], failed: set[int], times: int
) -> None:
    pools = [pool("a", *texts({own})), pool("b", *texts(others - {own}))]
    taken = spans(pools)
    tried = Tried(times, tuple(BLOCKS[each] for each in failed))
    free = [each for each in BLOCKS if each not in taken and each not in tried.spans]

    found = chosen(pools, tried)

    if not free:
        left = [each for each in BLOCKS if each not in taken]
        assert isinstance(found, Exhausted if left else NoRoom)
        return
    assert isinstance(found, Candidate)
    span = found.suggestion.span
    assert span in free
    if times == 0:
        nearest = min(distance(each, BLOCKS[own]) for each in free)
        assert distance(span, BLOCKS[own]) == nearest


@given(st.integers(0, 7), NUMBERS, st.integers(0, 127))
def test_it_is_in_the_subnet_without_the_gateway(own: int, others: set[int], gateway: int) -> None:
    subnet = {"gateway": f"10.0.0.{gateway}", "prefixLength": 26}
    own = gateway // 64 * 8 + own
    pools = [
        pool("a", *texts({own}), subnetInfo=subnet),
        pool("b", *texts(others - {own})),
    ]
    area = Span(BASE + gateway // 64 * 64, BASE + gateway // 64 * 64 + 63)

    found = chosen(pools, network="10.0.0.0/16")

    free = [
        each
        for each in BLOCKS
        if each not in spans(pools)
        and intersect(each, area) == each
        and not each.first <= BASE + gateway <= each.last
    ]
    assert isinstance(found, Candidate if free else NoRoom)
    if isinstance(found, Candidate):
        assert found.suggestion.span in free


def test_the_family_of_the_pool_comes_first() -> None:
    v6 = parse_prefix("fd00::/120")
    v4 = parse_prefix("10.0.0.0/24")
    assert v4 is not None
    assert v6 is not None
    search = Search(Block(ips=6), (v4, v6))
    asked = Extension("a", (), "id", any_range=True)

    found = next_append(asked, search, [pool("a", "fd00::10-fd00::1f")], UNTRIED)

    assert isinstance(found, Candidate)
    assert found.suggestion.spelling.text == "fd00::20-fd00::25"
