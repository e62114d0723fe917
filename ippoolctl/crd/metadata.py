"""What the API server asks of ``metadata``, whatever the kind.

Source: Kubernetes v1.36 ``apimachinery/pkg/api/validation/objectmeta.go`` and
``apimachinery/pkg/util/validation``.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from ippoolctl.crd.decoding import undecodable
from ippoolctl.domain.pool import Path, SchemaViolation, dotted

RULE: Final = "EIP111"
"""The rule that explains what is wrong with metadata."""

_NAME: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_NAME_RULE: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    r"for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_LABEL_VALUE: Final = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
_LABEL_VALUE_RULE: Final = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "
    "'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_MAX_NAME: Final = 253
_MAX_LABEL: Final = 63

RANDOM_SUFFIX: Final = "?????"
"""Stands for the five characters that the server adds to ``generateName``."""


def name_of(metadata: object) -> tuple[str, bool]:
    """The object's name, and whether the server makes it out of ``generateName``."""
    if not isinstance(metadata, dict):
        return "", False
    name, prefix = metadata.get("name"), metadata.get("generateName")
    if not name and prefix and isinstance(prefix, str):
        return prefix + RANDOM_SUFFIX, True
    return (name if isinstance(name, str) else ""), False


def strings_of(metadata: object, field: str) -> dict[str, str]:
    """The labels or the annotations, only those that are text."""
    found = metadata.get(field) if isinstance(metadata, dict) else None
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def violations(metadata: object) -> Iterator[SchemaViolation]:
    """Every reason for which the server refuses this metadata."""
    if metadata is None:
        metadata = {}
    if not isinstance(metadata, dict):
        yield undecodable(RULE, ("metadata",), metadata, "ObjectMeta", "ObjectMeta")
        return
    mistyped = list(_wrong_types(metadata))
    yield from mistyped
    if not mistyped:
        yield from _wrong_name(metadata)
        yield from _wrong_labels(metadata.get("labels") or {})


def _wrong_types(metadata: dict[str, Any]) -> Iterator[SchemaViolation]:
    for field in ("name", "generateName"):
        value = metadata.get(field)
        if value is not None and not isinstance(value, str):
            yield undecodable(
                RULE, ("metadata", field), value, f"ObjectMeta.metadata.{field}", "string"
            )
    for field in ("labels", "annotations"):
        value = metadata.get(field)
        goal = f"ObjectMeta.metadata.{field}"
        if value is not None and not isinstance(value, dict):
            yield undecodable(RULE, ("metadata", field), value, goal, "map[string]string")
            continue
        for key, item in (value or {}).items():
            if item is not None and not isinstance(item, str):
                yield undecodable(RULE, ("metadata", field, key), item, goal, "string")


def _wrong_name(metadata: dict[str, Any]) -> Iterator[SchemaViolation]:
    name, prefix = metadata.get("name") or "", metadata.get("generateName") or ""
    if not name and not prefix:
        sentence = "Required value: name or generateName is required"
        yield _violation(("metadata", "name"), sentence)
    if name:
        yield from _wrong_subdomain("name", name, name)
    elif prefix:
        # The server looks at what it would make of the prefix, so a final dash is fine.
        yield from _wrong_subdomain("generateName", prefix, prefix.removesuffix("-") + "a")


def _wrong_subdomain(field: str, shown: str, name: str) -> Iterator[SchemaViolation]:
    if len(name.encode()) > _MAX_NAME:
        complaint = f'Invalid value: "{shown}": must be no more than {_MAX_NAME} bytes'
        yield _violation(("metadata", field), complaint)
    if not _NAME.fullmatch(name):
        yield _violation(("metadata", field), f'Invalid value: "{shown}": {_NAME_RULE}')


def _wrong_labels(labels: dict[str, Any]) -> Iterator[SchemaViolation]:
    for key, value in labels.items():
        value = value or ""
        path: Path = ("metadata", "labels")
        name = key.rpartition("/")[2]
        if not name or len(name) > _MAX_LABEL or not _LABEL_VALUE.fullmatch(name):
            complaint = f'Invalid value: "{key}": the name part must be a valid label name'
            yield _violation(path, complaint, (*path, key))
        if len(value) > _MAX_LABEL:
            complaint = f'Invalid value: "{value}": must be no more than {_MAX_LABEL} bytes'
            yield _violation(path, complaint, (*path, key))
        if not _LABEL_VALUE.fullmatch(value):
            complaint = f'Invalid value: "{value}": {_LABEL_VALUE_RULE}'
            yield _violation(path, complaint, (*path, key))


def _violation(path: Path, complaint: str, place: Path | None = None) -> SchemaViolation:
    field = dotted(path)
    return SchemaViolation(RULE, place or path, field, f"{field}: {complaint}")
