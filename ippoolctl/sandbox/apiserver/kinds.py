"""The kinds that the sandbox serves, each with its verbs, schema and columns."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from ippoolctl.crd.definition import within_envelope
from ippoolctl.crd.group import GROUP
from ippoolctl.crd.structural import Schema

JsonObject = dict[str, Any]

Key = tuple[str, str]
"""Namespace and name of an object; the namespace of cluster-scoped objects is empty."""

READING: Final = ("get", "list", "watch")
NOT_ALL: Final = ("create", "delete", *READING, "patch", "update")
ALL_VERBS: Final = (*NOT_ALL, "deletecollection")


class Column(NamedTuple):
    """A column of the table that kubectl prints, as a CRD declares it."""

    name: str
    type: str
    path: str
    """Such as ``.status.usage.total``."""
    description: str = ""


class Kind(NamedTuple):
    """One kind of object in one version of its group."""

    group: str
    """Empty for the core group."""
    version: str
    plural: str
    kind: str
    short_names: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS
    namespaced: bool = False
    has_status: bool = False
    """Whether there is a ``status`` subresource; then no other write changes the status."""
    schema: Schema | None = None
    """The schema of its objects; ``None`` if any object is valid."""
    columns: tuple[Column, ...] | None = None
    """Columns of the table beside the name; ``None`` if kubectl prints the objects itself."""
    categories: tuple[str, ...] = ()
    """Names under which kubectl gets several kinds at once, such as ``all``."""

    @property
    def struct(self) -> str:
        """The Go type of a built-in kind."""
        return f"v1.{self.kind}"

    @property
    def resource(self) -> str:
        """The name of the resource with its group: ``externalippools.crd.antrea.io``."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def qualified(self) -> str:
        """The kind with its group: ``ExternalIPPool.crd.antrea.io``."""
        return f"{self.kind}.{self.group}" if self.group else self.kind

    @property
    def api_version(self) -> str:
        """The value of ``apiVersion``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def is_custom(self) -> bool:
        """Whether a CRD defines it."""
        return self.group == GROUP


AGE: Final = Column("Age", "date", ".metadata.creationTimestamp")
NAMESPACES: Final = Kind("", "v1", "namespaces", "Namespace", ("ns",), NOT_ALL, has_status=True)
NODES: Final = Kind("", "v1", "nodes", "Node", ("no",), has_status=True)
SERVICES: Final = Kind(
    "",
    "v1",
    "services",
    "Service",
    ("svc",),
    has_status=True,
    namespaced=True,
    categories=("all",),
)
WEBHOOKS: Final = Kind(
    "admissionregistration.k8s.io",
    "v1",
    "validatingwebhookconfigurations",
    "ValidatingWebhookConfiguration",
    categories=("api-extensions",),
)
DEFINITIONS: Final = Kind(
    "apiextensions.k8s.io",
    "v1",
    "customresourcedefinitions",
    "CustomResourceDefinition",
    ("crd", "crds"),
    READING,
    categories=("api-extensions",),
)
REVIEWS: Final = Kind(
    "authorization.k8s.io",
    "v1",
    "selfsubjectaccessreviews",
    "SelfSubjectAccessReview",
    verbs=("create",),
)
CIDRS: Final = Kind("networking.k8s.io", "v1", "servicecidrs", "ServiceCIDR", has_status=True)
BUILT_IN: Final = (NAMESPACES, NODES, SERVICES, WEBHOOKS, DEFINITIONS, REVIEWS, CIDRS)


class Kinds:
    """All kinds of a cluster with these CustomResourceDefinitions."""

    def __init__(self, definitions: Iterable[JsonObject]) -> None:
        custom = [kind for each in definitions for kind in _kinds(each)]
        self.all = (*BUILT_IN, *custom)
        self._by_path = {(each.group, each.version, each.plural): each for each in self.all}
        stored = {each.plural: each for each in custom}
        self.pools, self.egresses = stored["externalippools"], stored["egresses"]

    def get(self, group: str, version: str, plural: str) -> Kind | None:
        """The kind behind a path."""
        return self._by_path.get((group, version, plural))

    def of(self, document: JsonObject) -> Kind | None:
        """The kind of a manifest."""
        named = (document.get("apiVersion"), document.get("kind"))
        return next((each for each in self.all if (each.api_version, each.kind) == named), None)

    @property
    def versions(self) -> dict[str, list[str]]:
        """The versions of each group, the preferred one first."""
        found: dict[str, list[str]] = {}
        for each in reversed(self.all):
            known = found.setdefault(each.group, [])
            if each.version not in known:
                known.append(each.version)
        return found


def _kinds(definition: JsonObject) -> Iterator[Kind]:
    """The kinds of a CustomResourceDefinition, the stored version last."""
    spec = definition["spec"]
    names = spec["names"]
    for each in sorted(spec["versions"], key=lambda version: bool(version["storage"])):
        root = each["schema"]["openAPIV3Schema"]
        free = "x-kubernetes-preserve-unknown-fields" in root
        yield Kind(
            spec["group"],
            each["name"],
            names["plural"],
            names["kind"],
            tuple(names["shortNames"]),
            has_status="status" in each.get("subresources", {}),
            schema=None if free else within_envelope(root),
            columns=tuple(_columns(each.get("additionalPrinterColumns", ()))) or (AGE,),
        )


def _columns(declared: Iterable[JsonObject]) -> Iterator[Column]:
    for each in declared:
        yield Column(each["name"], each["type"], each["jsonPath"], each.get("description", ""))
