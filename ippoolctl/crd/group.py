"""What ExternalIPPools are called in the API."""

from typing import Final

GROUP: Final = "crd.antrea.io"
KIND: Final = "ExternalIPPool"
VERSION: Final = "v1beta1"
"""The version that this package reads from clusters and writes."""
