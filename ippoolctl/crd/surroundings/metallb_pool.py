"""IPAddressPools of MetalLB."""

from ippoolctl.crd.surroundings.fields import cidr_field, present, range_field
from ippoolctl.crd.untyped import Object, items, mapping, text
from ippoolctl.domain.surroundings.metallb_pool import MetalLBPool
from ippoolctl.domain.surroundings.reference import AddressField, Reference


def read_metallb_pool(pool: Object, reference: Reference) -> MetalLBPool:
    """The IPAddressPool."""
    addresses = items(mapping(pool.get("spec")).get("addresses"))
    return MetalLBPool(
        reference, present(_field(text(each), index) for index, each in enumerate(addresses))
    )


def _field(typed: str, index: int) -> AddressField | None:
    """A CIDR, or a range with or without spaces around its ``-``.

    Source: MetalLB v0.15 ``internal/config/config.go``, ``ParseCIDR``.
    """
    path = ("spec", "addresses", index)
    start, dash, end = typed.partition("-")
    return range_field(start.strip(), end.strip(), path) if dash else cidr_field(typed, path)
