"""An operator or a value in `nodeSelector` is not what the schema allows.

Operators are `In`, `NotIn`, `Exists` and `DoesNotExist`, exactly so. Values of expressions and
labels are text (quote `"true"` and `"1"`) of letters, digits, `-`, `_` and `.`, with a letter or a
digit at both ends. Their length is not checked here.

Source: `spec.nodeSelector` of the CRD: expressions since Antrea 1.4, labels in v1beta1.
"""

from ippoolctl.domain.lint.refusals import refused

RULE = refused(
    "EIP108",
    "nodeSelector has an operator or a value that the schema refuses",
    "operators are In, NotIn, Exists and DoesNotExist; values are label values, as text",
    __doc__,
)
