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
BASE = live_pool("a", OWN)
REPLACED = live_pool("a", OWN, MORE, uid="another")


@pytest.mark.parametrize(
    ("holding", "present", "appeared", "ours", "ended"),
    [
        (PENDING, None, False, False, False),
        (PENDING, OURS, True, True, True),
        (PENDING, live_pool("a", OWN, request_id="a/2", pending=True), True, False, True),
        (PENDING, live_pool("a", OWN), True, False, True),
        (CLAIM, None, False, False, True),
        (CLAIM, BASE, False, False, False),
        (CLAIM, CLAIMED, True, True, False),
        (CLAIM, CLAIMED._replace(live=REPLACED.live), False, True, False),
        (CLAIM, live_pool("a", OWN, claim=claim_on(MORE, request_id="b/1")), False, False, False),
        (CLAIM, live_pool("a", OWN, MORE), True, False, False),
        (CLAIM, REPLACED, False, False, False),
    ],
)
def test_what_may_be_the_result_of_an_unanswered_write(
    holding: Holding, present: Pool | None, *, appeared: bool, ours: bool, ended: bool
) -> None:
    assert holding.appeared(BASE, present) is appeared
    assert holding.ours(present) == (present if ours else None)
    assert holding.cannot_appear(present) is ended
