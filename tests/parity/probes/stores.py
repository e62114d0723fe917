"""Other kinds in the cluster that are stored only."""

from typing import Any

from tests.parity.registry import probe
from tests.parity.transcript import ANTREA, Transcript, listing

NODES = "/api/v1/nodes"
SERVICES = "/api/v1/namespaces/default/services"
EGRESSES = f"{ANTREA}/egresses"


def node(name: str, **labels: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}}


def service(name: str, **metadata: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, **metadata},
        "spec": {"type": "LoadBalancer", "ports": [{"port": 80}], "selector": {"app": "x"}},
    }


def egress(name: str, **spec: str) -> dict[str, Any]:
    return {
        "apiVersion": "crd.antrea.io/v1beta1",
        "kind": "Egress",
        "metadata": {"name": name},
        "spec": {"appliedTo": {}, **spec},
    }


def core(body: Any) -> Any:
    """The common fields of every store, without the defaults of the real one."""
    if not isinstance(body, dict) or body.get("kind") == "Status":
        return body
    kept = (
        "name",
        "namespace",
        "labels",
        "annotations",
        "uid",
        "resourceVersion",
        "creationTimestamp",
    )
    metadata = {key: body["metadata"][key] for key in kept if key in body["metadata"]}
    return {"kind": body["kind"], "apiVersion": body["apiVersion"], "metadata": metadata}


def ours(body: Any) -> Any:
    """A list without the Service that an API server keeps for itself."""
    found = listing(body)
    if isinstance(found, dict) and "items" in found:
        found["items"] = [each for each in found["items"] if each != "kubernetes"]
        del found["metadata"]
    return found


@probe()
def nodes_are_stored(t: Transcript) -> None:
    t.ask("GET", NODES, keep=ours)
    t.ask("POST", NODES, node("n1", zone="a"), keep=core)
    t.ask("POST", NODES, node("n1"))
    t.ask("GET", f"{NODES}/n1", keep=core)
    t.ask("GET", f"{NODES}/missing")
    t.ask("POST", NODES, node("n2", zone="b"), keep=core)
    t.ask("GET", NODES, keep=ours)
    t.ask("GET", NODES, query={"labelSelector": "zone=b"}, keep=ours)
    t.ask("GET", NODES, query={"fieldSelector": "metadata.name=n1"}, keep=ours)
    t.ask("PATCH", f"{NODES}/n1", {"metadata": {"labels": {"zone": "c"}}}, keep=core)
    t.ask("DELETE", f"{NODES}/n1", keep=core)
    t.ask("DELETE", f"{NODES}/n1")


@probe()
def services_are_stored_in_a_namespace(t: Transcript) -> None:
    pool = {"service.antrea.io/external-ip-pool": "a"}
    t.ask("POST", SERVICES, service("s", annotations=pool), keep=core)
    t.ask("POST", SERVICES, service("s"))
    t.ask("GET", f"{SERVICES}/s", keep=lambda body: [core(body), body["spec"]["type"]])
    t.ask("GET", SERVICES, keep=ours)
    t.ask("GET", "/api/v1/services", keep=ours)
    t.ask("GET", "/api/v1/namespaces/kube-system/services", keep=ours)
    t.ask("GET", f"{SERVICES}/missing")
    t.ask("GET", "/api/v1/namespaces/kube-system/services/s")
    t.ask("PATCH", f"{SERVICES}/s", {"metadata": {"annotations": {"x": "y"}}}, keep=core)
    t.quietly("DELETE", f"{SERVICES}/s")
    t.ask("GET", SERVICES, keep=ours)


@probe()
def a_status_of_a_service_is_patched(t: Transcript) -> None:
    t.quietly("POST", SERVICES, service("s"))
    address = {"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}]}}
    t.ask(
        "PATCH",
        f"{SERVICES}/s/status",
        {"status": address},
        keep=lambda body: body["status"]["loadBalancer"]["ingress"][0]["ip"],
    )
    t.ask(
        "GET", f"{SERVICES}/s", keep=lambda body: body["status"]["loadBalancer"]["ingress"][0]["ip"]
    )


@probe()
def a_namespace_must_be_that_of_the_path(t: Transcript) -> None:
    t.ask("POST", SERVICES, service("s", namespace="kube-system"))
    t.ask("POST", SERVICES, service("s", namespace="default"), keep=core)
    t.ask("POST", "/api/v1/services", service("t"))
    t.ask("POST", "/api/v1/namespaces/missing/services", service("t"))
    t.ask("GET", "/api/v1/namespaces/missing/services", keep=ours)
    t.ask("GET", "/api/v1/namespaces/missing/services/t")


@probe()
def namespaces_are_listed(t: Transcript) -> None:
    t.ask(
        "GET",
        "/api/v1/namespaces",
        keep=lambda body: [
            body["kind"],
            body["apiVersion"],
            "default" in [each["metadata"]["name"] for each in body["items"]],
        ],
    )
    t.ask(
        "GET",
        "/api/v1/namespaces/default",
        keep=lambda body: [body["kind"], body["metadata"]["name"], body["status"]],
    )
    t.ask("GET", "/api/v1/namespaces/missing")


@probe()
def ranges_of_services_are_listed(t: Transcript) -> None:
    path = "/apis/networking.k8s.io/v1/servicecidrs"
    t.ask(
        "GET",
        path,
        keep=lambda body: [
            body["kind"],
            body["apiVersion"],
            [[each["metadata"]["name"], sorted(each["spec"])] for each in body["items"]],
        ],
    )
    t.ask("GET", f"{path}/missing")


@probe()
def egresses_are_stored(t: Transcript) -> None:
    t.ask("GET", EGRESSES, keep=listing)
    t.ask("POST", EGRESSES, egress("e", egressIP="10.0.0.1"))
    t.ask("POST", EGRESSES, egress("e", egressIP="10.0.0.9"))
    t.ask("GET", f"{EGRESSES}/e")
    t.ask("GET", EGRESSES, keep=listing)
    t.ask("PATCH", f"{EGRESSES}/e", {"spec": {"egressIP": "10.0.0.2"}})
    t.ask("PATCH", f"{EGRESSES}/e/status", {"status": {"egressIP": "10.0.0.2"}})
    t.ask("DELETE", f"{EGRESSES}/e")
    t.ask("GET", f"{EGRESSES}/e")


@probe()
def other_kinds_are_watched(t: Transcript) -> None:
    start = t.quietly("GET", NODES).body["metadata"]["resourceVersion"]
    t.quietly("POST", NODES, node("n"))
    t.quietly("DELETE", f"{NODES}/n")
    t.watch(
        {"resourceVersion": start},
        NODES,
        count=2,
        keep=lambda event: [event["type"], core(event["object"])],
    )


@probe()
def an_egress_is_counted(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.backend.count_addresses()
    t.quietly("POST", EGRESSES, egress("e", externalIPPool="a", egressIP="10.0.0.1"))
    found: list[Any] = []
    for _ in range(50):
        found = [
            each["object"].get("status", {}).get("usage")
            for each in t.backend.watch(
                f"{ANTREA}/externalippools", {"resourceVersion": "0"}, count=1
            ).events
        ]
        if found == [{"total": 254, "used": 1}]:
            break
    t.note("the usage in the end", found)
