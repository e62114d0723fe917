"""Services: as consumers of a pool, as what the controller reads, and as surroundings of pools."""

from collections.abc import Iterable, Iterator
from typing import Final

from ippoolctl.crd.surroundings.detachment import read_detachment
from ippoolctl.crd.surroundings.fields import address_field, addresses_in, present
from ippoolctl.crd.untyped import Object, full_name, items, mapping, text, texts
from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.antrea.ipam.service_allocation import ServiceSpec
from ippoolctl.domain.surroundings.reference import Reference
from ippoolctl.domain.surroundings.service import (
    GO_TRUE,
    POOL_ANNOTATION,
    SHARED_ANNOTATION,
    Service,
)

_ANNOTATIONS: Final = ("service.antrea.io/", "metallb.io/", "metallb.universe.tf/")
"""What the keys of annotations that decide on addresses begin with."""


def read_services(objects: Iterable[Object]) -> Iterator[Consumer]:
    """Services of type LoadBalancer that refer to a pool; only their first ingress counts."""
    for each in objects:
        annotations = mapping(mapping(each.get("metadata")).get("annotations"))
        pool = annotations.get(POOL_ANNOTATION)
        if not isinstance(pool, str) or mapping(each.get("spec")).get("type") != "LoadBalancer":
            continue
        pinned = bool(text(mapping(each.get("spec")).get("loadBalancerIP")))
        yield Consumer("Service", full_name(each), pool, _ingress(each), pinned)


def service_spec(service: Object) -> ServiceSpec:
    """What a Service says to Antrea's controller."""
    annotations = mapping(mapping(service.get("metadata")).get("annotations"))
    spec = mapping(service.get("spec"))
    return ServiceSpec(
        text(annotations.get(POOL_ANNOTATION)) if spec.get("type") == "LoadBalancer" else "",
        text(spec.get("loadBalancerIP")),
        _ingress(service),
        text(annotations.get(SHARED_ANNOTATION)) in GO_TRUE,
    )


def read_service(service: Object, reference: Reference) -> Service:
    """The Service; ``spec.clusterIP`` counts where there is no ``spec.clusterIPs``."""
    spec = mapping(service.get("spec"))
    balancer = mapping(mapping(service.get("status")).get("loadBalancer"))
    annotations = texts(mapping(service.get("metadata")).get("annotations"))
    has_list = bool(items(spec.get("clusterIPs")))
    return Service(
        reference,
        text(spec.get("type")),
        annotations.get(POOL_ANNOTATION),
        address_field(spec.get("loadBalancerIP"), ("spec", "loadBalancerIP")),
        text(spec.get("loadBalancerIP")),
        present(
            address_field(each.get("ip"), ("status", "loadBalancer", "ingress", index, "ip"))
            for index, each in enumerate(map(mapping, items(balancer.get("ingress"))))
        ),
        addresses_in(spec.get("externalIPs"), ("spec", "externalIPs")),
        addresses_in(spec["clusterIPs"], ("spec", "clusterIPs"))
        if has_list
        else present([address_field(spec.get("clusterIP"), ("spec", "clusterIP"))]),
        tuple(each for each in items(spec.get("ipFamilies")) if isinstance(each, str)),
        text(spec.get("loadBalancerClass")),
        {key: value for key, value in annotations.items() if key.startswith(_ANNOTATIONS)},
        read_detachment(service),
    )


def _ingress(service: Object) -> str:
    balancer = mapping(mapping(service.get("status")).get("loadBalancer"))
    first = mapping(next(iter(items(balancer.get("ingress"))), None))
    return text(first.get("ip"))
