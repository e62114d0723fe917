"""Which labels and annotations of a pool a manifest had when it was last applied.

A key that the pool has and the manifest lacks was either added by others, and stays, or was in the
manifest before, and goes. kubectl keeps the whole manifest for that; ippoolctl keeps the keys.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ippoolctl.domain.annotations.json_value import json_object
from ippoolctl.domain.annotations.marks import APPLIED, without_ours
from ippoolctl.domain.antrea.pool import Pool

KUBECTL_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
"""The whole manifest, written by ``kubectl apply``."""


class Keys(NamedTuple):
    """Keys of labels and of annotations."""

    labels: frozenset[str] = frozenset()
    annotations: frozenset[str] = frozenset()


def applied_record(manifest: Pool, there: Mapping[str, Any]) -> str | None:
    """The value of the annotation for a manifest that is applied to a pool with the annotations
    ``there``; ``None`` if there is nothing to record.

    Keys that kubectl alone has recorded count no longer, as long as that record stays the same.
    """
    annotations = without_ours(manifest.annotations).keys() - {KUBECTL_APPLIED}
    if not (manifest.labels or annotations or KUBECTL_APPLIED in there):
        return None
    import json

    record = {"labels": sorted(manifest.labels), "annotations": sorted(annotations)}
    kubectl = _keys(there, KUBECTL_APPLIED)
    if kubectl.labels - manifest.labels.keys() or kubectl.annotations - annotations:
        return json.dumps({**record, "kubectl": _digest(there)}, separators=(",", ":"))
    return json.dumps(record, separators=(",", ":")) if any(record.values()) else None


def keys_applied(annotations: Mapping[str, Any]) -> Keys:
    """The labels and the annotations of the manifest that kubectl or ippoolctl last applied to a
    pool.
    """
    ours, kubectl = _keys(annotations, APPLIED), _keys(annotations, KUBECTL_APPLIED)
    record = json_object(annotations.get(APPLIED))
    if any(kubectl) and record.get("kubectl") == _digest(annotations):
        return ours
    return Keys(ours.labels | kubectl.labels, ours.annotations | kubectl.annotations)


def _keys(annotations: Mapping[str, Any], name: str) -> Keys:
    record = json_object(annotations.get(name))
    found = record.get("metadata") if name == KUBECTL_APPLIED else record
    if not isinstance(found, dict):
        return Keys()
    try:
        labels, keys = (frozenset(map(str, found.get(each) or ())) for each in Keys._fields)
    except TypeError:
        return Keys()
    return Keys(labels, keys - {KUBECTL_APPLIED})


def _digest(annotations: Mapping[str, Any]) -> str:
    """That of the record of kubectl."""
    from hashlib import sha256  # slow to import

    return sha256(str(annotations.get(KUBECTL_APPLIED)).encode("utf-8", "replace")).hexdigest()[:16]
