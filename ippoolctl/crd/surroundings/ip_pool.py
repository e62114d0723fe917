"""Antrea's IPPools."""

from ippoolctl.crd.surroundings.fields import pool_ranges
from ippoolctl.crd.untyped import Object, mapping
from ippoolctl.domain.surroundings.ip_pool import IPPool
from ippoolctl.domain.surroundings.reference import Reference


def read_ip_pool(pool: Object, reference: Reference) -> IPPool:
    """The IPPool: v1alpha2 differs from v1beta1 in the subnet only, which is not read."""
    ranges = mapping(pool.get("spec")).get("ipRanges")
    return IPPool(reference, pool_ranges(ranges, ("spec", "ipRanges")))
