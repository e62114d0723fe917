"""Methods and paths that do not fit, and what a request may ask of the answer."""

from typing import Any

from tests.builders import pool_object
from tests.parity.registry import probe
from tests.parity.transcript import ANTREA, GROUP, POOLS, Transcript, listing


@probe()
def unknown_paths_are_not_found(t: Transcript) -> None:
    for path in (
        "/foo",
        "/apis/nonsense.io",
        "/apis/nonsense.io/v1",
        "/apis/nonsense.io/v1/things",
        f"{GROUP}/v1alpha2",
        f"{GROUP}/v1alpha2/externalippools",
        f"{GROUP}/v1alpha2/externalippools/a",
        f"{ANTREA}/nonsense",
        f"{ANTREA}/nonsense/a",
        f"{ANTREA}/ExternalIPPools",
        f"{ANTREA}/externalippool",
        "/api/v2",
        "/api/v1/nonsense",
        "/api/v1/nonsense/a",
        "/api/crd.antrea.io/v1beta1/externalippools",
    ):
        t.ask("GET", path)


@probe()
def a_cluster_wide_pool_has_no_namespaced_path(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    namespaced = f"{ANTREA}/namespaces/default/externalippools"
    t.ask("GET", namespaced, keep=listing)
    t.ask("GET", f"{namespaced}/a")
    t.ask("POST", namespaced, pool_object("b"))
    t.ask("DELETE", f"{namespaced}/a")


@probe()
def a_slash_at_the_end_matters(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.ask("GET", f"{POOLS}/", keep=listing)
    t.ask("GET", f"{POOLS}/a/", keep=lambda body: body)


@probe()
def an_accept_header_must_name_a_known_type(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for accept in (
        "text/plain",
        "text/html",
        "application/xml",
        "application/json;as=Nonsense;v=v1;g=meta.k8s.io",
        "application/json;as=Table;v=v9;g=meta.k8s.io",
    ):
        t.get("a", accept=accept)
        t.ask("GET", POOLS, accept=accept, keep=listing)
    t.ask("POST", POOLS, pool_object("b", "10.1.0.0/24"), accept="text/plain")
    t.get("b")


@probe()
def an_accept_header_may_name_several_types(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for accept in (
        "*/*",
        "application/*",
        "text/plain,application/json",
        "application/json;q=0.5,text/plain",
        "application/vnd.kubernetes.protobuf,application/json",
        "application/json;charset=utf-8",
        "application/json;as=Nonsense;v=v1;g=meta.k8s.io,application/json",
    ):
        t.get("a", accept=accept, keep=lambda body: body["kind"])


@probe()
def protobuf_is_no_answer_for_a_pool(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    answer = t.quietly("GET", f"{POOLS}/a", accept="application/vnd.kubernetes.protobuf")
    t.note("status", answer.status)


@probe()
def a_pretty_answer_says_the_same(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.get("a", query={"pretty": "true"})
    t.get("b", query={"pretty": "1", "nonsense": "x"})


@probe()
def the_server_is_well(t: Transcript) -> None:
    for path in ("/readyz", "/livez", "/healthz", "/readyz/nonsense"):
        t.ask("GET", path)


@probe()
def the_server_has_a_version(t: Transcript) -> None:
    t.ask("GET", "/version", keep=version)


def version(body: Any) -> Any:
    """The release; what follows a plus is the builder's own."""
    release = {"gitVersion": body["gitVersion"].partition("+")[0]}
    return {key: body[key] for key in ("major", "minor")} | release


@probe()
def a_path_with_slashes_in_a_row_is_not_found(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for path in (
        f"/{POOLS}",
        "//apis",
        "//api/v1/nodes",
        "//version",
        "//",
        "/apis//crd.antrea.io",
    ):
        t.ask("GET", path)
    t.ask("POST", f"/{POOLS}", pool_object("b"))
