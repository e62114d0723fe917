"""Nodes: their addresses, Pod CIDRs, and what decides whether they can have Egress IPs."""

from collections.abc import Mapping
from typing import NamedTuple

from ippoolctl.domain.surroundings.reference import AddressField, Reference


class Node(NamedTuple):
    """A Node."""

    reference: Reference
    addresses: tuple[AddressField, ...]
    """InternalIP and ExternalIP, and those of ``node.antrea.io/transport-addresses``, with which
    Antrea sends traffic between Nodes."""
    pod_cidrs: tuple[AddressField, ...]
    labels: Mapping[str, str]
    ready: bool
    """Whether its condition Ready is True."""
    operating_system: str
    """``linux`` or ``windows``; empty if the Node does not tell."""
    max_egress_ips: str | None
    """The annotation ``node.antrea.io/max-egress-ips``, unread; ``None`` without one."""
