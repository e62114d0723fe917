"""The range that an extension by size tries next, against brute force in a small network."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.numbers import Network
from ippoolctl.domain.addresses.parsers import parse_prefix
from ippoolctl.domain.addresses.ranges import Span, intersect, span_of
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.candidates import Candidate, OwnAppend, next_append
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.decisions import (
    Absent,
    Adopt,
    Done,
    Exhausted,
    NoRoom,
    Refuse,
    Tried,
    Wait,
)
from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.space.free_ranges import Block
from ippoolctl.domain.space.search import Search
from tests.builders import claim_on, live_pool, pool

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


def test_the_range_is_searched_beside_the_pool_to_extend_wherever_it_is_listed() -> None:
    pools = [pool("z", "10.0.0.64/28"), pool("a", "10.0.0.0/29")]

    found = chosen(pools)

    assert isinstance(found, Candidate)
    assert found == chosen(pools[::-1])
    assert found.free_range.spelling.cidr == "10.0.0.8/29"


@given(st.integers(0, 15), NUMBERS, NUMBERS, st.integers(0, 3))
def test_the_first_candidate_is_the_nearest_free_range(
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
    span = found.free_range.span
    assert span in free
    if times == 0:
        nearest = min(distance(each, BLOCKS[own]) for each in free)
        assert distance(span, BLOCKS[own]) == nearest


@given(st.integers(0, 7), NUMBERS, st.integers(0, 127))
def test_a_candidate_stays_in_the_subnet_and_avoids_the_gateway(
    own: int, others: set[int], gateway: int
) -> None:
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
        assert found.free_range.span in free


def test_the_family_of_the_pool_comes_first() -> None:
    v6 = parse_prefix("fd00::/120")
    v4 = parse_prefix("10.0.0.0/24")
    assert v4 is not None
    assert v6 is not None
    search = Search(Block(ips=6), (v4, v6))
    asked = Extension("a", (), "id", any_range=True)

    found = next_append(asked, search, [pool("a", "fd00::10-fd00::1f")], UNTRIED)

    assert isinstance(found, Candidate)
    assert found.free_range.spelling.text == "fd00::20-fd00::25"


ASKED = Extension("a", (), "id", any_range=True)


def appending(
    there: Pool,
    network: str = "10.0.0.0/25",
    *,
    near: tuple[Span, ...] = (),
    tried: Tried = UNTRIED,
) -> object:
    within = parse_prefix(network)
    assert within is not None
    return next_append(ASKED, Search(Block(prefix=29), (within,), near=near), [there], tried)


def test_without_the_pool_nothing_is_appended() -> None:
    assert appending(pool("b")) == Absent()


def test_an_append_is_not_looked_for_outside_the_subnet() -> None:
    subnet = {"gateway": "10.9.0.1", "prefixLength": 24}

    assert appending(pool("a", subnetInfo=subnet)) == Refuse(
        (Cause(CauseKind.OUTSIDE_SUBNET, pool="a", text="10.9.0.0/24"),)
    )


def test_without_networks_an_append_is_looked_for_in_the_subnet() -> None:
    there = pool("a", subnetInfo={"gateway": "10.9.0.1", "prefixLength": 24})

    found = next_append(ASKED, Search(Block(prefix=29), ()), [there], UNTRIED)

    assert isinstance(found, Candidate)
    assert found.free_range.spelling.text.startswith("10.9.0.")


def test_a_claim_of_the_request_is_adopted() -> None:
    there = live_pool("a", "10.0.0.0/29", claim=claim_on("10.0.0.8/29", request_id="id"))

    found = appending(there)

    assert isinstance(found, OwnAppend)
    assert [each.text for each in found.extension.ranges] == ["10.0.0.8/29"]
    assert found.step == Adopt(there)


def test_the_ranges_that_the_request_has_appended_are_its_result() -> None:
    there = live_pool(
        "a", "10.0.0.0/29", "10.0.0.8/29", annotations={marks.EXTENDED: '{"id":["10.0.0.8/29"]}'}
    )

    found = appending(there)

    assert isinstance(found, OwnAppend)
    assert [each.text for each in found.extension.ranges] == ["10.0.0.8/29"]
    assert found.step == Done(there)


def test_an_append_of_the_request_that_is_smaller_is_refused() -> None:
    there = live_pool("a", "10.0.0.8/30", annotations={marks.EXTENDED: '{"id":["10.0.0.8/30"]}'})
    lack = Cause(CauseKind.LACKS_ADDRESSES, ranges=("10.0.0.8/30",), count=2, out_of=6)

    assert appending(there) == Refuse(
        (Cause(CauseKind.EXTENDED_DIFFERENTLY, pool="a", cause=lack),)
    )


def test_an_append_of_a_given_id_in_other_networks_is_refused() -> None:
    there = live_pool("a", "10.8.0.0/29", annotations={marks.EXTENDED: '{"id":["10.8.0.0/29"]}'})
    within = Network(BASE, 24, 32)
    asked, chosen = Search(Block(prefix=29), (within,)), replace(ASKED, given_id=True)

    outside = Cause(CauseKind.OUTSIDE_NETWORKS, ranges=("10.8.0.0/29",), text="10.0.0.0/24")
    refused = Refuse((Cause(CauseKind.EXTENDED_DIFFERENTLY, pool="a", cause=outside),))
    assert next_append(chosen, asked, [there], UNTRIED) == refused
    # Networks that follow from the pool are others once it is extended.
    for extension, search in ((chosen, replace(asked, binding=False)), (ASKED, asked)):
        assert isinstance(next_append(extension, search, [there], UNTRIED), OwnAppend)


def test_a_smaller_claim_with_the_id_is_waited_for() -> None:
    there = live_pool("a", claim=claim_on("10.0.0.8/30", request_id="id"))

    assert appending(there) == Wait(Cause(CauseKind.BEING_EXTENDED, pool="a"))


def test_a_claim_of_another_request_is_waited_for() -> None:
    there = live_pool("a", claim=claim_on("10.0.0.8/29"))

    assert appending(there) == Wait(Cause(CauseKind.BEING_EXTENDED, pool="a"))


def test_the_given_addresses_come_before_those_of_the_pool() -> None:
    found = appending(pool("a", "10.0.0.0/29"), near=(BLOCKS[9],))

    assert isinstance(found, Candidate)
    assert found.free_range.span == BLOCKS[9]


def test_each_attempt_is_among_four_times_as_many_of_the_nearest() -> None:
    """A thousand at most."""
    there = pool("a", "10.0.0.0/29")

    def blocks(times: int, seeds: int) -> set[int]:
        found = set()
        for seed in range(seeds):
            step = next_append(
                Extension("a", (), str(seed), any_range=True),
                Search(Block(prefix=29), (Network(BASE, 18, 32),)),
                [there],
                Tried(times),
            )
            assert isinstance(step, Candidate)
            found.add((step.free_range.span.first - BASE) // 8)
        return found

    assert blocks(0, 5) == {1}
    assert blocks(1, 40) == {*range(1, 5)}
    assert blocks(2, 160) == {*range(1, 17)}
    assert 256 < max(blocks(5, 15)) <= 1_000
    assert 256 < max(blocks(9, 15)) <= 1_000
