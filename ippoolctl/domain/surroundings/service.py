"""Services: the addresses that each has and requests."""

from collections.abc import Mapping
from typing import NamedTuple

from ippoolctl.domain.surroundings.freed import FreedRange
from ippoolctl.domain.surroundings.reference import AddressField, Reference


class Service(NamedTuple):
    """A Service."""

    reference: Reference
    type: str
    """``ClusterIP``, ``LoadBalancer``, …; empty if absent."""
    pool: str | None
    """The annotation with the name of a pool, whatever the type; ``None`` without one."""
    requested: AddressField | None
    """``spec.loadBalancerIP``, if it is an address."""
    requested_text: str
    """The same as typed; empty without one."""
    ingress: tuple[AddressField, ...]
    """The addresses of ``status.loadBalancer``."""
    external_ips: tuple[AddressField, ...]
    cluster_ips: tuple[AddressField, ...]
    ip_families: tuple[str, ...]
    """``IPv4`` and ``IPv6``, in the order of the Service."""
    load_balancer_class: str
    """Empty for the default."""
    annotations: Mapping[str, str]
    """Those of Antrea and MetalLB."""
    freed: tuple[FreedRange, ...] = ()
    """The ranges of its pool, while that one is replaced."""
