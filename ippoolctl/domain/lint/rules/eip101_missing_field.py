"""A required field is missing or has the wrong type.

`spec`, `spec.ipRanges` and `spec.nodeSelector` are required. A field that is `null` counts as
missing, since the API server drops nulls before validation. `nodeSelector: {}` selects every Node,
and `ipRanges: []` is valid (the pool is then empty).

The API server rejects the object with status 422; the webhook is not called.

Source: `spec` of the CRD, every Antrea release.
"""

import re

from ippoolctl.domain.addresses.intended import intended_ranges
from ippoolctl.domain.lint.families.refusals import admission_rule
from ippoolctl.domain.lint.field_names import corrections, rewritten
from ippoolctl.domain.lint.lookups import Refusal


def _describe(refusal: Refusal) -> str:
    missing = refusal.written is None
    return "a required field is missing" if missing else "a field has the wrong type"


def _fix(refusal: Refusal) -> str:
    pool, path, written = refusal.pool, refusal.reason.path, refusal.written
    usual = "set the field: spec.ipRanges is a list, spec.nodeSelector an object ({} for all Nodes)"
    if written is None:
        fields = {"spec": ("spec", "ipRanges"), "nodeSelector": ("nodeSelector", "matchLabels")}
        name = str(path[-1])
        return corrections(pool, fields.get(name, (name,)), pool.pruned) or usual
    if path == ("spec", "ipRanges"):
        if isinstance(written, dict):
            return "spec.ipRanges is a list: use a dash before the range"
        if isinstance(written, str) and re.match(r"\s*(?:-\s|\[)", written):
            return "spec.ipRanges is a list, not a string: remove the | or the quotes"
        ranges = intended_ranges(written)
        return f"spec.ipRanges is a list: {rewritten(ranges)}" if ranges else usual
    if path == ("spec", "nodeSelector") and isinstance(written, str | list):
        return "use matchLabels with the labels of the Nodes, as KEY: VALUE"
    return usual


RULE = admission_rule(
    "EIP101",
    "missing-field",
    "a required field is missing or has the wrong type",
    _fix,
    __doc__,
    _describe,
)
