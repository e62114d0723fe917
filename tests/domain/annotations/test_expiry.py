"""Expired pools and leftovers, by the server's clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.domain.annotations.expiry import LeftoverKind, leftovers
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.timestamps import parse_timestamp
from tests.builders import pool_object

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
OURS = {"ippoolctl/request-id": "a/1"}
PENDING = {**OURS, "ippoolctl/state": "pending"}


def live(annotations: dict[str, str], *, deleted: str | None = None) -> Pool:
    document: dict[str, Any] = pool_object("a", "10.0.0.0/24")
    document["metadata"] |= {
        "uid": "u",
        "resourceVersion": "7",
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "annotations": annotations,
    }
    if deleted:
        document["metadata"]["deletionTimestamp"] = deleted
    return read_live_pool(document)


def kinds(pool: Pool, *, seconds: float) -> list[LeftoverKind]:
    return [each.kind for each in leftovers([pool], CREATED + timedelta(seconds=seconds))]


@pytest.mark.parametrize(
    ("ttl", "seconds", "expired"),
    [
        ("2h", 7199, False),
        ("2h", 7200, True),
        ("90", 90, True),
        ("1h30m", 5399, False),
        ("500ms", 1, True),
        ("999999999h", 10**9, False),
        ("2h", -(10**9), False),
    ],
)
def test_a_pool_expires_by_the_server_time(ttl: str, seconds: int, *, expired: bool) -> None:
    pool = live({**OURS, "ippoolctl/ttl": ttl})

    assert kinds(pool, seconds=seconds) == ([LeftoverKind.EXPIRED] if expired else [])


def test_pools_of_other_clients_never_expire() -> None:
    assert kinds(live({"ippoolctl/ttl": "1s"}), seconds=10**6) == []


@pytest.mark.parametrize(("seconds", "expected"), [(599, []), (600, [LeftoverKind.PENDING])])
def test_a_mark_is_abandoned_after_ten_minutes(seconds: int, expected: list[LeftoverKind]) -> None:
    assert kinds(live(PENDING), seconds=seconds) == expected
    # A run that still verifies it is not disturbed by a short life.
    assert kinds(live({**PENDING, "ippoolctl/ttl": "1s"}), seconds=seconds) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(4199, []), (4200, [LeftoverKind.CLAIM])])
def test_a_claim_is_abandoned_ten_minutes_after_it_was_written(
    seconds: int, expected: list[LeftoverKind]
) -> None:
    claim = '{"request-id": "a/2", "nonce": "x", "at": "2026-01-01T01:00:00Z", "ranges": []}'

    assert kinds(live({"ippoolctl/claim": claim}), seconds=seconds) == expected


@pytest.mark.parametrize(
    "annotations",
    [
        {**OURS, "ippoolctl/ttl": "for ever"},
        {"ippoolctl/claim": "{"},
        {"ippoolctl/claim": "[1]"},
        {"ippoolctl/claim": "[" * 100_000},
        {"ippoolctl/claim": '{"at": 5}'},
        {"ippoolctl/claim": '{"at": "2026-01-01T00:00:00"}'},
        {"ippoolctl/claim": '{"at": "soon"}'},
    ],
)
def test_invalid_annotations_are_reported_as_unreadable(annotations: dict[str, str]) -> None:
    (found,) = leftovers([live(annotations)], CREATED + timedelta(days=900))

    assert found.kind is LeftoverKind.UNREADABLE
    assert not found.deletes


def test_a_terminating_pool_has_no_leftovers() -> None:
    pool = live({**OURS, "ippoolctl/ttl": "1s"}, deleted="2026-01-01T00:00:09Z")

    assert kinds(pool, seconds=10**6) == []


def test_leftover_reasons_name_the_age() -> None:
    expired = live({**OURS, "ippoolctl/ttl": "2h"})

    (found,) = leftovers([expired], CREATED + timedelta(hours=3))
    assert found.reason == "expired 60m ago (ttl: 2h)"
    (found,) = leftovers([live(PENDING)], CREATED + timedelta(hours=3))
    assert found.reason == "pending for 3h, its run was killed"


def test_a_timestamp_needs_a_time_zone() -> None:
    assert parse_timestamp("2026-01-01T00:00:00Z") == CREATED
    assert parse_timestamp("2026-01-01T02:00:00+02:00") == CREATED.astimezone(UTC)
    assert (
        parse_timestamp("")
        is parse_timestamp("soon")
        is parse_timestamp("2026-01-01T00:00:00")
        is None
    )


def test_a_pool_that_is_not_live_has_no_age() -> None:
    pool = live(PENDING)._replace(live=None)

    assert kinds(pool, seconds=10**6) == []


def test_a_pool_without_a_creation_time_is_neither_expired_nor_abandoned() -> None:
    for annotations in (PENDING, {**OURS, "ippoolctl/ttl": "1s"}):
        pool = live(annotations)
        assert pool.live is not None
        timeless = pool._replace(live=pool.live._replace(created=""))

        assert kinds(timeless, seconds=10**6) == []
