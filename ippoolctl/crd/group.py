"""The names of ExternalIPPools in the API."""

from typing import Final

GROUP: Final = "crd.antrea.io"
KIND: Final = "ExternalIPPool"
VERSION: Final = "v1beta1"
"""The version that is read from clusters and written."""
