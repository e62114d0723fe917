"""Networks of the cluster as far as objects and the user tell them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ippoolctl.domain.surroundings.node import Node
from ippoolctl.domain.surroundings.reference import Held
from ippoolctl.domain.surroundings.service import Service
from ippoolctl.domain.surroundings.service_cidr import ServiceCIDR


class GivenNetworks(NamedTuple):
    """Networks that the user gave, because objects do not tell them."""

    node_subnets: tuple[Held, ...] = ()
    pod_cidrs: tuple[Held, ...] = ()
    service_cidrs: tuple[Held, ...] = ()


def node_addresses(nodes: Iterable[Node]) -> Iterator[Held]:
    """Every address of every Node."""
    return (Held(node.reference, each) for node in nodes for each in node.addresses)


def pod_cidrs(nodes: Iterable[Node]) -> Iterator[Held]:
    """Every Pod CIDR of every Node."""
    return (Held(node.reference, each) for node in nodes for each in node.pod_cidrs)


def service_cidrs(objects: Iterable[ServiceCIDR]) -> Iterator[Held]:
    """The networks of cluster IPs."""
    return (Held(each.reference, network) for each in objects for network in each.networks)


def cluster_ips(services: Iterable[Service]) -> Iterator[Held]:
    """The cluster IP of every Service: of the Service CIDRs only those addresses in use."""
    return (Held(each.reference, address) for each in services for address in each.cluster_ips)
