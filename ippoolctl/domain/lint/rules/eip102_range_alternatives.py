"""A range has neither `cidr` nor both `start` and `end`, or it has all of them.

The CRD requires exactly one of the two forms. `{cidr, start}` without an `end` is admitted, and
the start is ignored: that is EIP103.

The API server rejects the object with status 422; one of the causes has the field `<nil>`.

Source: `oneOf` of `spec.ipRanges[]` in the CRD, every Antrea release.
"""

import re

from ippoolctl.domain.addresses.intended import intended_range, intended_ranges
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.lint.families.refusals import admission_rule
from ippoolctl.domain.lint.field_names import corrections, rewritten
from ippoolctl.domain.lint.lookups import Refusal

_FIELDS = ("cidr", "start", "end")
_USUAL = "use either cidr, or start and end"


def _describe(refusal: Refusal) -> str:
    position = int(refusal.reason.path[2])
    cidr, start, end = refusal.pool.ranges[position].spelling
    if refusal.written is not None and not isinstance(refusal.written, dict):
        kind = "a list" if isinstance(refusal.written, list) else "a string"
        return f"a range is {kind} without the fields cidr, or start and end"
    if cidr is not None:
        return "a range has cidr, start and end"
    if start is None and end is None:
        return "a range has neither cidr nor start and end"
    if _half_beside(refusal.pool, position) is not None:
        return "start and end are in two items"
    return "a range has no end" if end is None else "a range has no start"


def _fix(refusal: Refusal) -> str:
    pool, path, written = refusal.pool, refusal.reason.path, refusal.written
    if isinstance(written, list) and any(isinstance(each, dict) for each in written):
        return "remove one dash: each range is one item"
    if not isinstance(written, dict):
        ranges = intended_ranges(written)
        field = re.match(r"(cidr|start|end) *[:=] *(\S+)", str(written))
        if field and not ranges:
            return f"use a space after the colon: {field[1]}: {field[2]}"
        return rewritten(ranges) if ranges else _USUAL
    cidr, start, end = pool.ranges[int(path[2])].spelling
    if cidr is not None:
        return "remove cidr, or start and end"
    unknown = [(*path, key) for key in written if key not in _FIELDS]
    if instead := corrections(pool, _FIELDS, filter(pool.written.__contains__, unknown)):
        return instead
    if _half_beside(pool, int(path[2])) is not None:
        return "use one item for both: remove the second dash"
    if start is None and end is None:
        return _USUAL
    found = intended_range(start or end or "")
    if found is None:
        return _USUAL
    if found.cidr or found.start != found.end:
        return rewritten([found])
    missing = "end" if end is None else "start"
    return f"add {missing}; for this address alone, {rewritten([found])}"


def _half_beside(pool: Pool, position: int) -> int | None:
    """The position of the other half of a range whose start and end are in two items."""
    cidr, start, end = pool.ranges[position].spelling
    if cidr is not None or (start is None) == (end is None):
        return None
    other = position + 1 if end is None else position - 1
    if not 0 <= other < len(pool.ranges):
        return None
    no_cidr, other_start, other_end = pool.ranges[other].spelling
    is_half = no_cidr is None and (other_start is None) != (other_end is None)
    return other if is_half and (start is None) != (other_start is None) else None


RULE = admission_rule(
    "EIP102",
    "range-alternatives",
    "a range needs either cidr, or start and end",
    _fix,
    __doc__,
    _describe,
)
