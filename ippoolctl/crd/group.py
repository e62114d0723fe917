"""The names of ExternalIPPools in the API."""

from typing import Final

GROUP: Final = "crd.antrea.io"
KIND: Final = "ExternalIPPool"
VERSION: Final = "v1beta1"
"""The version that is read from clusters and written."""
RESOURCES: Final = ("eip", "externalippool", "externalippools")
"""The names of the resource in kubectl; the long ones also with the group."""


def is_resource(word: str) -> bool:
    """Whether kubectl takes the word for the resource."""
    return word.lower().removesuffix(f".{GROUP}") in RESOURCES
