"""The times at which the webhook would have admitted a pool."""

import pytest

from ippoolctl.sandbox.antrea.lagging_cache import Change
from tests.builders import pool
from tests.e2e.webhook_history import Beliefs

WIDE, HALF, ELSEWHERE = "10.0.0.0/24", "10.0.0.0/25", "10.1.0.0/24"


def beliefs() -> Beliefs:
    """``a`` from 1 to 5, ``b`` from 3 to 8, ``mine`` from 9 on, all on the same addresses."""
    made = Beliefs()
    for moment, name, there in (
        (1.0, "a", True),
        (3.0, "b", True),
        (5.0, "a", False),
        (8.0, "b", False),
        (9.0, "mine", True),
    ):
        made.note(Change(moment, name, pool(name, WIDE) if there else None))
    return made


@pytest.mark.parametrize(
    ("asked", "by", "since", "free"),
    [
        (HALF, "mine", None, 8.0),
        (HALF, "mine", 2.0, 8.0),
        (HALF, "mine", 8.5, 8.5),
        (HALF, "mine", 10.0, 10.0),
        (HALF, "mine", 0.5, 0.5),
        (HALF, "other", 9.0, None),
        (HALF, "other", 8.5, 8.5),
        (ELSEWHERE, "mine", 2.0, 2.0),
        (ELSEWHERE, "mine", None, None),
    ],
)
def test_first_free_is_the_first_time_without_another_overlapping_pool(
    asked, by, since, free
) -> None:
    assert beliefs().first_free((asked,), by, since) == free
