"""The merge patches of a plan: each names only what changes, and the revision that was seen."""

from collections.abc import Mapping
from typing import Any

from ippoolctl.crd.externalippool import write_range
from ippoolctl.domain.annotations.applied import applied_keys
from ippoolctl.domain.annotations.marks import APPLIED
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.steps import Action, Step


def change_patch(step: Step, seen: Pool, manifest: Pool | None) -> dict[str, Any]:
    """The merge patch of a step that changes or reorders, for the revision of ``seen``.

    With labels or annotations it records which of them the ``manifest`` has, so that a later run
    can remove them.
    """
    assert seen.live is not None
    assert step.after is not None
    patch: dict[str, Any] = {"metadata": {"resourceVersion": seen.live.resource_version}}
    if step.action is Action.REORDER:
        patch["spec"] = {"ipRanges": [write_range(each.spelling) for each in step.after.ranges]}
        return patch
    for each in step.values:
        target = patch
        for key in each.path[:-1]:
            target = target.setdefault(key, {})
        target[each.path[-1]] = merge_patch(each.old, each.new)
    if manifest is not None and any(each.path[0] == "metadata" for each in step.values):
        patch["metadata"].setdefault("annotations", {})[APPLIED] = applied_keys(manifest)
    return patch


def merge_patch(old: Any, new: Any) -> Any:
    """What merged into the old value gives the new one (RFC 7386): null removes a key."""
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return new
    gone = {key: None for key in old if key not in new}
    changed = {
        key: merge_patch(old.get(key), value)
        for key, value in new.items()
        if key not in old or old[key] != value
    }
    return {**gone, **changed}
