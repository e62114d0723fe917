"""The JSON patches of an extension: claim, append, cancel. Each tests what it relies on.

A test for null matches a missing key only where its map exists: without any annotations the map
itself is tested (RFC 6902 as Kubernetes v1.36 implements it).
"""

from typing import Any, Final

from ippoolctl.crd.externalippool import write_range
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.claims import Claim
from ippoolctl.domain.annotations.extended import remembering
from ippoolctl.domain.annotations.marks import CLAIM
from ippoolctl.domain.antrea.pool import NOTHING, Pool

JsonPatch = list[dict[str, Any]]

_ANNOTATIONS: Final = "/metadata/annotations"
_RANGES: Final = "/spec/ipRanges"


def _annotation(key: str) -> str:
    return f"{_ANNOTATIONS}/{key.replace('/', '~1')}"


def claiming_patch(pool: Pool, claim: Claim) -> JsonPatch:
    """Write the claim on exactly this object: no claim, no mark, the same ranges."""
    tests = _unchanged(pool)
    if pool.annotations is NOTHING:  # no map at all, not even an empty one
        whole = {"op": "add", "path": _ANNOTATIONS, "value": {CLAIM: claim.text}}
        return [*tests, _test(_ANNOTATIONS, None), whole]
    return [
        *tests,
        _test(_annotation(CLAIM), None),
        _test(_annotation(marks.STATE), None),
        {"op": "add", "path": _annotation(CLAIM), "value": claim.text},
    ]


def appending_patch(pool: Pool, claim: Claim, *, remember: bool = False) -> JsonPatch:
    """Append the claimed ranges and remove the claim, if it is still the one that was verified.

    Another client may have appended some of the ranges meanwhile: none may appear twice. With
    ``remember``, the pool keeps which request appended them; no other run can have changed that
    annotation, since the claim excludes its appends.
    """
    appended = (
        {"op": "add", "path": f"{_RANGES}/-", "value": write_range(each.spelling)}
        for each in claim.ranges
    )
    patch = [
        *_unchanged(pool),
        _test(_annotation(CLAIM), claim.text),
        *appended,
        {"op": "remove", "path": _annotation(CLAIM)},
    ]
    if remember:
        value = remembering(pool, claim.request_id, claim.texts)
        patch.append({"op": "add", "path": _annotation(marks.EXTENDED), "value": value})
    return patch


def releasing_patch(pool: Pool, claim: Claim) -> JsonPatch:
    """Remove only this claim."""
    return [
        *_same_object(pool),
        _test(_annotation(CLAIM), claim.text),
        {"op": "remove", "path": _annotation(CLAIM)},
    ]


def dry_run_patch(pool: Pool, claim: Claim) -> JsonPatch:
    """Append without a claim: only for a dry run, which changes nothing."""
    return [step for step in appending_patch(pool, claim) if step["path"] != _annotation(CLAIM)]


def _unchanged(pool: Pool) -> JsonPatch:
    return [
        *_same_object(pool),
        _test("/metadata/deletionTimestamp", None),
        _test(_RANGES, [write_range(each.spelling) for each in pool.ranges]),
    ]


def _same_object(pool: Pool) -> JsonPatch:
    assert pool.live is not None
    return [_test("/metadata/uid", pool.live.uid)]


def _test(path: str, value: Any) -> dict[str, Any]:
    return {"op": "test", "path": path, "value": value}
