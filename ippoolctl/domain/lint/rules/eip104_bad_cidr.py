"""The text of a `cidr` is not an address, a slash and a prefix length.

The schema is lenient here (`010.0.0.0/24` and host bits pass) but not about white space, a missing
length, a dotted mask or a zone. A list in place of the text is overlooked by the schema and then
cannot be decoded by Antrea.

Source: `format: cidr`, kube-openapi `pkg/validation/strfmt/default.go`.
"""

from ippoolctl.domain.lint.refusals import refused

RULE = refused(
    "EIP104",
    "a CIDR cannot be read",
    "write it as ADDRESS/LENGTH without spaces, such as 10.0.0.0/28 or fd00::/120",
    __doc__,
)
