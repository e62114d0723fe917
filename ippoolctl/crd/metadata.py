"""The rules of the API server for ``metadata`` of any kind.

Source: Kubernetes v1.36 ``apimachinery/pkg/api/validation/objectmeta.go`` and
``apimachinery/pkg/util/validation``.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from ippoolctl.crd import owner_references
from ippoolctl.crd.decoding import META_STRUCTS, OBJECT_META, Mismatch, mismatches, violation
from ippoolctl.domain.antrea.pool import Path, SchemaViolation, dotted
from ippoolctl.domain.labels import key_errors, subdomain_errors, value_errors

JsonObject = dict[str, Any]

NameRule = Callable[[str], Iterator[str]]
"""The errors of a name."""

RULE: Final = "EIP111"
"""The rule that explains invalid metadata."""

_MAX_ANNOTATIONS: Final = 262_144
"""Bytes of all keys and values of annotations."""

ORPHAN: Final = "orphan"
FOREGROUND: Final = "foregroundDeletion"
"""Finalizers of the garbage collector."""

RANDOM_SUFFIX: Final = "?????"
"""Stands for the five characters that the server adds to ``generateName``."""


def name_of(metadata: object) -> tuple[str, bool]:
    """The object's name, and whether the server generates it from ``generateName``."""
    if not isinstance(metadata, dict):
        return "", False
    name, prefix = metadata.get("name"), metadata.get("generateName")
    if not name and prefix and isinstance(prefix, str):
        return prefix + RANDOM_SUFFIX, True
    return (name if isinstance(name, str) else ""), False


def strings_of(metadata: object, field: str) -> dict[str, str]:
    """The labels or the annotations that are text."""
    found = metadata.get(field) if isinstance(metadata, dict) else None
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def violations(metadata: object) -> Iterator[SchemaViolation]:
    """Every reason for which the server rejects this metadata."""
    return judged(metadata)[0]


def judged(metadata: object) -> tuple[Iterator[SchemaViolation], list[Path]]:
    """The reasons for which the server rejects this metadata, and the fields that it drops.

    It drops unknown fields, and the namespace, since the object is cluster-scoped.
    """
    metadata = {} if metadata is None else metadata
    found = list(decoded(metadata))
    dropped: list[Path] = [("metadata", *each.path) for each in found if not each.sentence]
    if isinstance(metadata, dict) and metadata.get("namespace") is not None:
        dropped.append(("metadata", "namespace"))
    mistyped = [each for each in found if each.sentence]
    if mistyped or not isinstance(metadata, dict):
        rejected = (violation(RULE, ("metadata", *each.path), each.sentence) for each in mistyped)
        return rejected, dropped
    return invalid(metadata), dropped


def invalid(metadata: JsonObject, name_rule: NameRule | None = None) -> Iterator[SchemaViolation]:
    """Every reason for which the server rejects metadata that could be decoded.

    Names are DNS subdomains unless ``name_rule`` is another rule.
    """
    yield from _name_errors(metadata, name_rule or subdomain_errors)
    yield from _label_errors(metadata.get("labels") or {})
    yield from _annotation_errors(metadata.get("annotations") or {})
    for place, field, sentence in owner_references.errors(metadata.get("ownerReferences") or []):
        yield SchemaViolation(RULE, place, field, f"{field}: {sentence}")
    yield from _finalizer_errors(metadata.get("finalizers") or [])


def decoded(metadata: object) -> Iterator[Mismatch]:
    """What the server cannot decode in the metadata of a custom resource."""
    if isinstance(metadata, dict):
        # The server sorts the fields before.
        metadata = {key: metadata[key] for key in sorted(metadata)}
    return mismatches(metadata, OBJECT_META, META_STRUCTS)


def _name_errors(metadata: dict[str, Any], rule: NameRule) -> Iterator[SchemaViolation]:
    name, prefix = metadata.get("name") or "", metadata.get("generateName") or ""
    if prefix:
        # The server validates what it would generate from the prefix, so a final dash is valid.
        has_dash = len(prefix) > 1 and prefix.endswith("-")
        yield from _rule_errors(
            rule, "generateName", prefix, f"{prefix[:-2]}a" if has_dash else prefix
        )
    if name:
        yield from _rule_errors(rule, "name", name, name)
    elif not prefix:
        sentence = "Required value: name or generateName is required"
        yield _violation(("metadata", "name"), sentence)


def _rule_errors(rule: NameRule, field: str, shown: str, name: str) -> Iterator[SchemaViolation]:
    for complaint in rule(name):
        yield _violation(("metadata", field), f'Invalid value: "{shown}": {complaint}')


def _label_errors(labels: dict[str, Any]) -> Iterator[SchemaViolation]:
    path: Path = ("metadata", "labels")
    for key, value in labels.items():
        value = value or ""
        for complaint in key_errors(key):
            yield _violation(path, f'Invalid value: "{key}": {complaint}', (*path, key))
        for complaint in value_errors(value):
            yield _violation(path, f'Invalid value: "{value}": {complaint}', (*path, key))


def _annotation_errors(annotations: dict[str, Any]) -> Iterator[SchemaViolation]:
    path: Path = ("metadata", "annotations")
    for key in annotations:
        # The server accepts capitals in the prefix of an annotation.
        for complaint in key_errors(key.lower()):
            yield _violation(path, f'Invalid value: "{key}": {complaint}', (*path, key))
    total = sum(len(key.encode()) + len((text or "").encode()) for key, text in annotations.items())
    if total > _MAX_ANNOTATIONS:
        yield _violation(path, f"Too long: may not be more than {_MAX_ANNOTATIONS} bytes")


def _finalizer_errors(finalizers: list[str | None]) -> Iterator[SchemaViolation]:
    path: Path = ("metadata", "finalizers")
    for number, each in enumerate(finalizers):
        for complaint in key_errors(each or ""):
            yield _violation(path, f'Invalid value: "{each or ""}": {complaint}', (*path, number))
    if {ORPHAN, FOREGROUND} <= set(finalizers):
        import json

        listed = json.dumps(finalizers, separators=(",", ":"))
        complaint = f"finalizer {ORPHAN} and {FOREGROUND} cannot be both set"
        yield _violation(path, f"Invalid value: {listed}: {complaint}")


def unqualified_finalizers(finalizers: Iterable[str]) -> list[str]:
    """The server's warnings: finalizers that another client might use as well."""
    standard = (ORPHAN, FOREGROUND, "kubernetes")
    return [
        f'metadata.finalizers: "{each}": prefer a domain-qualified finalizer name to avoid '
        "accidental conflicts with other finalizer writers"
        for each in sorted(set(finalizers))
        if "/" not in each and each not in standard
    ]


def _violation(path: Path, complaint: str, place: Path | None = None) -> SchemaViolation:
    field = dotted(path)
    return SchemaViolation(RULE, place or path, field, f"{field}: {complaint}")
