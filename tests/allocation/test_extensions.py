"""Twenty extensions by a size at the same time: of as many pools, and of one pool."""

from collections.abc import Callable

import pytest

from ippoolctl.domain.annotations.marks import CLAIM
from ippoolctl.sandbox.sandbox import Settings
from tests.allocation.clients import CLIENTS, commands_at_once, overlaps
from tests.allocation.conftest import Field

MakeField = Callable[[Settings], Field]


def claims(pools: list[dict[str, object]]) -> int:
    return sum(CLAIM in str(each) for each in pools)


@pytest.mark.parametrize("lag", [0.0, 2.0])
def test_pools_that_grow_in_one_network_get_disjoint_ranges(field: MakeField, lag: float) -> None:
    where = field(Settings(lag=lag))
    for each in range(CLIENTS):
        where.server.create(f"pool-{each}", f"10.1.0.{8 * each}/29")
    # The webhook still refuses the range that is next to the pools.
    where.server.create("gone", f"10.1.0.{8 * CLIENTS}/29")
    where.server.delete("gone")
    size = ("--ips", "6", "--within", "10.1.0.0/16", "--wait")

    ends = commands_at_once(
        where.config, [["extend", f"pool-{each}", *size] for each in range(CLIENTS)]
    )

    pools = where.server.pools()
    assert {each.code for each in ends} == {0}
    assert [len(each["spec"]["ipRanges"]) for each in pools] == [2] * CLIENTS
    assert (overlaps(pools), claims(pools)) == (0, 0)


def test_extensions_of_one_pool_take_turns(field: MakeField) -> None:
    where = field(Settings(lag=0.3))
    where.server.create("pool", "10.1.0.0/29")
    size = ("--ips", "6", "--within", "10.1.0.0/24", "--wait")
    once = [["extend", "pool", *size, "--request-id", f"job-{each}"] for each in range(8)]

    ends = commands_at_once(where.config, [*once, *once])

    (pool,) = where.server.pools()
    assert {each.code for each in ends} == {0}
    # Twins are one request: each appends once, and all next to the others.
    assert sorted(each["cidr"] for each in pool["spec"]["ipRanges"]) == sorted(
        f"10.1.0.{8 * each}/29" for each in range(9)
    )
    assert (overlaps([pool]), claims([pool])) == (0, 0)
