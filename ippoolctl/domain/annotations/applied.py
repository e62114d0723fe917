"""Which labels and annotations of a pool a manifest had when it was last applied.

A key that the pool has and the manifest lacks was either added by others, and stays, or was in the
manifest before, and goes. kubectl keeps the whole manifest for that; ippoolctl keeps the keys.
"""

from collections.abc import Mapping
from typing import Any, Final

from ippoolctl.domain.annotations.marks import APPLIED, without_ours
from ippoolctl.domain.antrea.pool import Pool

KUBECTL_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
"""The whole manifest, written by ``kubectl apply``."""


def applied_keys(manifest: Pool) -> str | None:
    """The value of the annotation for a manifest; ``None`` if it has no labels or annotations."""
    import json

    keys = {
        "labels": sorted(manifest.labels),
        "annotations": sorted(without_ours(manifest.annotations)),
    }
    return json.dumps(keys, separators=(",", ":")) if any(keys.values()) else None


def keys_applied(annotations: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """The labels and the annotations of the manifest that kubectl or ippoolctl last applied to a
    pool.
    """
    if APPLIED not in annotations and KUBECTL_APPLIED not in annotations:
        return frozenset(), frozenset()
    import json

    labels, keys = set[str](), set[str]()
    for name in (APPLIED, KUBECTL_APPLIED):
        try:
            found = json.loads(annotations.get(name, "{}"))
            found = found["metadata"] if name == KUBECTL_APPLIED else found
            more = {*(found.get("labels") or ())}, {*(found.get("annotations") or ())}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue
        labels |= set(map(str, more[0]))
        keys |= set(map(str, more[1]))
    return frozenset(labels), frozenset(keys)
