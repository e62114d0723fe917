"""The CustomResourceDefinitions of this package, and the schemas in them."""

from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, Final

from ippoolctl.crd.structural import Schema

_FOLDER: Final = FilePath(__file__).with_name("definitions")
_OF_VERSION: Final = {
    "v1alpha2": "externalippools-1.15.yaml",
    "v1beta1": "externalippools-2.0.yaml",
}

# The server handles these fields before the schema; it neither prunes nor validates them.
_KEPT: Final[Schema] = {"x-kubernetes-preserve-unknown-fields": True}
_ENVELOPE: Final = {"apiVersion": _KEPT, "kind": _KEPT, "metadata": _KEPT}


def definition(file_name: str) -> dict[str, Any]:
    """A CustomResourceDefinition of this package, as an object."""
    import yaml

    text = (_FOLDER / file_name).read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


@lru_cache
def schema_of(version: str) -> Schema:
    """The schema of a version of ExternalIPPool; that of v1beta1 for a version not served."""
    file_name = _OF_VERSION.get(version, _OF_VERSION["v1beta1"])
    versions = definition(file_name)["spec"]["versions"]
    schema = next(each for each in versions if each["name"] == version or len(versions) == 1)
    return within_envelope(schema["schema"]["openAPIV3Schema"])


def within_envelope(root: Schema) -> Schema:
    """The schema of whole objects from that of a definition."""
    return {**root, "properties": {**root["properties"], **_ENVELOPE}}
