"""What a document is: an object, a List, or something that no API server takes."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ippoolctl.crd.externalippool import is_pool
from ippoolctl.crd.group import GROUP, KIND, VERSION
from ippoolctl.domain.antrea.pool import Path
from ippoolctl.domain.characters import odd_character, quoted
from ippoolctl.domain.unprocessed import (
    OPENSHIFT,
    PATCH,
    SOPS,
    Unprocessed,
    placeholder_in,
    unprocessed_text,
)

HINT_OBJECT: Final = "an object has apiVersion, kind and metadata"
_OR_LIST: Final = "or put the list under items of a kind: List"
_HINT_LIST: Final = f'remove the leading "- " and unindent the object, {_OR_LIST}'
_HINT_BRACKETS: Final = f"remove the brackets and commas around the objects (jq '.[]'), {_OR_LIST}"
_RIGHT: Final = {"apiVersion": f"{GROUP}/{VERSION}", "kind": KIND}
_LIST: Final = f"{KIND}List"
_SOPS_FIELDS: Final = (
    "mac", "version", "lastmodified", "age", "kms", "pgp", "gcp_kms", "azure_kv", "hc_vault",
)  # fmt: skip
_PATCH_STEPS: Final = ("add", "remove", "replace", "move", "copy", "test")
_DIRECTIVES: Final = ("$patch", "$retainKeys", "$setElementOrder/", "$deleteFromPrimitiveList/")
_CLOSE: Final = 0.85
"""The similarity to the kind from which on a kind of Antrea's group is a slip."""
_ALIKE: Final = 0.65
"""The same for an object with the fields of a pool: less than IPPool has."""
_SHORT_NAMES: Final = ("eip", "eips")
_DEPTH: Final = 4
"""Levels in which a directive of a patch is looked for."""


class Unfit(NamedTuple):
    """Why a value is not an object."""

    message: str
    hint: str = HINT_OBJECT
    of_pool: bool = False
    """Whether it is meant to be a pool: if not, it may be a file of another tool."""


def objects_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The object itself, or the items of a List, also those of a List in a List.

    An item without ``apiVersion`` and ``kind`` has those of its typed list. Source:
    ``decodeToList`` of k8s.io/apimachinery v0.36, pkg/apis/meta/v1/unstructured/helpers.go.
    """
    if not (isinstance(value, dict) and isinstance(value.get("items"), list) and _is_list(value)):
        yield path, value
        return
    kind = value["kind"].removesuffix("List")
    inherited = {"apiVersion": value.get("apiVersion"), "kind": kind}
    for index, item in enumerate(value["items"]):
        if kind and isinstance(item, dict) and not (item.get("kind") or item.get("apiVersion")):
            item = {**item, **inherited}
        yield from objects_in(item, (*path, "items", index))


def _is_list(value: dict[str, Any]) -> bool:
    kind = value.get("kind")
    return isinstance(kind, str) and kind.endswith("List")


def unprocessed_document(value: Any) -> Unprocessed | None:
    """The tool that a whole document waits for: it is encrypted, a patch, or only text."""
    if isinstance(value, str):
        return unprocessed_text(value)
    if isinstance(value, list):
        steps = [each for each in value if isinstance(each, dict)]
        patches = steps and all(each.get("op") in _PATCH_STEPS and "path" in each for each in steps)
        return PATCH if patches else None
    if not isinstance(value, dict):
        return None
    secret = value.get("sops")
    if isinstance(secret, dict) and not secret.keys().isdisjoint(_SOPS_FIELDS):
        return SOPS
    objects = value.get("objects")
    if value.get("kind") == "Template" and isinstance(objects, list):
        return (
            OPENSHIFT
            if any(_is_meant(each) and _resembles_pool(each) for each in objects)
            else None
        )
    return PATCH if _has_directive(value, _DEPTH) else None


def _has_directive(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        return any(str(key).startswith(_DIRECTIVES) for key in value) or (
            depth > 0 and any(_has_directive(each, depth - 1) for each in value.values())
        )
    return (
        depth > 0
        and isinstance(value, list)
        and any(_has_directive(each, depth - 1) for each in value)
    )


def why_unfit(value: Any, path: Path, *, brackets: bool = False) -> Unfit | None:
    """Why a value is not an object; ``None`` if it is one, or a mapping without any of its fields.

    Files of other tools beside manifests (values of Helm, kustomizations without a kind) do not
    look like objects at all, and are ignored like objects of other kinds. ``brackets`` says that a
    list is in brackets.
    """
    if isinstance(value, list) and not path:
        objects = [*_objects_of_list(value)]
        if objects:
            ours = any(map(_resembles_pool, objects))
            hint = _HINT_BRACKETS if brackets else _HINT_LIST
            return Unfit("a list of objects, not one object", hint, ours)
    if not isinstance(value, dict):
        return Unfit("not a Kubernetes object")
    items = value.get("items")
    if _is_list(value) and items is not None and not isinstance(items, list):
        ours = isinstance(items, dict) and _resembles_pool(items)
        return Unfit("items is not a list", "add a dash before each object under items", ours)
    if value.get("kind") and value.get("apiVersion"):
        message, hint = _misspelled_kind(value)
        return Unfit(message, hint, of_pool=True) if message else None
    if not value.keys().isdisjoint(("kind", "metadata", "spec")):
        return _without_type(value)
    if isinstance(items, list) and any(isinstance(each, dict) and is_pool(each) for each in items):
        return Unfit(
            "missing apiVersion and kind", "add apiVersion: v1 and kind: List", of_pool=True
        )
    return None


def _objects_of_list(value: list[Any]) -> Iterator[dict[str, Any]]:
    """What is meant to be an object in a list, also in a list in it."""
    for each in value:
        if isinstance(each, list):
            yield from (inner for inner in each if _is_meant(inner))
        elif _is_meant(each):
            yield each


def _is_meant(value: Any) -> bool:
    return isinstance(value, dict) and bool(value.get("kind") or _resembles_pool(value))


def _without_type(value: dict[str, Any]) -> Unfit:
    """Why an object is unfit whose ``apiVersion`` or ``kind`` is missing, or is another key."""
    missing = [field for field in _RIGHT if not value.get(field)]
    keys = {re.sub(r"[^a-z]", "", str(key).lower()): str(key) for key in value}
    other = {field: keys[field.lower()] for field in missing if field.lower() in keys}
    other = {field: key for field, key in other.items() if field != key}
    ours = _resembles_pool({**value, **{field: value[key] for field, key in other.items()}})
    steps = [f"use {field} instead of {key}" for field, key in other.items()]
    add = " and ".join(f"{each}: {_RIGHT[each]}" for each in missing if each not in other)
    if add and (ours or steps):
        steps.append(f"add {add}")
    return Unfit(f"missing {' and '.join(missing)}", ", and ".join(steps) or HINT_OBJECT, ours)


def _resembles_pool(document: dict[str, Any]) -> bool:
    """Whether an object is meant to be a pool, although its version or its kind may be wrong.

    A group that is neither empty nor has ``antrea`` in it is another vendor's.
    """
    kind = str(document.get("kind") or "").lower()
    group = str(document.get("apiVersion") or "").lower().rpartition("/")[0]
    if group and "antrea" not in group and placeholder_in(group) is None:
        return False
    letters = "".join(each for each in kind if each.isascii() and each.isalnum())
    if letters.removesuffix("s") == KIND.lower():
        return True
    has_fields = _has_fields_of_pool(document)
    if has_fields and letters in ("", *_SHORT_NAMES):
        return True
    if not (group or has_fields) or not kind or letters.endswith("list"):
        return False
    from difflib import SequenceMatcher

    likeness = SequenceMatcher(None, letters, KIND.lower()).ratio()
    return likeness > (_ALIKE if has_fields else _CLOSE)


def _has_fields_of_pool(document: dict[str, Any]) -> bool:
    """Whether it has the required fields of a pool, which no other kind has together.

    Without ``apiVersion`` and ``kind`` they can be the values of a template.
    """
    spec = document.get("spec")
    typed = document.get("apiVersion") or document.get("kind")
    return bool(typed) and isinstance(spec, dict) and {"ipRanges", "nodeSelector"} <= spec.keys()


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else quoted(value)


def _misspelled_kind(document: dict[str, Any]) -> tuple[str, str]:
    """The error for an object that is meant to be a pool but is not, and what to do.

    Both are empty otherwise: kinds of the same name in groups that are not Antrea's are none of
    its pools.
    """
    kind, version = map(_shown, (document.get("kind"), document.get("apiVersion")))
    if kind != _LIST and kind.lower() == _LIST.lower() and version.startswith(f"{GROUP}/"):
        return f"{version} {kind} is not served", f"use kind: {_LIST}"
    if is_pool(document) or not _resembles_pool(document):
        return "", ""
    right = f"{GROUP}/{VERSION} {KIND}"
    for text in (kind, version):
        odd = odd_character(text)
        if odd is not None:
            return f"{version} {kind} is not served: {odd.name} in {text!r}", odd.remedy
        placeholder = placeholder_in(text)
        if placeholder is not None:
            return placeholder.what, placeholder.remedy
    return f"{version} {kind} is not served", f"use {right}"
