"""The JSON patches that detach consumers from a pool and attach them again, and what they rely on.

Each is one write that tests the object and the fields it depends on, so it applies completely or
not at all, and a second time never.
"""

from typing import Final

from ippoolctl.crd.patches.json_patch import (
    ANNOTATIONS,
    JsonPatch,
    add,
    annotation,
    remove,
    same_object,
    test,
)
from ippoolctl.crd.surroundings.egress import read_egress
from ippoolctl.crd.surroundings.service import read_service
from ippoolctl.crd.untyped import Object, mapping, text
from ippoolctl.domain.addresses.parsers import parse_ip
from ippoolctl.domain.annotations.detached import PARKED, ConsumerState, Detached, pinning
from ippoolctl.domain.annotations.marks import DETACHED
from ippoolctl.domain.surroundings.reference import Reference
from ippoolctl.domain.surroundings.service import POOL_ANNOTATION
from ippoolctl.domain.surroundings.waiting import pool_requests

_EGRESS_POOL: Final = "/spec/externalIPPool"
_EGRESS_IP: Final = "/spec/egressIP"
_SERVICE_IP: Final = "/spec/loadBalancerIP"
_SERVICE_POOL: Final = annotation(POOL_ANNOTATION)
_DETACHED: Final = annotation(DETACHED)


def read_consumer_state(kind: str, document: Object) -> ConsumerState:
    """The Egress or the Service, whether it refers to a pool or not."""
    meta, spec = mapping(document.get("metadata")), mapping(document.get("spec"))
    annotations = mapping(meta.get("annotations"))
    name, namespace = text(meta.get("name")), text(meta.get("namespace"))
    reference = Reference(kind, name, namespace)
    if kind == "Egress":
        pool, requested = spec.get("externalIPPool"), spec.get("egressIP")
        found = [*pool_requests([read_egress(document, reference)], ())]
    else:
        is_balancer = spec.get("type") == "LoadBalancer"
        pool = annotations.get(POOL_ANNOTATION) if is_balancer else None
        requested = spec.get("loadBalancerIP")
        found = [*pool_requests((), [read_service(document, reference)])]
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
        any(each.shared for each in found),
    )


def detaching_patch(consumer: ConsumerState, detached: Detached) -> JsonPatch:
    """Annotate the consumer and detach it from the pool, if it is as it was read.

    An Egress keeps its address as a static one, or gets a former one back, and a Service is pinned
    to it: it stays with the pool, since without it other controllers would take the Service. A
    consumer that waits refers to :data:`~ippoolctl.domain.annotations.detached.PARKED` meanwhile.
    """
    change: JsonPatch = []
    if consumer.is_egress:
        tests = [test(_EGRESS_POOL, consumer.pool), test(_EGRESS_IP, consumer.requested)]
        if detached.waits:
            change.append(add(_EGRESS_POOL, PARKED))
            change += [remove(_EGRESS_IP)] if consumer.requested is not None else []
        else:
            if parse_ip(consumer.requested or "") != parse_ip(detached.address):
                change.append(add(_EGRESS_IP, detached.address))
            change += [remove(_EGRESS_POOL)] if consumer.pool is not None else []
    else:
        tests = [test(_SERVICE_POOL, consumer.pool), test(_SERVICE_IP, consumer.requested)]
        if detached.waits:
            change.append(add(_SERVICE_POOL, PARKED))
        elif consumer.requested is None:
            detached = pinning(detached)
            change.append(add(_SERVICE_IP, detached.address))
    return [same_object(consumer.uid), *tests, *_annotating(consumer, detached.text), *change]


def attaching_patch(consumer: ConsumerState, detached: Detached) -> JsonPatch:
    """Attach a detached consumer to its target, if it is as it was read.

    An Egress gets its address back even if Antrea has taken it. The annotation goes, except that of
    a Service with an address, which keeps it until :func:`unpinning_patch`.
    """
    tests = [same_object(consumer.uid), test(_DETACHED, detached.text)]
    done = remove(_DETACHED)
    if consumer.is_egress:
        tests += [test(_EGRESS_POOL, consumer.pool), test(_EGRESS_IP, consumer.requested)]
        address = [add(_EGRESS_IP, detached.address)] if detached.address else []
        return [*tests, *address, add(_EGRESS_POOL, detached.target), done]
    tests.append(test(_SERVICE_POOL, consumer.pool))
    attached = [*tests, add(_SERVICE_POOL, detached.target)]
    return [*attached, done] if detached.waits else attached


def unpinning_patch(consumer: ConsumerState, detached: Detached) -> JsonPatch:
    """Remove the annotation of an attached Service, and the address if the request has set it."""
    tests = [same_object(consumer.uid), test(_DETACHED, detached.text)]
    if detached.pinned and consumer.requested == detached.address:
        tests += [test(_SERVICE_IP, detached.address), remove(_SERVICE_IP)]
    return [*tests, remove(_DETACHED)]


def _annotating(consumer: ConsumerState, value: str) -> JsonPatch:
    if not consumer.annotations:  # no map at all, not even an empty one
        return [test(ANNOTATIONS, None), add(ANNOTATIONS, {DETACHED: value})]
    return [test(_DETACHED, None), add(_DETACHED, value)]
