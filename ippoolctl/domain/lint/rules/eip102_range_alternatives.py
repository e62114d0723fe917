"""A range has neither `cidr` nor both `start` and `end`, or it has all of them.

The CRD requires exactly one of the two forms. `{cidr, start}` without an `end` is admitted, and
the start is ignored: that is EIP103.

The API server rejects the object with status 422; one of the causes has the field `<nil>`.

Source: `oneOf` of `spec.ipRanges[]` in the CRD, every Antrea release.
"""

from ippoolctl.domain.lint.lookups import Refusal
from ippoolctl.domain.lint.refusals import admission_rule


def _describe(refusal: Refusal) -> str:
    cidr, start, end = refusal.pool.ranges[int(refusal.reason.path[2])].spelling
    if cidr is not None:
        return "a range has cidr, start and end"
    if start is None and end is None:
        return "a range has neither cidr nor start and end"
    return "a range has no end" if end is None else "a range has no start"


RULE = admission_rule(
    "EIP102",
    "range-alternatives",
    "a range needs either cidr, or start and end",
    "use either cidr, or start and end",
    __doc__,
    _describe,
)
