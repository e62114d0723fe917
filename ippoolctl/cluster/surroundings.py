"""Reads the objects around the pools: each kind in its own thread, each with its own fault."""

import threading
from collections.abc import Iterable
from typing import Any, Final

from ippoolctl.crd.surroundings.kinds import KINDS, read_object
from ippoolctl.domain.antrea.releases import Release
from ippoolctl.domain.lint.fact import Known, Unknown, Why
from ippoolctl.domain.lint.surroundings import Objects, release_in
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.ports.faults import Fault, RejectedFault
from ippoolctl.ports.gateway import Gateway, Resource

_RELEASE: Final = (Kind.CONTROLLER_INFO,)
_FORBIDDEN: Final = 403
_NOT_FOUND: Final = 404


class SurroundingsReading:
    """Lists that are under way; reading begins at once."""

    def __init__(
        self, gateway: Gateway, kinds: Iterable[Kind], *, with_release: bool = False
    ) -> None:
        """``with_release``: also read what the controller reports of itself."""
        self._gateway = gateway
        self._found: dict[Kind, Known[tuple[Any, ...]] | Unknown] = {}
        self._failures: list[BaseException] = []
        self._threads = [
            threading.Thread(target=self._run, args=(kind,), daemon=True)
            for kind in sorted({*kinds, *_RELEASE} if with_release else kinds)
        ]
        for each in self._threads:
            each.start()

    def result(self) -> Objects:
        """The objects of each kind, or why they are unknown, once all lists have ended."""
        for each in self._threads:
            each.join()
        if self._failures:
            raise self._failures[0]
        return self._found

    def _run(self, kind: Kind) -> None:
        try:
            self._found[kind] = _objects_of(self._gateway, kind)
        except BaseException as failure:  # raised again by the thread that asks for the result
            self._failures.append(failure)


def read_release(gateway: Gateway) -> Release | None:
    """The release that the controller of the cluster reports; ``None`` if it is unknown."""
    return release_in(SurroundingsReading(gateway, _RELEASE).result())


def _objects_of(gateway: Gateway, kind: Kind) -> Known[tuple[Any, ...]] | Unknown:
    """The objects in the newest version that the cluster serves."""
    row = KINDS[kind]
    for version in row.versions:
        metadata_only = kind is Kind.MEMBERLIST_KEYS
        resource = Resource(row.group, version, row.plural, row.namespace, row.name, metadata_only)
        try:
            return Known(
                tuple(gateway.list_objects(resource, lambda each: read_object(kind, each)))
            )
        except RejectedFault as fault:
            if fault.status != _NOT_FOUND:
                why = Why.FORBIDDEN if fault.status == _FORBIDDEN else Why.FAILED
                return Unknown(why, kind, fault.message)
        except Fault as fault:
            return Unknown(Why.FAILED, kind, fault.message)
    return Unknown(Why.NOT_SERVED, kind)
