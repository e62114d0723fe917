"""``metadata.ownerReferences``: what a reference has, and what the API server asks of them.

Source: Kubernetes v1.36 ``apimachinery/pkg/api/validation/objectmeta.go`` and, for references that
are there twice, ``apiserver/pkg/endpoints/handlers/create.go``.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from ippoolctl.domain.antrea.pool import Path

JsonObject = dict[str, Any]

Wrong = tuple[Path, str, str]
"""Where something is wrong, the field as the server spells it, and what it says."""

_FIELD: Final = "metadata.ownerReferences"
_PATH: Final[Path] = ("metadata", "ownerReferences")
_TEXTS: Final = ("apiVersion", "kind", "name", "uid")
_FLAGS: Final = ("controller", "blockOwnerDeletion")
_DOUBLED: Final = (
    ".metadata.ownerReferences contains duplicate entries{}; API server dedups owner references in "
    "1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate "
    "UID(s) observed: {}"
)


def stored(metadata: JsonObject) -> list[JsonObject]:
    """The ``ownerReferences``, each of them once, and of each what a reference has."""
    found = [
        {field: each[field] for field in (*_TEXTS, *_FLAGS) if (each or {}).get(field) is not None}
        for each in metadata.get("ownerReferences") or []
    ]
    return [each for at, each in enumerate(found) if each not in found[:at]]


def doubled(metadata: JsonObject, *, is_late: bool = False) -> list[str]:
    """What the server warns of: owners that are named more than once.

    Of a patch it finds them out late, when admission might have changed something.
    """
    given = [each or {} for each in metadata.get("ownerReferences") or []]
    twice = [each.get("uid") or "" for at, each in enumerate(given) if each in given[:at]]
    when = " after mutating admission happens" if is_late else ""
    return [_DOUBLED.format(when, ", ".join(dict.fromkeys(twice)))] if twice else []


def wrong(owners: list[JsonObject | None]) -> Iterator[Wrong]:
    """Every reason for which the server refuses these references."""
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
    yield from _several_controllers(owners)


def _several_controllers(owners: list[JsonObject | None]) -> Iterator[Wrong]:
    known = [each for each in owners if each and each.get("controller")]
    listed = f"[{','.join(_reference(each or {}) for each in owners)}]"
    for each in known[1:]:
        first, second = (f"{one.get('kind')}/{one.get('name')}" for one in (known[0], each))
        found = f'Found "true" in references for {first} and {second}'
        why = f"Only one reference can have Controller set to true. {found}"
        yield _PATH, _FIELD, f"Invalid value: {listed}: {why}"


def _reference(owner: JsonObject) -> str:
    """An owner as the server shows it: its fields in the order of the struct."""
    texts = {field: owner.get(field) or "" for field in _TEXTS}
    flags = {field: owner[field] for field in _FLAGS if owner.get(field) is not None}
    return json.dumps(texts | flags, separators=(",", ":"), ensure_ascii=False)
