"""The objects of a cluster in each recorded state of a history, as the API server lists them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ippoolctl.domain.surroundings.service import POOL_ANNOTATION, SHARED_ANNOTATION
from tests.builders import pool_object
from tests.truth.histories import State

Object = dict[str, Any]


class Objects(NamedTuple):
    """The objects after a step, and the resulting state of Antrea."""

    state: State
    pools: list[Object]
    egresses: list[Object]
    services: list[Object]


def objects_in(history: dict[str, Any]) -> Iterator[Objects]:
    """The objects after each step. What a state does not record is what the steps asked for."""
    ranges: dict[str, list[dict[str, str]]] = {}
    wishes: dict[str, dict[str, Any]] = {}
    for step in history["steps"]:
        if step["code"] < 300:
            _follow(step["do"], ranges, wishes)
        state = step["state"]
        yield Objects(
            state,
            [_pool(name, ranges[name], usage) for name, usage in state["pools"].items()],
            [_egress(name, **found) for name, found in state["egresses"].items()],
            [_service(name, wishes[name], ip) for name, ip in state["services"].items()],
        )


def _follow(
    do: dict[str, Any], ranges: dict[str, list[dict[str, str]]], wishes: dict[str, dict[str, Any]]
) -> None:
    match do:
        case {"create pool": name, "ipRanges": listed} | {"extend pool": name, "ipRanges": listed}:
            ranges[name] = listed
        case {"create service": name}:
            wishes[name] = do
        case {"update service": name, "set": changed}:
            wishes[name] = {**wishes[name], **changed}


def _pool(name: str, ranges: list[dict[str, str]], usage: dict[str, int] | None) -> Object:
    made = _stored(pool_object(name, ipRanges=ranges), name)
    return {**made, "status": {"usage": usage}} if usage else made


def _egress(name: str, pool: str, ip: str, allocated: list[str] | None) -> Object:
    spec = {"externalIPPool": pool, "egressIP": ip}
    parts = ("type", "status", "reason", "message")
    conditions = [dict(zip(parts, ("IPAllocated", *allocated), strict=True))] if allocated else []
    about = {"apiVersion": "crd.antrea.io/v1beta1", "kind": "Egress"}
    return _stored(about, name) | {
        "spec": {"appliedTo": {}, **{key: value for key, value in spec.items() if value}},
        "status": {"conditions": conditions},
    }


def _service(name: str, wish: dict[str, Any], ip: str | None) -> Object:
    annotations = {POOL_ANNOTATION: wish["pool"]} if wish.get("pool") else {}
    annotations |= {SHARED_ANNOTATION: "true"} if wish.get("shared") else {}
    spec = {"type": "LoadBalancer", "ports": [{"port": 80}]}
    if wish.get("loadBalancerIP"):
        spec["loadBalancerIP"] = wish["loadBalancerIP"]
    made = _stored({"apiVersion": "v1", "kind": "Service"}, name)
    made["metadata"] |= {"namespace": "default", "annotations": annotations}
    balancer = {"ingress": [{"ip": ip}]} if ip else {}
    return made | {"spec": spec, "status": {"loadBalancer": balancer}}


def _stored(document: Object, name: str) -> Object:
    meta = {"name": name, "uid": f"uid-{name}", "resourceVersion": "7"}
    return {**document, "metadata": {**document.get("metadata", {}), **meta}}
