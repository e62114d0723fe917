"""A requested pool, the pool that it created, and what conflicts with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.domain.addresses.ranges import Span, Spelling, read_range
from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.pool import Pool, SubnetInfo
from ippoolctl.domain.protocol.request import Request, conflicts, held_as, other_fields
from tests.builders import claim_on, live_pool, pool
from tests.domain.addresses.test_ranges import as_span
from tests.domain.strategies import any_spelling

REQUEST = Request(pool("mine", "10.0.0.0/24"), "mine/1")
MORE = live_pool("mine", "10.0.0.0/24", "10.1.0.0/24", request_id="mine/1")


def test_a_request_owns_live_pools_with_its_id() -> None:
    assert REQUEST.owns(live_pool("mine", request_id="mine/1"))
    assert REQUEST.owns(live_pool("mine", request_id="mine/1", pending=True, used=3))
    assert not REQUEST.owns(live_pool("mine", request_id="mine/2"))
    assert not REQUEST.owns(live_pool("mine"))
    assert not REQUEST.owns(live_pool("mine", request_id="mine/1", deleted=True))
    assert not REQUEST.owns(MORE._replace(live=None))


def test_all_ranges_of_our_own_pool_are_verified() -> None:
    other = live_pool("other", "10.7.0.0/24", request_id="mine/1")
    request = REQUEST.with_existing_ranges([other, MORE])

    assert request.pool == MORE
    assert (request.id, request.name) == (REQUEST.id, REQUEST.name)


@pytest.mark.parametrize(
    "there",
    [
        live_pool("mine", "10.0.0.0/24", "10.1.0.0/24", request_id="mine/2"),
        live_pool("mine", "10.1.0.0/24", request_id="mine/1"),
        live_pool("other", "10.0.0.0/24", "10.1.0.0/24", request_id="mine/1"),
    ],
)
def test_a_request_is_not_replaced_by_another_pool(there: Pool) -> None:
    assert REQUEST.with_existing_ranges([there]) is REQUEST
    assert REQUEST.with_existing_ranges([]) is REQUEST


few = st.lists(any_spelling, max_size=3)


def as_pool(name: str, texts: list[Spelling]) -> Pool:
    return pool(name)._replace(ranges=tuple(read_range(each) for each in texts))


@given(few, st.lists(few, max_size=3))
def test_every_overlapping_pair_is_a_conflict_and_no_other(own, others) -> None:
    pools = [as_pool(f"p{number}", texts) for number, texts in enumerate(others)]
    ranges = [read_range(each) for each in own]

    found = conflicts(ranges, pools, "mine")

    expected = [
        (f"p{number}", ours.text, theirs.text, max(a.first, b.first), min(a.last, b.last))
        for number, texts in enumerate(others)
        for theirs in texts
        for ours in own
        for a, b in [(as_span(ours), as_span(theirs))]
        if a.first <= b.last and b.first <= a.last
    ]
    assert [(each.pool.name, each.own, each.theirs, *each.intersection) for each in found] == (
        expected
    )


def test_one_common_address_is_a_conflict_at_either_end() -> None:
    own = pool("mine", "10.0.0.10-10.0.0.20").ranges
    below, above = pool("below", "10.0.0.1-10.0.0.10"), pool("above", "10.0.0.20-10.0.0.30")
    beside = pool("beside", "10.0.0.1-10.0.0.9", "10.0.0.21-10.0.0.30")

    found = conflicts(own, [below, above, beside], "mine")

    assert [each.pool.name for each in found] == ["below", "above"]
    assert [each.intersection for each in found] == [
        Span(167772170, 167772170),
        Span(167772180, 167772180),
    ]


def test_a_pool_between_two_ranges_does_not_conflict() -> None:
    own = pool("mine", "10.0.0.0-10.0.0.9", "10.0.0.20-10.0.0.29").ranges

    assert conflicts(own, [pool("it", "10.0.0.10-10.0.0.19")], "mine") == ()


def test_a_pool_with_our_name_does_not_conflict() -> None:
    own = pool("mine", "10.0.0.0/24")

    assert conflicts(own.ranges, [own], "mine") == ()
    assert len(conflicts(own.ranges, [own], "")) == 1


def test_an_unreadable_range_overlaps_nothing_and_a_reversed_one_overlaps() -> None:
    own = pool("mine", "10.0.0.0/24").ranges
    unreadable = pool("it", "10.0.0.0/08", "nothing-10.0.0.9", "10.0.0.1-2001:db8::1")

    assert conflicts(own, [unreadable], "mine") == ()
    assert conflicts(unreadable.ranges, [pool("it", "10.0.0.0/24")], "mine") == ()
    (found,) = conflicts(own, [pool("it", "10.0.0.9-10.0.0.1")], "mine")
    assert found.intersection.size == 9


def test_an_unreadable_range_among_good_ones_hides_none_of_them() -> None:
    own = pool("mine", "10.0.0.0/08", "10.0.0.0/24").ranges
    other = pool("it", "10.9.0.0/08", "10.0.0.0/24")

    (found,) = conflicts(own, [other], "mine")

    assert found.theirs == "10.0.0.0/24"


def test_a_claim_is_a_separate_conflict_that_names_the_claim() -> None:
    claim = claim_on("10.0.0.128/25", nonce="n1")
    it = live_pool("it", "10.0.0.0/25", uid="u1", claim=claim)

    held, claimed = conflicts(pool("mine", "10.0.0.0/24").ranges, [it], "mine")

    assert (held.hold_state, held.identity) == (HoldState.SETTLED, ("u1", ""))
    assert (claimed.hold_state, claimed.identity) == (HoldState.CLAIMED, ("u1", "n1"))
    assert claimed.claim == claim


def test_a_claimed_range_that_the_pool_has_already_counts_once() -> None:
    it = live_pool("it", "10.0.0.0/25", claim=claim_on("10.0.0.0/25"))

    (found,) = conflicts(pool("mine", "10.0.0.0/24").ranges, [it], "mine")

    assert found.claim is None


def test_each_object_and_each_claim_has_its_own_identity() -> None:
    own = pool("mine", "10.0.0.0/24").ranges

    def identity(uid: str, nonce: str | None) -> tuple[str, str]:
        claim = None if nonce is None else claim_on("10.0.0.0/24", nonce=nonce)
        ranges = ["10.0.0.0/24"] if nonce is None else []
        (found,) = conflicts(own, [live_pool("it", *ranges, uid=uid, claim=claim)], "mine")
        return found.identity

    holders = [("u1", None), ("u2", None), ("u1", "n1"), ("u1", "n2"), ("u2", "n1")]
    assert len({identity(*each) for each in holders}) == len(holders)
    assert identity("u1", "n1") == identity("u1", "n1")


def test_a_pool_that_is_not_live_has_an_empty_identity() -> None:
    (found,) = conflicts(pool("mine", "10.0.0.0/24").ranges, [pool("it", "10.0.0.0/8")], "mine")

    assert found.identity == ("", "")


def test_conflicts_have_the_hold_state_of_the_other_pool() -> None:
    own = pool("mine", "10.0.0.0/24").ranges
    others = [
        live_pool("settled", "10.0.0.0/26"),
        live_pool("used", "10.0.0.0/26", pending=True, used=1),
        live_pool("pending", "10.0.0.0/26", pending=True, used=0),
        live_pool("going", "10.0.0.0/26", pending=True, used=1, deleted=True),
        live_pool("claimed", claim=claim_on("10.0.0.0/26")),
    ]
    found = conflicts(own, others, "mine")

    def names(*states: HoldState) -> list[str]:
        return [each.pool.name for each in held_as(found, *states)]

    assert names(HoldState.SETTLED) == ["settled", "used"]
    assert names(HoldState.PENDING) == ["pending"]
    assert names(HoldState.TERMINATING) == ["going"]
    assert names(HoldState.CLAIMED) == ["claimed"]
    assert names(HoldState.PENDING, HoldState.CLAIMED) == ["pending", "claimed"]


def test_a_request_without_a_selector_and_a_subnet_accepts_any() -> None:
    selector = {"matchLabels": {"role": "egress"}}
    subnet = SubnetInfo("10.0.0.1", 24)
    plain = pool("mine", "10.0.0.8/29")
    present = plain._replace(node_selector=selector, subnet=subnet, labels={"theirs": "1"})

    assert other_fields(plain, present) == ()
    assert other_fields(present, present) == ()
    assert other_fields(present, plain) == (
        "metadata.labels.theirs",
        "spec.nodeSelector",
        "spec.subnetInfo",
    )
