"""Whether a pool that others made will do."""

import pytest

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.causes import Cause, CauseKind
from ippoolctl.domain.protocol.creation import if_not_exists, lacking_ranges
from ippoolctl.domain.protocol.decisions import Enough, Refuse, Wait
from ippoolctl.domain.protocol.request import Request
from tests.builders import live_pool, pool

REQUEST = Request(pool("mine", "10.0.0.0/24", "10.1.0.0/24"), "mine/1", if_not_exists=True)


def step(request: Request, *pools: Pool):
    return if_not_exists(request, pools, lambda present: lacking_ranges(request, present))


def test_a_pool_with_all_ranges_is_accepted_once_settled() -> None:
    ranges = ("10.1.0.0/24", "10.0.0.0/24", "10.2.0.0/24")
    settled = live_pool("mine", *ranges)
    waiting = Wait(Cause(CauseKind.STILL_PENDING, pool="mine"))

    assert step(REQUEST, live_pool("far", "10.7.0.0/24"), settled) == Enough(settled)
    assert step(REQUEST, live_pool("mine", *ranges, pending=True)) == waiting
    # Its run may be dead, and then it is swept.
    assert step(REQUEST, live_pool("mine", *ranges, pending=True, used=1)) == waiting


@pytest.mark.parametrize("pending", [False, True])
def test_a_pool_that_lacks_ranges_is_refused(pending: bool) -> None:
    found = step(REQUEST, live_pool("mine", "10.1.0.0/24", "10.7.0.0/24", pending=pending))

    assert isinstance(found, Refuse)
    lack = Cause(
        CauseKind.LACKS_RANGES, missing=("10.0.0.0/24",), ranges=("10.1.0.0/24", "10.7.0.0/24")
    )
    assert found.causes == (Cause(CauseKind.DOES_NOT_MATCH, pool="mine", cause=lack),)


@pytest.mark.parametrize(
    "there",
    [
        live_pool("mine", "10.0.0.0/24", request_id="mine/1"),
        live_pool("mine", "10.0.0.0/24", deleted=True),
        live_pool("other", "10.0.0.0/24", "10.1.0.0/24"),
    ],
)
def test_only_a_foreign_live_pool_of_the_name_is_considered(there: Pool) -> None:
    assert step(REQUEST, there) is None


def test_without_if_not_exists_no_foreign_pool_is_accepted() -> None:
    strict = Request(REQUEST.pool, REQUEST.id)

    assert step(strict, live_pool("mine", "10.0.0.0/24", "10.1.0.0/24")) is None
