"""An ExternalIPPool as an object and as a :class:`~ippoolctl.domain.antrea.pool.Pool`.

Nearly every pool is plain (:mod:`ippoolctl.crd.plain_spec`). :func:`read_pool` recognizes those,
and applies the schema of the CRD to all others, which tells exactly what the API server rejects.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from ippoolctl.crd import metadata
from ippoolctl.crd.decoding import undecodable
from ippoolctl.crd.definition import schema_of
from ippoolctl.crd.group import GROUP, KIND, VERSION
from ippoolctl.crd.plain_spec import read_plain_spec
from ippoolctl.crd.structural import Cause, prune, validate
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, RangeError, Spelling, read_range
from ippoolctl.domain.antrea.pool import Origin, Path, Pool, SchemaViolation, SubnetInfo
from ippoolctl.domain.characters import odd_character
from ippoolctl.domain.unprocessed import placeholder_in

JsonObject = dict[str, Any]

_CLOSE: Final = 0.85
"""The similarity to the kind from which on a kind of Antrea's group is a slip."""
_PLAIN_NAME: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_PLAIN_FIELDS: Final = frozenset({"apiVersion", "kind", "metadata", "spec"})
_PLAIN_METADATA: Final = frozenset({"name"})
_V1BETA1: Final = f"{GROUP}/{VERSION}"


def is_pool(document: JsonObject) -> bool:
    """Whether an object is an ExternalIPPool, in any version."""
    version = document.get("apiVersion")
    return (
        document.get("kind") == KIND
        and isinstance(version, str)
        and version.startswith(f"{GROUP}/")
    )


def resembles_pool(document: JsonObject) -> bool:
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
    if not group or not kind or letters.endswith("list"):
        return False
    from difflib import SequenceMatcher

    return SequenceMatcher(None, letters, KIND.lower()).ratio() > _CLOSE


def misspelled_kind(document: JsonObject) -> tuple[str, str]:
    """The error for an object that is meant to be a pool but is not, and what to do.

    Both are empty otherwise: kinds of the same name in groups that are not Antrea's are none of
    its pools.
    """
    if is_pool(document) or not resembles_pool(document):
        return "", ""
    kind, version = str(document.get("kind")), str(document.get("apiVersion"))
    right = f"{GROUP}/{VERSION} {KIND}"
    for text in (kind, version):
        odd = odd_character(text)
        if odd is not None:
            return f"{version} {kind} is not served: {odd.name} in {text!r}", odd.remedy
        placeholder = placeholder_in(text)
        if placeholder is not None:
            return placeholder.what, placeholder.remedy
    return f"{version} {kind} is not served", f"use {right}"


def read_pool(document: JsonObject, origin: Origin | None = None) -> Pool:
    """The pool that an object describes, with everything that the API server would reject.

    Never fails: what cannot be read is a violation of the pool.
    """
    plain = _read_plain(document, origin)
    return _read_by_schema(document, origin) if plain is None else plain


def write_pool(pool: Pool) -> JsonObject:
    """The object that creates the pool, with the original spelling of its ranges."""
    meta: JsonObject = {"name": pool.name}
    if pool.labels:
        meta["labels"] = dict(pool.labels)
    if pool.annotations:
        meta["annotations"] = dict(pool.annotations)
    return {
        "apiVersion": f"{GROUP}/{pool.version}",
        "kind": KIND,
        "metadata": meta,
        "spec": write_spec(pool),
    }


def write_spec(pool: Pool) -> JsonObject:
    """The ``spec`` of the pool, without fields that it does not have."""
    spec: JsonObject = {
        "ipRanges": [write_range(each.spelling) for each in pool.ranges],
        "nodeSelector": dict(pool.node_selector),
    }
    if pool.subnet is not None:
        spec["subnetInfo"] = {
            "gateway": pool.subnet.gateway,
            "prefixLength": pool.subnet.prefix_length,
        }
        if pool.subnet.vlan is not None:
            spec["subnetInfo"]["vlan"] = pool.subnet.vlan
    return spec


def write_range(spelling: Spelling) -> JsonObject:
    """An item of ``spec.ipRanges``, without fields that it does not have."""
    return {key: text for key, text in spelling._asdict().items() if text is not None}


def _read_plain(document: JsonObject, origin: Origin | None) -> Pool | None:
    """A pool that is valid by the schema, read fast; ``None`` to apply the schema."""
    meta = document.get("metadata")
    if (
        meta.__class__ is not dict
        or document.get("apiVersion") != _V1BETA1
        or not document.keys() <= _PLAIN_FIELDS
        or not meta.keys() <= _PLAIN_METADATA
    ):
        return None
    name, spec = meta.get("name"), read_plain_spec(document.get("spec"))
    if spec is None or name.__class__ is not str or not _PLAIN_NAME.fullmatch(name):
        return None
    return Pool(name, *spec, origin=origin)


def _read_by_schema(document: JsonObject, origin: Origin | None) -> Pool:
    version = str(document.get("apiVersion", "")).partition("/")[2]
    schema = schema_of(version)
    # The server drops the status of a created or updated object before anything else.
    sent = {key: value for key, value in document.items() if key != "status"}
    stored, unknown = prune(sent, schema)
    causes = tuple(validate(stored, schema))
    meta = document.get("metadata")
    name, generated = metadata.name_of(meta)
    spec = stored.get("spec")
    spec = spec if isinstance(spec, dict) else {}
    selector = spec.get("nodeSelector")
    rejected, dropped = metadata.judged(meta)
    by_schema = tuple(SchemaViolation(_rule_of(each), *each) for each in causes)
    violations = (*rejected, *by_schema, *_undecodable(spec))
    # A value of the wrong type is rejected as a whole, and a field without a value is no loss.
    mistyped = {each.path for each in violations if "must be of type" in each.sentence}
    mistyped |= {each.path for each in violations if each.code == 400}
    pruned = [
        path
        for path in unknown
        if mistyped.isdisjoint(path[:length] for length in range(len(path)))
        and _at(sent, path) is not None
    ]
    pruned += dropped
    faults = [*pruned, *(each.path for each in violations)]
    return Pool(
        name=name,
        ranges=tuple(_ranges(spec.get("ipRanges"), causes)),
        subnet=_subnet(spec.get("subnetInfo"), causes),
        node_selector=selector if isinstance(selector, dict) else {},
        labels=metadata.strings_of(meta, "labels"),
        annotations=metadata.strings_of(meta, "annotations"),
        version=version,
        violations=violations,
        pruned=tuple(pruned),
        written={each: _at(document, each) for each in faults},
        origin=origin,
        generated=generated,
        stored=isinstance(meta, dict) and bool(meta.get("uid")),
    )


def _ranges(items: object, causes: tuple[Cause, ...]) -> Iterator[IPRange | BadRange]:
    if not isinstance(items, list):
        return
    refused = {path[2] for path, *_ in causes if path[1:2] == ("ipRanges",) and len(path) > 2}
    for position, item in enumerate(items):
        fields = item if isinstance(item, dict) else {}
        if position in refused or isinstance(fields.get("cidr"), list):
            yield BadRange(_spelling(fields), RangeError.SCHEMA)
        else:
            yield read_range(_spelling(fields))


def _at(document: Any, path: Path) -> object:
    """The value at a path; ``None`` if there is none."""
    for step in path:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def _undecodable(spec: JsonObject) -> Iterator[SchemaViolation]:
    """What the schema accepts and Antrea's webhook cannot decode: it then denies with 400."""
    items, selector = spec.get("ipRanges"), spec.get("nodeSelector")
    for position, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and isinstance(item.get("cidr"), list):
            path: Path = ("spec", "ipRanges", position, "cidr")
            yield undecodable("EIP104", path, item["cidr"], "IPRange.spec.ipRanges.cidr", "string")
    labels = selector.get("matchLabels") if isinstance(selector, dict) else None
    for key, value in (labels if isinstance(labels, dict) else {}).items():
        if not isinstance(value, str):
            path = ("spec", "nodeSelector", "matchLabels", key)
            goal = "LabelSelector.spec.nodeSelector.matchLabels"
            yield undecodable("EIP108", path, value, goal, "string")


def _spelling(item: JsonObject) -> Spelling:
    return Spelling(*(_text(item.get(field)) for field in Spelling._fields))


def _text(value: Any) -> str | None:
    if isinstance(value, str | None):
        return value
    import json

    return json.dumps(value)


def _subnet(subnet: object, causes: tuple[Cause, ...]) -> SubnetInfo | None:
    path: Path = ("spec", "subnetInfo")
    if not isinstance(subnet, dict) or any(cause.path[:2] == path for cause in causes):
        return None
    vlan = subnet.get("vlan")
    return SubnetInfo(
        subnet["gateway"], int(subnet["prefixLength"]), None if vlan is None else int(vlan)
    )


def _rule_of(cause: Cause) -> str:
    match cause.path:
        case ("spec", "ipRanges", _):
            return "EIP102"
        case ("spec", "ipRanges", _, "cidr", *_):
            return "EIP104"
        case ("spec", "ipRanges", _, "start" | "end", *_):
            return "EIP105"
        case ("spec", "subnetInfo", "gateway") if not cause.sentence.endswith("Required value"):
            return "EIP105"
        case ("spec", "subnetInfo", *_):
            return "EIP106"
        case ("spec", "nodeSelector", _, *_):
            return "EIP108"
        case _:
            return "EIP101"
