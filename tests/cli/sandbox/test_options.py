"""Durations in options."""

import pytest

from ippoolctl.cli.sandbox.options import lag_text, parse_delay, parse_lag
from ippoolctl.errors import UsageError


@pytest.mark.parametrize(
    ("text", "seconds", "shown"),
    [
        ("0", 0.0, "0s"),
        ("2s", 2.0, "2s"),
        (" 1m30s ", 90.0, "90s"),
        ("0.1..3s", (0.1, 3.0), "0.1..3s"),
        ("100ms..3s", (0.1, 3.0), "0.1..3s"),
        ("1..3m", (60.0, 180.0), "60..180s"),
        ("1..3", (1.0, 3.0), "1..3s"),
        ("0..0", (0.0, 0.0), "0..0s"),
    ],
)
def test_a_lag_is_one_duration_or_a_range(
    text: str, seconds: float | tuple[float, float], shown: str
) -> None:
    assert parse_lag("--lag", text) == seconds
    assert lag_text(seconds) == shown


@pytest.mark.parametrize("text", ["", "s", "-1s", "..", "1s..", "..1s", "2..1s", "1..2..3", "25h"])
def test_an_invalid_lag_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_lag("--lag", text)


def test_a_delay_is_between_0_and_a_day() -> None:
    assert parse_delay("--status-delay", "0") == 0
    assert parse_delay("--status-delay", "24h") == 86_400
