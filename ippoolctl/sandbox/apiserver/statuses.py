"""The ``Status`` objects with which an API server refuses requests.

Wording and details: Kubernetes v1.36 ``apimachinery/pkg/api/errors/errors.go`` and
``apimachinery/pkg/util/validation/field``.
"""

from collections.abc import Iterable
from typing import Any, Final

from ippoolctl.sandbox.apiserver.kinds import Kind

STALE: Final = (
    "the object has been modified; please apply your changes to the latest version and try again"
)
IN_BODY: Final = "the server rejected our request due to an error in our request"
_REASONS: Final = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    406: "NotAcceptable",
    409: "Conflict",
    410: "Expired",
    413: "RequestEntityTooLarge",
    415: "UnsupportedMediaType",
    422: "Invalid",
    504: "Timeout",
}
_CAUSES: Final = {
    "Required value": "FieldValueRequired",
    "Unsupported value": "FieldValueNotSupported",
    "Too long": "FieldValueTooLong",
    "Forbidden": "FieldValueForbidden",
    "Duplicate value": "FieldValueDuplicate",
}


class StatusError(Exception):
    """The request is refused with this ``Status``."""

    def __init__(
        self, code: int, message: str, reason: str | None = None, details: Any = None
    ) -> None:
        super().__init__(message)
        self.code = code
        status: dict[str, Any] = {"kind": "Status", "apiVersion": "v1", "metadata": {}}
        status |= {"status": "Failure", "message": message, "code": code, "details": details}
        status["reason"] = _REASONS.get(code, "") if reason is None else reason
        self.status = {key: value for key, value in status.items() if value not in ("", None)}


def about(kind: Kind, name: str, word: str = "") -> dict[str, Any]:
    """The ``details`` of a Status about an object, or about a kind."""
    details = {"name": name, "group": kind.group, "kind": word or kind.plural}
    return {key: value for key, value in details.items() if value}


def bad_request(message: str) -> StatusError:
    """The request cannot be decoded."""
    return StatusError(400, message)


def undecodable(found: Kind, wanted: Kind, why: str) -> StatusError:
    """An object of one kind, by its own word, cannot be decoded as one of the ``wanted`` kind."""
    version = f'{found.kind} in version "{found.version}"'
    return bad_request(f"{version} cannot be handled as a {wanted.kind}: {why}")


def too_large(limit: int) -> StatusError:
    """The body has more than ``limit`` bytes."""
    return StatusError(413, f"Request entity too large: limit is {limit}")


def unread(*types: str) -> str:
    """The message about a body of a type other than these."""
    words = "the body of the request was in an unknown format - accepted media types include"
    return f"{words}: {', '.join(types)}"


def not_found(kind: Kind, name: str) -> StatusError:
    """No object has that name."""
    return StatusError(404, f'{kind.resource} "{name}" not found', details=about(kind, name))


def already_exists(kind: Kind, name: str, *, terminating: bool) -> StatusError:
    """An object of that name exists; it may be terminating."""
    prefix = "object is being deleted: " if terminating else ""
    message = f'{prefix}{kind.resource} "{name}" already exists'
    return StatusError(409, message, "AlreadyExists", about(kind, name))


def conflict(kind: Kind, name: str, why: str = STALE, *, unmet: bool = False) -> StatusError:
    """The object has changed, or, with ``unmet``, a precondition of the request does not hold."""
    subject, word = (kind.qualified, kind.kind) if unmet else (kind.resource, kind.plural)
    message = f'Operation cannot be fulfilled on {subject} "{name}": {why}'
    return StatusError(409, message, details=about(kind, name, word))


def invalid(
    kind: Kind, name: str, causes: Iterable[tuple[str, str]], *, by_resource: bool = False
) -> StatusError:
    """The object is invalid; ``causes`` are pairs of a field and a sentence that begins with it."""
    found = tuple(causes)
    subject, word = (kind.resource, kind.plural) if by_resource else (kind.qualified, kind.kind)
    sentences = list(dict.fromkeys(sentence for _, sentence in found))
    shown = sentences[0] if len(sentences) == 1 else f"[{', '.join(sentences)}]"
    details = about(kind._replace(plural=""), name, word) | {"causes": [_cause(*e) for e in found]}
    return StatusError(422, f'{subject} "{name}" is invalid: {shown}', details=details)


def unsupported_value(field: str, word: object, known: Iterable[str]) -> tuple[str, str]:
    """A cause of :func:`invalid`: the value of the field is not one of ``known``."""
    listed = ", ".join(f'"{each}"' for each in known)
    return field, f'{field}: Unsupported value: "{word}": supported values: {listed}'


def _cause(field: str, sentence: str) -> dict[str, str]:
    message = sentence.removeprefix(f"{field}: ")
    reason = _CAUSES.get(message.partition(":")[0], "FieldValueInvalid")
    if " in body must be of type " in message:
        reason = "FieldValueTypeInvalid"
    return {"reason": reason, "message": message, "field": field}


def denied(webhook: str, sentence: str) -> StatusError:
    """A webhook denies the request; those of Antrea set neither reason nor code."""
    return StatusError(400, f'admission webhook "{webhook}" denied the request: {sentence}', "")


def uncalled(webhook: str, why: str) -> StatusError:
    """A webhook cannot be called."""
    cause = f'failed calling webhook "{webhook}": failed to call webhook: {why}'
    details = {"causes": [{"message": cause}]}
    return StatusError(500, f"Internal error occurred: {cause}", "InternalError", details)


def timed_out(why: str, details: Any = None) -> StatusError:
    """The request timed out."""
    return StatusError(504, f"Timeout: {why}", details=details)
