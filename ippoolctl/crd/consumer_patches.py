"""The JSON patches that detach consumers from a pool and attach them again, and what they rely on.

Each is one write that tests the object and the fields it depends on, so it applies completely or
not at all, and a second time never. A test for null matches a missing key only where its map exists
(RFC 6902 as Kubernetes v1.36 implements it).
"""

from typing import Any, Final

from ippoolctl.crd.surroundings.egress import read_egress
from ippoolctl.crd.surroundings.service import read_service
from ippoolctl.crd.untyped import Object, mapping, text
from ippoolctl.domain.annotations.detached import PARKED, ConsumerState, Detached, pinning
from ippoolctl.domain.annotations.marks import DETACHED
from ippoolctl.domain.surroundings.reference import Reference
from ippoolctl.domain.surroundings.waiting import POOL_ANNOTATION, pool_requests

JsonPatch = list[dict[str, Any]]

_ANNOTATIONS: Final = "/metadata/annotations"
_EGRESS_POOL: Final = "/spec/externalIPPool"
_EGRESS_IP: Final = "/spec/egressIP"
_SERVICE_IP: Final = "/spec/loadBalancerIP"


def read_consumer_state(kind: str, document: Object) -> ConsumerState:
    """The Egress or the Service, whether it refers to a pool or not."""
    meta, spec = mapping(document.get("metadata")), mapping(document.get("spec"))
    annotations = mapping(meta.get("annotations"))
    name, namespace = text(meta.get("name")), text(meta.get("namespace"))
    reference = Reference(kind, name, namespace)
    if kind == "Egress":
        pool, requested = spec.get("externalIPPool"), spec.get("egressIP")
        found = pool_requests([read_egress(document, reference)], ())
    else:
        is_balancer = spec.get("type") == "LoadBalancer"
        pool = annotations.get(POOL_ANNOTATION) if is_balancer else None
        requested = spec.get("loadBalancerIP")
        found = pool_requests((), [read_service(document, reference)])
    held = next((each.held.text for each in found if each.held), "")
    return ConsumerState(
        kind,
        namespace,
        name,
        text(meta.get("uid")),
        pool if isinstance(pool, str) else None,
        requested if isinstance(requested, str) else None,
        held,
        isinstance(meta.get("annotations"), dict),
        annotations.get(DETACHED),
    )


def detaching_patch(consumer: ConsumerState, detached: Detached) -> JsonPatch:
    """Annotate the consumer and detach it from the pool, if it is as it was read.

    With an address, an Egress keeps it as a static one, and a Service is pinned to it: a Service
    stays with the pool, since without it other controllers would take it. Without an address it
    refers to :data:`~ippoolctl.domain.annotations.detached.PARKED` meanwhile.
    """
    address = detached.address
    if consumer.is_egress:
        tests = [_test(_EGRESS_POOL, consumer.pool), _test(_EGRESS_IP, consumer.requested)]
        if address:
            change = [{"op": "remove", "path": _EGRESS_POOL}]
        else:
            change = [{"op": "add", "path": _EGRESS_POOL, "value": PARKED}]
            if consumer.requested is not None:
                change.append({"op": "remove", "path": _EGRESS_IP})
    else:
        pool = _annotation(POOL_ANNOTATION)
        tests = [_test(pool, consumer.pool), _test(_SERVICE_IP, consumer.requested)]
        if not address:
            change = [{"op": "add", "path": pool, "value": PARKED}]
        elif consumer.requested is None:
            detached = pinning(detached)
            change = [{"op": "add", "path": _SERVICE_IP, "value": address}]
        else:
            change = []
    return [_same_object(consumer), *tests, *_annotating(consumer, detached.text), *change]


def attaching_patch(consumer: ConsumerState, detached: Detached) -> JsonPatch:
    """Attach a detached consumer to its target, if the annotation is the one that was read.

    The annotation goes with it, except for a Service with an address, which keeps it until
    :func:`unpinning_patch`.
    """
    tests = [_same_object(consumer), _test(_annotation(DETACHED), detached.text)]
    done = {"op": "remove", "path": _annotation(DETACHED)}
    if consumer.is_egress:
        field = _EGRESS_IP if detached.address else _EGRESS_POOL
        tests.append(_test(field, detached.address or PARKED))
        return [*tests, {"op": "add", "path": _EGRESS_POOL, "value": detached.target}, done]
    pool = _annotation(POOL_ANNOTATION)
    tests.append(_test(pool, consumer.pool))
    attach = {"op": "add", "path": pool, "value": detached.target}
    return [*tests, attach] if detached.address else [*tests, attach, done]


def unpinning_patch(consumer: ConsumerState, detached: Detached) -> JsonPatch:
    """Remove the annotation of an attached Service, and the address if the request has set it."""
    tests = [_same_object(consumer), _test(_annotation(DETACHED), detached.text)]
    if detached.pinned and consumer.requested == detached.address:
        tests.append(_test(_SERVICE_IP, detached.address))
        tests.append({"op": "remove", "path": _SERVICE_IP})
    return [*tests, {"op": "remove", "path": _annotation(DETACHED)}]


def _annotating(consumer: ConsumerState, value: str) -> JsonPatch:
    if not consumer.annotations:  # no map at all, not even an empty one
        whole = {"op": "add", "path": _ANNOTATIONS, "value": {DETACHED: value}}
        return [_test(_ANNOTATIONS, None), whole]
    return [
        _test(_annotation(DETACHED), None),
        {"op": "add", "path": _annotation(DETACHED), "value": value},
    ]


def _same_object(consumer: ConsumerState) -> dict[str, Any]:
    return _test("/metadata/uid", consumer.uid)


def _annotation(key: str) -> str:
    return f"{_ANNOTATIONS}/{key.replace('/', '~1')}"


def _test(path: str, value: Any) -> dict[str, Any]:
    return {"op": "test", "path": path, "value": value}
