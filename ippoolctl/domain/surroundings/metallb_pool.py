"""IPAddressPools of MetalLB (``metallb.io``)."""

from typing import NamedTuple

from ippoolctl.domain.surroundings.reference import AddressField, Reference


class MetalLBPool(NamedTuple):
    """An IPAddressPool."""

    reference: Reference
    addresses: tuple[AddressField, ...]
    """CIDRs and start-end ranges, without those that cannot be read."""
