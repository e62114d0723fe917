"""The details of a pool on a terminal."""

from datetime import UTC, datetime

from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.lint.runner import Report
from ippoolctl.domain.space.holders import holders
from ippoolctl.domain.space.listing import pool_rows
from ippoolctl.domain.space.lookup.pool_details import pool_details
from ippoolctl.domain.space.occupancy import AddressSpace
from ippoolctl.render.terminal import paint
from ippoolctl.render.text.space.show import show_lines
from tests.builders import live_pool

NAME = "team-network-production-europe-west-1-edge-gateway-addresses-zone-a-0001"


def test_a_long_name_is_in_one_line() -> None:
    pool = live_pool(NAME, "10.0.0.0/28", used=0)
    (row,) = pool_rows([pool], LATEST)
    details = pool_details(pool, holders({NAME: pool}, (), (), LATEST), consumers_known=True)
    now = datetime(2026, 1, 1, tzinfo=UTC)

    lines = show_lines(
        row, details, AddressSpace([pool]), now, Report(()), columns=80, unicode=True
    )

    first, *_ = paint(lines, color=False, wrap=True).splitlines()
    assert first.split() == ["Name:", NAME]
