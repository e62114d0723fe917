"""The text of a `cidr` is not an address, a slash and a prefix length.

The schema is lenient here (`010.0.0.0/24` and host bits pass) but not about white space, a missing
length, a dotted mask or a zone. A list instead of the string passes the schema, and Antrea
then cannot decode it.

Source: `format: cidr`, kube-openapi `pkg/validation/strfmt/default.go`.
"""

from ippoolctl.domain.addresses.intended import (
    exceeded_length,
    intended_ends,
    intended_ranges,
    unambiguous_ranges,
)
from ippoolctl.domain.lint.edit import Edit, range_edit
from ippoolctl.domain.lint.families.refusals import admission_rule
from ippoolctl.domain.lint.field_names import rewritten, with_length
from ippoolctl.domain.lint.lookups import Refusal


def _describe(refusal: Refusal) -> str:
    if refusal.written == "":
        return "cidr is empty"
    return "cidr is a list, not a string" if isinstance(refusal.written, list) else "invalid CIDR"


def _fix(refusal: Refusal) -> str:
    position = int(refusal.reason.path[2])
    if refusal.written == "" and all(refusal.pool.ranges[position].spelling[1:]):
        return "remove cidr"
    if whole := with_length(refusal.pool, refusal.reason.path):
        return whole
    found = intended_ranges(refusal.written)
    if not found and isinstance(refusal.written, str):
        longest = exceeded_length(refusal.written)
        if longest is not None:
            return f"a prefix length of IPv{4 if longest == 32 else 6} is at most {longest}"
        if intended_ends(refusal.written):
            return "use start and end for the range, the lower address first"
    if len(found) != 1:
        usual = "use ADDRESS/LENGTH without spaces, such as 10.0.0.0/28 or fd00::/120"
        return rewritten(found) if found else usual
    cidr, start, end = found[0]
    if cidr is None and start == end:
        length = 128 if ":" in (start or "") else 32
        return f"{rewritten(found)}: a /{length} has no usable address"
    return rewritten(found)


def _edits(refusal: Refusal) -> tuple[Edit, ...]:
    path, written = refusal.reason.path[:3], refusal.written
    found = unambiguous_ranges(written) if isinstance(written, str) else ()
    return range_edit(path, refusal.pool.ranges[int(path[2])].spelling, found)


RULE = admission_rule("EIP104", "bad-cidr", "invalid CIDR", _fix, __doc__, _describe, _edits)
