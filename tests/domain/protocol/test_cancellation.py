"""What is left of a pending pool of ours, over all that may have its name by now."""

import pytest

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.decisions import Committed, Gone, Held, InUse
from ippoolctl.domain.protocol.request import Request
from ippoolctl.domain.protocol.verification import cancellation
from tests.builders import live_pool, pool

REQUEST = Request(pool("mine", "10.0.0.0/24"), "mine/1")


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
