"""Reading and writing the consumers of pools: Egresses, and Services of type LoadBalancer."""

from collections.abc import Iterable
from functools import partial
from math import inf
from typing import Final

from ippoolctl.crd.group import GROUP, VERSION
from ippoolctl.crd.patches.consumers import (
    attaching_patch,
    detaching_patch,
    read_consumer_state,
    unpinning_patch,
)
from ippoolctl.crd.patches.json_patch import JsonPatch
from ippoolctl.domain.annotations.detached import ConsumerState, Detached
from ippoolctl.engine.fault_policy import Verb
from ippoolctl.engine.session import Session
from ippoolctl.engine.writer import Effect, Write
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.ports.gateway import Gateway, Resource

_EGRESSES: Final = Resource(GROUP, VERSION, "egresses")
_SERVICES: Final = Resource("", "v1", "services")
_NOT_FOUND: Final = 404
_NEEDS: Final = "to keep addresses, list and patch on Egresses and Services are required"


def list_consumers(session: Session) -> tuple[ConsumerState, ...]:
    """Every Egress and every Service, as of now; a cluster without the CRD of Egresses has none.

    Raises a :class:`~ippoolctl.ports.faults.RejectedFault` without permission to list them.
    """
    found: list[ConsumerState] = []
    for kind, resource in (("Egress", _EGRESSES), ("Service", _SERVICES)):
        read = partial(read_consumer_state, kind)
        try:
            found += session.ask(partial(session.gateway.list_objects, resource, read), longest=inf)
        except RejectedFault as fault:
            if fault.status != _NOT_FOUND:
                raise
    return tuple(found)


def require_rights_to_patch(session: Session, consumers: Iterable[ConsumerState]) -> None:
    """Raise a :class:`RejectedFault` without permission to patch the kinds of these consumers."""
    for resource in sorted({_EGRESSES if each.is_egress else _SERVICES for each in consumers}):
        session.require_rights(["patch"], _NEEDS, of=resource)


def detach(consumer: ConsumerState, detached: Detached) -> Write:
    """Detach it, see :func:`~ippoolctl.crd.patches.consumers.detaching_patch`."""
    return _patch(consumer, detaching_patch(consumer, detached))


def attach(consumer: ConsumerState, detached: Detached) -> Write:
    """Attach it, see :func:`~ippoolctl.crd.patches.consumers.attaching_patch`."""
    return _patch(consumer, attaching_patch(consumer, detached))


def give_back(consumer: ConsumerState, detached: Detached) -> Write:
    """Undo :func:`detach`: attach it to the pool that it left, which has to exist."""
    if consumer.is_egress or detached.waits:
        return attach(consumer, detached._replace(target=detached.source))
    return unpin(consumer, detached)


def unpin(consumer: ConsumerState, detached: Detached) -> Write:
    """Unpin it, see :func:`~ippoolctl.crd.patches.consumers.unpinning_patch`."""
    return _patch(consumer, unpinning_patch(consumer, detached))


def _patch(consumer: ConsumerState, patch: JsonPatch) -> Write:
    def send(gateway: Gateway, within: float) -> None:
        if consumer.is_egress:
            gateway.patch_egress(consumer.name, patch, within=within)
        else:
            gateway.patch_service(consumer.namespace, consumer.name, patch, within=within)

    return Write(Verb.PATCH, Effect.CHANGE, send)
