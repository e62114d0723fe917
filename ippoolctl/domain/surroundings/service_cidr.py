"""ServiceCIDRs of ``networking.k8s.io`` (Kubernetes 1.31 and later)."""

from typing import NamedTuple

from ippoolctl.domain.surroundings.reference import AddressField, Reference


class ServiceCIDR(NamedTuple):
    """A ServiceCIDR: the API server takes cluster IPs from its networks."""

    reference: Reference
    networks: tuple[AddressField, ...]
