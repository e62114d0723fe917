"""Addresses with their pools and holders."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.crd.surroundings.kinds import read_object
from ippoolctl.domain.addresses.numbers import canonical_text, span_text
from ippoolctl.domain.addresses.ranges import Span, read_range, span_of
from ippoolctl.domain.antrea.membership import Obstacle
from ippoolctl.domain.antrea.pool import Pool, SubnetInfo
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.space.holders import holders
from ippoolctl.domain.space.lookup.addresses import (
    AddressState,
    Answer,
    find_addresses,
    query_of,
)
from ippoolctl.domain.space.reserved import Reserved
from ippoolctl.domain.surroundings.kind import Kind
from tests.builders import claim_on, live_pool, pool_object, spelling
from tests.consumers import egress, service
from tests.domain.strategies import ordinal


def find(pools: list[Pool], *texts: str, objects: tuple[dict[str, Any], ...] = ()) -> list[Answer]:
    egresses = [read_object(Kind.EGRESS, each) for each in objects if each["kind"] == "Egress"]
    services = [read_object(Kind.SERVICE, each) for each in objects if each["kind"] == "Service"]
    known = holders({each.name: each for each in pools}, egresses, services, LATEST)
    queries = []
    for text in texts:
        found = read_range(spelling(text if "/" in text or "-" in text else f"{text}-{text}"))

        span = span_of(found)
        assert span is not None
        queries.append(query_of(text, span))
    return find_addresses(queries, pools, known)


def state(answer: Answer) -> list[tuple[str, str]]:
    return [(each.pool.name, each.state(consumers_known=True).value) for each in answer.matches]


def test_an_address_is_free_in_use_reserved_or_in_no_pool() -> None:
    pools = [live_pool("edge", "10.0.0.0/29"), live_pool("lab", "fd00::/126")]
    texts = ("10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.7", "10.0.0.8", "fd00::3")

    found = find(pools, *texts, objects=(egress("web", "edge", "10.0.0.1"),))

    assert [state(each) for each in found] == [
        [("edge", "reserved")],
        [("edge", "in-use")],
        [("edge", "free")],
        [("edge", "reserved")],
        [],
        [("lab", "free")],
    ]
    assert [bool(each.without_pool) for each in found] == [False] * 4 + [True, False]
    assert found[0].matches[0].parts[0].obstacle is Obstacle.FIRST
    assert found[1].held[0].holders[0].reference.name == "web"
    assert found[2].matches[0].state(consumers_known=False) is AddressState.UNKNOWN


def test_every_overlapping_pool_is_named_and_only_the_assigning_one_holds() -> None:
    pools = [live_pool("a", "10.0.0.0/24"), live_pool("b", "10.0.0.0/28"), live_pool("c")]

    (found,) = find(pools, "10.0.0.3", objects=(service("api", "b", "10.0.0.3"),))

    assert state(found) == [("a", "free"), ("b", "in-use")]
    assert [each.pool for each in found.held] == ["b"]


def test_a_cidr_partly_overlaps_ranges() -> None:
    pools = [live_pool("edge", "10.0.0.0/29", "10.0.0.12-10.0.0.20")]

    (found,) = find(pools, "10.0.0.4/28", objects=(egress("web", "edge", "10.0.0.13"),))

    assert [span_text(*each.span) for each in found.matches] == [
        "10.0.0.0-10.0.0.7",
        "10.0.0.12-10.0.0.15",
    ]
    assert [span_text(*each) for each in found.without_pool] == ["10.0.0.8-10.0.0.11"]
    assert [len(each.held) for each in found.matches] == [0, 1]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("10.0.0.3", [("10.0.0.3", None)]),
        ("10.0.0.7", [("10.0.0.7", Obstacle.LAST)]),
        (
            "10.0.0.0/28",
            [
                ("10.0.0.0", Obstacle.FIRST),
                ("10.0.0.1-10.0.0.6", None),
                ("10.0.0.7", Obstacle.LAST),
            ],
        ),
        ("10.0.0.5-10.0.0.9", [("10.0.0.5-10.0.0.6", None), ("10.0.0.7", Obstacle.LAST)]),
        ("10.0.0.2/31", [("10.0.0.2-10.0.0.3", None)]),
    ],
)
def test_the_addresses_in_a_range_are_told_apart_by_what_antrea_does_with_them(
    text: str, parts: list[tuple[str, Obstacle | None]]
) -> None:
    (found,) = find([live_pool("edge", "10.0.0.0/29")], text)

    (match,) = found.matches
    assert [(span_text(*each.span), each.obstacle) for each in match.parts] == parts


def test_an_ipv4_mapped_address_is_the_ipv4_address() -> None:
    (found,) = find([live_pool("edge", "10.0.0.0/29")], "::ffff:10.0.0.2")

    assert state(found) == [("edge", "free")]


def test_a_range_that_begins_ipv4_mapped_assigns_ipv4_addresses() -> None:
    pools = [live_pool("edge", "::ffff:ffff:fff0-::1:0:0:5")]
    objects = (egress("web", "edge", "255.255.255.241"),)

    found = find(pools, "255.255.255.240", "255.255.255.241", "::1:0:0:5", objects=objects)

    assert [state(each) for each in found] == [
        [("edge", "free")],
        [("edge", "in-use")],
        [("edge", "free")],
    ]


def test_a_claimed_range_is_not_yet_part_of_the_pool() -> None:
    claim = '{"request-id": "other/1", "nonce": "n", "at": "", "ranges": ["10.0.1.0/28"]}'
    pool = live_pool("edge", "10.0.0.0/28")._replace(annotations={"ippoolctl/claim": claim})

    (found,) = find([pool], "10.0.1.3")

    assert state(found) == [("edge", "claimed")]
    assert found.without_pool


ORDINALS = st.integers(0, 40)


@given(st.lists(st.tuples(ORDINALS, ORDINALS), max_size=8), st.lists(st.tuples(ORDINALS, ORDINALS)))
def test_find_agrees_with_a_comparison_with_each_pool(
    ranges: list[tuple[int, int]], asked: list[tuple[int, int]]
) -> None:
    pools = [
        live_pool(f"p{number}", span_text(*sorted(each)).replace("0.0.0.", "10.0.0."))
        for number, each in enumerate(ranges)
        if each[0] != each[1]
    ]
    texts = [f"10.0.0.{min(each)}-10.0.0.{max(each)}" for each in asked]

    found = find(pools, *texts)

    for text, answer in zip(texts, found, strict=True):
        query = read_range(spelling(text))
        assert query.first is not None
        assert query.last is not None
        expected = {
            pool.name
            for pool in pools
            for each in pool.ranges
            if each.first is not None and each.last is not None
            if each.first <= query.last and query.first <= each.last
        }
        assert {each.pool.name for each in answer.matches} == expected
        assert answer.query.text == text


def test_the_gateway_of_the_pool_is_named_only_if_it_is_asked_for() -> None:
    subnet = {"gateway": "10.0.0.5", "prefixLength": 24}
    edge = read_live_pool(pool_object("edge", "10.0.0.0/29", subnetInfo=subnet))

    found = find([edge], "10.0.0.4", "10.0.0.5", "10.0.0.0/30", "10.0.0.0/24")

    gateways = [each.matches[0].gateway for each in found]
    assert [each and canonical_text(each) for each in gateways] == [
        None,
        "10.0.0.5",
        None,
        "10.0.0.5",
    ]
    assert [each.query.is_single for each in found] == [True, True, False, False]


def test_an_address_that_is_held_beside_every_range_belongs_to_its_pool() -> None:
    pools = [live_pool("edge", "2001:db8::/112")]
    held = (egress("web", "edge", "fd00::6"),)

    single, several = find(pools, "fd00::6", "fd00::4/126", objects=held)

    assert not single.without_pool
    assert [span_text(*each) for each in several.without_pool] == ["fd00::4-fd00::5", "fd00::7"]


def test_the_holders_in_a_network_are_in_the_order_of_addresses_whatever_their_pools() -> None:
    pools = [live_pool("a", "10.0.0.8/29"), live_pool("b", "10.0.0.0/29")]
    objects = (egress("one", "a", "10.0.0.9"), egress("two", "b", "10.0.0.3"))

    (found,) = find(pools, "10.0.0.0/28", objects=objects)

    assert [(each.text, each.pool) for each in found.held] == [("10.0.0.3", "b"), ("10.0.0.9", "a")]
    assert [[each.text for each in match.held] for match in found.matches] == [
        ["10.0.0.3"],
        ["10.0.0.9"],
    ]


def test_a_claimed_part_of_a_query_is_in_no_pool_yet() -> None:
    claiming = live_pool("edge", "10.0.0.0/29", claim=claim_on("10.0.0.8/29"))

    (found,) = find([claiming], "10.0.0.0/28")

    assert [span_text(*each) for each in found.without_pool] == ["10.0.0.8-10.0.0.15"]
    assert [each.claimed for each in found.matches] == [False, True]


def test_the_gateway_of_another_pool_is_named() -> None:
    subnet = SubnetInfo("10.0.0.1", 24)
    own = live_pool("own", "10.0.0.0/29")._replace(subnet=subnet)
    other = live_pool("other", "10.0.0.16/29")._replace(subnet=subnet)

    inside, beside = find([own, other], "10.0.0.1"), find([other], "10.0.0.1")

    assert inside[0].matches[0].gateway is not None
    assert inside[0].others == ("gateway of pool other",)
    assert (beside[0].matches, beside[0].others) == ((), ("gateway of pool other",))


def test_a_gateway_beside_the_ranges_of_its_pool_is_named_for_a_network() -> None:
    subnet = SubnetInfo("10.0.0.1", 24)
    beside = live_pool("beside", "10.0.0.8/29")._replace(subnet=subnet)
    within = live_pool("within", "10.0.0.0/30")._replace(subnet=subnet)

    (found,) = find([beside, within], "10.0.0.0/28")

    assert [(each.pool.name, each.gateway is None) for each in found.matches] == [
        ("within", False),
        ("beside", True),
    ]
    assert found.others == ("gateway of pool beside",)


def test_others_with_fewer_addresses_are_named_first_and_each_label_once() -> None:
    first = ordinal("10.0.0.0")
    reserved = [
        Reserved(Span(first, first + 255), "network"),
        Reserved(Span(first + 2, first + 3), "two"),
        Reserved(Span(first + 4, first + 4), "one"),
        Reserved(Span(first + 5, first + 9), "one"),
        Reserved(Span(first + 300, first + 300), "beyond"),
    ]
    queries = [query_of("10.0.0.0/28", Span(first, first + 15))]

    (found,) = find_addresses(queries, [], holders({}, [], [], LATEST), reserved)

    assert found.others == ("one", "two", "network")


def test_the_others_of_each_part_of_a_query_are_told_apart() -> None:
    span, other = (
        span_of(read_range(spelling(text))) for text in ("10.0.0.0/28", "10.0.0.3-10.0.0.3")
    )
    assert span is not None
    assert other is not None
    reserved = [
        Reserved(Span(span.first + at, span.first + at), label)
        for at, label in ((3, "n"), (9, "m"))
    ]
    parts = [Span(span.first + at, span.first + at + 3) for at in (0, 4, 8)]
    no_holders = holders({}, [], [], LATEST)
    queries = [query_of("10.0.0.0/28", span), query_of("10.0.0.3", other)]

    whole, single = find_addresses(queries, [], no_holders, reserved)
    (alone,) = find_addresses(queries[:1], [], no_holders)

    assert whole.others_in(parts) == [("n",), (), ("m",)]
    assert single.others_in([other]) == [("n",)]
    assert alone.others_in(parts) == [(), (), ()]
