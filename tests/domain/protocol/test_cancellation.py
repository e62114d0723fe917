"""What is left of a pending pool, and whether it may be deleted."""

import pytest

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.cancellation import Committed, Gone, Held, InUse, cancellation
from ippoolctl.domain.protocol.request import Request
from tests.builders import live_pool, pool

REQUEST = Request(pool("mine", "10.0.0.0/24"), "mine/1")


def mine(
    request_id: str = "mine/1", *, pending: bool = True, deleted: bool = False, used: int = 0
) -> Pool:
    return live_pool(
        "mine", "10.0.0.0/24", uid="u", pending=pending, request_id=request_id, deleted=deleted,
        used=used,
    )  # fmt: skip


def test_a_pending_pool_of_this_request_may_be_deleted() -> None:
    assert cancellation(REQUEST, "u", mine()) == Held(mine())


def test_a_settled_pool_stays() -> None:
    assert cancellation(REQUEST, "u", mine(pending=False)) == Committed(mine(pending=False))


@pytest.mark.parametrize(
    "present",
    [None, mine("other/1"), mine(deleted=True), mine()._replace(live=None)],
    ids=["none", "of another request", "being deleted", "not live"],
)
def test_nothing_else_is_ours_to_delete(present: Pool | None) -> None:
    assert cancellation(REQUEST, "u", present) == Gone()


def test_another_object_of_the_name_is_not_deleted() -> None:
    assert cancellation(REQUEST, "another", mine()) == Gone()


def test_a_pool_in_use_stays() -> None:
    used = mine(used=1)

    assert cancellation(REQUEST, "u", used) == InUse(used)
