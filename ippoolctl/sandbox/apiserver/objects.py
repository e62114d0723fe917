"""The object after a write: defaults, validation, and fields that clients cannot change.

Source: Kubernetes v1.36 ``apiserver/pkg/registry/rest``, ``apiserver/pkg/registry/generic/registry
/store.go`` and, for custom resources, ``apiextensions-apiserver/pkg/registry/customresource``.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import orjson

from ippoolctl.crd import metadata, owner_references
from ippoolctl.crd.structural import Schema, prune, validate
from ippoolctl.sandbox.apiserver import built_in
from ippoolctl.sandbox.apiserver.decoding import check_kind, fitting
from ippoolctl.sandbox.apiserver.kinds import JsonObject, Key, Kind
from ippoolctl.sandbox.apiserver.patches import text_of
from ippoolctl.sandbox.apiserver.request import Call, unlike_revision
from ippoolctl.sandbox.apiserver.statuses import StatusError, bad_request, conflict, invalid

_FREE: Final[Schema] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
_PLAIN: Final[Schema] = {"type": "object", "properties": {"spec": _FREE, "status": _FREE}}
"""The schema of kinds without one of their own."""
_MAX_PREFIX: Final = 58
"""Characters of ``generateName`` that are kept before the five random ones."""
_SERVERS: Final = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")
"""Fields of metadata that only the server sets."""
_IMMUTABLE: Final = ("uid", "deletionTimestamp", "deletionGracePeriodSeconds")
"""Those of them whose change is refused; a change of the others is ignored."""
_CLIENTS: Final = ("name", "generateName", "labels", "annotations", "ownerReferences", "finalizers")
_FOUND: Final = frozenset((*_SERVERS, *_CLIENTS, "namespace", "generation", "resourceVersion"))


class Stamp(NamedTuple):
    """What the server adds to a new object."""

    now: str
    """The present in whole seconds, as Kubernetes writes it."""
    uid: str
    suffix: str
    """Five random characters for ``generateName``."""


def loaded(kind: Kind, document: JsonObject, stamp: Stamp) -> tuple[Key, JsonObject]:
    """An object that is loaded, with its status, and its key.

    Raises :class:`StatusError`.
    """
    document = fitting(kind, document)
    meta = {**(document.get("metadata") or {}), "resourceVersion": ""}
    namespace = (meta.get("namespace") or "default") if kind.namespaced else ""
    made = created(kind, {**document, "metadata": meta}, stamp, namespace)
    if document.get("status") is not None:
        made = _tidy(kind, {**made, "status": document["status"]})
        _check(kind, made, None)
    return (namespace, made["metadata"]["name"]), made


def created(kind: Kind, sent: JsonObject, stamp: Stamp, namespace: str = "") -> JsonObject:
    """The object that a POST makes. Raises :class:`StatusError`."""
    given = _metadata(sent)
    prefix = given.get("generateName")
    meta: JsonObject = {key: given[key] for key in _CLIENTS if key in given}
    if not meta.get("name") and isinstance(prefix, str) and prefix:
        meta["name"] = prefix[:_MAX_PREFIX] + stamp.suffix
    check_kind(kind, sent, meta.get("name", ""))
    meta |= {"uid": stamp.uid, "creationTimestamp": stamp.now}
    meta |= {"namespace": namespace} if namespace else {}
    meta |= {"generation": 1} if kind.group else {}
    # A dry run returns it; storing it is refused.
    meta |= {"resourceVersion": given["resourceVersion"]} if given.get("resourceVersion") else {}
    made = _tidy(
        kind, {**sent, "metadata": meta, "status": None if kind.has_status else sent.get("status")}
    )
    made = built_in.filled(kind, made)
    _check(kind, made, None)
    return made


def check_new(made: JsonObject) -> None:
    """Raise :class:`StatusError` for an object that names the revision of a stored one."""
    revision = made["metadata"].get("resourceVersion", "")
    if re.fullmatch("[0-9]+", revision) and int(revision):
        raise StatusError(500, "resourceVersion should not be set on objects to be created")


def updated(call: Call, before: JsonObject, sent: JsonObject) -> JsonObject:
    """The object after a write to it or to its status.

    ``before`` itself if nothing changes. Raises :class:`StatusError`.
    """
    kind, given, old = call.kind, _metadata(sent), before["metadata"]
    _check_identity(call, given, old)
    if not call.part:
        check_kind(kind, sent)
    if call.part == "status":
        after = {**before, "status": sent.get("status")}
    else:
        meta = {key: old[key] for key in old if key not in _CLIENTS}
        meta |= {key: given[key] for key in _CLIENTS if key in given}
        after = {**sent, "metadata": meta}
        if kind.has_status:
            after["status"] = before.get("status")
    after = built_in.filled(kind, _tidy(kind, after), before)
    changed = () if call.part else _changed_identity(given, old)
    _check(kind, after, before, changed)
    keys = (before.keys() | after.keys()) - {"apiVersion"}
    unlike = {key for key in keys if text_of(before.get(key)) != text_of(after.get(key))}
    if unlike - {"metadata", "status"} and "generation" in old:
        after["metadata"]["generation"] = old["generation"] + 1
    return after if unlike else before


def warnings(made: JsonObject) -> list[str]:
    """What the client should know about an object that is accepted."""
    return metadata.unqualified_finalizers(made["metadata"].get("finalizers", ()))


def check_name(meta: JsonObject, name: str) -> None:
    """Raise :class:`StatusError` unless the metadata has that name."""
    asked = meta.get("name")
    if not asked:
        why = "was undeterminable: name must be provided"
        raise bad_request(f"the name of the object ({name} based on URL) {why}")
    if asked != name:
        why = f"does not match the name on the URL ({name})"
        raise bad_request(f"the name of the object ({asked}) {why}")


def check_namespace(meta: JsonObject, namespace: str) -> None:
    """Raise :class:`StatusError` if the metadata names another namespace."""
    if meta.get("namespace", namespace) != namespace:
        why = "does not match the namespace sent on the request"
        raise bad_request(f"the namespace of the provided object {why}")


def _metadata(sent: JsonObject) -> JsonObject:
    meta: JsonObject = sent.get("metadata") or {}
    return {key: value for key, value in meta.items() if value is not None and key in _FOUND}


def _check_identity(call: Call, given: JsonObject, old: JsonObject) -> None:
    kind, name, uid = call.kind, old["name"], given.get("uid")
    revision = given.get("resourceVersion") or "0"
    check_name(given, name)
    if kind.namespaced:
        check_namespace(given, old["namespace"])
    if uid and uid != old["uid"] and call.request.method == "PUT":
        place = f"Key: /registry/{kind.group}/{kind.plural}/{name}, ResourceVersion: 0"
        why = f"UID in precondition: {uid}, UID in object meta: {old['uid']}"
        more = f"{place}, AdditionalErrorMsg: Precondition failed: {why}"
        raise conflict(kind, name, f"StorageError: invalid object, Code: 4, {more}")
    if why := unlike_revision(revision):
        raise StatusError(500, why)
    if revision == "0" and kind.group:
        field = "metadata.resourceVersion"
        sentence = f"{field}: Invalid value: 0: must be specified for an update"
        raise invalid(kind, name, [(field, sentence)], by_resource=True)
    if revision not in ("0", old["resourceVersion"]):
        raise conflict(kind, name)


def _changed_identity(given: JsonObject, old: JsonObject) -> Iterator[tuple[str, str]]:
    for field in _IMMUTABLE:
        if given.get(field) not in (None, "", old.get(field)):
            shown = json.dumps(given[field], ensure_ascii=False)
            where = f"metadata.{field}"
            yield where, f"{where}: Invalid value: {shown}: field is immutable"


def _check(
    kind: Kind, made: JsonObject, before: JsonObject | None, more: Iterable[tuple[str, str]] = ()
) -> None:
    """Raise :class:`StatusError` for what the API server refuses before it asks a webhook."""
    found_in_metadata = metadata.invalid(made["metadata"], built_in.name_rule(kind))
    causes = [(each.cause, each.sentence) for each in found_in_metadata]
    causes += _added_finalizers(made, before)
    causes += [*more, *built_in.causes(kind, made)]
    causes += [(each.field, each.sentence) for each in validate(made, kind.schema or _PLAIN)]
    if causes:
        raise invalid(kind, made["metadata"].get("name", ""), causes)
    try:
        orjson.dumps(made)
    except TypeError as error:
        raise bad_request(f"the object cannot be written again: {error}") from None


def _tidy(kind: Kind, document: JsonObject) -> JsonObject:
    """The object without what is not stored: unknown fields, nulls, empty maps and lists."""
    meta = {key: value for key, value in document["metadata"].items() if value not in ({}, [], "")}
    for field in ("labels", "annotations"):
        if isinstance(meta.get(field), dict):
            meta[field] = {key: "" if each is None else each for key, each in meta[field].items()}
    if "ownerReferences" in meta:
        meta["ownerReferences"] = owner_references.stored(meta)
    body = document if kind.schema is None else prune(document, kind.schema)[0]
    body = {key: value for key, value in body.items() if value is not None}
    return {**body, "apiVersion": kind.api_version, "kind": kind.kind, "metadata": meta}


def _added_finalizers(made: JsonObject, before: JsonObject | None) -> Iterator[tuple[str, str]]:
    if before is None or "deletionTimestamp" not in before["metadata"]:
        return
    old = before["metadata"].get("finalizers", ())
    added = [each for each in made["metadata"].get("finalizers", ()) if each not in old]
    if added:
        listed = ", ".join(f'"{each}"' for each in added)
        why = "no new finalizers can be added if the object is being deleted"
        found = f"found new finalizers []string{{{listed}}}"
        yield "metadata.finalizers", f"metadata.finalizers: Forbidden: {why}, {found}"
