"""The API server over HTTP: one method a question, our own requests and our own faults."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

import orjson

from ippoolctl.cluster.dates import rfc3339
from ippoolctl.cluster.http.transport import Answer, Transport
from ippoolctl.cluster.paging import Object, T, whole_list
from ippoolctl.cluster.statuses import object_of, raise_unless_success
from ippoolctl.crd.group import GROUP, VERSION
from ippoolctl.crd.live_pool import read_live_pool
from ippoolctl.domain.antrea.consumers import Consumer, Consumers
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.errors import InputError
from ippoolctl.ports.faults import RejectedFault, UnansweredFault
from ippoolctl.ports.gateway import JsonPatch, PoolList

POOLS: Final = f"/apis/{GROUP}/{VERSION}/externalippools"
_EGRESSES: Final = f"/apis/{GROUP}/{VERSION}/egresses"
_SERVICES: Final = "/api/v1/services"
_REVIEWS: Final = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_WEBHOOKS: Final = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
_JSON_PATCH: Final = "application/json-patch+json"
_FORBIDDEN: Final = 403
_NOT_FOUND: Final = 404


class KubernetesGateway:
    """See :class:`ippoolctl.ports.gateway.Gateway`; ``within`` bounds a list as a whole."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def close(self) -> None:
        """Close the connection that is kept open."""
        self._transport.close()

    def list_pools(
        self, *, at: str | None = None, selector: str = "", within: float | None = None
    ) -> PoolList:
        """All pools; see the port."""
        query = {"labelSelector": selector} if selector else {}
        if at is not None:
            query |= {"resourceVersion": at, "resourceVersionMatch": "Exact"}
        dates: list[str] = []
        pools, revision = self._list(POOLS, query, within, _stored, dates.append)
        return PoolList(tuple(pools), revision, rfc3339(dates[0]))

    def get_pool(self, name: str, *, within: float | None = None) -> Pool | None:
        """The pool; see the port."""
        try:
            return _of_that_name(self._ask("GET", _path_of(name), within=within), name)
        except RejectedFault as fault:
            if fault.status == 404 and fault.reason == "NotFound":
                return None
            raise

    def create_pool(
        self, pool: Mapping[str, Any], *, dry_run: bool = False, within: float | None = None
    ) -> Pool:
        """The pool as created; see the port."""
        query = {"dryRun": "All"} if dry_run else {}
        document = self._ask("POST", POOLS, query, orjson.dumps(pool), within=within)
        name = pool["metadata"]["name"]
        # What a dry run gives has no revision.
        return _of_that_name(document, name, read_live_pool if dry_run else _stored)

    def patch_pool(
        self, name: str, patch: JsonPatch, *, dry_run: bool = False, within: float | None = None
    ) -> Pool:
        """The pool as patched; see the port."""
        body, query = orjson.dumps(list(patch)), {"dryRun": "All"} if dry_run else {}
        document = self._ask("PATCH", _path_of(name), query, body, _JSON_PATCH, within)
        return _of_that_name(document, name)

    def delete_pool(self, pool: Pool, *, within: float | None = None) -> None:
        """Delete just this object; see the port."""
        assert pool.live is not None
        options = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "preconditions": {
                "uid": pool.live.uid,
                "resourceVersion": pool.live.resource_version,
            },
        }
        body = orjson.dumps(options)
        document = self._ask("DELETE", _path_of(pool.name), {}, body, within=within)
        if not _says_deleted(document, pool):
            raise _other_than("the end of the pool")

    def consumers(self, *, within: float | None = None) -> Consumers:
        """Egresses and Services; a cluster without the CRD of Egresses has none. See the port."""
        from ippoolctl.crd.consumers import read_egresses, read_services

        found: list[Consumer] = []
        unseen = []
        for kind, path, read in (
            ("Egress", _EGRESSES, read_egresses),
            ("Service", _SERVICES, read_services),
        ):
            seen = _consumers_of(partial(self._list, path, {}, within, _itself), read)
            found += seen or ()
            unseen += [kind] if seen is None else []
        return Consumers(tuple(found), tuple(unseen))

    def may(self, verb: str, name: str = "", *, within: float | None = None) -> bool:
        """Whether we may; see the port."""
        about = {"group": GROUP, "resource": "externalippools", "verb": verb}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {**about, "name": name} if name else about},
        }
        answer = self._ask("POST", _REVIEWS, {}, orjson.dumps(review), within=within)
        status = answer.get("status")
        return isinstance(status, dict) and status.get("allowed") is True

    def webhook_registered(self, *, within: float | None = None) -> bool:
        """Whether there is such a webhook; see the port."""
        from ippoolctl.domain.antrea.messages import WEBHOOK

        items, _ = self._list(_WEBHOOKS, {}, within, _itself)
        return any(
            isinstance(entry, dict) and entry.get("name") == WEBHOOK
            for each in items
            for entry in each.get("webhooks") or ()
        )

    def _list(
        self,
        path: str,
        query: Mapping[str, str],
        within: float | None,
        read: Callable[[Object], T],
        dated: Callable[[str], None] | None = None,
    ) -> tuple[list[T], str]:
        def ask(asked: Mapping[str, str], seconds: float | None) -> Object:
            return self._ask("GET", path, asked, within=seconds, dated=dated)

        return whole_list(ask, query, read, within)

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = "application/json",
        within: float | None = None,
        dated: Callable[[str], None] | None = None,
    ) -> Object:
        """``dated`` is told the ``Date`` of an answer that is a success."""
        query = dict(query or {})
        if method in ("POST", "PATCH") and path.startswith(POOLS):
            query |= {"fieldManager": "ippoolctl"}
        answer: Answer = self._transport.request(
            method,
            path,
            query=query,
            body=body,
            content_type=content_type,
            within=within,
            tell_limit=method != "GET",
        )
        raise_unless_success(answer, path)
        if dated is not None:
            dated(answer.headers.get("date", ""))
        return object_of(answer)


def _path_of(name: str) -> str:
    from urllib.parse import quote

    # The API server's own rule for a name in a path; else it would be another path.
    if not name or name in (".", "..") or "/" in name or "%" in name:
        raise InputError(f"{name!r} cannot be the name of a pool", "check the name")
    return f"{POOLS}/{quote(name, safe='')}"


def _stored(document: Object) -> Pool:
    """The pool that the server keeps; anything else is no answer of an API server."""
    pool = read_live_pool(document)
    live = pool.live
    if live is None or not (pool.name and live.uid and live.resource_version):
        raise _other_than("the pool")
    return pool


def _of_that_name(document: Object, name: str, read: Callable[[Object], Pool] = _stored) -> Pool:
    pool = read(document)
    if pool.name != name:
        raise _other_than("the pool")
    return pool


def _says_deleted(document: Object, pool: Pool) -> bool:
    """Whether it is gone, or marked as terminating where finalizers hold it."""
    if document.get("kind") == "Status":
        return document.get("status") == "Success"
    held = read_live_pool(document)
    assert pool.live is not None
    assert held.live is not None
    same = (held.name, held.live.uid) == (pool.name, pool.live.uid)
    return same and held.live.deleted is not None


def _other_than(expected: str) -> UnansweredFault:
    message = f"the server's answer is not {expected}"
    return UnansweredFault(message, "is something else listening there, such as a proxy?")


def _consumers_of(
    listed: Callable[[], tuple[list[Object], str]],
    read: Callable[[Iterable[Object]], Iterable[Consumer]],
) -> tuple[Consumer, ...] | None:
    """Those of one kind; ``None`` if we may not see them, none if there is no such kind."""
    try:
        return tuple(read(listed()[0]))
    except RejectedFault as fault:
        if fault.status not in (_FORBIDDEN, _NOT_FOUND):
            raise
        return None if fault.status == _FORBIDDEN else ()


def _itself(document: Object) -> Object:
    return document
