"""Egresses and Services: the pool that they refer to, and the address that they have."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.antrea.egress_allocation import EgressSpec
from ippoolctl.domain.antrea.service_allocation import ServiceSpec

POOL_ANNOTATION: Final = "service.antrea.io/external-ip-pool"
"""With it a Service of type LoadBalancer requests an address (Antrea 1.5 and later)."""

SHARED_ANNOTATION: Final = "service.antrea.io/allow-shared-load-balancer-ip"
"""With it a Service shares its ``loadBalancerIP`` with others (Antrea 2.1 and later)."""

_TRUE: Final = ("1", "t", "T", "TRUE", "true", "True")
"""The texts that Go's ``strconv.ParseBool`` reads as true."""

Object = Mapping[str, Any]


def read_egresses(objects: Iterable[Object]) -> Iterator[Consumer]:
    """Those that refer to a pool. The controller writes the address into ``spec.egressIP``.

    The plural fields are in the CRD since Antrea 1.12 and rejected by every release up to 2.7.
    """
    for each in objects:
        spec = _mapping(each.get("spec"))
        pools = [spec.get("externalIPPool"), *_items(spec.get("externalIPPools"))]
        addresses = [spec.get("egressIP"), *_items(spec.get("egressIPs"))]
        held = next((text for text in addresses if isinstance(text, str)), "")
        for pool in pools:
            if isinstance(pool, str) and pool:
                yield Consumer("Egress", _name(each), pool, held)


def read_services(objects: Iterable[Object]) -> Iterator[Consumer]:
    """Services of type LoadBalancer that refer to a pool; only their first ingress counts."""
    for each in objects:
        annotations = _mapping(_mapping(each.get("metadata")).get("annotations"))
        pool = annotations.get(POOL_ANNOTATION)
        if not isinstance(pool, str) or _mapping(each.get("spec")).get("type") != "LoadBalancer":
            continue
        yield Consumer("Service", _name(each), pool, _ingress(each))


def egress_spec(egress: Object | None) -> EgressSpec:
    """What an Egress says to Antrea's controller; nothing if there is none."""
    spec = _mapping((egress or {}).get("spec"))
    return EgressSpec(_text(spec.get("externalIPPool")), _text(spec.get("egressIP")))


def service_spec(service: Object) -> ServiceSpec:
    """What a Service says to Antrea's controller."""
    annotations = _mapping(_mapping(service.get("metadata")).get("annotations"))
    spec = _mapping(service.get("spec"))
    return ServiceSpec(
        _text(annotations.get(POOL_ANNOTATION)) if spec.get("type") == "LoadBalancer" else "",
        _text(spec.get("loadBalancerIP")),
        _ingress(service),
        _text(annotations.get(SHARED_ANNOTATION)) in _TRUE,
    )


def _ingress(service: Object) -> str:
    balancer = _mapping(_mapping(service.get("status")).get("loadBalancer"))
    first = _mapping(next(iter(_items(balancer.get("ingress"))), None))
    return _text(first.get("ip"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _name(each: Object) -> str:
    meta = _mapping(each.get("metadata"))
    namespace, name = meta.get("namespace"), meta.get("name")
    return f"{namespace}/{name}" if namespace else str(name)


def _mapping(value: Any) -> Object:
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
