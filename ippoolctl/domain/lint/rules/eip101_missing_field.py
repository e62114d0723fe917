"""A required field is missing or has the wrong type.

`spec`, `spec.ipRanges` and `spec.nodeSelector` are required. A field that is `null` counts as
missing, since the API server drops nulls before validation. `nodeSelector: {}` selects every Node,
and `ipRanges: []` is valid (the pool is then empty).

The API server rejects the object with status 422; the webhook is not called.

Source: `spec` of the CRD, every Antrea release.
"""

from ippoolctl.domain.lint.lookups import Refusal
from ippoolctl.domain.lint.refusals import admission_rule


def _describe(refusal: Refusal) -> str:
    missing = refusal.reason.message.endswith("Required value")
    return "a required field is missing" if missing else "a field has the wrong type"


RULE = admission_rule(
    "EIP101",
    "missing-field",
    "a required field is missing or has the wrong type",
    "set the field: spec.ipRanges is a list, spec.nodeSelector an object ({} for all Nodes)",
    __doc__,
    _describe,
)
