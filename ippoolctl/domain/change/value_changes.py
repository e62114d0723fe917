"""What an update of a pool writes beside its ranges."""

from collections.abc import Iterator
from typing import Final

from ippoolctl.domain.annotations.applied import applied_record
from ippoolctl.domain.annotations.marks import APPLIED
from ippoolctl.domain.antrea.pool import Pool, dotted
from ippoolctl.domain.change.diff import FieldClass, PoolDiff
from ippoolctl.domain.change.steps import RECORD, ValueChange

_RANGES: Final = ("spec", "ipRanges")
_MAPS: Final = (FieldClass.LABELS, FieldClass.ANNOTATIONS)


def value_changes(diff: PoolDiff) -> Iterator[ValueChange]:
    """What changes in the fields of a pool, each label and each annotation by itself."""
    for each in diff.fields:
        path = tuple(map(str, each.path))  # only fields of ranges have numbers, see range_fields
        if each.kind not in _MAPS:
            yield ValueChange(path, each.old, each.new)
            continue
        old, new = dict(each.old or {}), dict(each.new or {})  # type: ignore[call-overload]
        for key in sorted({*old, *new}):
            if old.get(key) != new.get(key):
                yield ValueChange((*path, key), old.get(key), new.get(key))


def range_fields(diff: PoolDiff) -> tuple[str, ...]:
    """Fields of the ranges of a live pool that no release up to 2.7 has and that would change."""
    assert diff.old is not None
    assert diff.new is not None
    changed = [each.field for each in diff.fields if each.path[:2] == _RANGES]
    there, texts = {*diff.old.texts}, diff.new.texts
    for path in diff.new.pruned:
        match path:
            case ("spec", "ipRanges", int(number), *_) if texts[number] not in there:
                changed.append(dotted(path))
    return tuple(changed)


def record_change(manifest: Pool, live: Pool) -> ValueChange | None:
    """The record of the applied labels and annotations, if the live pool has another one."""
    old, new = live.annotations.get(APPLIED), applied_record(manifest, live.annotations)
    return None if old == new else ValueChange(RECORD, old, new)
