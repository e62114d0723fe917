"""The merge patches of a plan: each names only what changes, and the revision that was seen."""

from collections.abc import Mapping
from typing import Any

from ippoolctl.crd.externalippool import write_range
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.steps import Action, Step


def change_patch(step: Step, seen: Pool) -> dict[str, Any]:
    """The merge patch of a step that changes or reorders, for the revision of ``seen``."""
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
