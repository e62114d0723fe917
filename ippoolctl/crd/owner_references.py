"""``metadata.ownerReferences``: their fields, and the rules of the API server for them.

Source: Kubernetes v1.36 ``apimachinery/pkg/api/validation/objectmeta.go`` and, for duplicate
references, ``apiserver/pkg/endpoints/handlers/create.go``.
"""

from collections.abc import Iterator
from typing import Any, Final

from ippoolctl.domain.antrea.pool import Path

JsonObject = dict[str, Any]

FieldError = tuple[Path, str, str]
"""The place, the field as the server spells it, and the server's message."""

_FIELD: Final = "metadata.ownerReferences"
_PATH: Final[Path] = ("metadata", "ownerReferences")
_TEXTS: Final = ("apiVersion", "kind", "name", "uid")
_FLAGS: Final = ("controller", "blockOwnerDeletion")
_DUPLICATES: Final = (
    ".metadata.ownerReferences contains duplicate entries{}; API server dedups owner references in "
    "1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate "
    "UID(s) observed: {}"
)


def stored(metadata: JsonObject) -> list[JsonObject]:
    """The ``ownerReferences`` as stored: each of them once, with the known fields only."""
    found = [
        {field: each[field] for field in (*_TEXTS, *_FLAGS) if (each or {}).get(field) is not None}
        for each in metadata.get("ownerReferences") or []
    ]
    return [each for at, each in enumerate(found) if each not in found[:at]]


def duplicate_warnings(metadata: JsonObject, *, is_late: bool = False) -> list[str]:
    """The server's warnings: duplicate owners.

    For a patch it finds them late, when admission might have changed something.
    """
    given = [each or {} for each in metadata.get("ownerReferences") or []]
    twice = [each.get("uid") or "" for at, each in enumerate(given) if each in given[:at]]
    when = " after mutating admission happens" if is_late else ""
    return [_DUPLICATES.format(when, ", ".join(dict.fromkeys(twice)))] if twice else []


def errors(owners: list[JsonObject | None]) -> Iterator[FieldError]:
    """Every reason for which the server rejects these references."""
    for number, each in enumerate(owners):
        owner, place = each or {}, (*_PATH, number)
        version = owner.get("apiVersion") or ""
        group, _, word = version.rpartition("/")
        if "/" in group or not word:
            why = f'Invalid value: "{version}": version must not be empty'
            yield place, f"{_FIELD}.apiVersion", why
        for field in ("kind", "name", "uid"):
            if not owner.get(field):
                yield place, f"{_FIELD}.{field}", 'Invalid value: "": must not be empty'
        if (version, owner.get("kind")) == ("v1", "Event"):
            why = "/v1, Kind=Event is disallowed from being an owner"
            yield place, _FIELD, f"Invalid value: {_reference(owner)}: {why}"
    yield from _controller_errors(owners)


def _controller_errors(owners: list[JsonObject | None]) -> Iterator[FieldError]:
    known = [each for each in owners if each and each.get("controller")]
    listed = f"[{','.join(_reference(each or {}) for each in owners)}]"
    for each in known[1:]:
        first, second = (f"{one.get('kind')}/{one.get('name')}" for one in (known[0], each))
        found = f'Found "true" in references for {first} and {second}'
        why = f"Only one reference can have Controller set to true. {found}"
        yield _PATH, _FIELD, f"Invalid value: {listed}: {why}"


def _reference(owner: JsonObject) -> str:
    """An owner as the server writes it: its fields in the order of the struct."""
    import json

    texts = {field: owner.get(field) or "" for field in _TEXTS}
    flags = {field: owner[field] for field in _FLAGS if owner.get(field) is not None}
    return json.dumps(texts | flags, separators=(",", ":"), ensure_ascii=False)
