"""antrea-controller: its Deployment, and what it reports of itself."""

from typing import Any, Final

from ippoolctl.crd.untyped import Object, items, mapping, text
from ippoolctl.domain.surroundings.installation.components import (
    Controller,
    ControllerInfo,
    MemberlistKeys,
)
from ippoolctl.domain.surroundings.reference import Reference

_CONTAINER: Final = "antrea-controller"


def read_controller(deployment: Object, reference: Reference) -> Controller:
    """Its replicas, requested and ready, and the tag of its image; an absent number is 1 and 0, as
    in Kubernetes.
    """
    spec = mapping(deployment.get("spec"))
    requested = _number(spec.get("replicas"))
    ready = _number(mapping(deployment.get("status")).get("readyReplicas"))
    tag = _image_tag(mapping(mapping(spec.get("template")).get("spec")))
    return Controller(reference, 1 if requested is None else requested, ready or 0, tag)


def read_controller_info(info: Object, reference: Reference) -> ControllerInfo:
    """Its version (Antrea v1.0 and later, pkg/monitor/controller.go)."""
    return ControllerInfo(reference, text(info.get("version")))


def read_memberlist_keys(_: Object, reference: Reference) -> MemberlistKeys:
    """That they exist; their content is not kept."""
    return MemberlistKeys(reference)


def _image_tag(pod: Object) -> str:
    """The tag of ``REGISTRY:PORT/NAME:TAG@DIGEST`` of the container antrea-controller."""
    containers = map(mapping, items(pod.get("containers")))
    images = [text(each.get("image")) for each in containers if each.get("name") == _CONTAINER]
    name = images[0].partition("@")[0].rpartition("/")[2] if images else ""
    return name.partition(":")[2]


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
