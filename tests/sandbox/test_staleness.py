"""The webhook reads a cache that is one lag old: stale denials, both races."""

import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from ippoolctl.domain.antrea.releases import parse_release
from ippoolctl.sandbox.sandbox import Settings
from tests.builders import pool_object
from tests.e2e.api import POOLS
from tests.e2e.waiting import until
from tests.naive import CLIENTS, overlapping_pairs, race_of_all
from tests.sandbox.running import Running, running

FOR_EVER = 3600.0
A = pool_object("a", "10.0.0.0/24")
DENIED = (
    'admission webhook "externalippoolvalidator.antrea.io" denied the request: '
    "range [10.0.0.0/25] overlaps with range [10.0.0.0/24] of ExternalIPPool a"
)


def test_a_deleted_pool_denies_overlaps_until_the_webhook_sees_the_deletion() -> None:
    with running(Settings(lag=FOR_EVER), [A]) as at:
        assert at.delete("a").status == 200
        refused = at.create("b", "10.0.0.0/25")
        gone = at.pools()
        at.sandbox.cache.catch_up()
        accepted = at.create("b", "10.0.0.0/25")

    assert (refused.status, gone, accepted.status) == (400, {}, 201)
    assert refused.body == {
        "apiVersion": "v1",
        "kind": "Status",
        "metadata": {},
        "status": "Failure",
        "message": DENIED,
        "code": 400,
    }


def test_a_recreated_pool_is_not_refused_for_its_own_stale_copy() -> None:
    with running(Settings(lag=FOR_EVER), [A]) as at:
        at.delete("a")

        assert at.create("a", "10.0.0.0/25").status == 201


@pytest.mark.parametrize("lag", [0.3, (0.3, 0.5)])
def test_a_denial_is_stale_for_one_lag(lag) -> None:
    with running(Settings(lag=lag), [A]) as at:
        deleted = time.monotonic()
        at.delete("a")
        until(lambda: at.create("b", "10.0.0.0/25").status == 201, "the webhook forgets a")

        assert time.monotonic() - deleted >= 0.3


def test_two_overlapping_pools_are_admitted_within_one_lag_and_frozen_after_it() -> None:
    with running(Settings(lag=FOR_EVER)) as at:
        admitted = [at.create(name, "10.0.0.0/24").status for name in "ab"]
        at.sandbox.cache.catch_up()
        frozen = [at.label(f"{POOLS}/{name}") for name in "ab"]
        at.delete("b")
        at.sandbox.cache.catch_up()
        thawed = at.label(f"{POOLS}/a")

    assert admitted == [201, 201]
    assert [each.status for each in frozen] == [400, 400]
    assert (
        frozen[0]
        .body["message"]
        .endswith("range [10.0.0.0/24] overlaps with range [10.0.0.0/24] of ExternalIPPool b")
    )
    assert thawed.status == 200


def test_twenty_naive_clients_leave_overlaps(
    record_property: Callable[[str, object], None],
) -> None:
    with running(Settings(lag=2.0)) as at:
        race_of_all(at)
        pairs = overlapping_pairs(at.pools())

    record_property(
        "shown at the end", f"{CLIENTS} naive clients: {pairs} pairs of pools that overlap"
    )
    assert pairs > 0


def test_changes_are_seen_in_their_order_however_the_lag_varies() -> None:
    names = [f"p{number}" for number in range(10)]
    seen: list[set[str]] = [set()]

    def all_are_known(at: Running) -> bool:
        seen.append(at.knows())
        return seen[-1] == set(names)

    with running(Settings(lag=(0.0, 0.3))) as at:
        for number, name in enumerate(names):
            assert at.create(name, f"10.0.{number}.0/24").status == 201
            seen.append(at.knows())
        until(lambda: all_are_known(at), "the webhook knows all pools")

    assert all(each == set(names[: len(each)]) for each in seen)
    assert all(before <= after for before, after in pairwise(seen))


def test_a_new_lag_applies_to_later_changes_only() -> None:
    with running(Settings(lag=FOR_EVER)) as at:
        at.create("early", "10.0.0.0/24")
        at.sandbox.cache.lag = 0.0
        at.create("late", "10.0.1.0/24")
        waiting = at.knows()
        at.sandbox.cache.catch_up()
        at.create("later", "10.0.2.0/24")

        assert waiting == set(), "a watch keeps the order"
        assert at.knows() == {"early", "late", "later"}


@pytest.mark.parametrize(
    ("release", "sentence"),
    [
        ("2.4.2", "range [10.0.0.0/25] overlaps with range [10.0.0.0/24] of pool a"),
        ("2.4.3", "range [10.0.0.0/25] overlaps with range [10.0.0.0/24] of ExternalIPPool a"),
        ("2.7.0", "range [10.0.0.0/25] overlaps with range [10.0.0.0/24] of ExternalIPPool a"),
    ],
)
def test_each_release_has_its_denial_message(release: str, sentence: str) -> None:
    with running(Settings(parse_release(release)), [A]) as at:
        refused = at.create("b", "10.0.0.0/25")

    assert refused.status == 400
    assert refused.body["message"].partition("denied the request: ")[2] == sentence


def test_an_old_release_admits_overlaps() -> None:
    with running(Settings(parse_release("1.15")), [A]) as at:
        assert at.create("b", "10.0.0.0/25").status == 201
