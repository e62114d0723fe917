"""Services: the addresses that each has and requests."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ippoolctl.domain.surroundings.detachment import Detachment
from ippoolctl.domain.surroundings.reference import AddressField, Reference

POOL_ANNOTATION: Final = "service.antrea.io/external-ip-pool"
"""With it a Service of type LoadBalancer requests an address (Antrea 1.5 and later)."""
SHARED_ANNOTATION: Final = "service.antrea.io/allow-shared-load-balancer-ip"
"""With it a Service shares its ``loadBalancerIP`` with others (Antrea 2.1 and later)."""
GO_TRUE: Final = ("1", "t", "T", "TRUE", "true", "True")
"""The texts that Go's ``strconv.ParseBool`` reads as true."""
GO_FALSE: Final = ("0", "f", "F", "FALSE", "false", "False")
"""Those that it reads as false; others are an error, which Antrea treats as false."""


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
    detachment: Detachment | None = None
    """The run that has detached it; ``None`` if none has."""
