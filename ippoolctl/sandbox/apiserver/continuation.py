"""Where a list begins: at a revision, or where another one has ended.

Source: Kubernetes v1.36 ``apiserver/pkg/storage/continue.go``.
"""

import base64
import operator
from typing import Final, NamedTuple

import orjson

from ippoolctl.sandbox.apiserver.kinds import Key
from ippoolctl.sandbox.apiserver.statuses import StatusError, bad_request

_EXPIRED: Final = (
    "The provided continue parameter is too old to display a consistent list result. You can start "
    "a new list without the continue parameter, or use the continue token in this response to "
    "retrieve the remainder of the results. Continuing with the provided token results in an "
    "inconsistent list - objects that were created, modified, or deleted between the time the "
    "first chunk was returned and now may show up in the list."
)


class Start(NamedTuple):
    """Where a list begins."""

    revision: int | None = None
    """``None`` for the present one."""
    after: Key = ("", "")


def continued(token: str) -> Start:
    """Where a ``continue`` parameter goes on. Raises :class:`StatusError`."""
    try:
        found = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        namespace, _, name = found["start"].removesuffix("\0").rpartition("/")
        revision = operator.index(found["rv"])
        return Start(revision if revision > 0 else None, (namespace, name))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = "invalid continue token: continue key is not valid"
        raise bad_request(f"{why}: {error}") from None


def continuation(revision: int, key: Key) -> str:
    """The ``continue`` of a list that goes on after the key."""
    fields = {"v": "meta.k8s.io/v1", "rv": revision, "start": f"{'/'.join(key)}\0"}
    return base64.urlsafe_b64encode(orjson.dumps(fields)).decode().rstrip("=")


def compacted(start: Start) -> StatusError:
    """The revision of the list is forgotten; one that was begun may go on with the present."""
    if not start.after[1]:
        return StatusError(410, "The resourceVersion for the provided list is too old.")
    error = StatusError(410, _EXPIRED)
    error.status["metadata"] = {"continue": continuation(-1, start.after)}
    return error
