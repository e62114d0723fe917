"""`nodeSelector` has an operator or a value that the schema does not allow.

Operators are `In`, `NotIn`, `Exists` and `DoesNotExist`, in this spelling. Values of expressions
and labels are strings (quote `"true"` and `"1"`) of letters, digits, `-`, `_` and `.`, with a
letter or a digit at both ends. The schema does not check their length.

Source: `spec.nodeSelector` of the CRD: expressions since Antrea 1.4, labels in v1beta1.
"""

from ippoolctl.domain.lint.refusals import admission_rule

RULE = admission_rule(
    "EIP108",
    "bad-selector",
    "nodeSelector has an invalid operator or value",
    "use In, NotIn, Exists or DoesNotExist; values are label values, as strings",
    __doc__,
)
