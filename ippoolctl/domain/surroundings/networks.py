"""Addresses and networks that are taken, as far as objects and the user tell them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.reference import Held

if TYPE_CHECKING:
    from ippoolctl.domain.surroundings.detachment import Detachment
    from ippoolctl.domain.surroundings.egress import Egress
    from ippoolctl.domain.surroundings.endpoints import Endpoint
    from ippoolctl.domain.surroundings.ip_pool import IPPool
    from ippoolctl.domain.surroundings.metallb_pool import MetalLBPool
    from ippoolctl.domain.surroundings.node import Node
    from ippoolctl.domain.surroundings.service import Service
    from ippoolctl.domain.surroundings.service_cidr import ServiceCIDR


class GivenNetworks(NamedTuple):
    """Networks that the user gave, because objects do not tell them."""

    node_subnets: tuple[Held, ...] = ()
    pod_cidrs: tuple[Held, ...] = ()
    service_cidrs: tuple[Held, ...] = ()


def node_addresses(nodes: "Iterable[Node]") -> Iterator[Held]:
    """Every address of every Node."""
    return (Held(node.reference, each) for node in nodes for each in node.addresses)


def pod_cidrs(nodes: "Iterable[Node]") -> Iterator[Held]:
    """Every Pod CIDR of every Node."""
    return (Held(node.reference, each) for node in nodes for each in node.pod_cidrs)


def service_cidrs(objects: "Iterable[ServiceCIDR]") -> Iterator[Held]:
    """The networks of cluster IPs."""
    return (Held(each.reference, network) for each in objects for network in each.networks)


def cluster_ips(services: "Iterable[Service]") -> Iterator[Held]:
    """The cluster IP of every Service: of the Service CIDRs only those addresses in use."""
    return (Held(each.reference, address) for each in services for address in each.cluster_ips)


def ip_pool_ranges(pools: "Iterable[IPPool]") -> Iterator[Held]:
    """Every range of Antrea's IPPools."""
    return (Held(pool.reference, each) for pool in pools for each in pool.ranges)


def metallb_addresses(pools: "Iterable[MetalLBPool]") -> Iterator[Held]:
    """Every range of the pools of MetalLB."""
    return (Held(pool.reference, each) for pool in pools for each in pool.addresses)


def static_egress_ips(egresses: "Iterable[Egress]") -> Iterator[Held]:
    """The addresses of Egresses without a pool."""
    return (
        Held(each.reference, each.address)
        for each in egresses
        if each.address is not None and not each.pool
    )


def freed_ranges(
    egresses: "Iterable[Egress]", services: "Iterable[Service]"
) -> "Iterator[tuple[Held, Detachment]]":
    """The ranges of pools that are being replaced, each once, with one of their consumers."""
    seen = set()
    consumers: tuple[Egress | Service, ...] = (*egresses, *services)
    for each in consumers:
        detachment = each.detachment
        if detachment is not None and detachment not in seen:
            seen.add(detachment)
            yield from ((Held(each.reference, field), detachment) for field in detachment.freed)


def external_ips(services: "Iterable[Service]") -> Iterator[Held]:
    """External addresses of Services that do not come from a pool."""
    for each in services:
        # An empty annotation is none.
        own = () if each.pool else each.ingress
        yield from (Held(each.reference, address) for address in (*each.external_ips, *own))


def endpoint_addresses(endpoints: "Iterable[Endpoint]") -> Iterator[Held]:
    """Every address of Gateways, or of the API server."""
    return (Held(each.reference, address) for each in endpoints for address in each.addresses)


def gateway_addresses(
    gateways: "Iterable[Endpoint]", services: "Iterable[Service]"
) -> Iterator[Held]:
    """The addresses of Gateways that no Service has: a Gateway shows the one of its Service, which
    can come from a pool.
    """
    of_services = {address.span for service in services for address in service.ingress}
    for each in endpoint_addresses(gateways):
        if each.field.span not in of_services:
            yield each


def everything_held(objects: Mapping[Kind, Iterable[Any]]) -> list[tuple[Held, str]]:
    """What these objects hold, each with its most telling name, in which ``{label}`` stands for the
    object and ``{text}`` for the address or network.

    Without a ServiceCIDR, of the Service CIDRs only the cluster IPs in use are known.
    """
    egresses, services = list(objects.get(Kind.EGRESS, ())), list(objects.get(Kind.SERVICE, ()))
    nodes = list(objects.get(Kind.NODE, ()))
    cidrs = list(service_cidrs(objects.get(Kind.SERVICE_CIDR, ())))
    found: list[tuple[str, Iterable[Held]]] = [
        ("{label}", node_addresses(nodes)),
        ("Pod CIDR {text}", pod_cidrs(nodes)),
        ("Service CIDR {text}", cidrs),
        ("{label}", () if cidrs else cluster_ips(services)),
        ("detached {label}", static_egress_ips(each for each in egresses if each.detachment)),
        ("{label}", static_egress_ips(each for each in egresses if not each.detachment)),
        ("{label}", external_ips(services)),
        ("{text} of an unfinished run", (held for held, _ in freed_ranges(egresses, services))),
        ("{label}", ip_pool_ranges(objects.get(Kind.IP_POOL, ()))),
        ("{label}", metallb_addresses(objects.get(Kind.METALLB_POOL, ()))),
        ("{label}", gateway_addresses(objects.get(Kind.GATEWAY, ()), services)),
        ("the API server", endpoint_addresses(objects.get(Kind.API_SERVERS, ()))),
    ]
    return [(held, name) for name, all_of_them in found for held in all_of_them]
