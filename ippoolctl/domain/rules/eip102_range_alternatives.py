"""A range has neither `cidr` nor both `start` and `end`, or it has all of them.

The CRD wants exactly one of the two forms. `{cidr, start}` without an `end` slips through, with
the start ignored: that is EIP103.

The API server refuses the object with status 422; one of the causes has the field `<nil>`.

Source: `oneOf` of `spec.ipRanges[]` in the CRD, every Antrea release.
"""

from ippoolctl.domain.refusals import refused

RULE = refused(
    "EIP102",
    "a range is neither cidr nor start and end, or both",
    "write either cidr, or start and end",
    __doc__,
)
