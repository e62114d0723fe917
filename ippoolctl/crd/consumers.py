"""Egresses and Services: which pool they refer to, and which address they hold."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ippoolctl.domain.consumers import Consumer

POOL_ANNOTATION: Final = "service.antrea.io/external-ip-pool"
"""By this a Service of type LoadBalancer asks for an address (Antrea 1.5 and later)."""

Object = Mapping[str, Any]


def read_egresses(objects: Iterable[Object]) -> Iterator[Consumer]:
    """Those that refer to a pool. The controller writes the address into ``spec.egressIP``.

    The plural fields are in the CRD since Antrea 1.12 and refused by every release up to 2.7.
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
        balancer = _mapping(_mapping(each.get("status")).get("loadBalancer"))
        first = _mapping(next(iter(_items(balancer.get("ingress"))), None))
        held = first.get("ip")
        yield Consumer("Service", _name(each), pool, held if isinstance(held, str) else "")


def _name(each: Object) -> str:
    meta = _mapping(each.get("metadata"))
    namespace, name = meta.get("namespace"), meta.get("name")
    return f"{namespace}/{name}" if namespace else str(name)


def _mapping(value: Any) -> Object:
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
