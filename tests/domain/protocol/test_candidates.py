"""Which free range comes next: always inside, always free, each once, none forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.parsers import parse_prefix
from ippoolctl.domain.addresses.ranges import Span, intersect, span_of
from ippoolctl.domain.annotations.claims import made_claim
from ippoolctl.domain.annotations.marks import CLAIM
from ippoolctl.domain.antrea.messages import Denial, Kind
from ippoolctl.domain.antrea.pool import Live, Pool
from ippoolctl.domain.protocol.candidates import (
    Candidate,
    Exhausted,
    NoRoom,
    Own,
    Tried,
    choose,
    next_step,
    wants_another,
)
from ippoolctl.domain.protocol.creation import Done, Refuse, Wait
from ippoolctl.domain.protocol.outcome import Outcome, State
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.space.search import Search, Strategy
from ippoolctl.domain.space.suggest import Block, taken_by
from ippoolctl.errors import ExitCode
from tests.builders import pool


def search(network: str, **more: object) -> Search:
    within = parse_prefix(network)
    assert within is not None
    return Search(Block(ips=6), (within,), **more)  # type: ignore[arg-type]


def live(made: Pool, request_id: str = "", mark: bool = False, deleted: str | None = None) -> Pool:
    annotations = {"ippoolctl/request-id": request_id} if request_id else {}
    annotations |= {"ippoolctl/state": "pending"} if mark else {}
    return made._replace(annotations=annotations, live=Live("uid", "7", deleted=deleted))


def span(text: str) -> Span:
    (found,) = pool("it", text).ranges
    its = span_of(found)
    assert its is not None
    return its


@given(
    st.sets(st.integers(0, 31)), st.sets(st.integers(0, 31)), st.sampled_from(Strategy), st.text()
)
def test_every_free_range_comes_once_and_then_none(
    settled: set[int], pending: set[int], strategy: Strategy, seed: str
) -> None:
    pools = [live(pool(f"s{each}", f"10.0.0.{8 * each}/29")) for each in settled]
    pools += [
        live(pool(f"p{each}", f"10.0.0.{8 * each}/29"), "other", mark=True) for each in pending
    ]
    free = set(range(32)) - settled - pending
    tried, came = Tried(), []

    while isinstance(
        step := choose(search("10.0.0.0/24", strategy=strategy), seed, pools, tried), Candidate
    ):
        came.append((step.suggestion.span.first & 255) // 8)
        tried = tried.and_also([step.suggestion.span])

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
    taken = pool("it", f"10.0.0.{first}-10.0.0.{last}")
    excluded = span("10.0.0.128/27")
    within = search("10.0.0.0/24").within

    step = choose(Search(Block(ips=ips), within, (excluded,)), "seed", [live(taken)], Tried())

    assert isinstance(step, Candidate)
    found = step.suggestion
    assert found.usable >= ips
    assert not any(intersect(found.span, each) for each in (*taken_by(taken), excluded))


def test_networks_come_before_ranges_from_start_to_end() -> None:
    pools = [live(pool("it", "10.0.0.3-10.0.0.200"))]
    for number in range(20):
        step = choose(search("10.0.0.0/24"), str(number), pools, Tried())
        assert isinstance(step, Candidate)
        assert step.suggestion.spelling.cidr


def test_what_the_cache_holds_is_passed_over_as_a_whole() -> None:
    denial = Denial(Kind.OVERLAP, "…", "10.0.0.0/29", "10.0.0.0-10.0.0.199", "old")

    tried = Tried().and_also([span("10.0.0.0/29")], denial)

    step = choose(search("10.0.0.0/24"), "seed", [], tried)
    assert isinstance(step, Candidate)
    assert step.suggestion.span.first >= span("10.0.0.200/29").first
    assert "10.0.0.0-10.0.0.199 of pool old" in tried.stale


def test_a_claim_that_may_be_given_up_is_waited_for() -> None:
    claim = made_claim("other/1", "n", "2026-01-01T00:00:00Z", pool("it", "10.0.0.128/25").ranges)
    there = live(pool("it", "10.0.0.0/25"))._replace(annotations={CLAIM: claim.text})

    step = choose(search("10.0.0.0/24"), "seed", [there], Tried())

    assert isinstance(step, Exhausted)
    assert "it (claimed)" in step.reason


def test_a_pool_of_the_request_is_gone_on_with_whatever_else_is_free() -> None:
    request = Request(pool("mine"), "id")
    mine = live(pool("mine", "10.0.0.8/29"), "id")

    step = next_step(request, search("10.0.0.0/24"), [mine], Tried())

    assert step == Own(mine, Done(mine))


def test_the_name_decides_before_any_range() -> None:
    request, there = Request(pool("mine"), "id"), pool("mine", "10.0.0.8/29")

    assert isinstance(next_step(request, search("10.0.0.0/24"), [live(there)], Tried()), Refuse)
    going = live(there, "id", deleted="2026-01-01T00:00:00Z")
    assert isinstance(next_step(request, search("10.0.0.0/24"), [going], Tried()), Wait)


def test_which_ends_of_one_range_say_nothing_about_others() -> None:
    other = {State.BUSY, State.LOST, State.STALE}
    for state in State:
        assert wants_another(Outcome("mine", state, ExitCode.REFUSED)) == (state in other)
