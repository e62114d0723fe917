"""Explicit ranges that collide in pairs: one of each pair succeeds, the other leaves nothing."""

from collections.abc import Callable

import pytest

from ippoolctl.sandbox.sandbox import Settings
from tests.allocation.clients import collisions, commands_at_once, losers_of_pairs, overlaps
from tests.allocation.conftest import Field

ROUNDS = 2


@pytest.mark.parametrize("lag", [0.0, 0.3, 2.0])
@pytest.mark.parametrize("wait", [True, False])
def test_each_pair_has_one_winner(
    field: Callable[[Settings], Field], lag: float, *, wait: bool
) -> None:
    where = field(Settings(lag=lag))
    for number in range(ROUNDS):
        ends = commands_at_once(where.config, collisions(number, wait=wait))

        pools = where.server.pools()
        losers = losers_of_pairs([each.code for each in ends])
        # Without --wait a loser may also be told that the winner is not done yet.
        assert set(losers) <= ({4, 6} if wait else {4, 5, 6})
        assert len(pools) == len(losers) * (number + 1)
        assert overlaps(pools) == 0
