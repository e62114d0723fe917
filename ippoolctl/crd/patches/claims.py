"""The JSON patches of an extension: claim, append, cancel. Each tests what it relies on."""

from typing import Final

from ippoolctl.crd.externalippool import write_range
from ippoolctl.crd.patches.json_patch import (
    ANNOTATIONS,
    JsonPatch,
    add,
    annotation,
    remove,
    same_pool,
    test,
)
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.claims import Claim
from ippoolctl.domain.annotations.extended import remembering
from ippoolctl.domain.annotations.marks import CLAIM
from ippoolctl.domain.antrea.pool import NOTHING, Pool

_RANGES: Final = "/spec/ipRanges"


def claiming_patch(pool: Pool, claim: Claim) -> JsonPatch:
    """Write the claim on exactly this object: no claim, no mark, the same ranges."""
    tests = _unchanged(pool)
    if pool.annotations is NOTHING:  # no map at all, not even an empty one
        whole = add(ANNOTATIONS, {CLAIM: claim.text})
        return [*tests, test(ANNOTATIONS, None), whole]
    return [
        *tests,
        test(annotation(CLAIM), None),
        test(annotation(marks.STATE), None),
        add(annotation(CLAIM), claim.text),
    ]


def appending_patch(pool: Pool, claim: Claim, *, remember: bool = False) -> JsonPatch:
    """Append the claimed ranges and remove the claim, if it is still the one that was verified.

    Another client may have appended some of the ranges meanwhile: none may appear twice. With
    ``remember``, the pool keeps which request appended them; no other run can have changed that
    annotation, since the claim excludes its appends.
    """
    appended = (add(f"{_RANGES}/-", write_range(each.spelling)) for each in claim.ranges)
    patch = [
        *_unchanged(pool),
        test(annotation(CLAIM), claim.text),
        *appended,
        remove(annotation(CLAIM)),
    ]
    if remember:
        value = remembering(pool, claim.request_id, claim.texts)
        patch.append(add(annotation(marks.EXTENDED), value))
    return patch


def releasing_patch(pool: Pool, claim: Claim) -> JsonPatch:
    """Remove only this claim."""
    return [
        same_pool(pool),
        test(annotation(CLAIM), claim.text),
        remove(annotation(CLAIM)),
    ]


def dry_run_patch(pool: Pool, claim: Claim) -> JsonPatch:
    """Append without a claim: only for a dry run, which changes nothing."""
    return [step for step in appending_patch(pool, claim) if step["path"] != annotation(CLAIM)]


def _unchanged(pool: Pool) -> JsonPatch:
    return [
        same_pool(pool),
        test("/metadata/deletionTimestamp", None),
        test(_RANGES, [write_range(each.spelling) for each in pool.ranges]),
    ]
