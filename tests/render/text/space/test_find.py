"""The addresses on a terminal: the table fits the width, and names stay recognizable."""

import pytest

from ippoolctl.crd.surroundings.kinds import read_object
from ippoolctl.domain.addresses.ranges import read_range, span_of
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.space.holders import holders
from ippoolctl.domain.space.lookup.addresses import find_addresses, query_of
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.render.styles import paint
from ippoolctl.render.text.space.find import find_lines
from tests.builders import live_pool, spelling
from tests.consumers import egress

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
