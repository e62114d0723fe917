"""The numbers of a list of pools."""

import pytest

from ippoolctl.crd.surroundings.kinds import read_object
from ippoolctl.domain.addresses.numbers import canonical_text
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.space.holders import holders
from ippoolctl.domain.space.listing import (
    KnownConsumers,
    PoolRow,
    deleted_row,
    first_free,
    fuller,
    pool_rows,
)
from ippoolctl.domain.space.pool_state import PoolState
from ippoolctl.domain.surroundings.kind import Kind
from tests.builders import live_pool
from tests.builders import pool as manifest
from tests.consumers import egress

BOTH = ("Egress", "Service")


def row(pool: Pool) -> PoolRow:
    (found,) = pool_rows([pool], LATEST)
    return found


def with_egresses(pool: Pool, *addresses: str, kinds: tuple[str, ...] = BOTH) -> PoolRow:
    """The row of a pool whose Egresses have these addresses; an empty one waits."""
    egresses = [
        read_object(Kind.EGRESS, egress(f"e{number}", "a", each))
        for number, each in enumerate(addresses)
    ]
    known = KnownConsumers(frozenset(kinds), holders({"a": pool}, iter(egresses), (), LATEST))
    (found,) = pool_rows([pool], LATEST, consumers=known)
    return found


@pytest.mark.parametrize(
    ("ranges", "used", "free", "percent"),
    [
        ("10.0.0.0/28", 0, 14, 0),
        ("10.0.0.0/28", 1, 13, 8),
        ("10.0.0.0/28", 13, 1, 93),
        ("10.0.0.0/28", 14, 0, 100),
        ("10.0.0.0/28", 15, 0, 108),
        ("10.0.0.0/28", None, None, None),
        ("10.0.0.0/32", None, 0, None),
    ],
)
def test_free_addresses_and_percent(
    ranges: str, used: int | None, free: int | None, percent: int | None
) -> None:
    found = row(live_pool("a", ranges, used=used))

    assert (found.free, found.percent) == (free, percent)
    assert found.used == (0 if found.usable == 0 else used)


def test_consumers_tell_what_is_used_only_if_all_of_them_are_known() -> None:
    pool = live_pool("a", "10.0.0.0/28", used=5)

    known = with_egresses(pool, "10.0.0.1", "10.0.0.2", "")
    partly = with_egresses(pool, "10.0.0.1", "10.0.0.2", "", kinds=("Egress",))

    assert (known.used, len(known.held or ())) == (2, 2)
    assert (partly.used, partly.held) == (5, None)
    assert with_egresses(pool, "10.0.0.1").waiting == {"Egress": 0, "Service": 0}
    assert [*known.waiting.items()] == [("Egress", 1), ("Service", 0)]
    assert partly.waiting == {"Egress": 1}


def test_the_address_that_antrea_assigns_next() -> None:
    pool = live_pool("a", "10.0.0.0/30", used=1)

    found = [
        first_free(with_egresses(pool, *held)) for held in ((), ["10.0.0.1"], BOTH_OF_THE_POOL)
    ]

    assert [each and canonical_text(each) for each in found] == ["10.0.0.1", "10.0.0.2", None]
    assert first_free(row(pool)) is None


BOTH_OF_THE_POOL = ["10.0.0.1", "10.0.0.2"]


def test_a_pool_exceeds_a_limit_unless_full_on_purpose() -> None:
    half = live_pool("a", "10.0.0.1-10.0.0.2", used=1)
    on_purpose = half._replace(annotations={"ippoolctl/full": "expected"})
    (accepted,) = pool_rows([half], LATEST, full_on_purpose=["a"])

    whole = row(live_pool("a", "10.0.0.0/24", used=254))

    assert [fuller(row(half), limit) for limit in (49, 50, 51)] == [True, False, False]
    assert [fuller(whole, limit) for limit in (99, 100)] == [True, False]
    assert not fuller(row(on_purpose), 0)
    assert not fuller(accepted, 0)
    assert not fuller(row(live_pool("a", "10.0.0.1-10.0.0.2")), 0)


def test_a_deleted_pool_keeps_its_numbers() -> None:
    pool = live_pool("a", "10.0.0.0/28", used=3)

    assert deleted_row(pool) == PoolRow(
        pool, 14, 3, (PoolState.DELETED,), None, {}, full_on_purpose=False, cluster=""
    )


def test_nothing_tells_what_is_used_of_a_pool_without_a_status() -> None:
    assert row(live_pool("a", "10.0.0.0/28")).used is None
    assert row(manifest("a", "10.0.0.0/28")).used is None
    assert row(manifest("a", "10.0.0.0/32")).used == 0


def test_pools_are_not_known_to_be_disjoint_if_nothing_else_is_said() -> None:
    pools = [live_pool("a", "10.0.0.0/32", used=0), live_pool("b", "10.0.0.0/32", used=0)]

    found = [pool_rows(pools, LATEST), pool_rows(pools, LATEST, disjoint=True)]

    assert [[state.value for state in rows[0].states] for rows in found] == [
        ["overlap", "frozen", "stale-status"],
        ["stale-status"],
    ]
