"""The states of live pools."""

import pytest

from ippoolctl.domain.antrea.capacity import NEARLY_FULL, counts
from ippoolctl.domain.antrea.pool import Pool, Usage
from ippoolctl.domain.antrea.releases import LATEST, Release
from ippoolctl.domain.space.pool_state import PoolState, fullness, pool_states
from tests.builders import claim_on, live_pool
from tests.builders import pool as manifest


def states(
    *pools: Pool, release: Release = LATEST, faulty: tuple[str, ...] = ()
) -> dict[str, list[str]]:
    numbers = {each.name: counts(each.ranges) for each in pools}
    used = {
        each.name: each.live.usage.used if each.live and each.live.usage else None for each in pools
    }
    found = pool_states(pools, numbers, used, release, faulty)
    return {name: [each.value for each in listed] for name, listed in found.items()}


def reported(pool: Pool, total: int, used: int = 0) -> Pool:
    """The pool with a status."""
    assert pool.live is not None
    return pool._replace(live=pool.live._replace(usage=Usage(total, used)))


A = live_pool("a", "10.0.0.0/24")
FINE = reported(A, 254)


@pytest.mark.parametrize(
    ("pool", "expected"),
    [
        (FINE, ["ok"]),
        (A, ["no-status"]),
        (reported(A, 256), ["stale-status"]),
        (live_pool("a", "10.0.0.0/31"), ["ok"]),
        (reported(live_pool("a", "fd00:0::1-fd00::9"), 99), ["ok"]),
        (reported(live_pool("a", "10.0.0.0/24", "fd00:0::1-fd00::9"), 99), ["ok"]),
        (live_pool("a", "10.0.0.0/31", deleted=True), ["terminating"]),
        (live_pool("a", "10.0.0.0/31", pending=True), ["pending"]),
        (live_pool("a", "10.0.0.0/31", claim=claim_on("10.1.0.0/28")), ["claimed"]),
        (reported(A, 254, 228), ["ok"]),
        (reported(A, 254, 229), ["nearly-full"]),
        (reported(A, 254, 254), ["full"]),
        (reported(A, 7, 254), ["stale-status", "full"]),
    ],
)
def test_a_single_pool_has_its_states(pool: Pool, expected: list[str]) -> None:
    assert states(pool) == {"a": expected}


def test_a_pool_of_a_manifest_lacks_no_status() -> None:
    assert states(manifest("m", "10.0.0.0/24")) == {"m": ["ok"]}


def test_a_use_that_is_not_that_of_the_consumers_is_stale() -> None:
    found = pool_states([FINE], {"a": counts(FINE.ranges)}, {"a": 3}, LATEST)

    assert found == {"a": (PoolState.STALE_STATUS,)}


def test_an_error_of_a_check_is_a_hazard_of_a_pool_without_other_states() -> None:
    other = live_pool("b", "10.1.0.0/24")

    assert states(FINE, other, faulty=("a", "b")) == {"a": ["hazard"], "b": ["no-status"]}


OVERLAP = (FINE, reported(live_pool("b", "10.0.0.255-10.0.1.9"), 11))
BAD = (FINE, live_pool("b", "10.1.0.9-10.1.0.1"))
UNREADABLE = (FINE, live_pool("b", "10.0.0.0/024", "10.1.0.0/28"))
BOTH = (FINE, reported(live_pool("b", "10.0.0.255-10.0.1.9", "x/y"), 11))


@pytest.mark.parametrize(
    ("pools", "release", "of_a", "of_b"),
    [
        (OVERLAP, LATEST, ["overlap", "frozen"], ["overlap", "frozen"]),
        (OVERLAP, Release(1, 15, 1), ["overlap"], ["overlap"]),
        (BAD, LATEST, ["frozen"], ["frozen"]),
        (BAD, Release(2, 4, 2), ["ok"], ["frozen"]),
        (BAD, Release(1, 15, 1), ["ok"], ["ok"]),
        (UNREADABLE, Release(2, 4, 2), ["ok"], ["frozen", "no-status"]),
        (UNREADABLE, Release(1, 15, 1), ["ok"], ["no-status"]),
        (BOTH, Release(2, 4, 2), ["overlap", "frozen"], ["overlap", "frozen"]),
        (BOTH, Release(1, 15, 1), ["overlap"], ["overlap"]),
    ],
)
def test_conflicts_freeze_pools_depending_on_the_release(
    pools: tuple[Pool, ...], release: Release, of_a: list[str], of_b: list[str]
) -> None:
    assert states(*pools, release=release) == {"a": of_a, "b": of_b}


def test_a_pool_is_nearly_full_from_90_percent() -> None:
    assert NEARLY_FULL == 90
    assert fullness(0, 0, 90) is None
    assert [fullness(10, used, 90) for used in (8, 9, 10, 11)] == [
        None,
        PoolState.NEARLY_FULL,
        PoolState.FULL,
        PoolState.FULL,
    ]
