"""The meaning of a denial, given the live pools."""

import pytest

from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.messages import Denial, denied, parse_denial
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.decisions import Refuse, Stale, Wait
from ippoolctl.domain.protocol.denials import after_denial, unreadable
from ippoolctl.domain.protocol.request import Request
from tests.builders import claim_on, live_pool, pool

OLD_OVERLAP = "range [10.0.0.0/24] overlaps with range [{other}] of pool {name}"
OVERLAP = "range [10.0.0.0/24] overlaps with range [{other}] of ExternalIPPool {name}"
INVALID = "invalid cidr 10.9.0.0/08"
MIXED = "range start 10.9.0.1 and range end 2001:db8::1 should belong to same family"
REVERSED = "range start 10.9.0.9 should not be greater than range end 10.9.0.1"
OF_A_RANGE = [INVALID, MIXED, REVERSED]


def denial(sentence: str) -> Denial:
    found = parse_denial(denied(sentence))
    assert found is not None
    return found


def overlap(name: str, other: str = "10.0.0.0/25") -> Denial:
    return denial(OVERLAP.format(name=name, other=other))


def judged(said: Denial, *others: Pool, ranges: tuple[str, ...] = ("10.0.0.0/24",)):
    return after_denial(Request(pool("mine", *ranges), "mine/1"), said, others)


@pytest.mark.parametrize("sentence", [OVERLAP.format(name="it", other="10.0.0.0/25"), *OF_A_RANGE])
def test_a_settled_overlap_is_final_for_every_denial(sentence: str) -> None:
    settled, pending = live_pool("it", "10.0.0.0/25"), live_pool("p", "10.0.0.0/25", pending=True)

    step = judged(denial(sentence), settled, pending)

    assert isinstance(step, Refuse)
    assert step.causes == ()
    assert [each.pool for each in step.conflicts] == [settled]


def test_a_denial_that_names_a_deleted_pool_is_stale() -> None:
    step = judged(overlap("gone"))

    assert step == Stale(Cause(CauseKind.CACHE_HOLDS_DELETED, pool="gone", text="10.0.0.0/25"))


def test_a_denial_that_names_a_removed_range_is_stale() -> None:
    step = judged(overlap("it"), live_pool("it", "10.7.0.0/24"))

    assert step == Stale(Cause(CauseKind.CACHE_HOLDS_OLD, pool="it", text="10.0.0.0/25"))


def test_a_denial_that_names_a_deleted_pool_is_stale_beside_other_live_pools() -> None:
    step = judged(overlap("gone"), live_pool("it", "10.7.0.0/24"))

    assert step == Stale(Cause(CauseKind.CACHE_HOLDS_DELETED, pool="gone", text="10.0.0.0/25"))


@pytest.mark.parametrize(
    ("other", "how"),
    [
        (live_pool("it", "10.0.0.0/25", pending=True), "pending"),
        (live_pool("it", "10.0.0.0/25", deleted=True), "terminating"),
        (live_pool("it", claim=claim_on("10.0.0.0/25")), "claimed"),
    ],
)
def test_a_denial_by_an_unsettled_pool_is_waited_for_and_not_stale(other: Pool, how: str) -> None:
    step = judged(overlap("it"), other, live_pool("far", "10.7.0.0/24"))

    assert isinstance(step, Wait)
    assert step.cause == Cause(CauseKind.RANGES_TAKEN, holders=(("it", HoldState(how)),))
    assert [each.pool for each in step.conflicts] == [other]


@pytest.mark.parametrize("release_line", [OVERLAP, OLD_OVERLAP])
def test_a_denial_that_names_an_unreadable_live_range_is_final(release_line: str) -> None:
    # Antrea before 2.4.3 compares 10.0.0.9-2001:db8::1 as it is typed.
    mixed = "10.0.0.9-2001:db8::1"
    said = denial(release_line.format(name="it", other=mixed))

    assert judged(said, live_pool("it", "10.7.0.0/24", mixed)) == Refuse(
        (Cause(CauseKind.DENIED, text=said.sentence),)
    )


@pytest.mark.parametrize(
    "other",
    [
        live_pool("it", "10.0.0.8-2001:db8::1"),
        live_pool("else", "10.0.0.9-2001:db8::1"),
        live_pool("it", "10.0.0.9-2001:db8::1", pending=True),
        live_pool("it", "10.0.0.9-2001:db8::1", deleted=True),
    ],
)
def test_a_denial_that_names_an_unreadable_range_of_no_settled_pool_is_stale(other: Pool) -> None:
    said = overlap("it", "10.0.0.9-2001:db8::1")

    assert isinstance(judged(said, other), Stale)


def test_only_an_overlap_is_explained_by_a_range_that_is_there() -> None:
    said = denial("range start 10.0.0.9 and range end 2001:db8::1 should belong to same family")
    other = live_pool("it", "10.0.0.9-2001:db8::1", deleted=True)

    assert judged(said, other) == unreadable(said)


@pytest.mark.parametrize(
    ("ranges", "sentence"),
    [
        (("10.9.0.0/08",), INVALID),
        (("10.0.0.0/24", "10.9.0.1-2001:db8::1"), MIXED),
        (("10.9.0.9-10.9.0.1",), REVERSED),
        (("10.0.0.0/24", "10.0.0.0/25"), "range [10.0.0.0/25] overlaps with range [10.0.0.0/24]"),
    ],
)
def test_a_denial_of_our_own_ranges_is_final_on_an_unknown_release(
    ranges: tuple[str, ...], sentence: str
) -> None:
    # A pool that cannot be read is there as well: that is not the reason.
    bad = live_pool("bad", "10.9.0.0/08")

    assert judged(denial(sentence), bad, ranges=ranges) == Refuse(
        (Cause(CauseKind.DENIED, text=sentence),)
    )


@pytest.mark.parametrize("line", ["1.15", "2.x"])
def test_a_denial_of_our_own_ranges_is_final_in_the_words_of_any_line(line: str) -> None:
    subnet = {"gateway": "10.0.0.1", "prefixLength": 28}
    own = pool("mine", "10.0.0.0/24", subnetInfo=subnet)
    sentence = {
        "1.15": "cidr 10.0.0.0/24 must be a strict subset of the subnet",
        "2.x": "range [10.0.0.0/24] must be a strict subset of the subnet 10.0.0.1/28",
    }[line]

    assert after_denial(Request(own, "mine/1"), denial(sentence), []) == Refuse(
        (Cause(CauseKind.DENIED, text=sentence),)
    )


@pytest.mark.parametrize("sentence", OF_A_RANGE)
def test_a_denial_of_a_foreign_unreadable_range_names_its_pools(
    sentence: str,
) -> None:
    others = [
        live_pool("healthy", "10.7.0.0/24"),
        live_pool("z", "10.8.0.0/24", "10.9.0.0/08"),
        live_pool("a", "10.9.0.9-10.9.0.1", pending=True),
    ]

    step = judged(denial(sentence), *others)

    assert step == Refuse((Cause(CauseKind.UNREADABLE_POOLS, text=sentence, pools=("a", "z")),))


@pytest.mark.parametrize("sentence", OF_A_RANGE)
def test_an_unreadable_range_that_no_pool_has_any_more_is_stale(sentence: str) -> None:
    others = [live_pool("healthy", "10.7.0.0/24"), live_pool("bad", "10.9.0.0/08", deleted=True)]

    step = judged(denial(sentence), *others)

    assert step == Stale(Cause(CauseKind.CACHE_HOLDS_UNREADABLE, text=sentence))


def test_our_own_object_is_not_named_as_unreadable() -> None:
    said = denial(INVALID)

    assert judged(said, live_pool("mine", "10.9.0.0/08")) == unreadable(said)


@pytest.mark.parametrize(
    "sentence",
    [
        "existing IPRanges [10.0.0.0/24] cannot be updated or deleted",
        "existing IPRanges [10.0.0.0/24] cannot be deleted",
        "range [10.0.0.0/25] must be a strict subset of the subnet 10.0.0.1/28",
        "range [10.7.0.0/25] overlaps with range [10.7.0.0/24]",
        "a sentence of a later release",
    ],
)
def test_any_other_denial_is_final(sentence: str) -> None:
    # Neither a pool that may go nor one that cannot be read explains it.
    others = [live_pool("it", "10.0.0.0/25", pending=True), live_pool("bad", "10.9.0.0/08")]

    assert judged(denial(sentence), *others) == Refuse((Cause(CauseKind.DENIED, text=sentence),))
