"""After a write: which pool was first, what is left of ours, and what may still take effect."""

from itertools import product

import pytest

from ippoolctl.domain.annotations.marks import HoldState
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.decisions import Committed, Gone, Held, InUse, Lost, Won
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.protocol.verification import (
    Unanswered,
    after_adoption,
    after_conflict,
    after_unanswered_write,
    after_write,
    cancellation,
)
from tests.builders import claim_on, live_pool, pool

REQUEST = Request(pool("mine", "10.0.0.0/24"), "mine/1")
HOLDERS = {
    "none": None,
    "settled": live_pool("it", "10.0.0.0/25"),
    "pending": live_pool("it", "10.0.0.0/25", pending=True),
    "terminating": live_pool("it", "10.0.0.0/25", deleted=True),
    "claimed": live_pool("it", claim=claim_on("10.0.0.0/25")),
    "beside": live_pool("it", "10.0.1.0/24", pending=True),
}


def seen(name: str) -> list[Pool]:
    holder = HOLDERS[name]
    mine = live_pool("mine", "10.0.0.0/24", request_id="mine/1", pending=True)
    return [mine] if holder is None else [mine, holder]


def names(found: Won | Lost) -> list[str]:
    return [each.pool.name for each in found.conflicts] if isinstance(found, Lost) else []


@pytest.mark.parametrize("holder", HOLDERS)
def test_any_overlap_at_the_revision_of_our_write_was_first(holder: str) -> None:
    free = holder in ("none", "beside")

    assert names(after_write(REQUEST, seen(holder))) == ([] if free else ["it"])


@pytest.mark.parametrize(("now", "before"), list(product(HOLDERS, [*HOLDERS, "forgotten"])))
def test_an_adopted_pool_loses_to_settled_and_to_earlier_conflicts(now: str, before: str) -> None:
    at_its_revision = None if before == "forgotten" else seen(before)

    found = after_adoption(REQUEST, seen(now), at_its_revision)

    if now in ("none", "beside"):
        lost = False
    elif now == "settled" or before == "forgotten":
        lost = True
    elif now == "claimed" or before == "claimed":
        lost = now == before  # a pool's own range and a claimed one are two holders
    else:
        lost = before not in ("none", "beside")
    assert isinstance(found, Lost if lost else Won)


def test_settled_conflicts_are_named_before_others() -> None:
    now = [*seen("pending"), live_pool("s", "10.0.0.128/25")]

    assert names(after_adoption(REQUEST, now, seen("pending"))) == ["s"]
    assert names(after_adoption(REQUEST, now, None)) == ["s"]


def test_a_recreated_pool_does_not_win_against_an_adopted_one() -> None:
    before = [live_pool("it", "10.0.0.0/25", uid="u1", pending=True)]
    now = [live_pool("it", "10.0.0.0/25", uid="u2", pending=True)]

    assert after_adoption(REQUEST, now, before) == Won()
    assert names(after_adoption(REQUEST, before, before)) == ["it"]


def test_a_newer_claim_does_not_win_against_an_adopted_pool() -> None:
    before = [live_pool("it", claim=claim_on("10.0.0.0/25", nonce="n1"))]
    now = [live_pool("it", claim=claim_on("10.0.0.0/25", nonce="n2"))]

    assert after_adoption(REQUEST, now, before) == Won()
    assert names(after_adoption(REQUEST, before, before)) == ["it"]


def test_only_conflicts_from_before_our_write_are_named() -> None:
    first = live_pool("first", "10.0.0.0/25", uid="u1", pending=True)
    later = live_pool("later", "10.0.0.128/25", uid="u2", pending=True)

    found = after_adoption(REQUEST, [later, first], [first])

    assert isinstance(found, Lost)
    assert [(each.pool.name, each.hold_state) for each in found.conflicts] == [
        ("first", HoldState.PENDING)
    ]


def test_a_patch_is_repeated_only_for_the_same_pending_pool() -> None:
    mine = live_pool("mine", "10.0.0.0/24", uid="u1", request_id="mine/1", pending=True)
    settled = live_pool("mine", "10.0.0.0/24", uid="u1", request_id="mine/1")

    assert after_conflict(REQUEST, "u1", mine) == Held(mine)
    assert after_conflict(REQUEST, "u1", settled) == Committed(settled)


@pytest.mark.parametrize(
    "present",
    [
        None,
        pool("mine", "10.0.0.0/24"),
        live_pool("mine", "10.0.0.0/24", uid="u2", request_id="mine/1", pending=True),
        live_pool("mine", "10.0.0.0/24", uid="u1", request_id="other/1", pending=True),
        live_pool("mine", "10.0.0.0/24", uid="u1", request_id="mine/1", pending=True, deleted=True),
    ],
)
def test_any_other_object_after_a_conflict_counts_as_gone(present: Pool | None) -> None:
    assert after_conflict(REQUEST, "u1", present) == Gone()


@pytest.mark.parametrize(
    ("there", "over", "expected"),
    [
        (False, False, Unanswered.WAIT),
        (False, True, Unanswered.AGAIN),
        (True, False, Unanswered.LOOK),
        (True, True, Unanswered.LOOK),
    ],
)
def test_a_write_that_may_still_commit_is_not_repeated(
    there: bool, over: bool, expected: Unanswered
) -> None:
    assert after_unanswered_write(there=there, over=over) is expected


def mine(
    uid: str = "u1",
    request_id: str = "mine/1",
    pending: bool = True,
    used: int | None = None,
    deleted: bool = False,
) -> Pool:
    return live_pool(
        "mine",
        "10.0.0.0/24",
        uid=uid,
        request_id=request_id,
        pending=pending,
        used=used,
        deleted=deleted,
    )


@pytest.mark.parametrize("used", [None, 0])
def test_a_pending_pool_that_is_not_in_use_may_be_deleted(used: int | None) -> None:
    assert cancellation(REQUEST, "u1", mine(used=used)) == Held(mine(used=used))


def test_a_pool_in_use_stays() -> None:
    assert cancellation(REQUEST, "u1", mine(used=1)) == InUse(mine(used=1))


@pytest.mark.parametrize("used", [None, 1])
def test_a_pool_that_a_twin_settled_stays(used: int | None) -> None:
    settled = mine(pending=False, used=used)

    assert cancellation(REQUEST, "u1", settled) == Committed(settled)


@pytest.mark.parametrize(
    "present",
    [
        None,
        pool("mine", "10.0.0.0/24"),
        mine()._replace(live=None),
        mine(uid="u2"),
        mine(request_id="mine/2"),
        mine(request_id=""),
        mine(deleted=True),
        mine(deleted=True, used=1),
        mine(deleted=True, pending=False),
    ],
)
def test_nothing_else_is_deleted(present: Pool | None) -> None:
    assert cancellation(REQUEST, "u1", present) == Gone()
