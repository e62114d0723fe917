"""The time limit sent to the server."""

import pytest

from ippoolctl.cluster.http.time_limits import server_limit


@pytest.mark.parametrize(
    ("seconds", "limit"),
    [
        (10, "9500ms"),
        (1, "500ms"),
        (0.9, "450ms"),
        (0.0079, "3ms"),
        (0.0009, "1ms"),
        (0, "1ms"),
        (-1, "1ms"),
    ],
)
def test_server_limit_is_shorter_than_ours(seconds: float, limit: str) -> None:
    assert server_limit(seconds) == limit
