"""Egresses: as consumers of a pool, as what the controller reads, and as surroundings of pools."""

from collections.abc import Iterable, Iterator
from typing import Final

from ippoolctl.crd.surroundings.detachment import read_detachment
from ippoolctl.crd.surroundings.fields import address_field
from ippoolctl.crd.untyped import Object, full_name, items, mapping, text
from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.domain.antrea.ipam.egress_allocation import Bandwidth, EgressSpec
from ippoolctl.domain.antrea.pool import Condition
from ippoolctl.domain.surroundings.egress import Egress
from ippoolctl.domain.surroundings.reference import Reference

_PLURALS: Final = ("egressIPs", "externalIPPools")


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
    bandwidth = mapping(spec.get("bandwidth"))
    return EgressSpec(
        text(spec.get("externalIPPool")),
        text(spec.get("egressIP")),
        tuple(field for field in _PLURALS if items(spec.get(field))),
        Bandwidth(text(bandwidth.get("rate")), text(bandwidth.get("burst"))) if bandwidth else None,
    )


def read_egress(egress: Object, reference: Reference) -> Egress:
    """The Egress."""
    spec, status = mapping(egress.get("spec")), mapping(egress.get("status"))
    return Egress(
        reference,
        text(spec.get("externalIPPool")),
        address_field(spec.get("egressIP"), ("spec", "egressIP")),
        text(spec.get("egressIP")),
        any(spec.get(field) for field in _PLURALS),
        text(status.get("egressNode")),
        tuple(
            Condition(*(text(each.get(part)) for part in ("type", "status", "reason", "message")))
            for each in map(mapping, items(status.get("conditions")))
        ),
        read_detachment(egress),
    )
