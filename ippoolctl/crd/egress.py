"""Egress: the pool that it refers to, and the address that it has."""

from collections.abc import Iterable, Iterator

from ippoolctl.crd.untyped import Object, full_name, items, mapping, text
from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.antrea.egress_allocation import EgressSpec


def read_egresses(objects: Iterable[Object]) -> Iterator[Consumer]:
    """Those that refer to a pool. The controller writes the address into ``spec.egressIP``.

    The plural fields are in the CRD since Antrea 1.12 and rejected by every release up to 2.7.
    """
    for each in objects:
        spec = mapping(each.get("spec"))
        pools = [spec.get("externalIPPool"), *items(spec.get("externalIPPools"))]
        addresses = [spec.get("egressIP"), *items(spec.get("egressIPs"))]
        held = next((ip for ip in addresses if isinstance(ip, str)), "")
        for pool in pools:
            if isinstance(pool, str) and pool:
                yield Consumer("Egress", full_name(each), pool, held)


def egress_spec(egress: Object | None) -> EgressSpec:
    """What an Egress says to Antrea's controller; nothing if there is none."""
    spec = mapping((egress or {}).get("spec"))
    return EgressSpec(text(spec.get("externalIPPool")), text(spec.get("egressIP")))
