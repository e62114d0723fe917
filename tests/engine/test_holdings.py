"""Pending pools and claims: which pools are those of a request."""

import pytest

from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.protocol.extension import Extension
from ippoolctl.domain.protocol.request import Request
from ippoolctl.engine.pending_pool import PendingPool
from ippoolctl.engine.range_claim import RangeClaim
from ippoolctl.engine.steps import Holding
from tests.builders import claim_on, live_pool, pool

OWN, MORE = "10.0.0.0/24", "10.0.1.0/24"

PENDING = PendingPool(Request(pool("a", OWN), "a/1"), {})
CLAIM = RangeClaim(Extension("a", pool("a", MORE).ranges, "a/1"))

OURS = live_pool("a", OWN, request_id="a/1", pending=True)
CLAIMED = live_pool("a", OWN, claim=claim_on(MORE, request_id="a/1"))
CLAIMED_BY_OTHERS = live_pool("a", OWN, claim=claim_on(MORE, request_id="other/1"))


@pytest.mark.parametrize(
    ("holding", "present", "ours", "ended"),
    [
        (PENDING, None, False, False),
        (PENDING, OURS, True, True),
        (PENDING, live_pool("a", OWN, request_id="a/2", pending=True), False, True),
        (PENDING, live_pool("a", OWN), False, True),
        (CLAIM, None, False, True),
        (CLAIM, CLAIMED, True, False),
        (CLAIM, CLAIMED_BY_OTHERS, False, False),
        (CLAIM, live_pool("a", OWN), False, False),
    ],
)
def test_only_a_pool_of_the_request_may_be_that_of_an_unanswered_write(
    holding: Holding, present: Pool | None, *, ours: bool, ended: bool
) -> None:
    assert holding.ours(present) == (present if ours else None)
    assert holding.cannot_appear(present) is ended
