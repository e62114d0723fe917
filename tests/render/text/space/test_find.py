"""The addresses on a terminal: the table fits the width, and names stay recognizable."""

import pytest

from ippoolctl.crd.surroundings.kinds import read_object
from ippoolctl.domain.addresses.ranges import Span, read_range, span_of
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.space.holders import holders
from ippoolctl.domain.space.lookup.addresses import find_addresses, query_of
from ippoolctl.domain.space.reserved import Reserved
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.render.styles import paint
from ippoolctl.render.text.space.find import find_lines
from tests.builders import live_pool, spelling
from tests.consumers import egress, service

NAME = f"team-network-{'x' * 47}-zone-a-1234"


def shown(width: int | None) -> list[str]:
    pools = [live_pool(NAME, "10.20.0.128/26")]
    found = [read_object(Kind.EGRESS, egress(NAME, NAME, "10.20.0.130"))]
    known = holders({NAME: pools[0]}, found, (), LATEST)
    queries = []
    for text in ("10.20.0.129", "10.20.0.130", "10.20.0.191", "10.30.0.1"):
        span = span_of(read_range(spelling(f"{text}-{text}")))
        assert span is not None
        queries.append(query_of(text, span))
    answers = find_addresses(queries, pools, known)
    return paint(find_lines(answers, consumers_known=True, width=width)).splitlines()


def test_nothing_is_shortened_without_a_terminal() -> None:
    row = ["10.20.0.130", NAME, "10.20.0.128/26", "in-use", "Egress", NAME, "-"]
    assert shown(None)[2].split() == row
    assert shown(300) == shown(None)


@pytest.mark.parametrize("width", [80, 100, 120])
def test_long_names_leave_room_for_the_other_columns(width: int) -> None:
    header, free, used, last, none = shown(width)

    assert max(map(len, (header, free, used, last, none))) <= width
    assert {"ADDRESS", "POOL", "STATE", "HOLDER", "NOTE"} <= {*header.split()}
    assert free.startswith("10.20.0.129   team-n")
    assert "…e-a-1234 " in free
    assert "in-use     Egress " in used
    assert used.count("…e-a-1234") == 2
    assert last.endswith("last of the CIDR")
    assert "no-pool" in none


def test_the_range_gives_way_before_the_node() -> None:
    assert "RANGE" in shown(120)[0]
    assert "NODE" in shown(100)[0]
    assert "RANGE" not in shown(100)[0]


def test_counts_of_several_addresses_leave_room_for_the_namespace_of_a_holder() -> None:
    """A long STATE cut the namespace out of HOLDER."""
    pool = live_pool("services-0", "203.0.113.0/29")
    found = [
        read_object(Kind.SERVICE, service(f"web-{number}20", "services-0", f"203.0.113.{number}"))
        for number in range(1, 6)
    ]
    known = holders({pool.name: pool}, (), found, LATEST)
    span = span_of(read_range(spelling("203.0.113.0/29")))
    assert span is not None
    (answer,) = find_addresses([query_of("203.0.113.0/29", span)], [pool], known)

    lines = paint(find_lines([answer], consumers_known=True, width=80)).splitlines()

    assert max(map(len, lines)) <= 80
    assert [each.split() for each in lines[1:5]] == [
        ["203.0.113.0-203.0.113.7", "services-0", "5", "in", "use", "-", "-"],
        ["1", "free"],
        ["2", "reserved"],
        ["203.0.113.1", "services-0", "in-use", "Service", "prod/web-120", "-"],
    ]
    assert "5 in use, 1 free, 2 reserved" in paint(
        find_lines([answer], consumers_known=True, width=200)
    )


def test_several_notes_are_below_each_other_on_a_narrow_terminal() -> None:
    """One row of them was as long as all together."""
    pool = live_pool("edge", "10.0.0.128/28")
    span = span_of(read_range(spelling("10.0.0.0/25")))
    assert span is not None
    nodes = [
        Reserved(Span(span.first + each, span.first + each), f"Node n-{each}") for each in (8, 9)
    ]
    known = holders({pool.name: pool}, (), (), LATEST)
    answers = find_addresses([query_of("10.0.0.0/25", span)], [pool], known, nodes)

    narrow = paint(find_lines(answers, consumers_known=True, width=60)).splitlines()

    assert [each.split() for each in narrow[1:]] == [
        ["10.0.0.0-10.0.0.127", "-", "no-pool", "-", "Node", "n-8"],
        ["Node", "n-9"],
    ]
    assert narrow[1].index("Node") == narrow[2].index("Node")
    assert "Node n-8, Node n-9" in paint(find_lines(answers, consumers_known=True, width=200))
