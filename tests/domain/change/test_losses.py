"""Consumers that lose their address by a change."""

from collections.abc import Iterable

from ippoolctl.domain.addresses.parsers import parse_ip
from ippoolctl.domain.addresses.ranges import Span
from ippoolctl.domain.antrea.pool import NOTHING, Condition, Pool
from ippoolctl.domain.antrea.releases import LATEST
from ippoolctl.domain.change.diff import diff
from ippoolctl.domain.change.losses import lost_addresses
from ippoolctl.domain.surroundings.egress import Egress
from ippoolctl.domain.surroundings.reference import AddressField, Reference
from ippoolctl.domain.surroundings.service import Service
from tests.builders import live_pool, pool


def field(text: str) -> AddressField:
    address = parse_ip(text)
    assert address is not None
    return AddressField(Span(address, address), text, ())


def egress(name: str, pool: str, address: str = "", *, failed: bool = False, stored: bool = True):
    status = (Condition("IPAllocated", "False", "", ""),) if failed else ()
    reference = Reference("Egress", name, stored=stored)
    return Egress(reference, pool, field(address) if address else None, address, False, "", status)


def service(name: str, pool: str, address: str) -> Service:
    reference = Reference("Service", name, "shop")
    held = (field(address),)
    return Service(reference, "LoadBalancer", pool, None, "", held, (), (), ("IPv4",), "", NOTHING)


def losing(
    old: Iterable[Pool], new: Iterable[Pool], *consumers: Egress | Service
) -> dict[str, list[str]]:
    egresses = [each for each in consumers if isinstance(each, Egress)]
    services = [each for each in consumers if isinstance(each, Service)]
    found = lost_addresses(diff(old, new, LATEST), egresses, services)
    return {
        name: [f"{each.by.label} {each.address.text}" for each in lost]
        for name, lost in found.items()
    }


def test_consumers_whose_address_a_shrunk_pool_no_longer_has() -> None:
    found = losing(
        [pool("edge", "10.0.0.0/24")],
        [pool("edge", "10.0.0.0/25")],
        service("api", "edge", "10.0.0.129"),
        egress("web", "edge", "10.0.0.200"),
        egress("stays", "edge", "10.0.0.20"),
        egress("elsewhere", "other", "10.0.0.200"),
        egress("waits", "edge"),
    )

    assert found == {"edge": ["Egress web 10.0.0.200", "Service shop/api 10.0.0.129"]}


def test_the_last_address_of_a_new_cidr_is_lost_too() -> None:
    old, new = pool("edge", "10.0.0.0-10.0.0.31"), pool("edge", "10.0.0.0/28", "10.0.0.16/28")
    consumers = [egress(f"e{each}", "edge", f"10.0.0.{each}") for each in (0, 1, 15, 31)]

    assert losing([old], [new], *consumers) == {
        "edge": ["Egress e0 10.0.0.0", "Egress e15 10.0.0.15", "Egress e31 10.0.0.31"]
    }


def test_every_consumer_of_a_removed_pool_loses_its_address() -> None:
    assert losing(
        [pool("edge", "10.0.0.0/24")],
        [pool("renamed", "10.0.0.0/24")],
        egress("web", "edge", "10.0.0.9"),
    ) == {"edge": ["Egress web 10.0.0.9"]}


def test_an_address_that_a_consumer_does_not_hold_is_not_lost() -> None:
    found = losing(
        [pool("edge", "10.0.0.0/28")],
        [pool("edge", "10.0.1.0/28")],
        egress("failed", "edge", "10.0.0.3", failed=True),
        egress("outside", "edge", "10.9.9.9"),
        egress("new-address", "edge", "10.0.1.3"),
    )

    assert found == {}


def test_a_live_object_and_its_manifest_count_once_and_the_live_one_has_the_address() -> None:
    live, written = egress("web", "edge", "10.0.0.3"), egress("web", "edge", stored=False)
    pinned = egress("pinned", "edge", "10.0.0.4", stored=False)

    found = losing(
        [pool("edge", "10.0.0.0/28")],
        [pool("edge", "10.0.1.0/28")],
        live, written, live, pinned,
    )  # fmt: skip

    assert found == {"edge": ["Egress pinned 10.0.0.4", "Egress web 10.0.0.3"]}


def test_an_append_costs_no_consumer_its_address() -> None:
    old, new = pool("edge", "10.0.0.0/28"), pool("edge", "10.0.0.0/28", "10.0.1.0/28")

    assert losing([old], [new], egress("outside", "edge", "10.9.9.9")) == {}


def test_an_address_of_a_range_that_the_live_pool_keeps_in_pieces_is_not_lost() -> None:
    live = live_pool("edge", "10.0.0.0-10.0.0.63", "10.0.0.64/26")

    assert losing([live], [pool("edge", "10.0.0.0/25")], egress("web", "edge", "10.0.0.0")) == {}


def test_an_address_that_a_written_service_requests_is_lost_and_that_of_a_waiting_one_is_not() -> (
    None
):
    live = service("live", "edge", "10.0.0.129")
    waits = live._replace(requested=field("10.0.0.200"), requested_text="10.0.0.200", ingress=())
    written = waits._replace(reference=Reference("Service", "written", "shop", stored=False))
    pools = [pool("edge", "10.0.0.0/24")], [pool("edge", "10.0.0.0/25")]

    assert losing(*pools, waits, written) == {"edge": ["Service shop/written 10.0.0.200"]}
