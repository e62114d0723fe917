"""The CustomResourceDefinition of ExternalIPPools."""

from ippoolctl.crd.group import VERSION
from ippoolctl.crd.untyped import Object, items, mapping, text
from ippoolctl.domain.surroundings.installation.components import PoolDefinition
from ippoolctl.domain.surroundings.reference import Reference


def read_pool_definition(definition: Object, reference: Reference) -> PoolDefinition:
    """Its versions, stored and served, and whether a served one has ``subnetInfo``."""
    versions = [mapping(each) for each in items(mapping(definition.get("spec")).get("versions"))]
    served = [each for each in versions if each.get("served") is True]
    stored = items(mapping(definition.get("status")).get("storedVersions"))
    return PoolDefinition(
        reference,
        tuple(each for each in stored if isinstance(each, str)),
        tuple(text(each.get("name")) for each in served),
        any("subnetInfo" in _fields_of_spec(each) for each in served),
        next((_schema(each) for each in served if each.get("name") == VERSION), {}),
    )


def _fields_of_spec(version: Object) -> Object:
    found = _schema(version)
    for step in ("properties", "spec", "properties"):
        found = mapping(found.get(step))
    return found


def _schema(version: Object) -> Object:
    return mapping(mapping(version.get("schema")).get("openAPIV3Schema"))
