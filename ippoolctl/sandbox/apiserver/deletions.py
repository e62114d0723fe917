"""Deletions: their options, what they demand of an object, and what is left of it.

Source: Kubernetes v1.36 ``apiserver/pkg/registry/rest/delete.go`` and ``registry/generic/registry
/store.go``.
"""

from ippoolctl.crd.decoding import mismatches
from ippoolctl.sandbox.apiserver.built_in import STRUCTS
from ippoolctl.sandbox.apiserver.decoding import read_object
from ippoolctl.sandbox.apiserver.kinds import SERVICES, JsonObject, Kind
from ippoolctl.sandbox.apiserver.left_out import POLICY, VALUE
from ippoolctl.sandbox.apiserver.request import Request
from ippoolctl.sandbox.apiserver.statuses import about, bad_request, conflict


def delete_options(request: Request) -> JsonObject:
    """The options of a deletion: the body if there is one, else the parameters.

    Raises :class:`StatusError`.
    """
    if request.body:
        try:
            found = read_object(request)
        except ValueError as error:
            raise bad_request(str(error)) from None
    else:
        found = {"dryRun": [request.query["dryRun"]]} if "dryRun" in request.query else {}
        found["propagationPolicy"] = request.query.get("propagationPolicy")
    for each in mismatches(found, "v1.DeleteOptions", STRUCTS):
        if each.sentence:
            raise bad_request(each.sentence)
    if found.get("propagationPolicy") not in (None, "Background") or found.get("orphanDependents"):
        raise POLICY.refusal()
    if found.get("dryRun") not in (None, [], ["All"]):
        raise VALUE.refusal(f"the sandbox does not serve dryRun={found['dryRun']}")
    return found


def check_preconditions(kind: Kind, before: JsonObject, options: JsonObject) -> None:
    """Raise :class:`StatusError` unless the object is the one that the options name."""
    meta, preconditions = before["metadata"], options.get("preconditions") or {}
    for field, word, guess in (
        ("uid", "UID", "deleted and then recreated"),
        ("resourceVersion", "ResourceVersion", "modified"),
    ):
        asked = preconditions.get(field)
        if asked is not None and asked != meta[field]:
            unlike = f"the {word} in the precondition ({asked}) does not match the {word} in record"
            why = f"{unlike} ({meta[field]}). The object might have been {guess}"
            raise conflict(kind, meta["name"], why, unmet=True)


def terminating(before: JsonObject, now: str) -> JsonObject | None:
    """The object while finalizers keep it, itself if it was terminating; ``None`` without any."""
    meta = before["metadata"]
    if not meta.get("finalizers"):
        return None
    if "deletionTimestamp" in meta:
        return before
    more: JsonObject = {"deletionTimestamp": now, "deletionGracePeriodSeconds": 0}
    more |= {"generation": meta["generation"] + 1} if "generation" in meta else {}
    return {**before, "metadata": {**meta, **more}}


def is_over(document: JsonObject) -> bool:
    """Whether the object is terminating and no finalizer keeps it."""
    meta = document["metadata"]
    return "deletionTimestamp" in meta and not meta.get("finalizers")


def done(kind: Kind, before: JsonObject) -> JsonObject:
    """The answer to the end of an object: a Status, or of Services the object itself."""
    if kind == SERVICES:
        return before
    meta = before["metadata"]
    details = about(kind, meta["name"]) | {"uid": meta["uid"]}
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return {**status, "details": details}
