"""Renewing a lifetime: the written value, and the cases without a write."""

from datetime import UTC, datetime, timedelta

import pytest

from ippoolctl.domain.annotations.renewal import Kept, lifetime_text, renewed_lifetime
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.timestamps import duration_seconds
from tests.builders import live_pool

CREATED = datetime(2026, 1, 1, tzinfo=UTC)


def leased(
    ttl: str | None = "30m", *, uid: str = "uid", created: str = "2026-01-01T00:00:00Z"
) -> Pool:
    annotations = {"ippoolctl/ttl": ttl} if ttl is not None else {}
    found = live_pool("a", "10.0.0.0/29", uid=uid, annotations=annotations)
    assert found.live is not None
    return found._replace(live=found.live._replace(created=created))


def after(minutes: float) -> datetime:
    return CREATED + timedelta(minutes=minutes)


def test_the_new_lifetime_ends_one_lifetime_from_now() -> None:
    assert renewed_lifetime(leased(), leased(), after(10), 1800) == "40m1s"


def test_a_longer_lifetime_stays() -> None:
    assert renewed_lifetime(leased(), leased("4h"), after(10), 1800) is Kept.LONG_ENOUGH


@pytest.mark.parametrize("present", [leased(None), leased(created="")], ids=["no ttl", "no time"])
def test_a_pool_that_never_expires_is_left_alone(present: Pool) -> None:
    assert renewed_lifetime(leased(), present, after(10), 1800) is Kept.LONG_ENOUGH


def test_an_invalid_lifetime_is_replaced() -> None:
    assert renewed_lifetime(leased(), leased("soon"), after(0), 60) == "61s"


@pytest.mark.parametrize(
    "present",
    [
        None,
        leased(uid="another"),
        live_pool("a", "10.0.0.0/29", annotations={"ippoolctl/ttl": "30m"}, deleted=True),
    ],
    ids=["absent", "another", "terminating"],
)
def test_a_pool_that_is_gone_is_not_renewed(present: Pool | None) -> None:
    assert renewed_lifetime(leased(), present, after(10), 1800) is Kept.GONE


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "1s"),
        (119, "119s"),
        (120, "2m"),
        (3600, "1h"),
        (3661, "1h1m1s"),
        (7140, "1h59m"),
        (90_000, "25h"),
    ],
)
def test_lifetime_text_is_a_short_duration_that_reads_back(seconds: int, text: str) -> None:
    assert lifetime_text(seconds) == text
    assert duration_seconds(text) == seconds
