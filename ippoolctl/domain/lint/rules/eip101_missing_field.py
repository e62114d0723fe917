"""A required field is missing or of the wrong type.

`spec`, `spec.ipRanges` and `spec.nodeSelector` must be there. A field that is `null` counts as
missing, since the API server drops nulls before it looks. `nodeSelector: {}` selects every Node,
and `ipRanges: []` is accepted (the pool is then empty).

The API server refuses the object with status 422; Antrea is never asked.

Source: `spec` of the CRD, every Antrea release.
"""

from ippoolctl.domain.lint.inventory import Refusal
from ippoolctl.domain.lint.refusals import refused


def _tell(refusal: Refusal) -> str:
    missing = refusal.reason.message.endswith("Required value")
    return "a required field is missing" if missing else "a field is of the wrong type"


RULE = refused(
    "EIP101",
    "a required field is missing or of the wrong type",
    "give the field: spec.ipRanges is a list, spec.nodeSelector an object ({} for all Nodes)",
    __doc__,
    _tell,
)
