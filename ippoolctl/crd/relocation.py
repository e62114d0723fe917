"""A relocation as JSON, in the annotation of each detached consumer: another run can finish it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ippoolctl.crd.created_object import exported, pending_object, whole_object
from ippoolctl.crd.externalippool import read_pool
from ippoolctl.crd.group import GROUP, VERSION
from ippoolctl.crd.untyped import items, mapping, text
from ippoolctl.domain.addresses.ranges import BadRange, IPRange, range_of
from ippoolctl.domain.annotations import marks
from ippoolctl.domain.annotations.applied import keys_applied
from ippoolctl.domain.annotations.unfinished import (
    NAME,
    Unfinished,
    read_unfinished,
    unfinished_text,
)
from ippoolctl.domain.antrea.pool import Pool
from ippoolctl.domain.change.relocation import Appended, Deleted, Relocation


def write_relocation(relocation: Relocation) -> dict[str, Any]:
    """The relocation as JSON, without its request."""
    deleted = {
        each.name: {"uid": each.uid, "ranges": _texts(each.ranges)} for each in relocation.deleted
    }
    created = [whole_object(each) for each in relocation.created]
    appended = {name: _texts(ranges) for name, ranges in relocation.appended}
    return {"delete": deleted, "create": created, "append": appended}


def read_relocation(request: str, found: Mapping[str, Any]) -> Relocation:
    """The relocation of the request; empty if it cannot be read."""
    deleted = (
        Deleted(name, text(mapping(each).get("uid")), _ranges(mapping(each).get("ranges")))
        for name, each in mapping(found.get("delete")).items()
    )
    created = (read_pool(each) for each in items(found.get("create")) if isinstance(each, dict))
    appended = (
        Appended(name, _ranges(ranges)) for name, ranges in mapping(found.get("append")).items()
    )
    return Relocation(request, tuple(deleted), tuple(created), tuple(appended))


def copied(pool: Pool, name: str, ranges: Sequence[IPRange | BadRange]) -> Pool:
    """A new pool of that name with these ranges, else like a live pool: labels, annotations,
    selector, subnet and its lifetime, but no other annotation of ours.
    """
    found = read_pool(exported(pool))
    kept = {marks.TTL: pool.annotations[marks.TTL]} if marks.TTL in pool.annotations else {}
    of_ranges = () if tuple(ranges) == pool.ranges else ("spec", "ipRanges")
    return found._replace(
        name=name,
        ranges=tuple(ranges),
        annotations={**found.annotations, **kept},
        pruned=tuple(each for each in found.pruned if not of_ranges or each[:2] != of_ranges),
    )


def replacing(pool: Pool, manifest: Pool) -> Pool:
    """A new pool as a manifest says, in place of a live one; as with an update, it keeps labels and
    annotations that were in no manifest, and its lifetime.
    """
    labels, annotations = keys_applied(pool.annotations)
    old = copied(pool, pool.name, pool.ranges)
    return manifest._replace(
        labels={**_except(old.labels, labels), **manifest.labels},
        annotations={**_except(old.annotations, annotations), **manifest.annotations},
    )


def _except(found: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key not in keys}


def creating_object(relocation: Relocation, pool: Pool) -> dict[str, Any]:
    """The object to post for one of the new pools."""
    annotations = {**pool.annotations, marks.RELOCATION: relocation.request}
    requested = whole_object(pool._replace(annotations=annotations))
    return pending_object(requested, relocation.request_id(pool.name))


def recording_object(relocation: Relocation, command: str) -> dict[str, Any]:
    """A pool without ranges that records what is left to do."""
    request = relocation.request
    record = Unfinished(request, command or request, write_relocation(relocation))
    return {
        "apiVersion": f"{GROUP}/{VERSION}",
        "kind": "ExternalIPPool",
        "metadata": {
            "name": NAME + relocation.request_id("").rpartition("/")[2],
            "annotations": {marks.UNFINISHED: unfinished_text(record)},
        },
        "spec": {"ipRanges": [], "nodeSelector": {}},
    }


def recorded(request: str, pools: Iterable[Pool]) -> Relocation | None:
    """What a run of the request has recorded in the cluster; ``None`` without a record, and for one
    that is outdated.
    """
    pools = tuple(pools)
    for found in filter(None, map(read_unfinished, pools)):
        if found.request == request:
            relocation = read_relocation(request, found.relocation)
            if relocation.deleted and relocation.is_current(pools):
                return relocation
    return None


def _texts(ranges: Sequence[IPRange | BadRange]) -> list[str]:
    return [each.text for each in ranges]


def _ranges(found: object) -> tuple[IPRange | BadRange, ...]:
    return tuple(range_of(each) for each in items(found) if isinstance(each, str))
