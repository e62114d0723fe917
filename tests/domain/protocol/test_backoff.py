"""The length of each wait, at its bounds and in between."""

import random
from collections.abc import Callable
from itertools import pairwise

import pytest

from ippoolctl.domain.protocol.backoff import (
    pause_after_conflict,
    pause_after_denial,
    pause_after_fault,
    pause_between_polls,
)


@pytest.mark.parametrize(
    ("since_first", "chance", "seconds"),
    [
        (0.0, 0.5, 0.1),
        (0.0, 0.0, 0.08),
        (0.0, 1.0, 0.12),
        (1.0, 0.5, 0.15),
        (10.0, 0.5, 1.5),
        (10.0, 0.0, 1.2),
        (100.0, 0.5, 2.0),
        (100.0, 1.0, 2.4),
    ],
)
def test_a_stale_denial_is_tried_again_after_a_share_of_its_age(
    since_first: float, chance: float, seconds: float
) -> None:
    assert pause_after_denial(since_first, chance) == pytest.approx(seconds)


def tries(seconds: float, number: Callable[[], float]) -> list[float]:
    """When a write is tried that a stale cache refuses all the time, from the first denial on."""
    found = [0.0]
    while found[-1] <= seconds:
        found.append(found[-1] + pause_after_denial(found[-1], number()))
    return found[:-1]


def test_there_are_at_most_30_tries_in_the_first_10_seconds() -> None:
    assert max(len(tries(10, random.Random(seed).random)) for seed in range(500)) <= 30


def test_a_late_answer_costs_at_most_18_percent_of_the_lag() -> None:
    for seed in range(100):
        for before, after in pairwise(tries(10, random.Random(seed).random)):
            assert after - before <= 0.18 * before + 0.12


@pytest.mark.parametrize(
    ("failures", "chance", "asked", "seconds"),
    [
        (0, 1.0, None, 0.1),
        (1, 1.0, None, 0.2),
        (3, 1.0, None, 0.8),
        (3, 0.5, None, 0.4),
        (3, 0.0, None, 0.0),
        (5, 1.0, None, 2.0),
        (100_000, 1.0, None, 2.0),
        (1, 1.0, 7.0, 7.0),
        (3, 1.0, 0.3, 0.8),
    ],
)
def test_waits_after_faults_double_and_respect_retry_after(
    failures: int, chance: float, asked: float | None, seconds: float
) -> None:
    assert pause_after_fault(failures, chance, asked) == pytest.approx(seconds)


def test_the_first_conflict_is_not_waited_for() -> None:
    assert [pause_after_conflict(count, 1.0) for count in (0, 1, 2, 3, 4)] == pytest.approx(
        [0.0, 0.0, 0.2, 0.4, 0.8]
    )


def test_polls_slow_down_to_one_a_second() -> None:
    assert [pause_between_polls(count) for count in (0, 1, 2, 5, 6, 100_000)] == pytest.approx(
        [0.1, 0.15, 0.225, 0.759375, 1.0, 1.0]
    )
