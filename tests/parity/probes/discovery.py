"""Discovery: groups, resources, schemas and the CRD."""

from typing import Any

from tests.parity.registry import probe
from tests.parity.transcript import ANTREA, GROUP, Transcript

CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
CLAIMED = {
    "crd.antrea.io": {"externalippools", "externalippools/status", "egresses", "egresses/status"},
    "": {"nodes", "services", "namespaces"},
    "apiextensions.k8s.io": {"customresourcedefinitions"},
    "networking.k8s.io": {"servicecidrs"},
    "admissionregistration.k8s.io": {"validatingwebhookconfigurations"},
    "authorization.k8s.io": {"selfsubjectaccessreviews"},
}
OPENAPI = "/openapi/v3/apis/crd.antrea.io/v1beta1"
KIND = {"group": "crd.antrea.io", "kind": "ExternalIPPool", "version": "v1beta1"}


def claimed(group: str, *, built_in: bool = False) -> Any:
    """From a list of resources to those that we claim; of kinds that are built in only names."""

    def keep(body: Any) -> Any:
        kept = (
            "name",
            "singularName",
            "namespaced",
            "kind",
            "verbs",
            "shortNames",
            "categories",
            "group",
            "version",
        )
        resources = [
            {key: each[key] for key in kept if key in each and not (built_in and key == "verbs")}
            for each in body["resources"]
            if each["name"] in CLAIMED[group]
        ]
        return body | {"resources": sorted(resources, key=lambda each: str(each["name"]))}

    return keep


@probe()
def the_versions_of_the_core_are_told(t: Transcript) -> None:
    t.ask("GET", "/api", keep=lambda body: {key: body[key] for key in ("kind", "versions")})
    t.ask("GET", "/api/v1", keep=claimed(""))


@probe()
def the_groups_are_told(t: Transcript) -> None:
    t.ask(
        "GET",
        "/apis",
        keep=lambda body: (
            body | {"groups": [each for each in body["groups"] if each["name"] == "crd.antrea.io"]}
        ),
    )
    t.ask(
        "GET",
        "/apis",
        keep=lambda body: sorted(
            version["groupVersion"]
            for each in body["groups"]
            if each["name"] in CLAIMED
            for version in each["versions"]
            if version["version"] in ("v1", "v1beta1")
            if (each["name"], version["version"])
            in {(name, "v1") for name in CLAIMED} | {("crd.antrea.io", "v1beta1")}
        ),
    )


@probe()
def the_group_of_pools_is_told(t: Transcript) -> None:
    t.ask("GET", GROUP)
    t.ask("GET", ANTREA, keep=claimed("crd.antrea.io"))


@probe()
def the_resources_of_other_groups_are_told(t: Transcript) -> None:
    for group in CLAIMED:
        if group not in ("", "crd.antrea.io"):
            t.ask("GET", f"/apis/{group}/v1", keep=claimed(group, built_in=True))


@probe()
def schemas_have_an_index(t: Transcript) -> None:
    t.ask(
        "GET",
        "/openapi/v3",
        keep=lambda body: body["paths"]["apis/crd.antrea.io/v1beta1"][
            "serverRelativeURL"
        ].partition("?hash=")[0],
    )


@probe()
def the_schema_of_pools_is_told(t: Transcript) -> None:
    t.ask("GET", OPENAPI, keep=_schema)


def _schema(body: Any) -> Any:
    schema = next(
        each
        for each in body["components"]["schemas"].values()
        if KIND in each.get("x-kubernetes-group-version-kind", [])
    )
    patch = body["paths"][f"{ANTREA}/externalippools/{{name}}"]["patch"]
    parameters = {each["name"] for each in patch["parameters"] if "name" in each}
    return {
        "kinds": schema["x-kubernetes-group-version-kind"],
        "kind of the patch": patch["x-kubernetes-group-version-kind"],
        "parameters of the patch": sorted(parameters & {"dryRun", "fieldValidation"}),
        "properties": {
            key: _properties(schema["properties"][key]) for key in sorted(schema["properties"])
        },
    }


def _properties(schema: Any) -> Any:
    """Nested names; metadata is a reference only."""
    inner = schema.get("items", schema).get("properties", {})
    return {key: _properties(inner[key]) for key in sorted(inner)}


@probe()
def the_definition_of_pools_is_readable(t: Transcript) -> None:
    t.ask("GET", f"{CRDS}/externalippools.crd.antrea.io", keep=_definition)
    t.ask("GET", f"{CRDS}/nonsense.crd.antrea.io")
    t.ask(
        "GET",
        CRDS,
        keep=lambda body: {
            "kind": body["kind"],
            "names": sorted(
                {each["metadata"]["name"] for each in body["items"]}
                & {"externalippools.crd.antrea.io", "egresses.crd.antrea.io"}
            ),
        },
    )


def _definition(body: Any) -> Any:
    metadata, status = body["metadata"], body["status"]
    return {
        **{key: body[key] for key in ("apiVersion", "kind", "spec")},
        "name": metadata["name"],
        "labels": metadata.get("labels"),
        "conditions": {
            each["type"]: [each["status"], each["reason"], each["message"]]
            for each in status["conditions"]
        },
        "acceptedNames": status["acceptedNames"],
        "storedVersions": status["storedVersions"],
    }


@probe()
def the_webhook_is_registered(t: Transcript) -> None:
    path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
    t.ask("GET", f"{path}/crdvalidator.antrea.io", keep=_registration)
    t.ask("GET", f"{path}/nonsense")


def _registration(body: Any) -> Any:
    (entry,) = (
        each for each in body["webhooks"] if each["name"] == "externalippoolvalidator.antrea.io"
    )
    kept = {key: value for key, value in entry.items() if key != "clientConfig"}
    return {
        **{key: body[key] for key in ("apiVersion", "kind")},
        "labels": body["metadata"]["labels"],
        "webhook": kept,
    }
