"""Gateways, and where the API server is reached."""

from collections.abc import Iterator

from ippoolctl.crd.surroundings.fields import address_field, addresses_in, present
from ippoolctl.crd.untyped import Object, items, mapping
from ippoolctl.domain.surroundings.endpoints import Endpoint
from ippoolctl.domain.surroundings.reference import AddressField, Reference

_IP_ADDRESS = "IPAddress"


def read_gateway(gateway: Object, reference: Reference) -> Endpoint:
    """The requested and the assigned addresses; a host name is none."""
    found = {each.span: each for part in ("spec", "status") for each in _of(gateway, part)}
    return Endpoint(reference, tuple(found.values()))


def read_endpoint_slice(slice_: Object, reference: Reference) -> Endpoint:
    """The addresses of all endpoints."""
    found: list[AddressField] = []
    for index, each in enumerate(map(mapping, items(slice_.get("endpoints")))):
        found += addresses_in(each.get("addresses"), ("endpoints", index, "addresses"))
    return Endpoint(reference, tuple(found))


def read_server(host: str) -> Endpoint | None:
    """The API server of a connection; ``None`` for a host name."""
    address = address_field(host, ())
    return address and Endpoint(Reference("API server", host), (address,))


def _of(gateway: Object, part: str) -> Iterator[AddressField]:
    addresses = items(mapping(gateway.get(part)).get("addresses"))
    yield from present(
        address_field(each.get("value"), (part, "addresses", index, "value"))
        for index, each in enumerate(map(mapping, addresses))
        if each.get("type", _IP_ADDRESS) == _IP_ADDRESS
    )
