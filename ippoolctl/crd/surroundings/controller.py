"""antrea-controller: its Deployment, and what it reports of itself."""

from typing import Any

from ippoolctl.crd.untyped import Object, mapping, text
from ippoolctl.domain.surroundings.antrea_installation import Controller, ControllerInfo
from ippoolctl.domain.surroundings.reference import Reference


def read_controller(deployment: Object, reference: Reference) -> Controller:
    """Its replicas, requested and ready; an absent number is 1 and 0, as in Kubernetes."""
    requested = _number(mapping(deployment.get("spec")).get("replicas"))
    ready = _number(mapping(deployment.get("status")).get("readyReplicas"))
    return Controller(reference, 1 if requested is None else requested, ready or 0)


def read_controller_info(info: Object, reference: Reference) -> ControllerInfo:
    """Its version (Antrea v1.0 and later, pkg/monitor/controller.go)."""
    return ControllerInfo(reference, text(info.get("version")))


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
