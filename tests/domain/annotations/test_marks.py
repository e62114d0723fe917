"""Hold states of pools, and request IDs."""

import re

import pytest

from ippoolctl.domain.annotations.marks import (
    HoldState,
    hold_state,
    in_use,
    is_derived,
    is_full_on_purpose,
    is_of_lease,
    is_pending,
    lease_id,
    request_id,
    without_ours,
)
from ippoolctl.domain.antrea.pool import Pool
from tests.builders import live_pool, pool


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (live_pool("it"), HoldState.SETTLED),
        (live_pool("it", used=5), HoldState.SETTLED),
        (live_pool("it", pending=True), HoldState.PENDING),
        (live_pool("it", pending=True, used=0), HoldState.PENDING),
        (live_pool("it", pending=True, used=1), HoldState.SETTLED),
        (live_pool("it", deleted=True), HoldState.TERMINATING),
        (live_pool("it", pending=True, deleted=True), HoldState.TERMINATING),
        (live_pool("it", pending=True, used=1, deleted=True), HoldState.TERMINATING),
        (pool("it"), HoldState.SETTLED),
    ],
)
def test_a_live_pool_has_a_hold_state(found: Pool, expected: HoldState) -> None:
    assert hold_state(found) is expected


def test_only_the_pending_mark_makes_a_pool_pending() -> None:
    assert is_pending(live_pool("it", pending=True))
    assert not is_pending(live_pool("it", annotations={"ippoolctl/state": "else"}))
    assert not is_pending(live_pool("it"))
    assert not in_use(pool("it"))
    assert not in_use(live_pool("it", used=-1))


def test_a_request_id_has_the_name_and_differs_by_arguments() -> None:
    id_ = request_id("it", {"a": 1, "b": [2]})

    assert re.fullmatch("it/[0-9a-f]{16}", id_)
    assert id_ == request_id("it", {"b": [2], "a": 1})
    assert len({id_, request_id("it", {"a": 1, "b": [3]}), request_id("is", {"a": 1})}) == 3
    # What a shell passes on that is not UTF-8.
    assert request_id("it", {"a": "\udcff"})


def test_only_our_annotations_are_removed() -> None:
    theirs = {"a/b": "c", "ippoolctl": "d", "x/ippoolctl/": "e"}

    assert without_ours({**theirs, "ippoolctl/state": "pending", "ippoolctl/x": "y"}) == theirs


def test_an_annotation_for_users_is_not_removed() -> None:
    mine = {"ippoolctl/full": "expected"}

    assert without_ours(mine) == mine


@pytest.mark.parametrize(
    ("id_", "derived", "lease"),
    [
        (request_id("a", {}), True, False),
        (lease_id("a", "5"), False, True),
        ("a/0123456789abcdef0", False, False),
        ("b/0123456789abcdef", False, False),
        ("by-hand", False, False),
    ],
)
def test_an_id_tells_whether_it_was_given_derived_or_made_for_a_lease(
    id_: str, derived: bool, lease: bool
) -> None:
    assert is_derived(id_, "a") is derived
    assert is_of_lease(id_, "a") is lease


def test_a_pool_is_full_on_purpose_if_its_annotation_says_so() -> None:
    assert is_full_on_purpose(live_pool("a", annotations={"ippoolctl/full": "expected"}))
    assert not is_full_on_purpose(live_pool("a", annotations={"ippoolctl/full": "no"}))
    assert not is_full_on_purpose(live_pool("a"))
