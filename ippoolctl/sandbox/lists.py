"""Lists: at which revision, which page of it, and where the next page begins.

Source: Kubernetes v1.36 ``apiserver/pkg/storage/etcd3/store.go``.
"""

from typing import Final, NamedTuple

from ippoolctl.sandbox.apiserver import options
from ippoolctl.sandbox.apiserver.kinds import JsonObject
from ippoolctl.sandbox.apiserver.options import Start, compacted, continuation, continued
from ippoolctl.sandbox.apiserver.request import Call
from ippoolctl.sandbox.apiserver.selectors import everything, selector
from ippoolctl.sandbox.apiserver.statuses import StatusError, bad_request, timed_out
from ippoolctl.sandbox.store import CompactedError, Store

_PATIENCE: Final = 3.0
"""Seconds for which a request waits for a future revision."""
_LARGE: Final = "Too large resource version"
_TOO_LARGE: Final = {"reason": "ResourceVersionTooLarge", "message": _LARGE}


class Page(NamedTuple):
    """A page of a list, or all of it."""

    objects: list[JsonObject]
    meta: JsonObject
    """The metadata of the list."""


def page(store: Store, call: Call) -> Page:
    """The answer to a list. Raises :class:`StatusError`."""
    options.check_list(call.request)
    limit = max(call.request.number("limit"), 0)
    if call.request.query.get("resourceVersion") == "0":
        limit = 0  # all that the cache has
    wanted, start = selector(call), _start(store, call, limit)
    wait_for(store, start.revision or 0)
    try:
        found, revision = store.snapshot(call.kind.resource, start.revision)
    except CompactedError:
        raise compacted(start) from None
    keys = sorted(
        key
        for key, each in found.items()
        if key > start.after and call.namespace in ("", key[0]) and wanted(each)
    )
    shown = keys[: limit or None]
    meta: JsonObject = {"resourceVersion": str(revision), "continue": ""}
    if len(shown) < len(keys):
        meta["continue"] = continuation(revision, shown[-1])
        if wanted is everything:
            meta["remainingItemCount"] = len(keys) - len(shown)
    return Page([found[key] for key in shown], meta)


def wait_for(store: Store, revision: int) -> None:
    """Wait for a future revision. Raises :class:`StatusError` when it does not come."""
    if not store.wait_beyond(revision - 1, _PATIENCE):
        raise too_large(revision, store.revision)


def too_large(revision: int, present: int) -> StatusError:
    """The refusal of a revision that has not come."""
    details = {"causes": [_TOO_LARGE], "retryAfterSeconds": 1}
    return timed_out(f"{_LARGE}: {revision}, current: {present}", details)


def _start(store: Store, call: Call, limit: int) -> Start:
    query = call.request.query
    if query.get("continue"):
        start = continued(query["continue"])
        if query.get("resourceVersion") not in (None, "", "0"):
            raise bad_request("specifying resource version is not allowed when using continue")
        return start
    try:
        revision = call.request.revision
    except StatusError as error:
        raise bad_request(f"invalid resource version: {error}") from None
    wait_for(store, revision)
    match = query.get("resourceVersionMatch")
    # A limit with a revision means exactly that revision, too.
    exact = match == options.EXACT or (revision and limit and not match)
    return Start(revision) if exact else Start()
