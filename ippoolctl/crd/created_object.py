"""The object that a request posts, and the one that an export writes."""

from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from typing import Any, Final

from ippoolctl.crd.externalippool import JsonObject, read_pool, write_pool, write_range
from ippoolctl.crd.group import GROUP, VERSION
from ippoolctl.domain.addresses.ranges import Spelling
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.applied import KUBECTL_APPLIED
from ippoolctl.domain.antrea.pool import Pool

_SET_BY_THE_SERVER: Final = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
)
"""Fields of metadata that an exported manifest contains and no client may send."""


def exported(pool: Pool) -> JsonObject:
    """A manifest that creates a live pool again, without what belongs to this object only.

    Fields of the spec that only a newer CRD knows are kept.
    """
    annotations = marks.without_ours(pool.annotations)
    annotations.pop(KUBECTL_APPLIED, None)
    found = pool._replace(annotations=annotations)
    return whole_object(found) if pool.live is not None else write_pool(found)


def whole_object(pool: Pool) -> JsonObject:
    """The object that creates the pool, with the fields of its spec that only a newer CRD knows."""
    manifest = write_pool(pool)
    if pool.pruned:
        manifest = deepcopy(manifest)
    for *way, field in pool.pruned:
        parent: Any = manifest
        with suppress(KeyError, IndexError, TypeError):  # below a field that cannot be read
            for step in way:
                parent = parent[step]
            parent[field] = pool.written[*way, field]
    return manifest


def as_written(pool: Pool) -> Pool:
    """The pool of a manifest in the version of the API in which it is written, as
    :func:`requested_object` does: ``v1alpha2`` has no ``subnetInfo``, which then counts.
    """
    if pool.version == VERSION or pool.violations:
        return pool
    found = read_pool({**whole_object(pool), "apiVersion": f"{GROUP}/{VERSION}"}, pool.origin)
    return found._replace(stored=pool.stored)


def requested_object(document: Mapping[str, Any]) -> JsonObject:
    """The object that a document requests: without the fields that only the server sets.

    Our annotations are removed as well, so that a copied manifest is never taken for our request.
    """
    meta = document.get("metadata")
    kept = dict(meta) if isinstance(meta, dict) else {}
    for field in _SET_BY_THE_SERVER:
        kept.pop(field, None)
    annotations = kept.pop("annotations", None)
    if isinstance(annotations, dict):
        annotations = marks.without_ours(annotations)
    if annotations not in (None, {}):  # any other value is refused
        kept["annotations"] = annotations
    rest = {key: value for key, value in document.items() if key not in ("metadata", "status")}
    # Every known release serves this version, and the older one has the same fields.
    first = {"apiVersion": f"{GROUP}/{VERSION}", "kind": rest.get("kind"), "metadata": kept}
    return {**first, **rest, "apiVersion": first["apiVersion"]}


def expiring_object(requested: Mapping[str, Any], ttl: str) -> JsonObject:
    """The same with the annotation for its lifetime."""
    return _annotated(requested, {marks.TTL: ttl})


def with_range(requested: Mapping[str, Any], spelling: Spelling) -> JsonObject:
    """The object with only this range."""
    return {**requested, "spec": {**requested["spec"], "ipRanges": [write_range(spelling)]}}


def applied_object(requested: Mapping[str, Any], applied: str | None) -> JsonObject:
    """The same with the annotation of :mod:`ippoolctl.domain.annotations.applied`, if any."""
    return dict(requested) if applied is None else _annotated(requested, {marks.APPLIED: applied})


def pending_object(requested: Mapping[str, Any], request_id: str) -> JsonObject:
    """The object to post: with the mark, and with the ID by which we recognize it."""
    return _annotated(requested, {marks.REQUEST_ID: request_id, marks.STATE: marks.PENDING})


def _annotated(requested: Mapping[str, Any], ours: Mapping[str, str]) -> JsonObject:
    meta = dict(requested["metadata"])
    annotations = meta.get("annotations", {})
    if not isinstance(annotations, dict):  # the pool is refused because of it
        return dict(requested)
    return {**requested, "metadata": {**meta, "annotations": {**annotations, **ours}}}
