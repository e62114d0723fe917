"""The one object that kubectl sends as protobuf: a SelfSubjectAccessReview.

Numbers of fields: Kubernetes v1.36 ``k8s.io/api/authorization/v1/generated.proto`` and
``apimachinery/pkg/runtime/generated.proto``.
"""

from typing import Any, Final

CONTENT_TYPE: Final = "application/vnd.kubernetes.protobuf"
_PREFIX: Final = b"k8s\0"
_RESOURCE: Final = ("namespace", "verb", "group", "version", "resource", "subresource", "name")


def access_review(body: bytes) -> dict[str, Any]:
    """The ``spec`` of the review, as far as it is about a resource. Raises :class:`ValueError`."""
    try:
        message = body.removeprefix(_PREFIX)
        for number in (2, 2, 1):  # the object in the envelope, its spec, its resourceAttributes
            message = _fields(message)[number]
        found = _fields(message)
    except (IndexError, KeyError) as error:
        raise ValueError("no SelfSubjectAccessReview") from error
    named = enumerate(_RESOURCE, 1)
    return {"resourceAttributes": {word: found[n].decode() for n, word in named if n in found}}


def _fields(message: bytes) -> dict[int, bytes]:
    """The fields that hold bytes, by number; there are no others before those that we want."""
    found: dict[int, bytes] = {}
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        size, position = _varint(message, position)
        found[tag >> 3] = message[position : position + size]
        position += size
    return found


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while message[position] >= 128:
        value |= (message[position] & 127) << shift
        position, shift = position + 1, shift + 7
    return value | message[position] << shift, position + 1
