"""The API server over HTTP: one method for each request of the port."""

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import orjson

from ippoolctl.cluster.connection import Connection
from ippoolctl.cluster.paging import Object, Page, whole_list
from ippoolctl.cluster.statuses import HINT_NOT_API_SERVER, object_of, server_date, watch_fault
from ippoolctl.crd.group import GROUP, VERSION
from ippoolctl.crd.live_pool import read_live_pool, read_live_pools
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.errors import InputError
from ippoolctl.ports.faults import RejectedFault, UnansweredFault
from ippoolctl.ports.gateway import (
    EventKind,
    JsonPatch,
    MergePatch,
    PoolEvent,
    PoolList,
    Resource,
    T,
)

if TYPE_CHECKING:
    from ippoolctl.cluster.http.transport import Transport
    from ippoolctl.domain.antrea.consumers import Consumer, Consumers

POOLS: Final = f"/apis/{GROUP}/{VERSION}/externalippools"
_EGRESSES: Final = f"/apis/{GROUP}/{VERSION}/egresses"
_CORE: Final = "/api/v1"
_SERVICES: Final = f"{_CORE}/services"
_REVIEWS: Final = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_WEBHOOKS: Final = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
_METADATA_ONLY: Final = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
_WATCH_GRACE: Final = 4.0
"""Seconds after which a watch that the server should have ended is taken for dead."""
_OK: Final = 200
_FORBIDDEN: Final = 403
_NOT_FOUND: Final = 404


def gateway_to(
    connection: Connection,
    *,
    request_timeout: float,
    exec_allowed: bool,
    log: Callable[[str], None] | None = None,
    warn: Callable[[str], None] | None = None,
) -> "KubernetesGateway":
    """A gateway over this connection. Nothing is sent yet.

    ``request_timeout`` is the time limit of one request in seconds; ``exec_allowed`` says whether
    programs may be run for credentials. For ``log`` and ``warn`` see
    :class:`~ippoolctl.cluster.http.transport.Transport`.
    """
    # TLS is slow to import, and not needed for what is wrong with a kubeconfig.
    from ippoolctl.cluster.credentials.cache import CredentialCache
    from ippoolctl.cluster.http.transport import Transport

    credentials = CredentialCache(connection, exec_allowed=exec_allowed)
    transport = Transport(
        connection, credentials, request_timeout=request_timeout, log=log, warn=warn
    )
    return KubernetesGateway(transport)


class KubernetesGateway:
    """See :class:`ippoolctl.ports.gateway.Watcher`; ``within`` limits a list as a whole."""

    def __init__(self, transport: "Transport") -> None:
        self._transport = transport

    @property
    def host(self) -> str:
        """The host of the server; see the port."""
        return self._transport.host

    def close(self) -> None:
        """Close the connection; see the port."""
        self._transport.close()

    def list_pools(
        self, *, at: str | None = None, selector: str = "", within: float | None = None
    ) -> PoolList:
        """All pools; see the port."""
        query = {"labelSelector": selector} if selector else {}
        if at is not None:
            query |= {"resourceVersion": at, "resourceVersionMatch": "Exact"}
        page = partial(self._page, POOLS)
        pools, revision, date = whole_list(page, query, read_live_pools, within)
        _require_stored(*pools)
        return PoolList(tuple(pools), revision, server_date(date))

    def get_pool(self, name: str, *, within: float | None = None) -> Pool | None:
        """The pool; see the port."""
        try:
            return _named(name, _stored(self._ask("GET", _path_of(name), within=within)))
        except RejectedFault as fault:
            if fault.status == _NOT_FOUND and fault.reason == "NotFound":
                return None
            raise

    def create_pool(
        self, pool: Mapping[str, Any], *, dry_run: bool = False, within: float | None = None
    ) -> Pool:
        """The pool as created; see the port."""
        query = {"dryRun": "All"} if dry_run else {}
        document = self._ask("POST", POOLS, pool, query, within=within)
        # The result of a dry run has no revision.
        created = read_live_pool(document) if dry_run else _stored(document)
        return _named(pool["metadata"]["name"], created)

    def patch_pool(
        self,
        name: str,
        patch: JsonPatch | MergePatch,
        *,
        dry_run: bool = False,
        within: float | None = None,
    ) -> Pool:
        """The pool as patched; see the port."""
        query = {"dryRun": "All"} if dry_run else {}
        content = dict(patch) if isinstance(patch, Mapping) else list(patch)
        document = self._ask("PATCH", _path_of(name), content, query, within=within)
        return _named(name, _stored(document))

    def delete_pool(self, pool: Pool, *, within: float | None = None) -> None:
        """Delete only this object; see the port."""
        live = pool.live
        assert live is not None
        preconditions = {"uid": live.uid, "resourceVersion": live.resource_version}
        options = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": preconditions}
        document = self._ask("DELETE", _path_of(pool.name), options, within=within)
        if not _is_deletion(document, pool):
            raise _other_than("the deleted pool")

    def consumers(self, *, within: float | None = None) -> "Consumers":
        """Egresses and Services; a cluster without the CRD of Egresses has none. See the port."""
        from ippoolctl.crd.surroundings.egress import read_egresses
        from ippoolctl.crd.surroundings.service import read_services
        from ippoolctl.domain.antrea.consumers import Consumers

        ends = None if within is None else time.monotonic() + within
        found: list[Consumer] = []
        unseen = []
        for kind, path, read in (
            ("Egress", _EGRESSES, read_egresses),
            ("Service", _SERVICES, read_services),
        ):
            left = None if ends is None else ends - time.monotonic()
            try:
                objects, *_ = whole_list(partial(self._page, path), {}, _as_they_are, left)
            except RejectedFault as fault:
                if fault.status not in (_FORBIDDEN, _NOT_FOUND):
                    raise
                unseen += [kind] if fault.status == _FORBIDDEN else []
            else:
                found += read(objects)
        return Consumers(tuple(found), tuple(unseen))

    def patch_egress(self, name: str, patch: JsonPatch, *, within: float | None = None) -> Object:
        """The Egress as patched; see the port."""
        return self._patch(f"{_EGRESSES}/{_segment(name, 'Egress')}", name, patch, within)

    def patch_service(
        self, namespace: str, name: str, patch: JsonPatch, *, within: float | None = None
    ) -> Object:
        """The Service as patched; see the port."""
        space = f"{_CORE}/namespaces/{_segment(namespace, 'namespace')}"
        return self._patch(f"{space}/services/{_segment(name, 'Service')}", name, patch, within)

    def list_objects(
        self,
        resource: Resource,
        read: Callable[[Mapping[str, Any]], T],
        *,
        within: float | None = None,
    ) -> list[T]:
        """The objects of a resource; see the port."""
        query = {"fieldSelector": f"metadata.name={resource.name}"} if resource.name else {}
        accept = _METADATA_ONLY if resource.metadata_only else ""
        page = partial(self._page, resource.path, accept=accept)
        return whole_list(page, query, lambda items: map(read, items), within)[0]

    def may(
        self,
        verb: str,
        name: str = "",
        *,
        of: Resource | None = None,
        within: float | None = None,
    ) -> bool:
        """Whether we may; see the port."""
        group, plural = (of.group, of.plural) if of else (GROUP, "externalippools")
        about = {"group": group, "resource": plural, "verb": verb}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {**about, "name": name} if name else about},
        }
        document = self._ask("POST", _REVIEWS, review, within=within)
        status = document.get("status")
        return isinstance(status, dict) and status.get("allowed") is True

    def webhook_registered(self, *, within: float | None = None) -> bool:
        """Whether the webhook is registered; see the port."""
        from ippoolctl.domain.antrea.messages import WEBHOOK

        items, *_ = whole_list(partial(self._page, _WEBHOOKS), {}, _as_they_are, within)
        return any(
            isinstance(entry, dict) and entry.get("name") == WEBHOOK
            for each in items
            for entry in each.get("webhooks") or ()
        )

    def watch_pools(self, since: str, *, seconds: int) -> Generator[PoolEvent | None]:
        """The changes of pools; see the port."""
        query = {
            "watch": "1",
            "resourceVersion": since,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(seconds),
        }
        lines = self._transport.lines(POOLS, query=query, seconds=seconds + _WATCH_GRACE)
        with closing(lines):
            while True:
                try:
                    line = next(lines)
                except StopIteration as end:
                    if end.value.status != _OK:
                        object_of(end.value, POOLS)
                    return
                yield None if line is None else _event(line)

    def _patch(self, path: str, name: str, patch: JsonPatch, within: float | None) -> Object:
        """An object beside pools as patched."""
        document = self._ask("PATCH", path, list(patch), within=within)
        meta = document.get("metadata")
        if not isinstance(meta, dict) or meta.get("name") != name or not meta.get("uid"):
            raise _other_than("the patched object")
        return document

    def _ask(
        self,
        method: str,
        path: str,
        content: object = None,
        query: Mapping[str, str] = MappingProxyType({}),
        *,
        within: float | None,
    ) -> Object:
        """The object in the response; ``content`` is sent as JSON."""
        if method == "PATCH" or (method == "POST" and path.startswith(POOLS)):
            query = {**query, "fieldManager": "ippoolctl"}
        kind = "json"
        if method == "PATCH":
            kind = "merge-patch+json" if isinstance(content, dict) else "json-patch+json"
        response = self._transport.request(
            method,
            path,
            query=query,
            body=None if content is None else orjson.dumps(content),
            content_type=f"application/{kind}",
            within=within,
            tell_limit=method != "GET",
        )
        return object_of(response, path)

    def _page(
        self, path: str, query: Mapping[str, str], within: float | None, accept: str = ""
    ) -> Page:
        response = self._transport.request("GET", path, query=query, within=within, accept=accept)
        return Page(object_of(response, path), response.headers.get("date", ""))


def _event(line: bytes) -> PoolEvent:
    """One line of a watch. Raises the fault that it tells."""
    try:
        event = orjson.loads(line)
        kind, found = event["type"], event["object"]
        if kind == "ERROR":
            raise watch_fault(found)
        version = found["metadata"]["resourceVersion"]
        if kind == EventKind.BOOKMARK:
            return PoolEvent(EventKind.BOOKMARK, str(version))
        return PoolEvent(EventKind(kind), str(version), _stored(found))
    except (ValueError, TypeError, KeyError):
        raise _other_than("an event of a watch") from None


def _path_of(name: str) -> str:
    return f"{POOLS}/{_segment(name, 'pool')}"


def _segment(name: str, kind: str) -> str:
    """A name in a path."""
    from urllib.parse import quote

    # The API server's own rule for a name in a path; without it, it would be another path.
    if not name or name in (".", "..") or "/" in name or "%" in name:
        raise InputError(f"invalid {kind} name: {name!r}", "check the name")
    return quote(name, safe="")


def _stored(document: Object) -> Pool:
    """A pool that the server stores; anything else is no response of an API server."""
    pool = read_live_pool(document)
    _require_stored(pool)
    return pool


def _require_stored(*pools: Pool) -> None:
    for pool in pools:
        live = pool.live
        if live is None or not (pool.name and live.uid and live.resource_version):
            raise _other_than("the pool")


def _named(name: str, pool: Pool) -> Pool:
    if pool.name != name:
        raise _other_than("the pool")
    return pool


def _is_deletion(document: Object, pool: Pool) -> bool:
    """Whether the pool is gone, or terminating where it has finalizers."""
    if document.get("kind") == "Status":
        return document.get("status") == "Success"
    held = read_live_pool(document)
    assert pool.live is not None
    assert held.live is not None
    same = (held.name, held.live.uid) == (pool.name, pool.live.uid)
    return same and held.live.deleted is not None


def _other_than(expected: str) -> UnansweredFault:
    return UnansweredFault(f"the server response is not {expected}", HINT_NOT_API_SERVER)


def _as_they_are(items: list[Object]) -> list[Object]:
    return items
