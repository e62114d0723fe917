"""The same command twice at the same time, and again after any failure."""

from collections.abc import Callable

import pytest

from ippoolctl.sandbox.sandbox import Settings
from tests.allocation.clients import CLIENTS, commands_at_once, fresh, marked, overlaps
from tests.allocation.conftest import Field

MakeField = Callable[[Settings], Field]
ROUNDS = 3


@pytest.mark.parametrize("lag", [0.0, 2.0])
def test_twins_are_one_request_and_one_pool(field: MakeField, lag: float) -> None:
    where = field(Settings(lag=lag))
    for number in range(ROUNDS):
        once = fresh(number)[: CLIENTS // 2]

        ends = commands_at_once(where.config, [*once, *once])

        assert {each.code for each in ends} == {0}
    pools = where.server.pools()
    assert (len(pools), overlaps(pools), marked(pools)) == (ROUNDS * CLIENTS // 2, 0, [])
