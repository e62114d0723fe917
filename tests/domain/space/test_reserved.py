"""Addresses that a new range should not contain."""

from typing import Any

import pytest

from ippoolctl.crd.surroundings.kinds import kind_of, read_object
from ippoolctl.domain.addresses.numbers import span_text
from ippoolctl.domain.addresses.parsers import parse_prefix
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.protocol.candidates import Candidate, choose
from ippoolctl.domain.protocol.decisions import NoRoom, Tried
from ippoolctl.domain.space.free_ranges import Block
from ippoolctl.domain.space.reserved import Reserved, are_reserved, reserved, shortage
from ippoolctl.domain.space.search import Search, SearchStrategy
from ippoolctl.domain.surroundings.kind import Kind
from tests.builders import live_pool, pool
from tests.domain.strategies import ordinal

NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "node-1"},
    "spec": {"podCIDRs": ["10.0.0.64/26"]},
    "status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.9"}]},
}
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"clusterIPs": ["10.0.0.130"], "externalIPs": ["10.0.0.140"]},
}
SERVICE_CIDR = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "ServiceCIDR",
    "metadata": {"name": "kubernetes"},
    "spec": {"cidrs": ["10.0.0.128/29"]},
}
EGRESS = {
    "apiVersion": "crd.antrea.io/v1beta1",
    "kind": "Egress",
    "metadata": {"name": "static"},
    "spec": {"egressIP": "10.0.0.150"},
}
OF_A_POOL = {
    "apiVersion": "crd.antrea.io/v1beta1",
    "kind": "Egress",
    "metadata": {"name": "dynamic"},
    "spec": {"egressIP": "10.0.0.151", "externalIPPool": "edge"},
}
METALLB = {
    "apiVersion": "metallb.io/v1beta1",
    "kind": "IPAddressPool",
    "metadata": {"name": "lb", "namespace": "metallb-system"},
    "spec": {"addresses": ["10.0.0.160-10.0.0.165"]},
}


def objects(*documents: dict[str, Any]) -> dict[Kind, list[Any]]:
    found: dict[Kind, list[Any]] = {}
    for each in documents:
        kind = kind_of(each)
        assert kind is not None
        found.setdefault(kind, []).append(read_object(kind, each))
    return found


def labels(*documents: dict[str, Any]) -> list[tuple[str, str]]:
    found = reserved(objects(*documents))
    special = len(reserved({}))
    return [(span_text(*each.span), each.label) for each in found[:-special]]


def test_each_kind_of_object_reserves_its_addresses_under_its_name() -> None:
    assert labels(NODE, SERVICE, SERVICE_CIDR, EGRESS, OF_A_POOL, METALLB) == [
        ("10.0.0.9", "Node node-1"),
        ("10.0.0.64-10.0.0.127", "Pod CIDR 10.0.0.64/26"),
        ("10.0.0.128-10.0.0.135", "Service CIDR 10.0.0.128/29"),
        ("10.0.0.150", "Egress static"),
        ("10.0.0.140", "Service shop/web"),
        ("10.0.0.160-10.0.0.165", "IPAddressPool metallb-system/lb"),
    ]


def test_without_a_service_cidr_cluster_ips_are_reserved() -> None:
    assert labels(SERVICE) == [
        ("10.0.0.130", "Service shop/web"),
        ("10.0.0.140", "Service shop/web"),
    ]


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        (["10.0.0.8-10.0.0.9"], True),
        (["10.0.0.0/29", "x/y", "10.0.0.96/28"], True),
        (["10.0.0.0/29", "x/y", "10.0.0.10-10.0.0.63"], False),
        (["169.254.0.0/24"], False),
        ([], False),
    ],
)
def test_pools_are_reserved_if_an_object_has_one_of_their_addresses(
    ranges: list[str], expected: bool
) -> None:
    pools = [pool("other", "10.9.0.0/24"), pool("edge", *ranges)]

    assert are_reserved(pools, objects(NODE)) is expected


def within(cidr: str) -> Any:
    network = parse_prefix(cidr)
    assert network is not None
    return (network,)


@pytest.mark.parametrize(
    "cidr",
    ["169.254.0.0/24", "127.0.0.0/8", "224.0.0.0/24", "240.0.0.0/24", "fe80::/64", "ff00::/64"],
)
def test_special_space_is_never_suggested(cidr: str) -> None:
    search = Search(Block(ips=6), within(cidr), reserved=reserved({}))

    step = choose(search, "seed", [], Tried())

    assert isinstance(step, NoRoom)
    assert step.cause.others[-1].endswith(" addresses")


def test_the_gateway_of_another_pool_is_never_taken() -> None:
    subnet = {"gateway": "10.0.0.1", "prefixLength": 24}
    other = live_pool("edge", "10.0.0.128/25")._replace(
        subnet=pool("edge", "10.0.0.128/25", subnetInfo=subnet).subnet
    )

    step = choose(Search(Block(ips=6), within("10.0.0.0/29")), "seed", [other], Tried())

    assert isinstance(step, NoRoom)
    assert step.cause.pools == ("edge",)


def test_a_range_is_chosen_beside_reserved_addresses() -> None:
    held = reserved(objects(NODE))
    search = Search(
        Block(ips=5), within("10.0.0.0/28"), reserved=held, strategy=SearchStrategy.FIRST
    )

    step = choose(search, "seed", [live_pool("edge", "10.0.0.0/29")], Tried())

    assert isinstance(step, Candidate)
    assert span_text(*step.free_range.span) == "10.0.0.10-10.0.0.14"


def test_no_room_names_what_else_has_addresses() -> None:
    held = reserved(objects(NODE, EGRESS))

    step = choose(Search(Block(ips=62), within("10.0.0.0/25"), reserved=held), "s", [], Tried())

    assert isinstance(step, NoRoom)
    assert step.cause.others == ("Node node-1", "Pod CIDR 10.0.0.64/26")
    assert (step.cause.count, step.cause.largest) == (63, 54)


def test_five_holders_are_named_and_the_rest_is_counted() -> None:
    area = Span(ordinal("10.0.0.0"), ordinal("10.0.0.255"))

    def held(kind: str, number: int, first: int) -> list[Reserved]:
        spans = [
            Span(area.first + first + 2 * each, area.first + first + 2 * each + 1)
            for each in range(number)
        ]
        return [Reserved(span, f"{kind}{each}") for each, span in enumerate(spans)]

    found = shortage(
        [area], held("p", 7, 0), held("n", 6, 100), [Span(area.first + 200, area.last)]
    )

    assert found.pools == ("p0", "p1", "p2", "p3", "p4")
    assert found.others == ("n0", "n1", "n2", "n3", "n4")
    assert (found.more, found.excluded) == (3, True)
    assert (found.free, found.out_of, found.largest) == (256 - 14 - 12 - 56, 256, 88)


def test_a_holder_in_one_of_several_networks_is_named() -> None:
    areas = [Span(100, 109), Span(200, 209)]
    held = [Reserved(Span(first, first), f"n{first}") for first in (99, 100, 150, 209, 210)]

    assert shortage(areas, [], held, []).others == ("n100", "n209")


def test_networks_that_are_taken_as_a_whole_have_no_free_block() -> None:
    area = Span(100, 109)

    found = shortage([area], [Reserved(area, "p")], [], [])

    assert (found.free, found.largest) == (0, 0)
