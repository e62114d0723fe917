"""ServiceCIDRs."""

from ippoolctl.crd.surroundings.fields import cidrs_in
from ippoolctl.crd.untyped import Object, mapping
from ippoolctl.domain.surroundings.reference import Reference
from ippoolctl.domain.surroundings.service_cidr import ServiceCIDR


def read_service_cidr(cidr: Object, reference: Reference) -> ServiceCIDR:
    """The ServiceCIDR."""
    return ServiceCIDR(
        reference, cidrs_in(mapping(cidr.get("spec")).get("cidrs"), ("spec", "cidrs"))
    )
