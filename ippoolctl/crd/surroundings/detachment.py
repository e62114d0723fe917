"""The annotation of a detached consumer: the run that detached it, and the ranges that it frees."""

from collections.abc import Mapping
from typing import Any

from ippoolctl.crd.untyped import Object, items, mapping, text
from ippoolctl.domain.addresses.ranges import range_of, span_of
from ippoolctl.domain.annotations.marks import DETACHED
from ippoolctl.domain.surroundings.detachment import Detachment
from ippoolctl.domain.surroundings.reference import AddressField


def read_detachment(document: Object) -> Detachment | None:
    """What an Egress or a Service tells of the run that has detached it; nearly none does."""
    annotations = mapping(mapping(document.get("metadata")).get("annotations"))
    return _detachment(annotations) if DETACHED in annotations else None


def pools_of(relocation: Mapping[str, Any]) -> list[str]:
    """The names of the pools that a relocation, as JSON, deletes, creates and extends."""
    created = map(mapping, items(relocation.get("create")))
    names = [text(mapping(each.get("metadata")).get("name")) for each in created]
    return [*mapping(relocation.get("delete")), *names, *mapping(relocation.get("append"))]


def _detachment(annotations: Mapping[str, Any]) -> Detachment:
    from ippoolctl.domain.annotations.detached import read_detached

    detached = read_detached(text(annotations[DETACHED]))
    assert detached is not None
    relocation = detached.relocation
    own = filter(None, (detached.source, detached.target))
    deleted = map(mapping, mapping(relocation.get("delete")).values())
    written = (text(each) for old in deleted for each in items(old.get("ranges")))
    return Detachment(
        detached.request,
        detached.command or detached.request,
        tuple(dict.fromkeys([*pools_of(relocation), *own])),
        tuple(
            AddressField(span, each, ("metadata", "annotations", DETACHED))
            for each in written
            if (span := span_of(range_of(each))) is not None
        ),
    )
