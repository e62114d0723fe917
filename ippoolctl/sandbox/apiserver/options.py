"""Parameters of lists, watches and writes, and where a list begins and goes on.

Source: Kubernetes v1.36 ``apimachinery/pkg/apis/meta/internalversion/validation`` and
``apiserver/pkg/storage/continue.go``.
"""

import base64
import operator
from typing import Final, NamedTuple

import orjson

from ippoolctl.sandbox.apiserver.kinds import Key, Kind
from ippoolctl.sandbox.apiserver.left_out import CONTINUE, VALUE
from ippoolctl.sandbox.apiserver.request import Request
from ippoolctl.sandbox.apiserver.statuses import StatusError, bad_request, invalid

EXACT: Final = "Exact"
_MATCH: Final = "resourceVersionMatch"
_VALUES: Final = {
    "dryRun": ("All",),
    "fieldValidation": ("", "Ignore", "Strict", "Warn"),
    "includeObject": ("", "Metadata", "Object"),
    _MATCH: ("", EXACT, "NotOlderThan"),
}
_OLD: Final = "The resourceVersion for the provided list is too old."
_EXPIRED: Final = (
    "The provided continue parameter is too old to display a consistent list result. You must "
    "start a new list without the continue parameter."
)


class Start(NamedTuple):
    """Where a list begins."""

    revision: int | None = None
    """``None`` for the present one."""
    after: Key = ("", "")


def check_values(request: Request) -> None:
    """Raise :class:`StatusError` for a parameter with a value that has no meaning."""
    for name, known in _VALUES.items():
        value = request.query.get(name)
        if value is not None and value not in known:
            raise VALUE.refusal(f"the sandbox does not serve {name}={value}")


def check_list(request: Request) -> None:
    """Raise :class:`StatusError` for parameters of a list that exclude each other."""
    match, revision = request.query.get(_MATCH), request.query.get("resourceVersion", "")
    for is_wrong, why in (
        (not revision, f"{_MATCH} is forbidden unless resourceVersion is provided"),
        (request.query.get("continue"), f"{_MATCH} is forbidden when continue is provided"),
        (
            (match, revision) == (EXACT, "0"),
            f'{_MATCH} "exact" is forbidden for resourceVersion "0"',
        ),
    ):
        if match and is_wrong:
            options = Kind("meta.k8s.io", "v1", "", "ListOptions")
            raise invalid(options, "", [(_MATCH, f"{_MATCH}: Forbidden: {why}")])


def continued(token: str) -> Start:
    """Where a ``continue`` parameter goes on. Raises :class:`StatusError`."""
    try:
        found = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        namespace, _, name = found["start"].removesuffix("\0").rpartition("/")
        return Start(operator.index(found["rv"]), (namespace, name))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = "invalid continue token: continue key is not valid"
        raise bad_request(f"{why}: {error}") from None


def continuation(revision: int, key: Key) -> str:
    """The ``continue`` of a list that goes on after the key."""
    fields = {"v": "meta.k8s.io/v1", "rv": revision, "start": f"{'/'.join(key)}\0"}
    return base64.urlsafe_b64encode(orjson.dumps(fields)).decode().rstrip("=")


def compacted(start: Start) -> StatusError:
    """The refusal of a list whose revision is forgotten."""
    return CONTINUE.refusal(_EXPIRED) if start.after[1] else StatusError(410, _OLD)
