"""The JSON patch that renews the lifetime of a pool."""

from ippoolctl.crd.patches.claims import JsonPatch
from ippoolctl.domain.annotations.marks import TTL
from ippoolctl.domain.antrea.pool import Pool

_PATH = f"/metadata/annotations/{TTL.replace('/', '~1')}"


def renewing_patch(pool: Pool, lifetime: str) -> JsonPatch:
    """Write the lifetime to exactly this object, if its lifetime is still the one that was read."""
    assert pool.live is not None
    return [
        {"op": "test", "path": "/metadata/uid", "value": pool.live.uid},
        {"op": "test", "path": "/metadata/deletionTimestamp", "value": None},
        {"op": "test", "path": _PATH, "value": pool.annotations[TTL]},
        {"op": "add", "path": _PATH, "value": lifetime},
    ]
