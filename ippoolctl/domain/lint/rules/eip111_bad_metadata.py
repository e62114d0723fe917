"""The API server rejects `metadata`, as for any kind of object.

A pool needs a `name` (or a `generateName`) that is a lowercase RFC 1123 subdomain of at most 253
characters. Labels have keys and values of the usual form, at most 63 characters. Names, labels and
annotations are strings: quote `"true"` and `"1"`.

Source: Kubernetes v1.36 `apimachinery/pkg/api/validation/objectmeta.go`.
"""

from typing import Final

from ippoolctl.domain.characters import quoted, quotes_remedy
from ippoolctl.domain.lint.families.refusals import admission_rule
from ippoolctl.domain.lint.field_names import corrections
from ippoolctl.domain.lint.lookups import Refusal

_KEYS: Final = "team or example.com/team"
_SET_BY_THE_SERVER: Final = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
)


def _fix(refusal: Refusal) -> str:
    path, written = refusal.reason.path, refusal.written
    match path:
        case ("metadata",) if isinstance(written, list):
            return "metadata is one object, not a list: remove the dash"
        case ("metadata", "labels" | "annotations" as field) if isinstance(written, str | list):
            return f"use {field} as KEY: VALUE" + ", without dashes" * isinstance(written, list)
        case ("metadata", "annotations") if isinstance(written, dict):
            return "shorten the annotations"
        case ("metadata", "labels", _) if isinstance(written, str):
            return (
                f"use a key such as {_KEYS}, and a value of at most 63 letters, digits, -, _ and ."
            )
        case ("metadata", "annotations", _) if isinstance(written, str):
            return f"use a key such as {_KEYS}"
        case ("metadata", "finalizers" | "ownerReferences" as field):
            if not isinstance(written, list):
                return f"use a list for {field}"
        case ("metadata", "name") if not written:
            fields = ("name", "metadata")
            return corrections(refusal.pool, fields, refusal.pool.pruned) or "set metadata.name"
        case ("metadata", str(field)) if field in _SET_BY_THE_SERVER:
            return "remove the field: the API server sets it"
    if isinstance(written, int | float):
        return quotes_remedy(quoted(written))
    return "use a name of lower-case letters, digits, - and .; labels and annotations are strings"


RULE = admission_rule("EIP111", "bad-metadata", "invalid metadata", _fix, __doc__)
