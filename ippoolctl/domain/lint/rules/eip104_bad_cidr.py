"""The text of a `cidr` is not an address, a slash and a prefix length.

The schema is lenient here (`010.0.0.0/24` and host bits pass) but not about white space, a missing
length, a dotted mask or a zone. A list instead of the text passes the schema, and Antrea then
cannot decode it.

Source: `format: cidr`, kube-openapi `pkg/validation/strfmt/default.go`.
"""

from ippoolctl.domain.lint.refusals import admission_rule

RULE = admission_rule(
    "EIP104",
    "bad-cidr",
    "invalid CIDR",
    "use ADDRESS/LENGTH without spaces, such as 10.0.0.0/28 or fd00::/120",
    __doc__,
)
