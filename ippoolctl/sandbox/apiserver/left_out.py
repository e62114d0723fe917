"""What a kube-apiserver serves and the sandbox does not: one list, with the status it answers.

``docs/sandbox.md`` shows the same list.
"""

from typing import Any, Final, NamedTuple

from ippoolctl.sandbox.apiserver.statuses import StatusError


class LeftOut(NamedTuple):
    """Something that the sandbox does not serve."""

    what: str
    code: int

    def refusal(self, message: str = "", details: Any = None) -> StatusError:
        """The answer to a request that asks for it."""
        message = message or f"the sandbox does not serve {self.what}"
        return StatusError(self.code, message, details=details)


BODY: Final = LeftOut("bodies in YAML or CBOR, and in protobuf except for access reviews", 415)
APPLY: Final = LeftOut("server-side apply", 415)
STRATEGIC: Final = LeftOut("strategic merge patches that name lists or directives", 415)
ANSWER: Final = LeftOut("answers in YAML, CBOR or protobuf, and PartialObjectMetadata", 406)
METHOD: Final = LeftOut("HEAD, OPTIONS and other methods that clients do not need", 405)
PATH: Final = LeftOut(
    "other kinds, subresources other than status, the index at /, OpenAPI v2 in JSON, metrics,"
    " logs",
    404,
)
POLICY: Final = LeftOut("deletion with the policies Foreground and Orphan", 400)
DOUBLED: Final = LeftOut("fields or query parameters that are given twice", 400)
VALUE: Final = LeftOut("values of query parameters that Kubernetes does not know", 400)
CONTINUE: Final = LeftOut("a new continue token for one that has expired", 410)
REVIEW: Final = LeftOut("access reviews of paths", 400)

LEFT_OUT: Final = (
    BODY, APPLY, STRATEGIC, ANSWER, METHOD, PATH, POLICY, DOUBLED, VALUE, CONTINUE, REVIEW,
)  # fmt: skip
"""All of it, in the order of the documentation."""
