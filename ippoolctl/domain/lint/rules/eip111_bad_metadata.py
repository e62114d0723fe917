"""The API server rejects `metadata`, as for any kind of object.

A pool needs a `name` (or a `generateName`) that is a lowercase RFC 1123 subdomain of at most 253
characters. Labels have keys and values of the usual form, at most 63 characters. Names, labels and
annotations are strings: quote `"true"` and `"1"`.

Source: Kubernetes v1.36 `apimachinery/pkg/api/validation/objectmeta.go`.
"""

from ippoolctl.domain.lint.refusals import admission_rule

RULE = admission_rule(
    "EIP111",
    "bad-metadata",
    "invalid metadata",
    "use a name of lower-case letters, digits, - and .; labels and annotations are strings",
    __doc__,
)
