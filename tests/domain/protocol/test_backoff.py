"""How long each wait is, at its bounds and in between."""

import pytest

from ippoolctl.domain.protocol.backoff import (
    after_conflict,
    after_denial,
    after_fault,
    between_polls,
)


@pytest.mark.parametrize(
    ("since_first", "chance", "seconds"),
    [
        (0.0, 0.5, 0.04),
        (0.0, 0.0, 0.032),
        (0.0, 1.0, 0.048),
        (1.0, 0.5, 0.07),
        (10.0, 0.5, 0.7),
        (10.0, 0.0, 0.56),
        (100.0, 0.5, 2.0),
        (100.0, 1.0, 2.4),
    ],
)
def test_a_stale_denial_is_tried_again_after_a_share_of_its_age(
    since_first: float, chance: float, seconds: float
) -> None:
    assert after_denial(since_first, chance) == pytest.approx(seconds)


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
def test_after_a_fault_waits_double_and_the_server_may_ask_for_more(
    failures: int, chance: float, asked: float | None, seconds: float
) -> None:
    assert after_fault(failures, chance, asked) == pytest.approx(seconds)


def test_the_first_conflict_is_not_waited_for() -> None:
    assert [after_conflict(count, 1.0) for count in (0, 1, 2, 3, 4)] == pytest.approx(
        [0.0, 0.0, 0.2, 0.4, 0.8]
    )


def test_polls_slow_down_to_one_a_second() -> None:
    assert [between_polls(count) for count in (0, 1, 2, 5, 6, 100_000)] == pytest.approx(
        [0.1, 0.15, 0.225, 0.759375, 1.0, 1.0]
    )
