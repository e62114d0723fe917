"""The CustomResourceDefinition of ExternalIPPools."""

from ippoolctl.crd.untyped import Object, items, mapping, text
from ippoolctl.domain.surroundings.antrea_installation import PoolDefinition
from ippoolctl.domain.surroundings.reference import Reference


def read_pool_definition(definition: Object, reference: Reference) -> PoolDefinition:
    """Its versions, stored and served."""
    versions = map(mapping, items(mapping(definition.get("spec")).get("versions")))
    stored = items(mapping(definition.get("status")).get("storedVersions"))
    return PoolDefinition(
        reference,
        tuple(each for each in stored if isinstance(each, str)),
        tuple(text(each.get("name")) for each in versions if each.get("served") is True),
    )
