"""Lists: pages, selectors, and the revisions that they can be asked at."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.parity.probes.stores import NODES, SERVICES, ours, service
from tests.parity.registry import probe
from tests.parity.transcript import POOLS, Transcript

FIVE = ("a", "b", "c", "d", "e")


def revision(t: Transcript) -> str:
    found: str = t.quietly("GET", POOLS).body["metadata"]["resourceVersion"]
    return found


def exact(text: str) -> dict[str, str]:
    return {"resourceVersion": text, "resourceVersionMatch": "Exact"}


def not_older(text: str) -> dict[str, str]:
    return {"resourceVersion": text, "resourceVersionMatch": "NotOlderThan"}


def token(answer: Any) -> str:
    found: str = answer.body["metadata"].get("continue", "")
    return found


@probe()
def an_empty_list_has_a_kind_and_a_revision(t: Transcript) -> None:
    answer = t.list()
    t.note("the revision is a number", answer.body["metadata"]["resourceVersion"].isdigit())


@probe()
def a_list_holds_whole_objects_in_the_order_of_names(t: Transcript) -> None:
    t.given_pools("b", "a", "a-b", "a.b", "a0")
    t.list()
    t.given("z")
    t.ask("GET", POOLS, query={"fieldSelector": "metadata.name=z"})


@probe()
def a_list_is_paged(t: Transcript) -> None:
    t.given_pools(*FIVE)
    first = t.list(limit="2")
    second = t.list(limit="2", **{"continue": token(first)})
    t.list(limit="2", **{"continue": token(second)})
    t.list(**{"continue": token(first)})
    t.list(limit="1", **{"continue": token(first)})
    t.note(
        "all pages are of one revision",
        first.body["metadata"]["resourceVersion"] == second.body["metadata"]["resourceVersion"],
    )
    t.note(
        "continue is empty, not missing, in a list without pages",
        "continue" in t.quietly("GET", POOLS).body["metadata"],
    )


@probe()
def a_page_knows_nothing_of_later_changes(t: Transcript) -> None:
    t.given_pools(*FIVE)
    first = t.list(limit="2")
    t.quietly("DELETE", f"{POOLS}/d")
    t.given("cc")
    t.list(limit="9", **{"continue": token(first)})
    t.list()


@probe()
def a_limit_is_a_number(t: Transcript) -> None:
    t.given_pools("a", "b", "c")
    for word in ("0", "3", "100", "-1", "x", "", "1.5"):
        t.list(limit=word)


@probe()
def a_page_with_a_selector_does_not_count_the_rest(t: Transcript) -> None:
    t.given_pools(*FIVE, a={"x": "y"}, c={"x": "y"}, e={"x": "y"})
    first = t.list(limit="2", labelSelector="x=y")
    t.list(limit="2", labelSelector="x=y", **{"continue": token(first)})
    t.list(limit="1", fieldSelector="metadata.name=c")
    t.list(limit="1", fieldSelector="metadata.name!=a")


@probe()
def a_token_must_be_one(t: Transcript) -> None:
    t.given_pools("a", "b")
    for word in ("nonsense", "eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ", "e30", "!!!"):
        t.list(**{"continue": word})
        t.list(limit="1", **{"continue": word})


@probe()
def labels_select(t: Transcript) -> None:
    t.given_pools("a", "b", "c", "d", a={"x": "1", "y": "1"}, b={"x": "2"}, c={"y": ""}, d={})
    for selector in (
        "x=1",
        "x==1",
        "x!=1",
        "x in (1,2)",
        "x in (1, 3),y",
        "x notin (1)",
        "x",
        "!x",
        "x=1,y=1",
        "x=1,y!=1",
        "y=",
        "y in ()",
        "y in (,1)",
        "",
        " x = 1 ",
        "x,",
        "nobody/has=it",
    ):
        t.list(labelSelector=selector)


@probe()
def a_label_selector_has_a_syntax(t: Transcript) -> None:
    for selector in (
        "==",
        "x=1=2",
        "x in",
        "x in (",
        "(x)",
        "x y",
        "!x=1",
        "x>a",
        "x~1",
        "x=1,,y=2",
        "x in 1",
        "x notin",
        "=1",
        "x=1 2",
        "!",
    ):
        t.list(labelSelector=selector)


@probe()
def fields_select(t: Transcript) -> None:
    t.given_pools("a", "b", "c")
    for selector in (
        "metadata.name=a",
        "metadata.name==a",
        "metadata.name!=a",
        "metadata.name=missing",
        "metadata.name=a,metadata.name=b",
        "metadata.name!=a,metadata.name!=b",
        "",
        "metadata.namespace=default",
        "metadata.namespace=",
        "metadata.name=",
    ):
        t.list(fieldSelector=selector)
    t.list(fieldSelector="metadata.name=a", labelSelector="!x")


@probe()
def a_field_must_be_supported(t: Transcript) -> None:
    for selector in (
        "spec.x=1",
        "metadata.uid=x",
        "name=a",
        "nonsense",
        "metadata.name",
        "=a",
        "metadata.name>a",
        "status.usage.total=1",
        "metadata.labels.x=y",
        "metadata.name in (a)",
    ):
        t.list(fieldSelector=selector)


@probe()
def a_list_may_come_from_the_cache(t: Transcript) -> None:
    t.given_pools("a", "b", "c")
    now = revision(t)
    t.list(**not_older(now))
    for query in (
        {"resourceVersion": "0"},
        not_older("0"),
        {"resourceVersion": now},
        not_older("1"),
        {"resourceVersion": "1"},
    ):
        t.list(**query)


@probe()
def a_page_may_come_from_the_cache(t: Transcript) -> None:
    t.given_pools("a", "b", "c")
    now = revision(t)
    t.list(**not_older(now))
    for query in ({"resourceVersion": "0"}, {"resourceVersion": now}, not_older(now), exact(now)):
        first = t.list(limit="2", **query)
        if token(first):
            t.list(limit="2", **{"continue": token(first)})


@probe()
def a_list_shows_a_past_revision(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    past = revision(t)
    t.given("b", "10.1.0.0/24")
    t.quietly("PATCH", f"{POOLS}/a", {"metadata": {"labels": {"x": "y"}}})
    present = revision(t)
    t.quietly("DELETE", f"{POOLS}/b")
    for query in (exact(past), exact(present), exact(revision(t))):
        answer = t.list(**query)
        t.note(
            "the list has the revision that was asked for",
            answer.body["metadata"]["resourceVersion"] == query["resourceVersion"],
        )
    t.list(labelSelector="x=y", **exact(past))
    t.list(labelSelector="x=y", **exact(present))
    t.list(fieldSelector="metadata.name=b", **exact(present))
    first = t.list(limit="1", **exact(present))
    second = t.list(limit="1", **{"continue": token(first)})
    t.note("pages keep the revision", second.body["metadata"]["resourceVersion"] == present)


@probe()
def a_limit_with_an_old_revision_is_exact(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    past = revision(t)
    t.given("b", "10.1.0.0/24")
    t.list(limit="5", resourceVersion=past)
    t.list(resourceVersion=past)


@probe()
def a_match_needs_a_revision(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for word in ("Exact", "NotOlderThan"):
        t.list(resourceVersionMatch=word)
    t.list(**exact("0"))
    t.list(resourceVersion="", resourceVersionMatch="Exact")


@probe()
def a_revision_is_a_number(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for word in ("abc", "-1", "1.5", " 1"):
        t.list(resourceVersion=word)
        t.list(**exact(word))


@probe("slow")
def an_exact_revision_of_the_future_times_out(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    future = str(int(revision(t)) + 100_000)
    began = time.monotonic()
    queries = (exact(future), not_older(future), {"resourceVersion": future})
    with ThreadPoolExecutor(len(queries)) as pool:
        answers = list(pool.map(lambda query: t.quietly("GET", POOLS, query=query), queries))
    t.note("after about three seconds", 2.5 < time.monotonic() - began < 30)
    for answer in answers:
        t.note("what is told", [answer.status, answer.headers, answer.body])


@probe("slow")
def an_exact_revision_is_forgotten(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    past = revision(t)
    t.given("b", "10.1.0.0/24")
    t.backend.compact()
    t.list(**exact(past))
    t.list(**exact("1"))
    t.list(**not_older(past))
    t.list(resourceVersion=past)
    t.list(limit="1", resourceVersion=past)
    t.list(**exact(revision(t)))


@probe()
def keys_and_values_of_selectors_have_limits(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for selector in ("k" * 63, "k" * 64, f"x={'y' * 64}", "X.io/y", "x.io/y", "a..b/c", "x=-y"):
        t.list(labelSelector=selector)


@probe()
def a_token_is_read_before_a_revision(t: Transcript) -> None:
    for revision in ("-1", "1", "0"):
        t.list(resourceVersion=revision, **{"continue": "x"})


@probe()
def values_of_sets_are_checked(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for selector in ("x in (-)", "x in (a,-b)", f"x notin ({'y' * 64})", "x in (a,)"):
        t.list(labelSelector=selector)


@probe()
def built_in_kinds_are_selected_by_more_fields(t: Transcript) -> None:
    spec: Any
    t.quietly("POST", SERVICES, service("balanced"))
    for name, spec in (
        ("plain", {}),
        ("typed", {"type": "ClusterIP"}),
        ("b", {"clusterIP": "None"}),
    ):
        t.quietly("POST", SERVICES, service(name) | {"spec": {"ports": [{"port": 80}], **spec}})
    for name, spec in (("open", {}), ("closed", {"unschedulable": True}), ("o", {"podCIDR": ""})):
        t.quietly("POST", NODES, {"metadata": {"name": name}, "spec": spec})
    for path, fields in (
        (SERVICES, ("type=ClusterIP", "type!=ClusterIP", "type=", "type==LoadBalancer")),
        (SERVICES, ("clusterIP=None", "clusterIP!=None", "ports=1", "type=x,metadata.name=plain")),
        (NODES, ("unschedulable=true", "unschedulable=false", "unschedulable!=true")),
        (NODES, ("unschedulable=", "unschedulable=True", "podCIDR=", "type=ClusterIP")),
    ):
        for field in fields:
            t.ask("GET", path, query={"fieldSelector": f"spec.{field}"}, keep=ours)
    for field in ("=Active", "!=Active", "="):
        query = {"fieldSelector": f"status.phase{field},metadata.name!=kube-public"}
        t.ask("GET", "/api/v1/namespaces", query=query, keep=_has_default)
    t.ask("GET", NODES, query={"fieldSelector": "status.phase=x"})


def _has_default(body: Any) -> Any:
    return "default" in [each["metadata"]["name"] for each in body["items"]]
