"""Lists: at which revision, how much of it, and where to go on.

Source: Kubernetes v1.36 ``apiserver/pkg/storage/continue.go`` and ``storage/etcd3/store.go``.
"""

import base64
import operator
from typing import Final, NamedTuple

import orjson

from ippoolctl.sandbox import options
from ippoolctl.sandbox.request import Call
from ippoolctl.sandbox.selectors import everything, selector
from ippoolctl.sandbox.statuses import StatusError, bad_request, timed_out
from ippoolctl.sandbox.store import CompactedError, JsonObject, Key, Store

_PATIENCE: Final = 3.0
"""Seconds until a revision that is still to come is given up."""
_LARGE: Final = "Too large resource version"
_TOO_LARGE: Final = {"reason": "ResourceVersionTooLarge", "message": _LARGE}
_EXPIRED: Final = (
    "The provided continue parameter is too old to display a consistent list result. You can start "
    "a new list without the continue parameter, or use the continue token in this response to "
    "retrieve the remainder of the results. Continuing with the provided token results in an "
    "inconsistent list - objects that were created, modified, or deleted between the time the "
    "first chunk was returned and now may show up in the list."
)


class Page(NamedTuple):
    """A part of a list, or all of it."""

    objects: list[JsonObject]
    meta: JsonObject
    """The metadata of the list."""


class _Start(NamedTuple):
    revision: int | None = None
    """``None`` for the present one."""
    after: Key = ("", "")


def page(store: Store, call: Call) -> Page:
    """What a list answers. Raises :class:`StatusError`."""
    query = call.request.query
    options.check_list(call.request)
    limit, _ = max(call.request.number("limit"), 0), call.request.number("timeoutSeconds")
    if query.get("resourceVersion") == "0":
        limit = 0  # whatever the cache has, at once
    wanted, start = selector(call), _start(store, call, limit)
    wait_for(store, start.revision or 0)
    try:
        found, revision = store.snapshot(call.kind.resource, start.revision)
    except CompactedError:
        raise _compacted(start) from None
    keys = sorted(
        key
        for key, each in found.items()
        if key > start.after and call.namespace in ("", key[0]) and wanted(each)
    )
    shown = keys[: limit or None]
    meta: JsonObject = {"resourceVersion": str(revision), "continue": ""}
    if len(shown) < len(keys):
        meta["continue"] = _token(revision, shown[-1])
        if wanted is everything:
            meta["remainingItemCount"] = len(keys) - len(shown)
    return Page([found[key] for key in shown], meta)


def wait_for(store: Store, revision: int) -> None:
    """Give a revision that is still to come its time. Raises :class:`StatusError`."""
    if not store.wait_beyond(revision - 1, _PATIENCE):
        raise too_large(revision, store.revision)


def too_large(revision: int, present: int) -> StatusError:
    """The revision is still to come."""
    details = {"causes": [_TOO_LARGE], "retryAfterSeconds": 1}
    return timed_out(f"{_LARGE}: {revision}, current: {present}", details)


def _start(store: Store, call: Call, limit: int) -> _Start:
    query = call.request.query
    try:
        revision = call.request.revision
    except StatusError as error:
        raise bad_request(f"invalid resource version: {error}") from None
    if query.get("continue"):
        if revision:
            raise bad_request("specifying resource version is not allowed when using continue")
        return _continued(query["continue"])
    wait_for(store, revision)
    match = query.get("resourceVersionMatch")
    # A limit with a revision means just that revision, too.
    exact = match == options.EXACT or (revision and limit and not match)
    return _Start(revision) if exact else _Start()


def _continued(token: str) -> _Start:
    try:
        found = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        namespace, _, name = found["start"].removesuffix("\0").rpartition("/")
        revision = operator.index(found["rv"])
        return _Start(revision if revision > 0 else None, (namespace, name))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = "invalid continue token: continue key is not valid"
        raise bad_request(f"{why}: {error}") from None


def _token(revision: int, key: Key) -> str:
    fields = {"v": "meta.k8s.io/v1", "rv": revision, "start": f"{'/'.join(key)}\0"}
    return base64.urlsafe_b64encode(orjson.dumps(fields)).decode().rstrip("=")


def _compacted(start: _Start) -> StatusError:
    if not start.after[1]:
        return StatusError(410, "The resourceVersion for the provided list is too old.")
    error = StatusError(410, _EXPIRED)
    error.status["metadata"] = {"continue": _token(-1, start.after)}
    return error
