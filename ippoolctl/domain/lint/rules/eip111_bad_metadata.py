"""The API server refuses `metadata`, whatever the kind of the object.

A pool needs a `name` (or a `generateName`) that is a lowercase RFC 1123 subdomain of at most 253
characters. Labels have keys and values of the usual form, at most 63 characters. Names, labels and
annotations are text: quote `"true"` and `"1"`.

Source: Kubernetes v1.36 `apimachinery/pkg/api/validation/objectmeta.go`.
"""

from ippoolctl.domain.lint.refusals import refused

RULE = refused(
    "EIP111",
    "the API server refuses the metadata",
    "give a name of lower case letters, digits, - and .; labels and annotations are text",
    __doc__,
)
