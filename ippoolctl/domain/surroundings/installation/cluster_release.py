"""The Antrea release of a cluster, by what can be read of it."""

from collections.abc import Iterable
from typing import Final

from ippoolctl.domain.antrea.releases import (
    LATEST,
    OLDEST,
    AssumedRelease,
    ReleaseSource,
    release_of_cluster,
)
from ippoolctl.domain.surroundings.installation.components import (
    Controller,
    ControllerInfo,
    PoolDefinition,
)

_OLD_VERSION: Final = "v1alpha2"
_NEW_VERSION: Final = "v1beta1"


def cluster_release(
    infos: Iterable[ControllerInfo],
    controllers: Iterable[Controller],
    definitions: Iterable[PoolDefinition],
) -> AssumedRelease | None:
    """The release that antrea-controller reports, else that of its image, else the latest one that
    has the CRD; ``None`` if none of them tells it.
    """
    for info in infos:
        if found := release_of_cluster(info.version, ReleaseSource.CLUSTER):
            return found
    for controller in controllers:
        # No tag contains a plus sign; builds of Antrea replace it with an underscore.
        version = controller.tag.replace("_", "+", 1)
        if found := release_of_cluster(version, ReleaseSource.IMAGE):
            return found
    return next((found for each in definitions if (found := _by_definition(each))), None)


def _by_definition(definition: PoolDefinition) -> AssumedRelease | None:
    """Source: ``build/charts/antrea/crds/externalippool.yaml`` of Antrea v1.12.0 to v2.7.0: v1beta1
    was added in v1.13, ``subnetInfo`` in v1.15, and v1alpha2 was removed in v2.0.
    """
    served = definition.served_versions
    if not {_OLD_VERSION, _NEW_VERSION} & {*served}:
        return None
    release, actual = OLDEST, ""
    if _OLD_VERSION not in served:
        release, actual = LATEST, "2.0 or later"
    elif _NEW_VERSION not in served:
        actual = "1.12 or earlier"
    elif not definition.has_subnet_info:
        actual = "1.13 or 1.14"
    return AssumedRelease(release, ReleaseSource.DEFINITION, actual)
