"""kubectl's output for the answers of the server."""

import json
from functools import partial
from typing import Any

from tests.builders import pool_object
from tests.parity.probes.stores import NODES, SERVICES, node, service
from tests.parity.registry import probe
from tests.parity.transcript import POOLS, Transcript, printed

NEW = pool_object("a", "10.0.0.0/24")


def manifest(pool: Any = NEW, **labels: str) -> str:
    metadata = pool["metadata"] | ({"labels": labels} if labels else {})
    return json.dumps(pool | {"metadata": metadata})


def told(text: str, words: tuple[str, ...]) -> list[str]:
    """The lines with one of these words."""
    return [line for line in printed(text) if any(word in line for word in words)]


@probe("kubectl")
def kubectl_gets_pools(t: Transcript) -> None:
    t.kubectl("get", "eip")
    t.given("a", "10.0.0.0/24")
    t.given("b", "10.1.0.0/24")
    t.quietly("PATCH", f"{POOLS}/b/status", {"status": {"usage": {"total": 254, "used": 3}}})
    t.kubectl("get", "eip")
    t.kubectl("get", "externalippools", "-o", "wide")
    t.kubectl("get", "eip", "-o", "name")
    t.kubectl("get", "externalippool/a", "-o", "jsonpath={.spec.ipRanges[0].cidr}")
    t.kubectl("get", "eip", "a", "missing")


@probe("kubectl")
def kubectl_selects_pools(t: Transcript) -> None:
    t.given_pools("a", "b", a={"x": "y"})
    t.kubectl("get", "eip", "-l", "x=y")
    t.kubectl("get", "eip", "-l", "x=n")
    t.kubectl("get", "eip", "-l", "==")
    t.kubectl("get", "eip", "--field-selector", "metadata.name=b")
    t.kubectl("get", "eip", "--chunk-size=1", "--show-labels")
    t.kubectl(
        "get",
        "eip",
        "--sort-by=.metadata.name",
        "-o",
        "custom-columns=N:.metadata.name,C:.spec.ipRanges[*].cidr",
    )
    t.kubectl("get", "nonsense")


@probe("kubectl")
def kubectl_gets_json(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    done = t.backend.kubectl("get", "eip", "-o", "json")
    t.note("the list", json.loads(done.stdout))
    done = t.backend.kubectl("get", "eip", "a", "-o", "json")
    t.note("the pool", json.loads(done.stdout))


@probe("kubectl")
def kubectl_creates_pools(t: Transcript) -> None:
    t.kubectl("create", "-f", "-", input=manifest())
    t.kubectl("create", "-f", "-", input=manifest())
    t.backend.settle()
    t.kubectl("create", "-f", "-", input=manifest(pool_object("b", "10.0.0.0/25")))
    t.kubectl(
        "create", "-f", "-", "--dry-run=server", input=manifest(pool_object("b", "10.1.0.0/25"))
    )
    t.kubectl(
        "create",
        "-f",
        "-",
        "--dry-run=server",
        "-o",
        "name",
        input=manifest(pool_object("b", "10.0.0.0/25")),
    )


@probe("kubectl")
def kubectl_creates_no_invalid_pools(t: Transcript) -> None:
    t.kubectl("create", "-f", "-", input=manifest(pool_object("a", color="red")))
    t.kubectl("create", "-f", "-", "--validate=warn", input=manifest(pool_object("a", color="red")))
    t.kubectl(
        "create", "-f", "-", "--validate=ignore", input=manifest(pool_object("b", color="red"))
    )
    t.kubectl("create", "-f", "-", input=manifest(pool_object("c", "nonsense/1", "10.0.0.1-x")))
    t.kubectl("create", "-f", "-", input=manifest(pool_object("Bad_name")))
    t.kubectl("create", "-f", "-", input=manifest(pool_object("a", version="v1alpha2")))


@probe("kubectl")
def kubectl_applies_pools(t: Transcript) -> None:
    t.kubectl("apply", "-f", "-", input=manifest())
    t.kubectl("apply", "-f", "-", input=manifest())
    t.kubectl("apply", "-f", "-", input=manifest(x="y"))
    t.get("a", keep=lambda body: [body["metadata"]["labels"], body["metadata"]["annotations"]])
    t.kubectl("apply", "-f", "-", input=manifest(pool_object("a", "10.0.0.0/24", "10.1.0.0/24")))
    t.get("a", keep=lambda body: [body["metadata"].get("labels"), body["spec"]])
    t.kubectl("apply", "-f", "-", input=manifest(pool_object("a", "10.2.0.0/24")))


@probe("kubectl")
def kubectl_applies_to_what_was_created(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.kubectl("apply", "-f", "-", input=manifest())


@probe("kubectl")
def kubectl_applies_without_doing_it(t: Transcript) -> None:
    t.kubectl("apply", "--dry-run=server", "-f", "-", input=manifest())
    t.kubectl("get", "eip")
    t.given("b", "10.0.0.0/24")
    t.kubectl("apply", "--dry-run=server", "-f", "-", input=manifest())
    t.kubectl("apply", "--dry-run=client", "-f", "-", input=manifest())


@probe("kubectl")
def kubectl_applies_on_the_server_side(t: Transcript) -> None:
    t.kubectl("apply", "--server-side", "-f", "-", input=manifest())
    t.kubectl("apply", "--server-side", "-f", "-", input=manifest())


@probe("kubectl")
def kubectl_shows_differences(t: Transcript) -> None:
    t.backend.kubectl("apply", "-f", "-", input=manifest())
    t.kubectl("diff", "-f", "-", input=manifest())
    t.kubectl("diff", "-f", "-", input=manifest(x="y"), keep=_changes)
    t.kubectl(
        "diff",
        "-f",
        "-",
        input=manifest(pool_object("a", "10.0.0.0/24", "10.1.0.0/24")),
        keep=_changes,
    )
    t.kubectl("diff", "-f", "-", input=manifest(pool_object("b", "10.3.0.0/24")), keep=_changes)


def _changes(text: str) -> list[str]:
    return [
        line
        for line in text.splitlines()
        if line[:1] in "+-"
        and line[:3] not in ("+++", "---")
        and "uid" not in line
        and "{" not in line
    ]


@probe("kubectl")
def kubectl_labels_and_annotates(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.kubectl("label", "eip", "a", "x=y")
    t.kubectl("label", "eip", "a", "x=z")
    t.kubectl("label", "eip", "a", "x=z", "--overwrite")
    t.kubectl("label", "eip", "a", "x-")
    t.kubectl("annotate", "eip", "a", "x=y")
    t.kubectl("annotate", "eip", "missing", "x=y")
    t.get("a")


@probe("kubectl")
def kubectl_patches(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.kubectl("patch", "eip", "a", "--type=merge", "-p", '{"metadata": {"labels": {"x": "y"}}}')
    t.kubectl("patch", "eip", "a", "--type=merge", "-p", '{"metadata": {"labels": {"x": "y"}}}')
    t.kubectl(
        "patch", "eip", "a", "--type=json", "-p", '[{"op": "remove", "path": "/metadata/labels"}]'
    )
    t.kubectl(
        "patch", "eip", "a", "--type=json", "-p", '[{"op": "test", "path": "/x", "value": 1}]'
    )
    t.kubectl("patch", "eip", "a", "-p", '{"metadata": {"labels": {"x": "y"}}}')
    t.kubectl("patch", "eip", "a", "--type=merge", "-p", '{"spec": {"ipRanges": []}}')
    t.kubectl(
        "patch",
        "eip",
        "a",
        "--type=merge",
        "--subresource=status",
        "-p",
        '{"status": {"usage": {"total": 1, "used": 0}}}',
    )


@probe("kubectl")
def kubectl_replaces(t: Transcript) -> None:
    t.kubectl("replace", "-f", "-", input=manifest())
    t.given("a", "10.0.0.0/24")
    t.kubectl("replace", "-f", "-", input=manifest(x="y"))
    stale = pool_object("a", "10.0.0.0/24")
    stale["metadata"]["resourceVersion"] = "1"
    t.kubectl("replace", "-f", "-", input=json.dumps(stale))


@probe("kubectl")
def kubectl_deletes(t: Transcript) -> None:
    t.given_pools("a", "b", "c")
    t.kubectl("delete", "eip", "a")
    t.kubectl("delete", "eip", "a")
    t.kubectl("delete", "eip", "a", "--ignore-not-found")
    t.kubectl("delete", "-f", "-", "--wait=false", input=manifest(pool_object("b")))
    t.kubectl("delete", "eip", "--all", "--dry-run=server")
    t.kubectl("delete", "eip", "--all")
    t.kubectl("delete", "eip", "--all")


@probe("kubectl", "slow")
def kubectl_waits_for_a_held_pool(t: Transcript) -> None:
    pool = pool_object("a", "10.0.0.0/24")
    pool["metadata"]["finalizers"] = ["x.io/hold"]
    t.quietly("POST", POOLS, pool)
    t.kubectl("delete", "eip", "a", "--timeout=1s")
    t.kubectl("wait", "eip/a", "--for=delete", "--timeout=1s")
    t.backend.settle()
    t.quietly("PATCH", f"{POOLS}/a", {"metadata": {"finalizers": None}})
    t.kubectl("wait", "eip/a", "--for=delete", "--timeout=1s")


@probe("kubectl", "slow")
def kubectl_waits_for_a_status(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.kubectl("wait", "eip/a", "--for=jsonpath={.status.usage.total}=254", "--timeout=1s")
    t.backend.count_addresses()
    t.kubectl("wait", "eip/a", "--for=jsonpath={.status.usage.total}=254", "--timeout=10s")
    t.kubectl("wait", "eip/a", "--for=condition=Ready", "--timeout=1s")
    t.kubectl("wait", "eip/missing", "--for=create", "--timeout=1s")


@probe("kubectl")
def kubectl_explains(t: Transcript) -> None:
    t.kubectl(
        "explain",
        "eip",
        keep=partial(told, words=("GROUP", "KIND", "VERSION", "spec", "status")),
    )
    t.kubectl("explain", "eip.spec")
    t.kubectl("explain", "eip.spec.ipRanges")
    t.kubectl("explain", "eip.spec.nonsense")


@probe("kubectl")
def kubectl_knows_the_resources(t: Transcript) -> None:
    ours = partial(told, words=("NAME", "egresses", "externalippools"))
    t.kubectl("api-resources", "--api-group=crd.antrea.io", keep=ours)
    t.kubectl("api-resources", "--api-group=crd.antrea.io", "-o", "wide", keep=ours)
    t.kubectl(
        "api-versions",
        keep=lambda text: [
            line
            for line in text.splitlines()
            if line in ("v1", "crd.antrea.io/v1beta1", "apiextensions.k8s.io/v1")
        ],
    )


@probe("kubectl")
def kubectl_asks_what_it_may(t: Transcript) -> None:
    t.kubectl("auth", "can-i", "create", "eip")
    t.kubectl("auth", "can-i", "create", "eip", "--as", "viewer")
    t.kubectl("auth", "can-i", "list", "eip", "--as", "viewer")
    t.kubectl("auth", "can-i", "get", "eip", "--subresource=status", "--as", "viewer")


@probe("kubectl")
def kubectl_is_forbidden_things(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.kubectl("create", "--as", "viewer", "-f", "-", input=manifest())
    t.kubectl("delete", "eip", "a", "--as", "viewer")
    t.kubectl("get", "eip", "--as", "nobody")
    t.kubectl("get", "svc", "-A", "--as", "viewer")
    t.kubectl("get", "eip", "--token", "nonsense")


@probe("kubectl")
def kubectl_reads_paths(t: Transcript) -> None:
    t.kubectl("get", "--raw", "/readyz")
    t.kubectl("get", "--raw", "/foo")
    t.kubectl("get", "--raw", f"{POOLS}/missing")
    t.kubectl("version", keep=_release)


def _release(text: str) -> list[str]:
    return [line.partition("+")[0] for line in told(text, ("Server",))]


@probe("kubectl")
def kubectl_gets_other_kinds(t: Transcript) -> None:
    t.quietly("POST", NODES, node("n", zone="a"))
    t.kubectl("get", "nodes", "-o", "name")
    t.kubectl("get", "egresses")
    t.kubectl("get", "svc", "-A", "-l", "component!=apiserver")
    t.kubectl("get", "ns", "default", "-o", "name")
    t.kubectl("get", "crd", "externalippools.crd.antrea.io", "-o", "name")
    t.kubectl("get", "node", "missing")
    t.kubectl("get", "svc", "missing")


@probe("kubectl", "slow")
def kubectl_watches(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.kubectl("get", "eip", "--watch", "--request-timeout=1s")
    t.kubectl("get", "eip", "a", "--watch", "--request-timeout=1s", "-o", "name")


@probe("kubectl")
def kubectl_is_told_of_a_broken_webhook(t: Transcript) -> None:
    t.backend.fault("500")
    t.kubectl("create", "-f", "-", input=manifest())
    t.kubectl("apply", "-f", "-", input=manifest())


@probe("kubectl")
def kubectl_describes(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.kubectl("describe", "eip", "a")


@probe("kubectl")
def kubectl_gets_all(t: Transcript) -> None:
    t.quietly("POST", SERVICES, service("s"))
    t.kubectl("get", "all", "-o", "name", keep=_without_kubernetes)


def _without_kubernetes(text: str) -> list[str]:
    return [each for each in text.split() if each != "service/kubernetes"]
