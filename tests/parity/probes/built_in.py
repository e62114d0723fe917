"""Built-in kinds of Kubernetes: their fields, and rejected values."""

from typing import Any

from tests.parity.probes.stores import NODES, SERVICES, core, egress, service
from tests.parity.registry import probe
from tests.parity.transcript import ANTREA, Transcript

NAMESPACES = "/api/v1/namespaces"
EGRESSES = f"{ANTREA}/egresses"
MERGE = "application/merge-patch+json"
DRY = {"dryRun": "All"}


def node(**fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}, **fields}


def named(name: str, **fields: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, **fields}


@probe()
def fields_of_nodes_have_types(t: Transcript) -> None:
    for given in (
        {"metadata": 1},
        {"metadata": {"name": 1}},
        {"metadata": {"name": "n", "labels": {"a": 1}}},
        {"metadata": {"name": "n", "ownerReferences": [{"uid": 1}]}},
        {"spec": 1},
        {"spec": {"podCIDR": 1}},
        {"spec": {"unschedulable": "x"}},
        {"spec": {"taints": [{"key": 1}]}},
        {"spec": {"taints": "x"}},
        {"status": {"addresses": [{"type": 1}]}},
        {"status": {"capacity": {"cpu": "x"}}},
        {"status": {"conditions": [{"lastHeartbeatTime": "x"}]}},
    ):
        t.ask("POST", NODES, node(**given), query=DRY)


@probe()
def unknown_fields_of_nodes_are_told_of(t: Transcript) -> None:
    given = node(extra=1, spec={"color": "red", "taints": [{"key": "a", "effect": "NoExecute"}]})
    given["metadata"]["shade"] = "dark"
    for word in ("Warn", "Strict", "Ignore"):
        t.ask("POST", NODES, given, query=DRY | {"fieldValidation": word}, keep=core)
    t.quietly("POST", NODES, node())
    for word in ("Warn", "Strict"):
        t.ask(
            "PATCH",
            f"{NODES}/n",
            {"spec": {"color": "red"}},
            query={"fieldValidation": word},
            keep=core,
        )
    t.note("what is stored", "color" in t.quietly("GET", f"{NODES}/n").body["spec"])


@probe()
def a_node_has_a_kind_or_none(t: Transcript) -> None:
    for given in (
        {"kind": ""},
        {"apiVersion": ""},
        {"kind": "Foo"},
        {"apiVersion": "v2"},
        {"apiVersion": "apps/v1"},
        {"kind": 1},
    ):
        t.ask("POST", NODES, node(**given), query=DRY, keep=core)
    for text in ("null", "{}", "[]"):
        t.ask("POST", NODES, text, content_type="application/json")


@probe()
def nodes_are_validated(t: Transcript) -> None:
    t.ask("POST", NODES, node(spec={"podCIDR": "x"}), query=DRY)


@probe()
def services_are_validated(t: Transcript) -> None:
    spec: Any
    for spec in (
        {},
        {"ports": []},
        {"type": "X", "ports": [{"port": 80}]},
        {"type": "ExternalName"},
        {"ports": [{"port": 0}]},
        {"ports": [{"port": 70_000}]},
        {"ports": [{"port": "80"}]},
        {"ports": [{"port": 80, "targetPort": []}]},
        {"ports": [{"port": 80}, {"port": 81}]},
        {"ports": [{"port": 80, "name": "a"}, {"port": 81, "name": "a"}]},
        {"ports": [{"port": 80, "name": "A"}]},
        {"ports": [{"port": 80, "protocol": "X"}]},
        {"ports": [{"port": 80}], "sessionAffinity": "x"},
        {"ports": [{"port": 80}], "externalIPs": ["x"]},
        {"ports": [{"port": 80}], "selector": "x"},
    ):
        t.ask("POST", SERVICES, service("s") | {"spec": spec}, query=DRY)
    for name in ("a.b", "Bad", "x" * 64, ""):
        t.ask("POST", SERVICES, service(name), query=DRY)


@probe()
def namespaces_are_validated(t: Transcript) -> None:
    for given in (named("a.b"), named("Bad")):
        t.ask("POST", NAMESPACES, given, query=DRY)


@probe()
def a_namespace_is_active_at_once(t: Transcript) -> None:
    t.ask("POST", NAMESPACES, named("fresh"), keep=_of_namespace)
    own = {"spec": {"finalizers": ["a/b"]}, "status": {"phase": "Terminating"}}
    t.ask("POST", NAMESPACES, named("own", **own), query=DRY, keep=_of_namespace)
    given = {"metadata": {"generateName": "some-"}, "spec": {"finalizers": ["kubernetes"]}}
    t.ask("POST", NAMESPACES, given, query=DRY, keep=lambda body: body["spec"])
    path = f"{NAMESPACES}/fresh"
    t.ask("PUT", path, named("fresh"), keep=_of_namespace)
    t.ask("PUT", path, named("fresh", spec={"finalizers": ["x"]}), keep=_of_namespace)
    for body in (
        {"spec": None},
        {"spec": {"finalizers": None}},
        {"metadata": {"labels": {"x": "y", "kubernetes.io/metadata.name": None}}},
        {"status": {"phase": "Terminating"}},
    ):
        t.ask("PATCH", path, body, content_type=MERGE, keep=_of_namespace)
    for status in (None, {"phase": ""}):
        part = {"status": status}
        t.ask("PATCH", f"{path}/status", part, content_type=MERGE, keep=_of_namespace)
    # No controller removes the finalizer.
    t.quietly("DELETE", path)
    t.quietly("PUT", f"{path}/finalize", named("fresh", spec={}))


def _of_namespace(body: Any) -> Any:
    return [body["metadata"]["labels"], body["spec"], body["status"]]


@probe()
def lists_of_nodes_have_no_empty_token(t: Transcript) -> None:
    t.note("the metadata", sorted(t.quietly("GET", NODES).body["metadata"]))


@probe()
def egresses_have_a_schema(t: Transcript) -> None:
    for given in (
        egress("e", egressIP=1),  # type: ignore[arg-type]
        egress("e", externalIPPool=[]),  # type: ignore[arg-type]
        egress("e", color="red"),
        egress("e") | {"spec": 1},
        egress("e") | {"spec": None},
        egress("e"),
        egress("e") | {"spec": {"egressIP": "10.0.0.1"}},
        egress("e", egressIP=""),
        egress("e", egressIP="10.0.0.1", externalIPPools=["a"]),  # type: ignore[arg-type]
        egress("e", egressIPs=["", "10.0.0.300"]),  # type: ignore[arg-type]
        egress("e", egressIP="10.0.0.1", bandwidth={"rate": "1M"}),  # type: ignore[arg-type]
        egress("e", egressIP="10.0.0.1") | {"status": {"conditions": {}}},
    ):
        t.ask("POST", EGRESSES, given, query=DRY)
    t.quietly("POST", EGRESSES, egress("e", egressIP="10.0.0.1"))
    t.ask("GET", EGRESSES, accept="application/json;as=Table;v=v1;g=meta.k8s.io", keep=_columns)
    t.ask("PATCH", f"{EGRESSES}/e", {"spec": {"color": "red"}}, content_type=MERGE)
    t.ask("PATCH", f"{EGRESSES}/e", {"spec": {"egressIP": None}}, content_type=MERGE)


@probe()
def a_service_loses_the_addresses_of_a_balancer_that_it_does_not_need(t: Transcript) -> None:
    t.quietly("POST", SERVICES, service("s"))
    status = {"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}]}}
    t.quietly("PATCH", f"{SERVICES}/s/status", {"status": status})
    for kind in ("LoadBalancer", "ClusterIP"):
        t.ask(
            "PATCH",
            f"{SERVICES}/s",
            {"spec": {"type": kind}},
            content_type=MERGE,
            keep=lambda body: [
                each["ip"] for each in body["status"]["loadBalancer"].get("ingress", ())
            ],
        )


def _columns(body: Any) -> Any:
    return [each["name"] for each in body["columnDefinitions"]]


@probe()
def a_deleted_service_is_told_of(t: Transcript) -> None:
    t.quietly("POST", SERVICES, service("s"))
    t.ask("PATCH", f"{SERVICES}/s", {"metadata": {"namespace": "other"}})
    t.ask("DELETE", f"{SERVICES}/s", keep=core)
