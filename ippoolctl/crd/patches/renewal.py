"""The JSON patch that renews the lifetime of a pool."""

from ippoolctl.crd.patches.json_patch import JsonPatch, add, annotation, same_pool, test
from ippoolctl.domain.annotations.marks import TTL
from ippoolctl.domain.antrea.pool import Pool


def renewing_patch(pool: Pool, lifetime: str) -> JsonPatch:
    """Write the lifetime to exactly this object, if its lifetime is still the one that was read."""
    return [
        same_pool(pool),
        test("/metadata/deletionTimestamp", None),
        test(annotation(TTL), pool.annotations[TTL]),
        add(annotation(TTL), lifetime),
    ]
