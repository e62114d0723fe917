"""Nodes."""

from typing import Final

from ippoolctl.crd.surroundings.fields import address_field, cidrs_in, present
from ippoolctl.crd.untyped import Object, items, mapping, text, texts
from ippoolctl.domain.surroundings.node import MAX_EGRESS_IPS, Node
from ippoolctl.domain.surroundings.reference import AddressField, Reference

TRANSPORT_ADDRESSES: Final = "node.antrea.io/transport-addresses"
"""Addresses with commas between them (Antrea v2.7.0, pkg/agent/types/annotations.go)."""

_TYPES: Final = ("InternalIP", "ExternalIP")


def read_node(node: Object, reference: Reference) -> Node:
    """The Node; ``spec.podCIDR`` counts where there is no ``spec.podCIDRs``."""
    meta, spec, status = (mapping(node.get(part)) for part in ("metadata", "spec", "status"))
    annotations = texts(meta.get("annotations"))
    cidrs = spec.get("podCIDRs") or [spec.get("podCIDR")]
    path = ("spec", "podCIDRs" if spec.get("podCIDRs") else "podCIDR")
    return Node(
        reference,
        _addresses(status, annotations.get(TRANSPORT_ADDRESSES, "")),
        cidrs_in(cidrs, path),
        texts(meta.get("labels")),
        all(
            each.get("status") == "True"
            for each in map(mapping, items(status.get("conditions")))
            if each.get("type") == "Ready"
        ),
        text(mapping(status.get("nodeInfo")).get("operatingSystem")),
        annotations.get(MAX_EGRESS_IPS),
    )


def _addresses(status: Object, transport: str) -> tuple[AddressField, ...]:
    listed = present(
        address_field(each.get("address"), ("status", "addresses", index, "address"))
        for index, each in enumerate(map(mapping, items(status.get("addresses"))))
        if each.get("type") in _TYPES
    )
    path = ("metadata", "annotations", TRANSPORT_ADDRESSES)
    annotated = present(address_field(each.strip(), path) for each in transport.split(","))
    known = {each.span for each in listed}
    return (*listed, *(each for each in annotated if each.span not in known))
