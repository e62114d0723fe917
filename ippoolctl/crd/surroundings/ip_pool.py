"""Antrea's IPPools."""

from ippoolctl.crd.surroundings.fields import pool_ranges
from ippoolctl.crd.untyped import Object, items, mapping
from ippoolctl.domain.surroundings.ip_pool import IPPool
from ippoolctl.domain.surroundings.reference import Reference


def read_ip_pool(pool: Object, reference: Reference) -> IPPool:
    """The IPPool: in v1alpha2 each range has the fields of the subnet."""
    spec = mapping(pool.get("spec"))
    ranges = spec.get("ipRanges")
    subnets = (mapping(spec.get("subnetInfo")), *map(mapping, items(ranges)))
    vlans = (each.get("vlan") for each in subnets)
    return IPPool(
        reference,
        pool_ranges(ranges, ("spec", "ipRanges")),
        frozenset(each for each in vlans if isinstance(each, int) and each),
    )
