"""The kinds of objects that surround the pools."""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """A kind of object, by its name in the API."""

    NODE = "Node"
    EGRESS = "Egress"
    SERVICE = "Service"
    IP_POOL = "IPPool"
    SERVICE_CIDR = "ServiceCIDR"
    METALLB_POOL = "IPAddressPool"
    GATEWAY = "Gateway"
    """Of the Gateway API."""
    API_SERVERS = "EndpointSlice"
    """Only that of the API server."""
    WEBHOOKS = "ValidatingWebhookConfiguration"
    DEFINITION = "CustomResourceDefinition"
    """Only that of ExternalIPPools."""
    CONFIG = "ConfigMap"
    """Only that of Antrea."""
    CONTROLLER = "Deployment"
    """Only that of antrea-controller."""
    CONTROLLER_INFO = "AntreaControllerInfo"
    MEMBERLIST_KEYS = "Secret"
    """Only that of the keys of memberlist; its content is never kept."""

    @property
    def plural(self) -> str:
        """The name of several."""
        return f"{self.value}es" if self.value.endswith("s") else f"{self.value}s"


CONSUMERS: Final = (Kind.EGRESS, Kind.SERVICE)
"""The kinds of objects that get addresses of pools."""
NAMES: Final = frozenset(kind.value for kind in Kind)
"""The names of all kinds."""
