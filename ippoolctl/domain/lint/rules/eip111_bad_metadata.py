"""The API server rejects `metadata`, as for any kind of object.

A pool needs a `name` (or a `generateName`) that is a lowercase RFC 1123 subdomain of at most 253
characters. Labels have keys and values of the usual form, at most 63 characters. Names, labels and
annotations are strings: quote `"true"` and `"1"`.

Source: Kubernetes v1.36 `apimachinery/pkg/api/validation/objectmeta.go`.
"""

from ippoolctl.domain.characters import quoted, quotes_remedy
from ippoolctl.domain.lint.families.refusals import admission_rule
from ippoolctl.domain.lint.lookups import Refusal


def _fix(refusal: Refusal) -> str:
    if isinstance(refusal.written, int | float):
        return quotes_remedy(quoted(refusal.written))
    return "use a name of lower-case letters, digits, - and .; labels and annotations are strings"


RULE = admission_rule("EIP111", "bad-metadata", "invalid metadata", _fix, __doc__)
