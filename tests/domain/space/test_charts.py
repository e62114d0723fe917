"""The rows of a map."""

from ippoolctl.domain.addresses.numbers import Network
from ippoolctl.domain.addresses.parsers import parse_prefix
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.space.charts import Chart, charts
from tests.builders import pool
from tests.domain.strategies import ordinal

EDGE = pool("edge", "10.0.1.0/28", "10.9.0.0/28")
LAB = pool("lab", "10.0.0.0/28")
BROKEN = pool("broken", "x/y")


def block(text: str) -> Network:
    found = parse_prefix(text)
    assert found is not None
    return found


def test_without_a_block_each_pool_is_a_row() -> None:
    found = charts([EDGE, LAB, BROKEN], [], outside=True)

    assert [each.label for each in found] == ["edge", "lab", "broken"]
    first, second = ordinal("10.0.1.0"), ordinal("10.9.0.0")
    assert found[0].area == (Span(first, first + 15), Span(second, second + 15))
    assert found[2].area == ()


def test_a_block_has_the_parts_of_its_pools_in_the_order_of_addresses() -> None:
    (found,) = charts([EDGE, LAB, BROKEN], [block("10.0.0.0/22")], outside=False)

    assert found.label == "10.0.0.0/22"
    first = ordinal("10.0.1.0")
    assert [each.pool.name for each in found.pools] == ["lab", "edge"]
    assert found.pools[1].spans == (Span(first, first + 15),)


def test_a_range_across_several_blocks_has_a_part_in_each_that_it_meets() -> None:
    blocks = [block(f"10.0.0.{first}/29") for first in range(0, 64, 16)]
    across = pool("across", "10.0.0.7-10.0.0.32")

    found = charts([across], blocks, outside=False)

    base = ordinal("10.0.0.0")
    parts = [[(span.first - base, span.last - base) for span in _spans(each)] for each in found]
    assert parts == [[(7, 7)], [(16, 23)], [(32, 32)], []]


def test_pools_of_a_block_are_in_the_order_of_their_first_addresses() -> None:
    around = pool("around", "10.0.0.0/29", "10.0.0.32/29")

    (found,) = charts(
        [pool("between", "10.0.0.16/28"), around], [block("10.0.0.0/24")], outside=False
    )

    assert [each.pool.name for each in found.pools] == ["around", "between"]


def _spans(chart: Chart) -> list[Span]:
    return [span for row in chart.pools for span in row.spans]


def test_pools_that_are_not_wholly_in_a_block_are_rows_too() -> None:
    found = charts([EDGE, LAB, BROKEN], [block("10.0.0.0/22")], outside=True)

    assert [each.label for each in found] == ["10.0.0.0/22", "edge", "broken"]


def test_blocks_are_in_ascending_order_and_none_is_inside_of_another() -> None:
    given = [block(each) for each in ("fd00::/64", "10.0.0.0/24", "10.0.0.0/16", "10.0.0.0/16")]

    assert [each.label for each in charts([], given, outside=False)] == ["10.0.0.0/16", "fd00::/64"]
