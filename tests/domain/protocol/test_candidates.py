"""The next candidate range: inside the networks, free, each once, none left out."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.parsers import parse_prefix
from ippoolctl.domain.addresses.ranges import Span, Spelling, intersect, span_of
from ippoolctl.domain.annotations.marks import TTL, HoldState
from ippoolctl.domain.antrea.messages import Denial, DenialKind
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.candidates import (
    Candidate,
    Own,
    choose,
    next_step,
    request_for,
    wants_another,
    with_failed_range,
)
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.decisions import (
    Adopt,
    Done,
    Enough,
    Exhausted,
    NoRoom,
    Refuse,
    Tried,
    Wait,
)
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.protocol.request import Request, conflicts
from ippoolctl.domain.space.free_ranges import Block
from ippoolctl.domain.space.reserved import Reserved
from ippoolctl.domain.space.search import Search, SearchStrategy
from ippoolctl.domain.space.taken import taken_by
from ippoolctl.errors import ExitCode
from tests.builders import claim_on, live_pool, pool


def search(network: str, **more: object) -> Search:
    within = parse_prefix(network)
    assert within is not None
    return Search(Block(ips=6), (within,), **more)  # type: ignore[arg-type]


def span(text: str) -> Span:
    (found,) = pool("it", text).ranges
    its = span_of(found)
    assert its is not None
    return its


@given(
    st.sets(st.integers(0, 31)),
    st.sets(st.integers(0, 31)),
    st.sampled_from(SearchStrategy),
    st.text(),
)
def test_every_free_range_is_tried_exactly_once(
    settled: set[int], pending: set[int], strategy: SearchStrategy, seed: str
) -> None:
    pools = [live_pool(f"s{each}", f"10.0.0.{8 * each}/29") for each in settled]
    pools += [live_pool(f"p{each}", f"10.0.0.{8 * each}/29", pending=True) for each in pending]
    free = set(range(32)) - settled - pending
    tried, came = Tried(), []

    while isinstance(
        step := choose(search("10.0.0.0/24", strategy=strategy), seed, pools, tried), Candidate
    ):
        came.append((step.free_range.span.first & 255) // 8)
        tried = with_failed_range(tried, [step.free_range.span])

    assert sorted(came) == sorted(free)
    assert isinstance(step, NoRoom if settled == set(range(32)) else Exhausted)
    if free:
        again = choose(search("10.0.0.0/24", strategy=strategy), seed, pools, tried.forgotten())
        assert isinstance(again, Candidate)


@given(st.integers(0, 255), st.integers(0, 60), st.integers(1, 30))
def test_a_candidate_keeps_away_from_what_is_taken_or_excluded(
    first: int, length: int, ips: int
) -> None:
    last = min(first + length, 255)
    taken = live_pool("it", f"10.0.0.{first}-10.0.0.{last}")
    excluded = span("10.0.0.128/27")
    within = search("10.0.0.0/24").within

    step = choose(Search(Block(ips=ips), within, (excluded,)), "seed", [taken], Tried())

    assert isinstance(step, Candidate)
    found = step.free_range
    assert found.usable >= ips
    assert not any(intersect(found.span, each) for each in (*taken_by(taken), excluded))


def test_networks_come_before_ranges_from_start_to_end() -> None:
    pools = [live_pool("it", "10.0.0.3-10.0.0.200")]
    for number in range(20):
        step = choose(search("10.0.0.0/24"), str(number), pools, Tried())
        assert isinstance(step, Candidate)
        assert step.free_range.spelling.cidr


def test_candidates_skip_the_whole_range_in_the_webhook_cache() -> None:
    denial = Denial(DenialKind.OVERLAP, "…", "10.0.0.0/29", "10.0.0.0-10.0.0.199", "old")

    holds = Cause(CauseKind.CACHE_HOLDS_DELETED, pool="old", text="10.0.0.0-10.0.0.199")
    tried = with_failed_range(Tried(), [span("10.0.0.0/29")], denial, holds)

    step = choose(search("10.0.0.0/24"), "seed", [], tried)
    assert isinstance(step, Candidate)
    assert step.free_range.span.first >= span("10.0.0.200/29").first
    assert tried.stale == holds


def test_a_claimed_range_is_waited_for() -> None:
    there = live_pool("it", "10.0.0.0/25", claim=claim_on("10.0.0.128/25"))

    step = choose(search("10.0.0.0/24"), "seed", [there], Tried())

    assert isinstance(step, Exhausted)
    assert step.cause == Cause(
        CauseKind.NOTHING_FREE_YET,
        text="6 addresses in 10.0.0.0/24",
        holders=(("it", HoldState.CLAIMED),),
        cause=None,
    )


@pytest.mark.parametrize("how", ["pending", "deleted"])
def test_only_unsettled_pools_inside_the_networks_are_named_as_holders(how: str) -> None:
    def going(name: str, text: str) -> Pool:
        return live_pool(name, text, pending=how == "pending", deleted=how == "deleted")

    pools = [
        going("z", "10.0.0.0/25"),
        going("far", "10.9.0.0/25"),
        live_pool("s", "10.0.0.128/26"),
        going("a", "10.0.0.192/26"),
    ]
    state = {"pending": HoldState.PENDING, "deleted": HoldState.TERMINATING}[how]

    step = choose(search("10.0.0.0/24"), "seed", pools, Tried())

    assert isinstance(step, Exhausted)
    assert step.cause.holders == (("a", state), ("z", state))


def test_an_exhausted_search_names_the_stale_pool_of_the_cache() -> None:
    denial = Denial(DenialKind.OVERLAP, "…", "10.0.0.0/29", "10.0.0.0/25", "old")
    stale = Cause(CauseKind.CACHE_HOLDS_OLD, pool="old", text="10.0.0.0/25")
    tried = with_failed_range(Tried(), [span("10.0.0.0/29")], denial, stale)
    upper = live_pool("p", "10.0.0.128/25", pending=True)

    step = choose(search("10.0.0.0/24"), "seed", [upper], tried)

    assert isinstance(step, Exhausted)
    assert (step.cause.holders, step.cause.cause) == ((("p", HoldState.PENDING),), stale)
    everything = with_failed_range(tried, [span("10.0.0.128/25")])
    step = choose(search("10.0.0.0/24"), "seed", [], everything)
    assert isinstance(step, Exhausted)
    assert (step.cause.holders, step.cause.cause) == ((), stale)


def test_a_search_lost_to_others_has_no_further_cause() -> None:
    step = choose(search("10.0.0.0/24"), "seed", [], Tried(3, (span("10.0.0.0/24"),)))

    assert isinstance(step, Exhausted)
    assert (step.cause.holders, step.cause.cause) == ((), None)


def test_tried_ranges_are_remembered_until_a_wait() -> None:
    first, second = span("10.0.0.0/29"), span("10.0.0.8/29")
    unreadable = Denial(DenialKind.PARSE, "invalid cidr 10.0.0.0/08")

    tried = with_failed_range(with_failed_range(Tried(), [first]), [second], unreadable)

    assert tried == Tried(2, (first, second))
    denial = Denial(DenialKind.OVERLAP, "…", "10.0.0.0/29", "10.0.0.0/28", "old")
    stale = with_failed_range(tried, [first], denial)
    assert stale.spans == (first, second, first, span("10.0.0.0/28"))
    # A later loss does not take the reason away.
    assert with_failed_range(stale, [second]).stale == stale.stale
    assert with_failed_range(stale, [second]).forgotten() == Tried(4)


def test_no_room_reports_free_addresses_and_holders() -> None:
    pools = [live_pool(f"p{number}", f"10.0.0.{32 * number}/27") for number in range(7)]
    pools += [live_pool("far", "10.9.0.0/24"), live_pool("t", "10.0.0.230-10.0.0.239")]
    excluded = (span("10.0.0.244-10.0.0.255"),)
    within = search("10.0.0.0/24").within

    wanted = Search(Block(ips=14), within, excluded)
    step = choose(wanted, "seed", pools, Tried())

    takers = ("p0", "p1", "p2", "p3", "p4")
    assert step == NoRoom(
        Cause(
            CauseKind.NO_ROOM_LEFT,
            text=wanted.text,
            count=10,
            out_of=256,
            largest=6,
            pools=takers,
            more=3,
            excluded=True,
        )
    )


def test_no_room_names_five_pools_and_claims_no_more_than_there_are() -> None:
    def taken_by(count: int) -> tuple[int, int]:
        pools = [live_pool(f"p{number}", f"10.0.0.{number}/32") for number in range(count)]
        step = choose(search("10.0.0.0/29"), "seed", pools, Tried())
        assert isinstance(step, NoRoom)
        return len(step.cause.pools), step.cause.more

    assert taken_by(8) == (5, 3)
    assert taken_by(6) == (5, 1)
    assert taken_by(5) == (5, 0)


def test_no_room_in_a_too_small_network_names_no_holder() -> None:
    wanted = search("10.0.0.0/30")

    assert choose(wanted, "seed", [], Tried()) == NoRoom(
        Cause(CauseKind.NO_ROOM_LEFT, text=wanted.text, count=4, out_of=4, largest=4)
    )


def test_no_room_counts_an_address_of_two_networks_once() -> None:
    within = (*search("10.0.0.0/30").within, *search("10.0.0.0/31").within)

    step = choose(Search(Block(ips=6), within), "seed", [], Tried())

    assert isinstance(step, NoRoom)
    assert (step.cause.count, step.cause.out_of) == (4, 4)


def test_pending_pools_leave_the_search_exhausted_and_not_without_room() -> None:
    """Only settled pools lead to "no room", also with tried ranges."""
    pending = live_pool("p", "10.0.0.0/25", pending=True)
    settled = live_pool("s", "10.0.0.128/25")

    assert isinstance(choose(search("10.0.0.0/24"), "", [pending, settled], Tried()), Exhausted)
    used = live_pool("p", "10.0.0.0/25", pending=True, used=1)
    step = choose(search("10.0.0.0/24"), "", [used, settled], Tried(1, (span("10.0.0.0/24"),)))
    assert isinstance(step, NoRoom)


def candidate(seed: str, times: int = 0, **more: object) -> str:
    step = choose(search("10.0.0.0/16", **more), seed, [], Tried(times))
    assert isinstance(step, Candidate)
    return step.free_range.spelling.text


def test_the_order_of_candidates_is_derived_from_the_request_id() -> None:
    assert candidate("a") == candidate("a")
    assert len({candidate(str(number)) for number in range(15)}) > 10
    assert len({candidate("a", times) for times in range(15)}) > 10
    # Among the lowest thousand.
    assert all(
        span(candidate(str(number))).first < span("10.0.31.64/29").first for number in range(15)
    )


def test_the_first_strategy_takes_the_lowest_range_for_every_seed() -> None:
    for seed in "abc":
        assert candidate(seed, strategy=SearchStrategy.FIRST) == "10.0.0.0/29"


def test_a_range_beside_a_pool_is_of_the_other_family_once_its_own_is_full() -> None:
    networks = tuple(
        network for each in ("10.0.0.0/29", "fd00::/64") if (network := parse_prefix(each))
    )
    beside = (span("10.0.0.0/29"),)

    def text(*pools: Pool) -> str:
        step = choose(Search(Block(ips=6), networks), "", pools, Tried(), beside)
        assert isinstance(step, Candidate)
        return step.free_range.spelling.text

    assert text() == "10.0.0.0/29"
    assert text(live_pool("it", "10.0.0.0/29")) == "fd00::1-fd00::6"


REQUEST = Request(pool("mine"), "id")


def test_a_pool_of_the_request_is_reused_before_any_free_range() -> None:
    mine = live_pool("mine", "10.0.0.8/29", request_id="id")
    pending = live_pool("mine", "10.0.0.8/29", request_id="id", pending=True)
    overlapping = live_pool("p", "10.0.0.8/30", pending=True)

    assert next_step(REQUEST, search("10.0.0.0/24"), [mine], Tried()) == Own(mine, Done(mine))
    found = next_step(REQUEST, search("10.0.0.0/24"), [overlapping, pending], Tried())
    assert found == Own(pending, Adopt(pending))
    waiting = next_step(REQUEST, search("10.0.0.0/24"), [overlapping, mine], Tried())
    assert isinstance(waiting, Own)
    assert isinstance(waiting.step, Wait)


def test_a_smaller_pool_of_the_request_is_refused() -> None:
    mine = live_pool("mine", "10.0.0.8/30", request_id="id")

    assert next_step(REQUEST, search("10.0.0.0/24"), [mine], Tried()) == Refuse(
        (
            Cause(
                CauseKind.CREATED_DIFFERENTLY,
                pool="mine",
                cause=Cause(CauseKind.LACKS_ADDRESSES, ranges=("10.0.0.8/30",), count=2, out_of=6),
            ),
        )
    )


def test_a_pool_of_a_given_id_with_another_lifetime_is_refused() -> None:
    mine = live_pool("mine", "10.0.0.8/29", request_id="id", pending=True, annotations={TTL: "2h"})
    asked = replace(REQUEST, given_id=True)

    step = next_step(asked, search("10.0.0.0/24"), [mine], Tried())

    other = Cause(CauseKind.OTHER_TTL, text="2h")
    assert step == Refuse((Cause(CauseKind.CREATED_DIFFERENTLY, pool="mine", cause=other),))


OUTSIDE = Cause(CauseKind.OUTSIDE_NETWORKS, ranges=("10.0.0.8/29",), text="10.0.1.0/24")
EXCLUDED = Cause(CauseKind.HAS_EXCLUDED, ranges=("10.0.0.8/29",))
OTHER_PREFIX = Cause(CauseKind.OTHER_PREFIX, ranges=("10.0.0.8/29",), text="/30")


def test_a_start_end_range_has_no_prefix_length() -> None:
    mine = live_pool("mine", "10.0.0.8-10.0.0.15", request_id="id")
    asked = replace(search("10.0.0.0/24"), block=Block(prefix=29))

    step = next_step(replace(REQUEST, given_id=True), asked, [mine], Tried())

    lack = Cause(CauseKind.OTHER_PREFIX, ranges=("10.0.0.8-10.0.0.15",), text="/29")
    assert step == Refuse((Cause(CauseKind.CREATED_DIFFERENTLY, pool="mine", cause=lack),))


@pytest.mark.parametrize(
    ("asked", "cause"),
    [
        (search("10.0.1.0/24"), OUTSIDE),
        (search("10.0.0.0/24", excluded=(span("10.0.0.12/32"),)), EXCLUDED),
        (replace(search("10.0.0.0/24"), block=Block(prefix=30)), OTHER_PREFIX),
    ],
)
def test_a_pool_of_a_given_id_that_is_not_what_the_search_asks_for_is_refused(
    asked: Search, cause: Cause
) -> None:
    mine = live_pool("mine", "10.0.0.8/29", request_id="id")
    given = replace(REQUEST, given_id=True)

    differs = Refuse((Cause(CauseKind.CREATED_DIFFERENTLY, pool="mine", cause=cause),))
    assert next_step(given, asked, [mine], Tried()) == differs
    # A derived ID has the networks in it; those of the configuration may have changed since.
    assert next_step(REQUEST, asked, [mine], Tried()) == Own(mine, Done(mine))


@pytest.mark.parametrize(
    "asked",
    [
        search("10.0.0.0/24"),
        search("10.0.0.0/24", excluded=(span("10.0.0.16/28"),)),
        replace(
            search("10.0.0.8/30"),
            within=(*search("10.0.0.8/30").within, *search("10.0.0.12/30").within),
        ),
        replace(search("10.0.0.0/24"), block=Block(prefix=29)),
        # Consumers may have taken addresses of it by now.
        search("10.0.0.0/24").without([Reserved(span("10.0.0.9/32"), "Node a")]),
    ],
)
def test_a_pool_of_a_given_id_that_others_extended_elsewhere_is_unchanged(asked: Search) -> None:
    mine = live_pool("mine", "10.0.0.8/29", "10.9.0.0/24", request_id="id")

    step = next_step(replace(REQUEST, given_id=True), asked, [mine], Tried())

    assert step == Own(mine, Done(mine))


@pytest.mark.parametrize(
    ("asked", "cause"),
    [
        (search("10.0.1.0/24"), OUTSIDE),
        (search("10.0.0.0/24", excluded=(span("10.0.0.12/32"),)), EXCLUDED),
    ],
)
def test_if_not_exists_accepts_no_pool_outside_the_networks(asked: Search, cause: Cause) -> None:
    foreign = live_pool("mine", "10.0.0.8/29")

    step = next_step(replace(REQUEST, if_not_exists=True), asked, [foreign], Tried())
    without = next_step(REQUEST, asked, [foreign], Tried())

    assert step == Refuse((Cause(CauseKind.DOES_NOT_MATCH, pool="mine", cause=cause),))
    assert isinstance(without, Refuse)
    assert without.causes[0].kind is CauseKind.NAME_TAKEN


def test_a_large_enough_foreign_pool_is_accepted_with_if_not_exists() -> None:
    request = replace(REQUEST, if_not_exists=True)
    enough, small = live_pool("mine", "10.0.0.8/29"), live_pool("mine", "10.0.0.8/30")

    assert next_step(request, search("10.0.0.0/24"), [enough], Tried()) == Enough(enough)
    assert isinstance(next_step(request, search("10.0.0.0/24"), [small], Tried()), Refuse)
    assert isinstance(next_step(request, search("10.0.0.0/24"), [], Tried()), Candidate)


def test_the_name_decides_before_any_range() -> None:
    there = live_pool("mine", "10.0.0.8/29")

    assert isinstance(next_step(REQUEST, search("10.0.0.0/24"), [there], Tried()), Refuse)
    going = live_pool("mine", "10.0.0.8/29", request_id="id", deleted=True)
    assert isinstance(next_step(REQUEST, search("10.0.0.0/24"), [going], Tried()), Wait)


@pytest.mark.parametrize(
    ("there", "kind"),
    [("10.0.0.8/29", CauseKind.NAME_TAKEN_WITH_ALL), ("10.0.0.8/30", CauseKind.NAME_TAKEN)],
)
def test_a_taken_name_reports_whether_its_pool_is_large_enough(there: str, kind: CauseKind) -> None:
    step = next_step(REQUEST, search("10.0.0.0/24"), [live_pool("mine", there)], Tried())

    assert isinstance(step, Refuse)
    assert step.causes[0].kind is kind


def test_a_request_with_a_range_is_the_same_request() -> None:
    request = replace(REQUEST, if_not_exists=True)

    assert request_for(request, Spelling("10.0.0.8/29")) == replace(
        request, pool=pool("mine", "10.0.0.8/29")
    )


def test_a_conflict_or_a_stale_denial_leads_to_another_range() -> None:
    other = {State.BUSY, State.LOST, State.STALE}
    for state in State:
        assert wants_another(Outcome("mine", state, ExitCode.REFUSED)) == (state in other)
    found = conflicts(pool("mine", "10.0.0.0/29").ranges, [pool("it", "10.0.0.0/24")], "mine")
    for state in State:
        end = Outcome("mine", state, ExitCode.REFUSED, conflicts=found)
        assert wants_another(end) == (state in other or state is State.REFUSED)
