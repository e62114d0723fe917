"""What the sandbox serves, as clients discover it: groups, resources, versions, OpenAPI v3.

Discovery is answered group by group, also to clients that ask for all groups at once. Source:
Kubernetes v1.36 ``apiserver/pkg/endpoints/discovery``.
"""

from collections.abc import Iterable
from typing import Any, Final

from ippoolctl import __version__
from ippoolctl.sandbox.apiserver.kinds import JsonObject, Kind, Kinds

KUBERNETES: Final = "v1.36.3"
"""The release whose answers are imitated."""
PROTOBUF: Final = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
"""The type of OpenAPI v2 in protobuf."""
OPENAPI_V2: Final = "\n\x032.0"
"""A ``Document`` in protobuf with ``swagger: "2.0"`` and no definitions.

kubectl validates the items of a List with OpenAPI v2, and passes kinds without a definition.
Source: ``k8s.io/cli-runtime/pkg/resource/query_param_verifier_v3.go`` and
``k8s.io/kubectl/pkg/util/openapi/validation/validation.go``, v0.36.
"""
_EMPTY: Final = dict.fromkeys(
    ("gitCommit", "gitTreeState", "buildDate", "goVersion", "compiler", "platform"), ""
)
"""Fields of a version that clients expect."""
_OF_STATUS: Final = ("get", "patch", "update")


def document(path: str, kinds: Kinds) -> JsonObject | str | None:
    """The document at a path that names no resource; ``None`` if there is none."""
    match path.removeprefix("/").removesuffix("/").split("/"):
        case ["readyz" | "livez" | "healthz"] if not path.endswith("/"):
            return "ok"
        case ["version"]:
            major, minor, _ = KUBERNETES.removeprefix("v").split(".")
            build = f"{KUBERNETES}+ippoolctl-sandbox-{__version__}"
            return {**_EMPTY, "major": major, "minor": minor, "gitVersion": build}
        case ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
        case ["apis"]:
            groups = [_group(each, kinds) for each in sorted(kinds.versions) if each]
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
        case ["apis", group] if group in kinds.versions:
            return {"kind": "APIGroup", "apiVersion": "v1", **_group(group, kinds)}
        case ["api", version]:
            return _resources(_of(kinds, f"api/{version}"))
        case ["apis", group, version]:
            return _resources(_of(kinds, f"apis/{group}/{version}"))
        case ["openapi", "v3"]:
            paths = {
                _path(each): {"serverRelativeURL": f"/openapi/v3/{_path(each)}"}
                for each in kinds.all
            }
            return {"paths": paths}
        case ["openapi", "v3", *rest]:
            return _openapi(_of(kinds, "/".join(rest)))
        case _:
            return None


def _path(kind: Kind) -> str:
    return f"apis/{kind.api_version}" if kind.group else f"api/{kind.version}"


def _of(kinds: Kinds, path: str) -> list[Kind]:
    return [each for each in kinds.all if _path(each) == path]


def _group(name: str, kinds: Kinds) -> JsonObject:
    found = [{"groupVersion": f"{name}/{each}", "version": each} for each in kinds.versions[name]]
    return {"name": name, "versions": found, "preferredVersion": found[0]}


def _resources(found: list[Kind]) -> JsonObject | None:
    if not found:
        return None
    about = {"kind": "APIResourceList", "groupVersion": found[0].api_version}
    about |= {"apiVersion": "v1"} if found[0].group else {}
    return about | {"resources": [each for kind in found for each in _resource(kind)]}


def _resource(kind: Kind) -> Iterable[JsonObject]:
    # The verbs of custom resources are in another order.
    first = ("delete", "deletecollection", "get", "list", "patch") if kind.is_custom else ()
    verbs = sorted(kind.verbs, key=lambda verb: (verb not in first, verb))
    short = {"shortNames": list(kind.short_names)} if kind.short_names else {}
    about = {"namespaced": kind.namespaced, "kind": kind.kind}
    named = {"name": kind.plural, "singularName": kind.kind.lower()}
    sorts = {"categories": list(kind.categories)} if kind.categories else {}
    yield named | about | {"verbs": verbs} | short | sorts
    if kind.has_status:
        named = {"name": f"{kind.plural}/status", "singularName": ""}
        yield named | about | {"verbs": list(_OF_STATUS)}


def _openapi(found: list[Kind]) -> JsonObject | None:
    if not found:
        return None
    return {
        "openapi": "3.0.0",
        "info": {"title": "ippoolctl sandbox", "version": KUBERNETES},
        "paths": {path: item for each in found for path, item in _paths(each)},
        "components": {"schemas": {_schema_name(each): _schema(each) for each in found}},
    }


def _paths(kind: Kind) -> Iterable[tuple[str, JsonObject]]:
    """The paths, with the parameters by which kubectl learns that the server does dry runs."""
    scope = "/namespaces/{namespace}" if kind.namespaced else ""
    path = f"/{_path(kind)}{scope}/{kind.plural}"
    text = {"schema": {"type": "string"}}
    writing = [{"name": each, "in": "query", **text} for each in ("dryRun", "fieldValidation")]
    operation = _identity(kind) | {"parameters": writing, "responses": {}}
    yield path, {"post": operation}
    yield f"{path}/{{name}}", {"put": operation, "patch": operation}


def _identity(kind: Kind) -> JsonObject:
    named = {"group": kind.group, "version": kind.version, "kind": kind.kind}
    return {"x-kubernetes-group-version-kind": named}


def _schema_name(kind: Kind) -> str:
    group = ".".join(reversed((kind.group or "core.api.k8s.io").split(".")))
    return f"{group}.{kind.version}.{kind.kind}"


def _schema(kind: Kind) -> JsonObject:
    schema: dict[str, Any] = {"type": "object", **(kind.schema or {})}
    known = {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"type": "object"},
    }
    schema["properties"] = {**schema.get("properties", {}), **known}
    (identity,) = _identity(kind).values()
    return {**schema, "x-kubernetes-group-version-kind": [identity]}
