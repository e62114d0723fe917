"""Egresses and Services as a cluster lists them."""

import json
from typing import Any

from ippoolctl.domain.annotations.marks import DETACHED
from ippoolctl.domain.surroundings.service import POOL_ANNOTATION, SHARED_ANNOTATION

ALLOCATED = {
    "type": "IPAllocated",
    "status": "True",
    "reason": "Allocated",
    "message": "EgressIP is successfully allocated",
}


def egress(
    name: str, pool: str, address: str = "", *, node: str = "", failure: str = ""
) -> dict[str, Any]:
    """An Egress; with a failure it waits, with an address it has it."""
    spec = {"externalIPPool": pool, "egressIP": address, "appliedTo": {}}
    failed = {"status": "False", "reason": "AllocationError", "message": failure}
    allocated = ALLOCATED | failed if failure else ALLOCATED
    return {
        "apiVersion": "crd.antrea.io/v1beta1",
        "kind": "Egress",
        "metadata": {"name": name, "uid": f"uid-{name}"},
        "spec": {key: value for key, value in spec.items() if value or key == "appliedTo"},
        "status": {"egressNode": node, "conditions": [allocated] if address or failure else []},
    }


def service(
    name: str, pool: str = "", address: str = "", *, requested: str = "", shared: bool = False
) -> dict[str, Any]:
    """A Service of type LoadBalancer in the namespace prod; without an address it waits."""
    annotations = {POOL_ANNOTATION: pool} if pool else {}
    annotations |= {SHARED_ANNOTATION: "true"} if shared else {}
    spec = {"type": "LoadBalancer", "ports": [{"port": 80}]}
    meta = {"name": name, "namespace": "prod", "uid": f"uid-{name}", "annotations": annotations}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta,
        "spec": spec | ({"loadBalancerIP": requested} if requested else {}),
        "status": {"loadBalancer": {"ingress": [{"ip": address}]} if address else {}},
    }


def detached(
    consumer: dict[str, Any], request: str, source: str, target: str, *ranges: str
) -> dict[str, Any]:
    """The Egress or Service as a run leaves it that replaces the pool ``source`` with these
    ranges.
    """
    relocation = {
        "delete": {source: {"uid": "1", "ranges": ranges}},
        "create": [{"metadata": {"name": target}}],
        "append": {},
    }
    record = {"request": request, "from": source, "to": target, "relocation": relocation}
    meta = consumer["metadata"]
    annotations = {**meta.get("annotations", {}), DETACHED: json.dumps(record)}
    return {**consumer, "metadata": {**meta, "annotations": annotations}}
