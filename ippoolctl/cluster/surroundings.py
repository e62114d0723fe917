"""Reads the objects around the pools: each kind in its own thread, each with its own fault."""

import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from ippoolctl.crd.surroundings.kinds import KINDS, read_object
from ippoolctl.domain.surroundings.kind import Kind
from ippoolctl.domain.surroundings.known import Known, Unknown, Why
from ippoolctl.ports.faults import Fault, RejectedFault
from ippoolctl.ports.gateway import Gateway, Resource

if TYPE_CHECKING:
    from ippoolctl.domain.antrea.releases import AssumedRelease
    from ippoolctl.domain.lint.surroundings import Objects

_RELEASE: Final = (Kind.CONTROLLER_INFO,)
_RELEASE_OTHERWISE: Final = (Kind.CONTROLLER, Kind.DEFINITION)
"""What tells the release if the controller does not report it."""
_LONGEST_FOR_RELEASE: Final = 5.0
"""Seconds: a command that only asks for the release does not wait long for it."""
_FORBIDDEN: Final = 403
_NOT_FOUND: Final = 404


class SurroundingsReading:
    """Lists that are under way; reading begins at once."""

    def __init__(
        self,
        gateway: Gateway,
        kinds: Iterable[Kind],
        *,
        with_release: bool = False,
        within: float | None = None,
    ) -> None:
        """``with_release``: also read what tells the release, see
        :func:`~ippoolctl.domain.lint.surroundings.release_in`. ``within`` is the time limit of each
        list in seconds.
        """
        self._gateway = gateway
        self._within = within
        self._with_release = with_release
        self._found: dict[Kind, Known[tuple[Any, ...]] | Unknown] = {}
        self._failures: list[BaseException] = []
        self._threads = {
            kind: threading.Thread(target=self._run, args=(kind,), daemon=True)
            for kind in sorted({*kinds, *_RELEASE} if with_release else kinds)
        }
        for each in self._threads.values():
            each.start()

    def result_in_time(self, until: float) -> "Objects":
        """The same without waiting beyond a time of ``time.monotonic``; nothing is raised."""
        for each in self._threads.values():
            each.join(max(until - time.monotonic(), 0.0))
        late = {kind: Unknown(Why.FAILED, kind, "timed out") for kind in self._threads}
        return {**late, **self._found}

    def result(self) -> "Objects":
        """The objects of each kind, or why they are unknown, once all lists have ended."""
        for each in self._threads.values():
            each.join()
        if self._failures:
            raise self._failures[0]
        if not self._with_release:
            return self._found
        from ippoolctl.domain.lint.surroundings import release_in

        if release_in(self._found) is None:
            unread = [each for each in _RELEASE_OTHERWISE if each not in self._found]
            others = SurroundingsReading(self._gateway, unread, within=self._within)
            return {**self._found, **others.result()}
        return self._found

    def _run(self, kind: Kind) -> None:
        try:
            found = _objects_of(self._gateway, kind, self._within)
            if kind is Kind.API_SERVERS:
                found = _with_server(found, self._gateway.host)
            self._found[kind] = found
        except BaseException as failure:  # raised again by the thread that asks for the result
            self._failures.append(failure)


def read_release(gateway: Gateway) -> "AssumedRelease | None":
    """The release of the cluster; ``None`` if it is unknown."""
    from ippoolctl.domain.lint.surroundings import release_in

    reading = SurroundingsReading(gateway, (), with_release=True, within=_LONGEST_FOR_RELEASE)
    return release_in(reading.result())


def _with_server(
    found: Known[tuple[Any, ...]] | Unknown, host: str
) -> Known[tuple[Any, ...]] | Unknown:
    """The addresses of the API server with that of the connection; one of them is enough."""
    from ippoolctl.crd.surroundings.endpoints import read_server

    server = read_server(host)
    if server is None:
        return found
    return Known((*(found.value if isinstance(found, Known) else ()), server))


def _objects_of(
    gateway: Gateway, kind: Kind, within: float | None
) -> Known[tuple[Any, ...]] | Unknown:
    """The objects in the newest version that the cluster serves."""
    row = KINDS[kind]
    for version in row.versions:
        metadata_only = kind is Kind.MEMBERLIST_KEYS
        resource = Resource(row.group, version, row.plural, row.namespace, row.name, metadata_only)
        try:
            found = gateway.list_objects(
                resource, lambda each: read_object(kind, each), within=within
            )
            return Known(tuple(found))
        except RejectedFault as fault:
            if fault.status != _NOT_FOUND:
                why = Why.FORBIDDEN if fault.status == _FORBIDDEN else Why.FAILED
                return Unknown(why, kind, fault.message)
        except Fault as fault:
            return Unknown(Why.FAILED, kind, fault.message)
    return Unknown(Why.NOT_SERVED, kind)
