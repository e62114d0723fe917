"""Freed ranges in the annotation of a detached consumer."""

from collections.abc import Iterator, Mapping
from typing import Any

from ippoolctl.crd.untyped import Object, items, mapping, text
from ippoolctl.domain.addresses.ranges import range_of, span_of
from ippoolctl.domain.annotations.marks import DETACHED
from ippoolctl.domain.surroundings.freed import FreedRange
from ippoolctl.domain.surroundings.reference import AddressField


def read_freed(document: Object) -> tuple[FreedRange, ...]:
    """The freed ranges that an Egress or a Service names; nearly none does."""
    annotations = mapping(mapping(document.get("metadata")).get("annotations"))
    return tuple(_freed(annotations)) if DETACHED in annotations else ()


def _freed(annotations: Mapping[str, Any]) -> Iterator[FreedRange]:
    from ippoolctl.domain.annotations.detached import read_detached

    detached = read_detached(text(annotations[DETACHED]))
    assert detached is not None
    relocation = detached.relocation
    deleted = mapping(relocation.get("delete"))
    created = map(mapping, items(relocation.get("create")))
    names = [text(mapping(each.get("metadata")).get("name")) for each in created]
    pools = tuple(dict.fromkeys([*deleted, *names, *mapping(relocation.get("append"))]))
    for each in deleted.values():
        for written in items(mapping(each).get("ranges")):
            span = span_of(range_of(text(written)))
            if span is not None:
                field = AddressField(span, text(written), ("metadata", "annotations", DETACHED))
                command = detached.command or detached.request
                yield FreedRange(field, detached.request, pools, command)
