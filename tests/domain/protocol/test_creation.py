"""The first step of a create, for every state of a pool with its name."""

import pytest

from ippoolctl.domain.annotations.marks import TTL, HoldState, lease_id, request_id
from ippoolctl.domain.antrea.pool import Pool, SubnetInfo
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.creation import (
    changed_by_others,
    depends_on_release,
    first_step,
    if_not_exists,
    in_the_way,
    lacking_ranges,
    not_as_asked,
    other_reasons,
    refusals_among,
    terminating,
)
from ippoolctl.domain.protocol.decisions import (
    Adopt,
    Done,
    Enough,
    FirstStep,
    Keep,
    Refuse,
    Reserve,
    Wait,
)
from ippoolctl.domain.protocol.outcome import Report, ReportKind, State
from ippoolctl.domain.protocol.request import Request
from tests.builders import claim_on, live_pool, pool

REQUEST = Request(pool("mine", "10.0.0.0/24"), "mine/1")
PENDING = live_pool("p", "10.0.0.0/25", pending=True)
GOING = live_pool("g", "10.0.0.0/25", deleted=True)
CLAIMED = live_pool("c", claim=claim_on("10.0.0.0/25"))
SETTLED = live_pool("s", "10.0.0.0/25")
BESIDE = live_pool("b", "10.0.1.0/24")


def mine(*ranges: str, pending: bool = False, deleted: bool = False) -> Pool:
    ranges = ranges or ("10.0.0.0/24",)
    return live_pool("mine", *ranges, request_id="mine/1", pending=pending, deleted=deleted)


def names(step: object) -> list[str]:
    assert isinstance(step, Keep | Wait | Refuse)
    return [each.pool.name for each in step.conflicts]


def test_a_pool_is_reserved_if_nothing_overlaps() -> None:
    assert first_step(REQUEST, []) == Reserve()
    assert first_step(REQUEST, [BESIDE]) == Reserve()


@pytest.mark.parametrize("other", [PENDING, GOING, CLAIMED])
def test_a_temporary_conflict_is_waited_for(other: Pool) -> None:
    step = first_step(REQUEST, [BESIDE, other])

    assert isinstance(step, Wait)
    assert names(step) == [other.name]
    assert step.exists is None


def test_a_settled_pool_is_final_and_only_it_is_named() -> None:
    step = first_step(REQUEST, [PENDING, SETTLED])

    assert isinstance(step, Refuse)
    assert (names(step), step.causes) == (["s"], ())


def test_an_invalid_range_is_refused_even_if_conflicts_are_temporary() -> None:
    reversed_ = Request(pool("mine", "10.0.0.9-10.0.0.1"), "mine/1", Release(2, 7, 0))

    step = first_step(reversed_, [PENDING])

    assert isinstance(step, Refuse)
    sentence = "range start 10.0.0.9 should not be greater than range end 10.0.0.1"
    assert step.causes == (Cause(CauseKind.DENIED, text=sentence, reason="EIP204"),)
    assert names(step) == []


def test_a_terminating_pool_of_the_name_is_waited_for_unless_a_settled_one_overlaps() -> None:
    going = mine(deleted=True)

    assert first_step(REQUEST, [going]) == Wait(
        Cause(CauseKind.BEING_DELETED, pool="mine", finalizers=())
    )
    assert first_step(REQUEST, [going, PENDING]) == Wait(
        Cause(CauseKind.BEING_DELETED, pool="mine", finalizers=())
    )
    assert isinstance(first_step(REQUEST, [going, SETTLED]), Refuse)


def test_the_finalizers_of_a_terminating_pool_are_named() -> None:
    going = mine(deleted=True)
    assert going.live is not None
    held = going._replace(live=going.live._replace(finalizers=("a/b", "c/d")))

    assert terminating(held) == Cause(
        CauseKind.BEING_DELETED, pool="mine", finalizers=("a/b", "c/d")
    )
    assert terminating(going) == Cause(CauseKind.BEING_DELETED, pool="mine", finalizers=())


def test_our_pending_pool_is_adopted_despite_overlaps() -> None:
    assert first_step(REQUEST, [mine(pending=True), SETTLED]) == Adopt(mine(pending=True))


def test_our_settled_pool_is_done_kept_or_waits() -> None:
    assert first_step(REQUEST, [BESIDE, mine()]) == Done(mine())
    assert names(first_step(REQUEST, [mine(), PENDING, SETTLED])) == ["s"]
    assert isinstance(first_step(REQUEST, [mine(), PENDING, SETTLED]), Keep)
    step = first_step(REQUEST, [mine(), PENDING])
    assert isinstance(step, Wait)
    assert (names(step), step.exists) == (["p"], mine())


def test_our_pool_may_have_more_ranges_but_not_fewer() -> None:
    more, other = mine("10.7.0.0/24", "10.0.0.0/24"), mine("10.7.0.0/24")

    assert first_step(REQUEST, [more]) == Done(more)
    step = first_step(REQUEST, [other])
    assert isinstance(step, Refuse)
    assert step.causes == (Cause(CauseKind.OTHER_RANGES_BEFORE, ranges=("10.7.0.0/24",)),)


@pytest.mark.parametrize("pending", [False, True])
def test_a_pool_of_another_request_takes_the_name(pending: bool) -> None:
    def cause(*ranges: str) -> Cause:
        there = live_pool("mine", *ranges, request_id="job-2", pending=pending)
        step = first_step(REQUEST, [there, PENDING])
        assert isinstance(step, Refuse)
        assert step.conflicts == ()
        (found,) = step.causes
        return found

    taken, missing = CauseKind.NAME_TAKEN, ("10.0.0.0/24",)
    origin = Cause(CauseKind.OTHER_REQUEST_ID, text="job-2")
    assert cause("10.7.0.0/24") == Cause(
        taken, pool="mine", ranges=("10.7.0.0/24",), missing=missing, cause=origin
    )
    assert cause() == Cause(taken, pool="mine", ranges=(), missing=missing, cause=origin)
    all_ranges = ("10.0.0.0/24", "10.7.0.0/24")
    assert cause(*all_ranges) == Cause(
        CauseKind.NAME_TAKEN_WITH_ALL, pool="mine", ranges=all_ranges, cause=origin
    )


def test_a_request_without_ranges_matches_no_existing_pool() -> None:
    step = first_step(Request(pool("mine"), "mine/1"), [live_pool("mine", "10.7.0.0/24")])

    assert isinstance(step, Refuse)
    assert step.causes == (
        Cause(
            CauseKind.NAME_TAKEN,
            pool="mine",
            ranges=("10.7.0.0/24",),
            count=254,
            cause=Cause(CauseKind.BY_ANOTHER_CLIENT),
        ),
    )


ONE, OTHER = request_id("mine", {"ips": 6}), request_id("mine", {"ips": 7})


@pytest.mark.parametrize(
    ("theirs", "ours", "origin"),
    [
        ("", ONE, Cause(CauseKind.BY_ANOTHER_CLIENT)),
        (lease_id("mine", "0f"), ONE, Cause(CauseKind.BY_LEASE)),
        ("job-7", ONE, Cause(CauseKind.OTHER_REQUEST_ID, text="job-7")),
        ("job-7", "job-8", Cause(CauseKind.OTHER_REQUEST_ID, text="job-7")),
        (OTHER, "job-8", Cause(CauseKind.OTHER_REQUEST_ID)),
        (OTHER, ONE, Cause(CauseKind.OTHER_ARGUMENTS)),
    ],
)
def test_a_taken_name_reports_its_creator(theirs: str, ours: str, origin: Cause) -> None:
    there = live_pool("mine", "10.0.0.0/24", request_id=theirs)
    step = first_step(Request(pool("mine", "10.0.0.0/24"), ours), [there])

    assert isinstance(step, Refuse)
    assert step.causes[0].kind is CauseKind.NAME_TAKEN_WITH_ALL
    assert step.causes[0].cause == origin


def test_another_lifetime_is_named_as_the_difference() -> None:
    there = live_pool("mine", "10.0.0.0/24", request_id=OTHER, annotations={TTL: "2h"})
    step = first_step(Request(pool("mine", "10.0.0.0/24"), ONE), [there])

    assert isinstance(step, Refuse)
    assert step.causes[0].cause == Cause(CauseKind.OTHER_TTL, text="2h")


def test_a_pool_with_other_labels_cannot_be_accepted() -> None:
    there = live_pool("mine", "10.0.0.0/24", request_id=OTHER)
    wanted = pool("mine", "10.0.0.0/24")._replace(labels={"team": "net"})
    step = first_step(Request(wanted, ONE), [there])

    assert isinstance(step, Refuse)
    assert step.causes[0].kind is CauseKind.NAME_TAKEN
    assert step.causes[0].cause == Cause(CauseKind.OTHER_FIELDS, missing=("metadata.labels.team",))


@pytest.mark.parametrize("pending", [True, False])
def test_a_given_id_with_other_fields_is_refused_before_the_pool_is_settled(
    *, pending: bool
) -> None:
    there = live_pool(
        "mine", "10.0.0.0/24", request_id="job-1", pending=pending, annotations={TTL: "2h"}
    )
    asked = pool("mine", "10.0.0.0/24")

    def step(wanted: Pool, *, given_id: bool = True) -> FirstStep:
        return first_step(Request(wanted, "job-1", given_id=given_id), [there, SETTLED])

    def differs(cause: Cause) -> Refuse:
        return Refuse((Cause(CauseKind.CREATED_DIFFERENTLY, pool="mine", cause=cause),))

    same = asked._replace(annotations={TTL: "2h"})
    label = same._replace(labels={"team": "net"})
    subnet = same._replace(subnet=SubnetInfo("10.0.0.1", 24))
    assert step(asked) == differs(Cause(CauseKind.OTHER_TTL, text="2h"))
    for wanted, field in ((label, "metadata.labels.team"), (subnet, "spec.subnetInfo")):
        assert step(wanted) == differs(Cause(CauseKind.OTHER_FIELDS, missing=(field,)))
    expected = Adopt if pending else Keep
    assert isinstance(step(same), expected)
    assert isinstance(step(asked, given_id=False), expected)


def test_all_ranges_of_an_existing_pool_decide_whether_it_is_done() -> None:
    more = mine("10.0.0.0/24", "10.0.1.0/24")

    assert isinstance(first_step(REQUEST, [more, BESIDE]), Keep)


def test_a_lease_never_accepts_a_pool() -> None:
    there = live_pool("mine", "10.0.0.0/24", request_id=OTHER)
    step = first_step(Request(pool("mine"), lease_id("mine", "0f")), [there], suffices=True)

    assert isinstance(step, Refuse)
    assert step.causes[0].kind is CauseKind.NAME_TAKEN_FOR_LEASE


def test_what_is_in_the_way_is_named_once_and_in_order() -> None:
    wide = Request(pool("mine", "10.0.0.0/24", "10.0.0.0/25"), "mine/1")

    found = wide.conflicts([PENDING, GOING, CLAIMED, BESIDE])

    assert len(found) == 6
    assert in_the_way(found) == Cause(
        CauseKind.RANGES_TAKEN,
        holders=(
            ("c", HoldState.CLAIMED),
            ("g", HoldState.TERMINATING),
            ("p", HoldState.PENDING),
        ),
    )


def test_a_pool_that_cannot_be_read_is_a_reason_where_the_release_reads_all_pools() -> None:
    reversed_ = live_pool("bad", "10.7.0.0/24", "10.9.0.9-10.9.0.1")
    healthy = live_pool("ok", "10.8.0.0/24")
    sentence = "range start 10.9.0.9 should not be greater than range end 10.9.0.1"
    denied = Cause(CauseKind.DENIED, text=sentence, reason="EIP211")

    def reasons(release: Release | None, *pools: Pool) -> list[Cause]:
        return list(other_reasons(Request(REQUEST.pool, "mine/1", release), pools))

    assert reasons(Release(2, 7, 0), healthy, reversed_) == [denied]
    assert reasons(Release(2, 4, 2), healthy, reversed_) == []
    assert reasons(None, healthy, reversed_) == []
    pending = live_pool("bad", "10.9.0.9-10.9.0.1", pending=True)
    going = live_pool("bad", "10.9.0.9-10.9.0.1", deleted=True)
    assert reasons(Release(2, 7, 0), pending, going) == []


def test_without_a_release_only_reasons_of_every_line_are_final() -> None:
    subnet = {"gateway": "10.0.0.1", "prefixLength": 28}
    outside = pool("mine", "10.0.0.0/24", subnetInfo=subnet)
    leading_zero = pool("mine", "10.0.0.0/08")

    def rules(asked: Pool, release: Release | None) -> list[str]:
        found = other_reasons(Request(asked, "mine/1", release), [])
        return [each.reason for each in found]

    assert rules(outside, None) == ["EIP207"]
    assert rules(leading_zero, None) == []
    assert rules(leading_zero, Release(2, 7, 0)) == ["EIP201"]
    assert rules(leading_zero, Release(1, 15, 0)) == []


def test_only_overlaps_within_the_pool_are_reasons_of_their_own() -> None:
    # Antrea before 2.4.3 compares ranges that it cannot read as they are typed.
    reversed_ = live_pool("bad", "10.0.0.9-10.0.0.1")
    own = Request(pool("mine", "10.0.0.0/24", "10.0.0.0/25"), "mine/1", Release(2, 4, 2))

    assert list(other_reasons(own, [reversed_])) == [
        Cause(
            CauseKind.DENIED,
            text="range [10.0.0.0/25] overlaps with range [10.0.0.0/24]",
            reason="EIP208",
        )
    ]


def test_the_stored_pool_must_have_the_requested_ranges_in_order() -> None:
    asked = Request(pool("mine", "10.0.0.0/24", "10.1.0.0/24"), "mine/1")

    assert not_as_asked(asked, live_pool("mine", "10.0.0.0/24", "10.1.0.0/24")) is None
    for stored in (("10.1.0.0/24", "10.0.0.0/24"), ("10.0.0.0/24",), ()):
        made = live_pool("mine", *stored)
        assert not_as_asked(asked, made) == changed_by_others(made)
    stored = ("10.0.0.0/24", "10.1.0.0/24")
    assert changed_by_others(asked.pool).causes == (
        Cause(CauseKind.CHANGED_BY_CLUSTER, ranges=stored),
    )


def test_pools_of_one_command_are_judged_among_themselves() -> None:
    fine = [pool("a", "10.0.0.0/24"), pool("b", "10.1.0.0/24")]
    assert refusals_among(fine) == []

    outcomes = refusals_among([*fine, pool("c", "10.0.0.0/25"), pool("a", "10.9.0.0/24")])

    assert [(each.pool, each.state, each.report) for each in outcomes] == [
        ("c", State.REFUSED, Report(ReportKind.OVERLAPS_WITHIN)),
        ("a", State.REFUSED, Report(ReportKind.DUPLICATE)),
    ]
    assert [[rival.pool.name for rival in each.conflicts] for each in outcomes] == [["a"], []]
    assert {int(each.code) for each in outcomes} == {4}


def test_the_release_matters_for_ranges_that_not_every_webhook_reads_in_the_same_way() -> None:
    plain, odd = pool("plain", "10.0.0.0/28"), pool("odd", "010.0.0.0/28")

    assert not depends_on_release([])
    assert not depends_on_release([plain, plain])
    assert depends_on_release([plain, odd])
    # The schema of every release refuses this prefix length.
    assert not depends_on_release([pool("a", "10.0.0.0/99")])


ACCEPTING = Request(pool("mine", "10.0.0.0/24", "10.1.0.0/24"), "mine/1", if_not_exists=True)


def step(request: Request, *pools: Pool):
    return if_not_exists(request, pools, lambda present: lacking_ranges(request, present))


def test_a_pool_with_all_ranges_is_accepted_once_settled() -> None:
    ranges = ("10.1.0.0/24", "10.0.0.0/24", "10.2.0.0/24")
    settled = live_pool("mine", *ranges)
    waiting = Wait(Cause(CauseKind.STILL_PENDING, pool="mine"))

    assert step(ACCEPTING, live_pool("far", "10.7.0.0/24"), settled) == Enough(settled)
    assert step(ACCEPTING, live_pool("mine", *ranges, pending=True)) == waiting
    # Its run may be dead, and then it is swept.
    assert step(ACCEPTING, live_pool("mine", *ranges, pending=True, used=1)) == waiting


@pytest.mark.parametrize("pending", [False, True])
def test_a_pool_that_lacks_ranges_is_refused(pending: bool) -> None:
    found = step(ACCEPTING, live_pool("mine", "10.1.0.0/24", "10.7.0.0/24", pending=pending))

    assert isinstance(found, Refuse)
    lack = Cause(
        CauseKind.LACKS_RANGES, missing=("10.0.0.0/24",), ranges=("10.1.0.0/24", "10.7.0.0/24")
    )
    assert found.causes == (Cause(CauseKind.DOES_NOT_MATCH, pool="mine", cause=lack),)


def test_a_pool_without_a_requested_label_is_refused() -> None:
    labelled = Request(
        ACCEPTING.pool._replace(labels={"team": "net"}), "mine/1", if_not_exists=True
    )

    found = step(labelled, live_pool("mine", *ACCEPTING.pool.texts))

    assert isinstance(found, Refuse)
    (cause,) = found.causes
    assert cause.kind is CauseKind.DOES_NOT_MATCH
    assert cause.cause is not None
    assert (cause.cause.kind, cause.cause.missing) == (
        CauseKind.OTHER_FIELDS,
        ("metadata.labels.team",),
    )


@pytest.mark.parametrize(
    "there",
    [
        live_pool("mine", "10.0.0.0/24", request_id="mine/1"),
        live_pool("mine", "10.0.0.0/24", deleted=True),
        live_pool("other", "10.0.0.0/24", "10.1.0.0/24"),
    ],
)
def test_only_a_foreign_live_pool_of_the_name_is_considered(there: Pool) -> None:
    assert step(ACCEPTING, there) is None


def test_without_if_not_exists_no_foreign_pool_is_accepted() -> None:
    strict = Request(ACCEPTING.pool, ACCEPTING.id)

    assert step(strict, live_pool("mine", "10.0.0.0/24", "10.1.0.0/24")) is None
