"""Objects that publish addresses at which clients reach something."""

from typing import NamedTuple

from ippoolctl.domain.surroundings.reference import AddressField, Reference


class Endpoint(NamedTuple):
    """A Gateway of the Gateway API, or an EndpointSlice of the API server."""

    reference: Reference
    addresses: tuple[AddressField, ...]
