"""One pool with its consumers, from objects alone."""

from ippoolctl.crd.surroundings.kinds import read_object
from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.space.holders import holders
from ippoolctl.domain.space.lookup.pool_details import PoolDetails, pool_details
from ippoolctl.domain.surroundings.kind import Kind
from tests.builders import live_pool
from tests.consumers import egress


def details(*ranges: str, addresses: tuple[str, ...] = ()) -> PoolDetails:
    pool = live_pool("edge", *ranges)
    consumers = [egress(f"e{number}", "edge", each) for number, each in enumerate(addresses)]
    egresses = [read_object(Kind.EGRESS, each) for each in consumers]
    known = holders({"edge": pool}, egresses, (), LATEST)
    return pool_details(pool, known, consumers_known=True)


def test_each_range_has_its_window_its_holders_and_its_holes() -> None:
    found = details("10.0.0.0/29", "fd00::1-fd00::4", addresses=("10.0.0.1", "10.0.0.4", "fd00::4"))

    ipv4, ipv6 = found.ranges
    assert [span_text(*each) for each in ipv4.window] == ["10.0.0.1-10.0.0.6"]
    assert [span_text(*each.span) for each in ipv4.reserved] == ["10.0.0.0", "10.0.0.7"]
    assert [span_text(*each) for each in ipv4.holes] == ["10.0.0.2-10.0.0.3", "10.0.0.5-10.0.0.6"]
    assert [span_text(*each) for each in ipv6.holes] == ["fd00::1-fd00::3"]
    assert [each.free for each in found.ranges] == [4, 3]
    assert [each.text for each in found.held] == ["10.0.0.1", "10.0.0.4", "fd00::4"]


def test_a_range_can_have_ipv4_mapped_and_other_addresses() -> None:
    found = details(
        "::ffff:ffff:fff0-::1:0:0:5", addresses=("255.255.255.240", "255.255.255.241", "::1:0:0:4")
    )

    (only,) = found.ranges
    assert only.span is not None
    assert span_text(*only.span) == "::ffff:255.255.255.240-::1:0:0:5"
    assert [span_text(*each) for each in only.holes] == [
        "255.255.255.242-255.255.255.255",
        "::1:0:0:0-::1:0:0:3",
        "::1:0:0:5",
    ]
    assert (only.usable, only.held, only.free) == (22, found.held, 19)


def test_more_holders_than_usable_addresses_leave_none_free() -> None:
    (only,) = details("10.0.0.5-10.0.0.5", addresses=("10.0.0.5",)).ranges

    assert only.free == 0
    # Antrea gives the 65,536th address of a CIDR to a consumer that requests it.
    assert only._replace(usable=0).free == 0


def test_an_unreadable_range_has_no_span_and_no_addresses() -> None:
    (only,) = details("10.0.0.0-fd00::1").ranges

    assert (only.span, only.parts, only.usable, only.free) == (None, (), 0, 0)


def test_an_address_that_antrea_assigns_by_its_arithmetic_is_held_beside_the_ranges() -> None:
    found = details("2001:db8::/112", addresses=("fd00::6",))

    assert [each.text for each in found.held] == ["fd00::6"]
    assert found.ranges[0].held == ()
