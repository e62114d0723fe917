"""Which labels and annotations of a pool a manifest had when it was last applied.

A key that the pool has and the manifest lacks was either added by others, and stays, or was in the
manifest before, and goes. kubectl keeps the whole manifest for that; ippoolctl keeps the keys.
"""

from collections.abc import Mapping
from typing import Any

from ippoolctl.domain.annotations.marks import APPLIED, without_ours
from ippoolctl.domain.antrea.pool import Pool


def applied_keys(manifest: Pool) -> str | None:
    """The value of the annotation for a manifest; ``None`` if it has no labels or annotations."""
    import json

    keys = {
        "labels": sorted(manifest.labels),
        "annotations": sorted(without_ours(manifest.annotations)),
    }
    return json.dumps(keys, separators=(",", ":")) if any(keys.values()) else None


def keys_applied(annotations: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """The labels and the annotations of the manifest that ippoolctl last applied to a pool."""
    if APPLIED not in annotations:
        return frozenset(), frozenset()
    import json

    try:
        found = json.loads(annotations[APPLIED])
        return frozenset(map(str, found["labels"])), frozenset(map(str, found["annotations"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return frozenset(), frozenset()
