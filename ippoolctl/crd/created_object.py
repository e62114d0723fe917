"""The object that a request posts, and the one that an export writes."""

from collections.abc import Mapping
from typing import Any, Final

from ippoolctl.crd.externalippool import JsonObject, write_pool, write_range
from ippoolctl.crd.group import GROUP, VERSION
from ippoolctl.domain.addresses.ranges import Spelling
from ippoolctl.domain.annotations import marks
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
"""Fields of metadata that an exported manifest carries and nobody may send."""

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"


def exported(pool: Pool) -> JsonObject:
    """A manifest that creates a live pool anew, without anything that belongs to this object."""
    annotations = marks.without_ours(pool.annotations)
    annotations.pop(LAST_APPLIED, None)
    return write_pool(pool._replace(annotations=annotations))


def wanted_object(document: Mapping[str, Any]) -> JsonObject:
    """What somebody wants to exist: the document without what only the server sets.

    Annotations of ours go as well, so that a copied manifest is never taken for a request of ours.
    """
    meta = document.get("metadata")
    kept = dict(meta) if isinstance(meta, dict) else {}
    for field in _SET_BY_THE_SERVER:
        kept.pop(field, None)
    annotations = kept.pop("annotations", None)
    if isinstance(annotations, dict):
        annotations = marks.without_ours(annotations)
    if annotations:
        kept["annotations"] = annotations
    rest = {key: value for key, value in document.items() if key not in ("metadata", "status")}
    # Every release that is known here serves this version, and the older one has the same shape.
    return {**rest, "apiVersion": f"{GROUP}/{VERSION}", "metadata": kept}


def expiring_object(wanted: Mapping[str, Any], ttl: str) -> JsonObject:
    """The same with the annotation that says how long it is meant to live."""
    return _annotated(wanted, {marks.TTL: ttl})


def with_range(wanted: Mapping[str, Any], spelling: Spelling) -> JsonObject:
    """The object with this one range."""
    return {**wanted, "spec": {**wanted["spec"], "ipRanges": [write_range(spelling)]}}


def pending_object(wanted: Mapping[str, Any], request_id: str) -> JsonObject:
    """The object to post: with the mark, and with the id by which we know it again."""
    return _annotated(wanted, {marks.REQUEST_ID: request_id, marks.STATE: marks.PENDING})


def _annotated(wanted: Mapping[str, Any], ours: Mapping[str, str]) -> JsonObject:
    meta = dict(wanted["metadata"])
    annotations = meta.get("annotations") or {}
    return {**wanted, "metadata": {**meta, "annotations": {**annotations, **ours}}}
