"""The patch that settles a pending pool."""

from ippoolctl.crd.patches.settling import settling_patch
from tests.builders import live_pool


def test_the_patch_that_settles_tests_the_object_that_was_verified() -> None:
    mine = live_pool("mine", "10.0.0.0/24", uid="u1", request_id="mine/1", pending=True)
    mark = "/metadata/annotations/ippoolctl~1state"

    assert settling_patch(mine) == [
        {"op": "test", "path": "/metadata/uid", "value": "u1"},
        {"op": "test", "path": "/metadata/deletionTimestamp", "value": None},
        {"op": "test", "path": mark, "value": "pending"},
        {"op": "remove", "path": mark},
    ]
