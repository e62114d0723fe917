"""The operations of a JSON patch (RFC 6902), which the API server applies all or not at all.

A test for null matches a missing key only where its map exists (as Kubernetes v1.36 implements it).
"""

from typing import Any, Final

from ippoolctl.domain.antrea.pool import Pool

JsonPatch = list[dict[str, Any]]

ANNOTATIONS: Final = "/metadata/annotations"


def annotation(key: str) -> str:
    """The path of an annotation."""
    return f"{ANNOTATIONS}/{key.replace('/', '~1')}"


def same_object(uid: str) -> dict[str, Any]:
    """The test that no later object of the same name is there."""
    return test("/metadata/uid", uid)


def same_pool(pool: Pool) -> dict[str, Any]:
    """The same of a live pool."""
    assert pool.live is not None
    return same_object(pool.live.uid)


def test(path: str, value: Any) -> dict[str, Any]:
    """The test that a field has this value."""
    return {"op": "test", "path": path, "value": value}


def add(path: str, value: Any) -> dict[str, Any]:
    """Write a field, whether it is there or not."""
    return {"op": "add", "path": path, "value": value}


def remove(path: str) -> dict[str, Any]:
    """Remove a field, which has to be there."""
    return {"op": "remove", "path": path}
