"""Service of type LoadBalancer: the pool that it refers to, and the address that it has."""

from collections.abc import Iterable, Iterator
from typing import Final

from ippoolctl.crd.untyped import Object, full_name, items, mapping, text
from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.antrea.service_allocation import ServiceSpec

POOL_ANNOTATION: Final = "service.antrea.io/external-ip-pool"
"""With it a Service of type LoadBalancer requests an address (Antrea 1.5 and later)."""

SHARED_ANNOTATION: Final = "service.antrea.io/allow-shared-load-balancer-ip"
"""With it a Service shares its ``loadBalancerIP`` with others (Antrea 2.1 and later)."""

_TRUE: Final = ("1", "t", "T", "TRUE", "true", "True")
"""The texts that Go's ``strconv.ParseBool`` reads as true."""


def read_services(objects: Iterable[Object]) -> Iterator[Consumer]:
    """Services of type LoadBalancer that refer to a pool; only their first ingress counts."""
    for each in objects:
        annotations = mapping(mapping(each.get("metadata")).get("annotations"))
        pool = annotations.get(POOL_ANNOTATION)
        if not isinstance(pool, str) or mapping(each.get("spec")).get("type") != "LoadBalancer":
            continue
        yield Consumer("Service", full_name(each), pool, _ingress(each))


def service_spec(service: Object) -> ServiceSpec:
    """What a Service says to Antrea's controller."""
    annotations = mapping(mapping(service.get("metadata")).get("annotations"))
    spec = mapping(service.get("spec"))
    return ServiceSpec(
        text(annotations.get(POOL_ANNOTATION)) if spec.get("type") == "LoadBalancer" else "",
        text(spec.get("loadBalancerIP")),
        _ingress(service),
        text(annotations.get(SHARED_ANNOTATION)) in _TRUE,
    )


def _ingress(service: Object) -> str:
    balancer = mapping(mapping(service.get("status")).get("loadBalancer"))
    first = mapping(next(iter(items(balancer.get("ingress"))), None))
    return text(first.get("ip"))
