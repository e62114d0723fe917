"""The table of all kinds: where the API serves each, and how an object of it is read.

Its reader is imported with the first object of a kind: most commands read few kinds.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ippoolctl.crd.group import GROUP
from ippoolctl.crd.untyped import Object, mapping, text
from ippoolctl.domain.surroundings.kind import NAMES, Kind

if TYPE_CHECKING:
    from ippoolctl.domain.antrea.pool import Origin
    from ippoolctl.domain.surroundings.reference import Reference

_SYSTEM: Final = "kube-system"


class KindRow(NamedTuple):
    """One kind."""

    group: str
    """Empty for the core group."""
    versions: tuple[str, ...]
    """Those that can be read, the newest first: a cluster may serve only an older one."""
    plural: str
    reader: str
    """The function that reads an object, after its module in this package."""
    namespace: str = ""
    """The namespace of the only object; empty for all namespaces."""
    name: str = ""
    """The name of the only object; empty for all objects."""


KINDS: Final[Mapping[Kind, KindRow]] = {
    Kind.NODE: KindRow("", ("v1",), "nodes", "node.read_node"),
    Kind.EGRESS: KindRow(GROUP, ("v1beta1", "v1alpha2"), "egresses", "egress.read_egress"),
    Kind.SERVICE: KindRow("", ("v1",), "services", "service.read_service"),
    Kind.IP_POOL: KindRow(GROUP, ("v1beta1", "v1alpha2"), "ippools", "ip_pool.read_ip_pool"),
    Kind.SERVICE_CIDR: KindRow(
        "networking.k8s.io",
        ("v1", "v1beta1"),
        "servicecidrs",
        "service_cidr.read_service_cidr",
    ),
    Kind.METALLB_POOL: KindRow(
        "metallb.io",
        ("v1beta1",),
        "ipaddresspools",
        "metallb_pool.read_metallb_pool",
    ),
    Kind.GATEWAY: KindRow(
        "gateway.networking.k8s.io", ("v1", "v1beta1"), "gateways", "endpoints.read_gateway"
    ),
    Kind.API_SERVERS: KindRow(
        "discovery.k8s.io",
        ("v1",),
        "endpointslices",
        "endpoints.read_endpoint_slice",
        "default",
        "kubernetes",
    ),
    Kind.WEBHOOKS: KindRow(
        "admissionregistration.k8s.io",
        ("v1",),
        "validatingwebhookconfigurations",
        "webhooks.read_webhooks",
    ),
    Kind.DEFINITION: KindRow(
        "apiextensions.k8s.io",
        ("v1",),
        "customresourcedefinitions",
        "pool_definition.read_pool_definition",
        name=f"externalippools.{GROUP}",
    ),
    Kind.CONFIG: KindRow(
        "",
        ("v1",),
        "configmaps",
        "antrea_config.read_antrea_config",
        _SYSTEM,
        "antrea-config",
    ),
    Kind.CONTROLLER: KindRow(
        "apps", ("v1",), "deployments", "controller.read_controller", _SYSTEM, "antrea-controller"
    ),
    Kind.CONTROLLER_INFO: KindRow(
        GROUP,
        ("v1beta1",),
        "antreacontrollerinfos",
        "controller.read_controller_info",
        name="antrea-controller",
    ),
    Kind.MEMBERLIST_KEYS: KindRow(
        "",
        ("v1",),
        "secrets",
        "controller.read_memberlist_keys",
        _SYSTEM,
        "antrea-memberlist-keys",
    ),
}


def kind_of(document: Object) -> Kind | None:
    """The kind of an object; ``None`` for one that no rule looks at."""
    name, version = document.get("kind"), document.get("apiVersion")
    if not isinstance(name, str) or name not in NAMES or not isinstance(version, str):
        return None
    kind = Kind(name)
    row = KINDS[kind]
    group, _, _ = version.rpartition("/")
    meta = mapping(document.get("metadata"))
    is_it = not row.name or (text(meta.get("name")), text(meta.get("namespace"))) == (
        row.name,
        row.namespace,
    )
    return kind if group == row.group and is_it else None


def read_object(kind: Kind, document: Object, origin: "Origin | None" = None) -> Any:
    """The value of an object of that kind."""
    from ippoolctl.domain.surroundings.reference import Reference

    meta = mapping(document.get("metadata"))
    stored = origin is None or bool(text(meta.get("uid")))
    name, namespace = text(meta.get("name")), text(meta.get("namespace"))
    reference = Reference(kind.value, name, namespace, origin, stored)
    return _reader(kind)(document, reference)


@cache
def _reader(kind: Kind) -> "Callable[[Object, Reference], Any]":
    module, _, function = KINDS[kind].reader.partition(".")
    reader: Callable[[Object, Reference], Any]
    reader = getattr(import_module(f"{__package__}.{module}"), function)
    return reader
