"""What a deletion demands of an object, what it leaves of it, and what the client is told.

Source: Kubernetes v1.36 ``apiserver/pkg/registry/rest/delete.go`` and ``registry/generic/registry
/store.go``.
"""

from ippoolctl.crd.metadata import FOREGROUND, ORPHAN
from ippoolctl.sandbox.apiserver.kinds import SERVICES, JsonObject, Kind
from ippoolctl.sandbox.apiserver.statuses import about, conflict

_COLLECTORS = (ORPHAN, FOREGROUND)


def check_preconditions(kind: Kind, before: JsonObject, said: JsonObject) -> None:
    """Raise :class:`StatusError` unless the object is the one that the options mean."""
    meta, preconditions = before["metadata"], said.get("preconditions") or {}
    for field, word, guess in (
        ("uid", "UID", "deleted and then recreated"),
        ("resourceVersion", "ResourceVersion", "modified"),
    ):
        asked = preconditions.get(field)
        if asked is not None and asked != meta[field]:
            unlike = f"the {word} in the precondition ({asked}) does not match the {word} in record"
            why = f"{unlike} ({meta[field]}). The object might have been {guess}"
            raise conflict(kind, meta["name"], why, unmet=True)


def terminating(before: JsonObject, said: JsonObject, moment: str) -> JsonObject | None:
    """The object while finalizers keep it, itself if it was so already; ``None`` if none does."""
    meta, policy = before["metadata"], said.get("propagationPolicy")
    old = meta.get("finalizers", [])
    wanted = {"Orphan": [ORPHAN], "Foreground": [FOREGROUND]}.get(policy or "", [])
    if policy is None:
        wanted = [each for each in _COLLECTORS if each in old]
    kept = [each for each in old if each not in _COLLECTORS] + wanted
    if not kept:
        return None
    more: JsonObject = {} if sorted(kept) == sorted(old) else {"finalizers": kept}
    if "deletionTimestamp" not in meta:
        more |= {"deletionTimestamp": moment, "deletionGracePeriodSeconds": 0}
        more |= {"generation": meta["generation"] + 1} if "generation" in meta else {}
    return {**before, "metadata": {**meta, **more}} if more else before


def is_over(document: JsonObject) -> bool:
    """Whether nothing keeps the object any more."""
    meta = document["metadata"]
    return "deletionTimestamp" in meta and not meta.get("finalizers")


def collected(document: JsonObject) -> JsonObject:
    """What the garbage collector makes of an object that nothing depends on."""
    meta = document["metadata"]
    left = [each for each in meta.get("finalizers", ()) if each not in _COLLECTORS]
    if "deletionTimestamp" not in meta or len(left) == len(meta.get("finalizers", ())):
        return document
    return {**document, "metadata": {**meta, "finalizers": left}}


def done(kind: Kind, before: JsonObject) -> JsonObject:
    """What tells of the end of an object: a Status, or of Services what they were."""
    if kind == SERVICES:
        return before
    meta = before["metadata"]
    details = about(kind, meta["name"]) | {"uid": meta["uid"]}
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return {**status, "details": details}
