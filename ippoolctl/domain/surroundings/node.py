"""Nodes: their addresses, Pod CIDRs, and what decides whether they can have Egress IPs."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from ippoolctl.domain.surroundings.reference import AddressField, Reference

MAX_EGRESS_IPS: Final = "node.antrea.io/max-egress-ips"
"""The annotation with a limit of its own (Antrea 1.11 and later)."""

MOST_EGRESS_IPS: Final = 255
"""The most Egress addresses of a Node (Antrea v2.7.0, ``egress.maxEgressIPsPerNode``)."""

_INTEGER: Final = "([+-]?)0*([0-9]{1,19})"


class Node(NamedTuple):
    """A Node."""

    reference: Reference
    addresses: tuple[AddressField, ...]
    """InternalIP and ExternalIP, and those of ``node.antrea.io/transport-addresses``, with which
    Antrea sends traffic between Nodes."""
    pod_cidrs: tuple[AddressField, ...]
    labels: Mapping[str, str]
    ready: bool
    """Whether its condition Ready is True, or absent as in a manifest."""
    operating_system: str
    """``linux`` or ``windows``; empty if the Node does not tell."""
    max_egress_ips: str | None
    """The annotation :data:`MAX_EGRESS_IPS`, unread; ``None`` without one."""

    @property
    def egress_ip_limit(self) -> int:
        """How many Egress addresses it can have, unless the configuration sets a lower limit."""
        number = None if self.max_egress_ips is None else go_integer(self.max_egress_ips)
        if number is None:
            return MOST_EGRESS_IPS
        return max(0, min(number, MOST_EGRESS_IPS))


def go_integer(text: str) -> int | None:
    """What Go's ``strconv.Atoi`` reads; ``None`` for text that it does not accept."""
    match = re.fullmatch(_INTEGER, text)
    number = int(match[1] + match[2]) if match else 2**63
    return number if -(2**63) <= number < 2**63 else None
