"""The JSON patch that settles a pending pool."""

from ippoolctl.crd.patches.json_patch import JsonPatch, annotation, remove, same_pool, test
from ippoolctl.domain.annotations.marks import PENDING, STATE
from ippoolctl.domain.antrea.pool import Pool


def settling_patch(pool: Pool) -> JsonPatch:
    """The patch that removes the mark from this object, and fails on any other or if it is gone.

    The resource version is not tested: the controller's status writes change it within
    milliseconds.
    """
    return [
        same_pool(pool),
        test("/metadata/deletionTimestamp", None),
        test(annotation(STATE), PENDING),
        remove(annotation(STATE)),
    ]
