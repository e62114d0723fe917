"""The official Python client's results for the answers of the server."""

import json
from collections.abc import Callable
from typing import Any

import kubernetes

from tests.builders import pool_object
from tests.parity.registry import probe
from tests.parity.transcript import Transcript

client: Any = kubernetes.client
watch: Any = kubernetes.watch
"""Their types are half known, and say that everything may be missing."""
PLACE = ("crd.antrea.io", "v1beta1", "externalippools")
POOL = pool_object("a", "10.0.0.0/24")


def caught(call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """The raised error, or the returned value."""
    try:
        found = call(*arguments, **options)
    except kubernetes.client.ApiException as error:
        body = str(error.body)
        return {
            "raised": type(error).__name__,
            "status": error.status,
            "reason": error.reason,
            "body": _parsed(body),
        }
    return found


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


@probe("python")
def python_creates_and_reads_a_pool(t: Transcript) -> None:
    with t.python() as api:
        pools = client.CustomObjectsApi(api)
        t.note("created", caught(pools.create_cluster_custom_object, *PLACE, POOL))
        t.note("again", caught(pools.create_cluster_custom_object, *PLACE, POOL))
        t.note("read", caught(pools.get_cluster_custom_object, *PLACE, "a"))
        t.note("missing", caught(pools.get_cluster_custom_object, *PLACE, "missing"))
        t.note(
            "a dry run",
            caught(pools.create_cluster_custom_object, *PLACE, pool_object("b"), dry_run="All"),
        )
        t.note("its status", caught(pools.get_cluster_custom_object_status, *PLACE, "a"))


@probe("python")
def python_is_told_why(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    with t.python() as api:
        pools = client.CustomObjectsApi(api)
        t.note(
            "overlap",
            caught(pools.create_cluster_custom_object, *PLACE, pool_object("b", "10.0.0.0/25")),
        )
        t.note(
            "schema", caught(pools.create_cluster_custom_object, *PLACE, pool_object("b", "x/1"))
        )
        t.note(
            "no such version",
            caught(pools.list_cluster_custom_object, "crd.antrea.io", "v9", "externalippools"),
        )
        t.backend.fault("500")
        t.note(
            "no webhook",
            caught(pools.create_cluster_custom_object, *PLACE, pool_object("b", "10.1.0.0/24")),
        )


@probe("python")
def python_pages_through_a_list(t: Transcript) -> None:
    t.given_pools("a", "b", "c", "d", "e")
    with t.python() as api:
        pools = client.CustomObjectsApi(api)
        token, pages = "", []
        while True:
            page = pools.list_cluster_custom_object(*PLACE, limit=2, _continue=token)
            pages.append([each["metadata"]["name"] for each in page["items"]])
            token = page["metadata"].get("continue")
            if not token:
                break
        t.note("pages", pages)
        t.note(
            "a bad token", caught(pools.list_cluster_custom_object, *PLACE, limit=2, _continue="x")
        )


@probe("python")
def python_patches_replaces_and_deletes(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    with t.python() as api:
        pools = client.CustomObjectsApi(api)
        body = {"metadata": {"labels": {"x": "y"}}}
        t.note("patched", caught(pools.patch_cluster_custom_object, *PLACE, "a", body))
        t.note(
            "a list of operations",
            caught(
                pools.patch_cluster_custom_object,
                *PLACE,
                "a",
                [{"op": "remove", "path": "/metadata/labels"}],
            ),
        )
        t.note("stale", caught(pools.replace_cluster_custom_object, *PLACE, "a", pool))
        t.note(
            "status",
            caught(
                pools.patch_cluster_custom_object_status,
                *PLACE,
                "a",
                {"status": {"usage": {"total": 1, "used": 0}}},
            ),
        )
        options = client.V1DeleteOptions(preconditions=client.V1Preconditions(uid="other"))
        t.note(
            "not this one", caught(pools.delete_cluster_custom_object, *PLACE, "a", body=options)
        )
        t.note("deleted", caught(pools.delete_cluster_custom_object, *PLACE, "a"))
        t.note("gone", caught(pools.delete_cluster_custom_object, *PLACE, "a"))


@probe("python")
def python_watches(t: Transcript) -> None:
    start = t.quietly("GET", "/apis/crd.antrea.io/v1beta1/externalippools").body["metadata"][
        "resourceVersion"
    ]
    t.given("a", "10.0.0.0/24")
    t.quietly("DELETE", "/apis/crd.antrea.io/v1beta1/externalippools/a")
    with t.python() as api:
        pools = client.CustomObjectsApi(api)
        stream = watch.Watch().stream(
            pools.list_cluster_custom_object, *PLACE, resource_version=start, timeout_seconds=1
        )
        t.note("events", [[each["type"], each["object"]["metadata"]["name"]] for each in stream])
        old = watch.Watch().stream(
            pools.list_cluster_custom_object, *PLACE, resource_version="1", timeout_seconds=1
        )
        t.note("too old", caught(_exhausted, old))


def _exhausted(stream: Any) -> Any:
    try:
        return [each["type"] for each in stream]
    except kubernetes.client.ApiException as error:
        return {"status": error.status, "reason": error.reason}


@probe("python")
def python_reads_other_kinds(t: Transcript) -> None:
    with t.python() as api:
        core, extensions = client.CoreV1Api(api), client.ApiextensionsV1Api(api)
        t.note("nodes", [each.metadata.name for each in core.list_node().items])
        body = {"metadata": {"name": "n", "labels": {"a": "b"}}, "apiVersion": "v1", "kind": "Node"}
        t.note("a node", core.create_node(body).metadata.labels)
        t.note("nodes", [each.metadata.name for each in core.list_node().items])
        t.note(
            "services",
            [
                each.metadata.name
                for each in core.list_service_for_all_namespaces(
                    label_selector="component!=apiserver"
                ).items
            ],
        )
        crd = extensions.read_custom_resource_definition("externalippools.crd.antrea.io")
        t.note(
            "the definition",
            [
                crd.metadata.name,
                crd.spec.scope,
                [each.name for each in crd.spec.versions],
                sorted(each.type for each in crd.status.conditions),
            ],
        )
        release = client.VersionApi(api).get_code().git_version
        t.note("the version", release.partition("+")[0])
        spec = client.V1SelfSubjectAccessReviewSpec(
            resource_attributes=client.V1ResourceAttributes(
                group="crd.antrea.io", resource="externalippools", verb="create"
            )
        )
        review = client.AuthorizationV1Api(api).create_self_subject_access_review(
            client.V1SelfSubjectAccessReview(spec=spec)
        )
        t.note("allowed", review.status.allowed)
