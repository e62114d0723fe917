"""A pool typed on a command line."""

from typing import Any

from ippoolctl.cli.options.ranges import typed_spelling
from ippoolctl.crd.externalippool import read_pool, write_range
from ippoolctl.crd.group import GROUP, KIND, VERSION
from ippoolctl.domain.addresses.ranges import BadRange, Fault
from ippoolctl.errors import InputError, UsageError


def document_of(name: str, items: list[Any]) -> dict[str, Any]:
    """The object with these items of ``spec.ipRanges``, for all Nodes."""
    return {
        "apiVersion": f"{GROUP}/{VERSION}",
        "kind": KIND,
        "metadata": {"name": name},
        "spec": {"ipRanges": items, "nodeSelector": {}},
    }


def typed_document(name: str, ranges: list[str]) -> dict[str, Any]:
    """The object with these ranges, for all Nodes. Raises for what is no range at all."""
    if not ranges:
        raise UsageError("the ranges are missing", "add --range CIDR or --range START-END")
    items = [write_range(typed_spelling(each)) for each in ranges]
    document = document_of(name, items)
    for text, found in zip(ranges, read_pool(document).ranges, strict=True):
        if isinstance(found, BadRange) and found.fault is Fault.SCHEMA:
            raise InputError(f"{text!r} is not a range", "write a CIDR, START-END or one address")
    return document
