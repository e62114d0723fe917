"""The live pools distinguish a stale denial from a real one."""

import pytest

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.explanation.live import LiveAnswer, LiveState, compare, needs_pools
from ippoolctl.domain.explanation.recognition import Message, find_messages
from tests.builders import live_pool

OVERLAP = "range [10.0.0.0/24] overlaps with range [10.0.0.0/25] of pool old"


def message(text: str) -> Message:
    (found,) = find_messages([text])
    return found


def answer(text: str, *pools: Pool) -> LiveAnswer:
    found = compare(message(text), pools)
    assert found is not None
    return found


def test_a_denial_because_of_a_deleted_pool_is_stale() -> None:
    found = answer(OVERLAP, live_pool("other", "10.1.0.0/24"))

    assert (found.state, found.pool, found.conflicts) == (LiveState.STALE, None, ())


def test_a_denial_because_of_an_old_version_of_a_pool_is_stale() -> None:
    old = live_pool("old", "10.9.0.0/25")

    assert answer(OVERLAP, old) == LiveAnswer(LiveState.STALE, old)


def test_a_denial_is_right_if_any_live_pool_overlaps() -> None:
    found = answer(OVERLAP, live_pool("new", "10.0.0.128/25"), live_pool("far", "10.1.0.0/24"))

    assert found.state is LiveState.CONFLICT
    assert [(each.pool.name, each.theirs) for each in found.conflicts] == [("new", "10.0.0.128/25")]


def test_pending_pools_are_a_temporary_conflict() -> None:
    pending = live_pool("new", "10.0.0.128/25", pending=True)

    assert answer(OVERLAP, pending).state is LiveState.TEMPORARY
    both = answer(OVERLAP, pending, live_pool("kept", "10.0.0.0/30"))
    assert both.state is LiveState.CONFLICT
    assert [each.pool.name for each in both.conflicts] == ["kept"]


def test_an_invalid_live_range_explains_the_denial_of_any_pool() -> None:
    text = (
        'admission webhook "externalippoolvalidator.antrea.io" denied the request: invalid cidr x'
    )
    invalid = live_pool("bad", "10.0.0.9-10.0.0.1")

    assert answer(text, invalid).pools == ("bad",)
    assert answer(text, live_pool("good", "10.0.0.0/24")).state is LiveState.NO_INVALID_POOLS


@pytest.mark.parametrize(
    ("pools", "state"),
    [
        ([], LiveState.MISSING),
        ([live_pool("a", "10.0.0.0/24")], LiveState.EXISTS),
        ([live_pool("a", "10.0.0.0/24", deleted=True)], LiveState.TERMINATING),
    ],
)
def test_the_pool_that_a_message_names(pools: list[Pool], state: LiveState) -> None:
    assert answer("ExternalIPPool a does not exist", *pools).state is state


def test_a_range_that_is_cut_off_is_not_called_stale() -> None:
    cut_off = message("range [not a range] overlaps with range [10.0.1.0/24] of pool a")

    assert compare(cut_off, [live_pool("b", "10.1.0.0/24")]) is None


def test_other_messages_need_no_pools() -> None:
    found = message("Failed to assign the IP to EgressNode: no Node available")

    assert not needs_pools(found)
    assert compare(found, []) is None
