"""How long a server is told that it may take."""

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
def test_a_server_gives_up_before_us_and_never_gets_all_the_time_there_is(
    seconds: float, limit: str
) -> None:
    assert server_limit(seconds) == limit
