"""Access: the rights of each user, and the answers to others."""

from typing import Any

from tests.builders import pool_object
from tests.parity.probes.paths import version
from tests.parity.registry import probe
from tests.parity.transcript import ANTREA, POOLS, Transcript

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
WRONG = {"Authorization": "Bearer nonsense"}


def review(**attributes: str) -> dict[str, Any]:
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }


def on_pools(verb: str, **more: str) -> dict[str, Any]:
    return review(group="crd.antrea.io", resource="externalippools", verb=verb, **more)


def verdict(body: Any) -> Any:
    """The reason in a status names roles, which differ from cluster to cluster."""
    if body.get("kind") != "SelfSubjectAccessReview":
        return body
    status = body["status"]
    return body | {"status": {key: status[key] for key in status if key != "reason"}}


@probe()
def a_wrong_token_is_no_login(t: Transcript) -> None:
    for path in (POOLS, f"{POOLS}/a", "/version", "/readyz", "/foo", "/apis", "/openapi/v3"):
        t.ask("GET", path, headers=WRONG)
    t.ask("POST", POOLS, pool_object("a"), headers=WRONG)
    t.ask("POST", POOLS, "{", headers=WRONG)
    t.ask("GET", POOLS, headers={"Authorization": "Basic bm86b25l"})


@probe()
def nobody_without_a_login_is_anonymous(t: Transcript) -> None:
    anonymous = {"Authorization": ""}
    for path in (POOLS, "/readyz"):
        t.ask("GET", path, headers=anonymous)
    t.ask("GET", "/version", headers=anonymous, keep=version)


@probe()
def a_viewer_may_look(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.get("a", user="viewer", keep=lambda body: body["kind"])
    t.ask("GET", POOLS, user="viewer", keep=lambda body: body["kind"])
    t.watch(count=1, user="viewer")
    t.get("missing", user="viewer")


@probe()
def a_viewer_may_change_nothing(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    t.ask("POST", POOLS, pool_object("b"), user="viewer")
    t.ask("POST", POOLS, pool_object("b"), user="viewer", query={"dryRun": "All"})
    t.ask("POST", POOLS, "{", user="viewer")
    t.put("a", pool, user="viewer")
    t.patch("a", {}, user="viewer")
    t.delete("a", user="viewer")
    t.delete("missing", user="viewer")
    t.ask("DELETE", POOLS, user="viewer")
    t.ask("GET", f"{POOLS}/a/status", user="viewer")
    t.ask("PUT", f"{POOLS}/a/status", pool, user="viewer")
    t.ask("PATCH", f"{POOLS}/a/status", {}, user="viewer")


@probe()
def a_stranger_may_not_even_look(t: Transcript) -> None:
    t.ask("GET", POOLS, user="nobody")
    t.ask("GET", f"{POOLS}/a", user="nobody")
    t.ask("GET", POOLS, user="somebody else")
    t.watch(count=1, user="nobody", seconds=2)
    t.ask("GET", f"{POOLS}/a", user="nobody", query={"watch": "1"})
    t.ask("GET", f"{POOLS}?watch=1&fieldSelector=metadata.name%3Da", user="nobody")


@probe()
def an_editor_may_change_pools_but_no_status(t: Transcript) -> None:
    t.ask("POST", POOLS, pool_object("a", "10.0.0.0/24"), user="editor")
    t.patch("a", {"metadata": {"labels": {"x": "y"}}}, user="editor")
    t.ask("PATCH", f"{POOLS}/a/status", {}, user="editor")
    t.delete("a", user="editor")
    t.ask("DELETE", POOLS, user="editor")


@probe()
def other_resources_are_forbidden(t: Transcript) -> None:
    for path in (
        "/api/v1/nodes",
        "/api/v1/nodes/n",
        "/api/v1/services",
        "/api/v1/namespaces/default/services",
        "/api/v1/namespaces/default/services/s",
        "/api/v1/namespaces/default",
        f"{ANTREA}/egresses",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        "/apis/nonsense.io/v1/things",
        f"{ANTREA}/nonsense/a",
        "/foo",
        "/",
        "/version",
        "/readyz",
        "/livez",
        "/apis",
        "/openapi/v3",
    ):
        t.ask(
            "GET",
            path,
            user="viewer",
            keep=lambda body: (
                body if isinstance(body, str) or body.get("kind") == "Status" else "an answer"
            ),
        )


@probe()
def the_admin_may_do_all(t: Transcript) -> None:
    for body in (on_pools("create"), on_pools("nonsense"), review(verb="get", resource="nodes")):
        t.ask("POST", REVIEWS, body, keep=verdict)


@probe()
def a_viewer_asks_what_it_may(t: Transcript) -> None:
    for body in (
        on_pools("list"),
        on_pools("create"),
        on_pools("get", name="a"),
        on_pools("get", subresource="status"),
        on_pools("list", namespace="default"),
        on_pools("*"),
        review(verb="list", resource="services", namespace="default"),
    ):
        t.ask("POST", REVIEWS, body, user="viewer", keep=verdict)


@probe()
def a_review_has_a_shape(t: Transcript) -> None:
    t.ask("POST", REVIEWS, on_pools("list"), query={"dryRun": "All"}, keep=verdict)
    t.ask("GET", REVIEWS)


@probe()
def a_viewer_may_not_impersonate(t: Transcript) -> None:
    login = {"Authorization": f"Bearer {t.backend.token('viewer')}"}
    t.ask("GET", POOLS, headers=login, keep=lambda body: body["kind"])
    t.ask("GET", POOLS, headers=login | {"Impersonate-User": "admin"})
    t.ask("GET", POOLS, headers=login | {"Impersonate-User": "viewer"})


@probe()
def a_login_of_ones_own_is_like_an_impersonation(t: Transcript) -> None:
    login = {"Authorization": f"Bearer {t.backend.token('viewer')}"}
    t.ask("POST", POOLS, pool_object("a"), headers=login)
    login = {"Authorization": f"Bearer {t.backend.token('nobody')}"}
    t.ask("GET", POOLS, headers=login)
