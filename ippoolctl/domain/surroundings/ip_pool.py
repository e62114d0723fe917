"""Antrea's IPPools: addresses for Pods, which Antrea does not compare with ExternalIPPools."""

from typing import NamedTuple

from ippoolctl.domain.surroundings.reference import AddressField, Reference


class IPPool(NamedTuple):
    """An IPPool of ``crd.antrea.io``, in v1beta1 (since Antrea 2.0) or v1alpha2."""

    reference: Reference
    ranges: tuple[AddressField, ...]
    """Without those that cannot be read."""
    vlans: frozenset[int] = frozenset()
    """The VLANs of its subnets; empty if untagged."""
