"""When a pool is ready, seen and forgotten, and the requests that show it."""

import pytest

from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.messages import Denial, DenialKind
from ippoolctl.domain.antrea.pool import Condition, Live, Pool, Usage
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.readiness import (
    covering,
    held_for_now,
    names,
    not_ready,
    probe_range,
)
from tests.builders import claim_on, live_pool, pool


def with_total(found: Pool, total: int) -> Pool:
    assert found.live is not None
    return found._replace(live=found.live._replace(usage=Usage(total, 0)))


def test_a_pool_is_ready_once_its_status_has_the_computed_total() -> None:
    it = live_pool("it", "10.0.0.0/24")

    assert not_ready(it) == Cause(CauseKind.STATUS_MISSING)
    assert not_ready(with_total(it, 254)) is None
    assert not_ready(with_total(it, 253)) == Cause(CauseKind.STATUS_DIFFERS, count=253, out_of=254)


def test_a_pool_without_addresses_needs_no_status_to_be_ready() -> None:
    assert not_ready(live_pool("it")) is None
    assert not_ready(live_pool("it", "10.0.0.4/31")) is None
    assert not_ready(live_pool("it", "10.0.0.4/32")) is not None


def test_an_absent_pending_or_terminating_pool_is_not_ready() -> None:
    assert not_ready(pool("it")) == Cause(CauseKind.DOES_NOT_EXIST)
    assert not_ready(live_pool("it", pending=True, deleted=True)) == Cause(CauseKind.IS_TERMINATING)
    assert not_ready(live_pool("it", pending=True)) == Cause(CauseKind.STILL_PENDING, pool="it")


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (
            [("Ready", "False", "Bad", "no room")],
            Cause(CauseKind.NOT_READY, reason="Bad", text="no room"),
        ),
        ([("Ready", "False", "Bad", "")], Cause(CauseKind.NOT_READY, reason="Bad", text="")),
        (
            [("Other", "False", "", ""), ("Ready", "False", "Bad", "")],
            Cause(CauseKind.NOT_READY, reason="Bad", text=""),
        ),
        ([("Ready", "True", "", "")], None),
        ([("Ready", "Unknown", "", "")], None),
        ([("Other", "False", "", "")], None),
    ],
)
def test_only_the_condition_ready_counts_and_only_if_it_is_false(
    conditions: list[tuple[str, str, str, str]], expected: Cause | None
) -> None:
    found = tuple(Condition(*each) for each in conditions)
    it = pool("it", "10.0.0.0/24")._replace(
        live=Live("uid", "7", usage=Usage(254, 0), conditions=found)
    )

    assert not_ready(it) == expected


def test_the_webhook_is_asked_about_an_address_that_no_other_pool_has() -> None:
    ranges = pool("it", "10.0.0.9-10.0.0.9", "10.0.0.0/30", "10.0.0.0/08").ranges

    def text(*others: Pool) -> str | None:
        found = probe_range(ranges, others)
        return None if found is None else found.text

    assert text() == "10.0.0.0-10.0.0.0"
    assert text(pool("a", "9.0.0.0-10.0.0.1")) == "10.0.0.2-10.0.0.2"
    assert text(pool("a", "10.9.0.0/08", "10.0.0.2-10.0.0.0")) == "10.0.0.3-10.0.0.3"
    assert text(pool("a", "10.0.0.0/30")) == "10.0.0.9-10.0.0.9"
    assert text(pool("a", "10.0.0.0/30"), pool("b", "10.0.0.8/31")) is None
    assert probe_range(pool("it", "10.0.0.0/08").ranges, []) is None


def test_only_pools_that_may_disappear_are_waited_for_if_others_have_all_addresses() -> None:
    ranges = pool("it", "10.0.0.0/30").ranges
    lower, upper = live_pool("lower", "10.0.0.0/31"), live_pool("upper", "10.0.0.2/31")
    pending = live_pool("pending", "10.0.0.2/31", pending=True)
    terminating = live_pool("terminating", "10.0.0.3-10.0.0.3", deleted=True)
    holders = (("pending", HoldState.PENDING), ("terminating", HoldState.TERMINATING))

    assert held_for_now(ranges, [terminating, lower, pending]) == Cause(
        CauseKind.RANGES_TAKEN, holders=holders
    )
    assert held_for_now(ranges, [terminating, lower, pending, upper]) is None


def test_only_a_denial_for_an_overlap_with_it_shows_that_the_cache_holds_a_pool() -> None:
    overlap = Denial(DenialKind.OVERLAP, "…", "10.0.0.0/24", "10.0.0.0/24", "it")

    assert names(overlap, "it")
    assert not names(overlap, "other")
    assert not names(overlap._replace(kind=DenialKind.OTHER), "it")
    assert not names(None, "it")


def test_pools_that_cover_a_range_are_named_once_in_order() -> None:
    ranges = pool("it", "10.0.0.0/25", "10.0.0.128/25").ranges
    pools = [
        live_pool("z", "10.0.0.0/24"),
        live_pool("a", "10.0.0.7-10.0.0.7", claim=claim_on("10.0.0.8/29")),
        live_pool("far", "10.9.0.0/24"),
    ]

    assert covering(ranges, pools) == ["a", "z"]


def test_the_pools_that_cover_ranges_are_named_in_order() -> None:
    named = [f"p{number}" for number in range(9)]
    pools = [live_pool(each, "10.0.0.0/16") for each in reversed(named)]

    assert covering(pool("it", "10.0.0.0/24").ranges, pools) == named
