"""Pools read by the schema of the CRD, which tells exactly what the API server rejects."""

from collections.abc import Iterator
from typing import Any

from ippoolctl.crd import metadata
from ippoolctl.crd.decoding import undecodable
from ippoolctl.crd.definition import schema_of
from ippoolctl.crd.structural import Cause, prune, validate
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, RangeError, Spelling, read_range
from ippoolctl.domain.antrea.pool import Origin, Path, Pool, SchemaViolation, SubnetInfo

JsonObject = dict[str, Any]


def read_by_schema(document: JsonObject, origin: Origin | None) -> Pool:
    """The pool that an object describes, with everything that the API server would reject."""
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
    by_schema = tuple(
        SchemaViolation(_rule_of(each.path, is_missing=_at(stored, each.path) is None), *each)
        for each in causes
    )
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
        null_labels=tuple(_null_labels(sent, selector)),
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


def _null_labels(sent: JsonObject, stored: object) -> Iterator[Path]:
    """The labels of the node selector that are null, and so are not stored."""
    path: Path = ("spec", "nodeSelector", "matchLabels")
    written, kept = _at(sent, path), _at(stored, path[2:])
    if isinstance(written, dict) and isinstance(kept, dict):
        yield from ((*path, key) for key, value in written.items() if value is None)


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


def _rule_of(path: Path, *, is_missing: bool) -> str:
    match path:
        case ("spec", "ipRanges", _):
            return "EIP102"
        case ("spec", "ipRanges", _, "cidr", *_):
            return "EIP104"
        case ("spec", "ipRanges", _, "start" | "end", *_):
            return "EIP105"
        case ("spec", "subnetInfo", "gateway") if not is_missing:
            return "EIP105"
        case ("spec", "subnetInfo", *_):
            return "EIP106"
        case ("spec", "nodeSelector", _, *_):
            return "EIP108"
        case _:
            return "EIP101"
