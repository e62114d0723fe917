"""The list of pools on a terminal: it fits the width, and colors tell the severity."""

from datetime import UTC, datetime

import pytest

from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.space.listing import pool_rows
from ippoolctl.render.styles import Segment, Style, paint
from ippoolctl.render.text.space.list import list_lines, states_cell
from tests.builders import live_pool

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = pool_rows(
    [
        live_pool("edge", *(f"10.0.{each}.0/28" for each in range(4)), used=0),
        live_pool("six", "2001:db8:0:1::1-2001:db8:0:1::ffff", "fd00::/120", used=250),
        live_pool("tiny", "10.9.0.1-10.9.0.1", used=1),
    ],
    LATEST,
)


def rows(width: int | None) -> list[str]:
    return paint(list_lines(ROWS, NOW, wide=False, width=width, header=True)).splitlines()


def test_nothing_is_shortened_without_a_terminal() -> None:
    assert "10.0.0.0/28,10.0.1.0/28,10.0.2.0/28,10.0.3.0/28 " in rows(None)[1]
    assert rows(200) == rows(None)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
def test_a_list_fits_the_terminal(width: int) -> None:
    shown = rows(width)

    assert max(map(len, shown)) <= width
    assert "STATE" in shown[0]
    assert "stale-status" in shown[1]


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_long_name_leaves_room_for_ranges_and_state(width: int) -> None:
    name = f"team-network-{'x' * 48}-zone-a-1234"
    found = pool_rows([live_pool(name, "10.20.0.128/26", used=0)], LATEST)

    def shown(width: int | None) -> list[str]:
        lines = list_lines(found, NOW, wide=False, width=width, header=True)
        return paint(lines).splitlines()

    header, row = shown(width)
    assert max(len(header), len(row)) <= width
    assert {"NAME", "RANGES", "FREE", "STATE"} <= {*header.split()}
    assert row.startswith("team-netw")
    assert "…e-a-1234 " in row
    assert row.split()[-1] == "stale-status"
    assert name in shown(None)[1]


def test_ranges_are_counted_where_they_do_not_fit() -> None:
    assert rows(110)[1].startswith("edge   10.0.0.0/28 +3 ")
    assert "2001:db8:0:1::1-2001:db8:0:1::ffff +1 " in rows(110)[2]


def test_numbers_are_aligned_to_the_right() -> None:
    shown = rows(None)
    end = shown[0].index("USABLE") + len("USABLE")

    assert [each[:end].split()[-1] for each in shown[1:]] == ["56", "65790", "1"]


@pytest.mark.parametrize(
    ("used", "style"), [(0, Style.PLAIN), (13, Style.WARNING), (14, Style.ERROR)]
)
def test_use_is_colored_by_severity(used: int, style: Style) -> None:
    pools = [live_pool("a", "10.0.0.0/28", used=used)]

    (line,) = list_lines(pool_rows(pools, LATEST), NOW, wide=False, width=None, header=False)

    styles = {each.text: each.style for each in line.segments}
    assert styles.get(f"{-(-100 * used // 14)}%", Style.PLAIN) is style


def test_a_state_is_colored_by_the_worst_unless_on_purpose() -> None:
    (full,) = pool_rows([live_pool("a", "10.0.0.0/28", used=14)], LATEST)

    assert states_cell(full.states) == Segment("stale-status,full", Style.ERROR)
    assert states_cell(full.states, full_on_purpose=True).style is Style.WARNING
