"""Deleting pools, one or many, with preconditions and with finalizers."""

from typing import Any

from tests.builders import pool_object
from tests.parity.probes.updates import OTHER_UID, changed
from tests.parity.registry import probe
from tests.parity.transcript import POOLS, Transcript, listing

HOLD = "x.io/hold"


def options(**fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "DeleteOptions", **fields}


def held(t: Transcript, name: str = "a", *finalizers: str) -> Any:
    pool = pool_object(name, "10.0.0.0/24")
    pool["metadata"]["finalizers"] = list(finalizers or [HOLD])
    found = t.quietly("POST", POOLS, pool).body
    t.backend.settle()
    return found


@probe()
def a_deletion_answers_with_a_status(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.delete("a")
    t.get("a")
    t.delete("a")


@probe()
def a_missing_pool_is_not_deleted(t: Transcript) -> None:
    t.delete("missing")
    t.delete("missing", options(preconditions={"uid": OTHER_UID}))
    t.delete("missing", query={"dryRun": "All"})


@probe()
def a_deletion_may_demand_a_uid(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    t.delete("a", options(preconditions={"uid": OTHER_UID}))
    t.delete("a", options(preconditions={"uid": "nonsense"}))
    t.delete("a", options(preconditions={"uid": pool["metadata"]["uid"]}))


@probe()
def a_deletion_may_demand_a_revision(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    t.patch("a", {"metadata": {"labels": {"x": "y"}}})
    old, now = pool["metadata"], t.quietly("GET", f"{POOLS}/a").body["metadata"]
    t.delete("a", options(preconditions={"resourceVersion": old["resourceVersion"]}))
    t.delete("a", options(preconditions={"resourceVersion": "abc"}))
    t.delete("a", options(preconditions={"uid": OTHER_UID, "resourceVersion": "1"}))
    both = {"uid": now["uid"], "resourceVersion": now["resourceVersion"]}
    t.delete("a", options(preconditions=both), query={"dryRun": "All"})
    t.delete("a", options(preconditions=both))


@probe()
def empty_preconditions_demand_nothing(t: Transcript) -> None:
    for number, preconditions in enumerate(({}, {"uid": None})):
        t.given(f"p{number}")
        t.delete(f"p{number}", options(preconditions=preconditions))
    t.given("a")
    t.delete("a", options(preconditions={"uid": ""}))


@probe()
def a_uid_outlives_no_deletion(t: Transcript) -> None:
    first = t.given("a", "10.0.0.0/24")
    t.delete("a")
    second = t.create("a", "10.0.0.0/24").body
    t.note("another uid", first["metadata"]["uid"] != second["metadata"]["uid"])
    t.delete("a", options(preconditions={"uid": first["metadata"]["uid"]}))


@probe()
def options_have_a_kind_or_none(t: Transcript) -> None:
    for number, body in enumerate(
        (
            {},
            {"kind": "DeleteOptions"},
            {"apiVersion": "v1"},
            {"kind": "DeleteOptions", "apiVersion": "crd.antrea.io/v1beta1"},
            {"kind": "DeleteOptions", "apiVersion": "meta.k8s.io/v1"},
            {"kind": "DeleteOptions", "apiVersion": "other.io/v1"},
        )
    ):
        t.given(f"p{number}")
        t.delete(f"p{number}", body)


@probe()
def options_are_read_as_json(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for body in ("{", "[]", '"x"', "3", '{"preconditions": 3}', '{"gracePeriodSeconds": "x"}'):
        t.delete("a", body)
    t.delete("a", '{"kind": "DeleteOptions", "apiVersion": "v1", "nonsense": 1}')


@probe()
def an_empty_body_is_no_options(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.delete("a", "")


@probe()
def options_of_another_type_are_refused(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.delete("a", "{}", content_type="text/plain")


@probe()
def a_grace_period_is_ignored(t: Transcript) -> None:
    for number, seconds in enumerate((0, 1, 30, -1)):
        t.given(f"p{number}")
        t.delete(f"p{number}", options(gracePeriodSeconds=seconds))
        t.get(f"p{number}")


@probe()
def a_dry_deletion_deletes_nothing(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.delete("a", query={"dryRun": "All"})
    t.delete("a", options(dryRun=["All"]))
    t.get("a")


@probe()
def parameters_and_options_are_not_mixed(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.delete("a", options(), query={"dryRun": "All"})
    t.get("a")


@probe()
def a_finalizer_keeps_a_pool(t: Transcript) -> None:
    held(t)
    t.delete("a")
    t.get("a")
    t.delete("a")
    t.delete("a", query={"dryRun": "All"})
    t.patch("a", {"metadata": {"finalizers": None}})
    t.get("a")


@probe()
def a_terminating_pool_may_change(t: Transcript) -> None:
    held(t)
    t.quietly("DELETE", f"{POOLS}/a")
    t.patch("a", {"metadata": {"labels": {"x": "y"}}})
    t.patch("a", {"spec": {"nodeSelector": {"matchLabels": {"a": "b"}}}})
    t.patch("a", {"metadata": {"deletionTimestamp": None}})
    t.put("a", changed(t.quietly("GET", f"{POOLS}/a").body, deletionTimestamp=None))
    t.ask("PATCH", f"{POOLS}/a/status", {"status": {"usage": {"total": 1, "used": 0}}})


@probe()
def a_terminating_pool_takes_no_new_finalizer(t: Transcript) -> None:
    held(t)
    t.quietly("DELETE", f"{POOLS}/a")
    t.patch("a", {"metadata": {"finalizers": [HOLD, "x.io/other"]}})
    t.patch("a", {"metadata": {"finalizers": ["x.io/other"]}})


@probe()
def finalizers_go_one_by_one(t: Transcript) -> None:
    held(t, "a", HOLD, "x.io/other")
    t.quietly("DELETE", f"{POOLS}/a")
    t.patch("a", [{"op": "remove", "path": "/metadata/finalizers/0"}])
    pool = t.patch("a", {"metadata": {"finalizers": []}}, query={"dryRun": "All"}).body
    t.get("a")
    t.put("a", changed(pool, finalizers=[]))
    t.get("a")


@probe()
def a_finalizer_may_go_before_the_deletion(t: Transcript) -> None:
    held(t)
    t.patch("a", {"metadata": {"finalizers": None}})
    t.delete("a")
    t.get("a")


@probe()
def a_held_pool_has_preconditions_too(t: Transcript) -> None:
    pool = held(t)
    t.delete("a", options(preconditions={"uid": OTHER_UID}))
    t.delete("a", options(preconditions={"uid": pool["metadata"]["uid"]}), query={})
    t.delete("a", options(preconditions={"resourceVersion": pool["metadata"]["resourceVersion"]}))


@probe()
def the_watch_of_a_held_pool_tells_both_steps(t: Transcript) -> None:
    pool = held(t)
    t.quietly("DELETE", f"{POOLS}/a")
    t.quietly("PATCH", f"{POOLS}/a", {"metadata": {"finalizers": None}})
    query = {"resourceVersion": pool["metadata"]["resourceVersion"]}
    t.watch(query, count=2, keep=lambda event: event)


@probe()
def a_collection_is_deleted(t: Transcript) -> None:
    t.given_pools("a", "b", "c")
    t.ask("DELETE", POOLS)
    t.list()
    t.ask("DELETE", POOLS)


@probe()
def a_part_of_a_collection_is_deleted(t: Transcript) -> None:
    t.given_pools("a", "b", "c", a={"x": "y"}, c={"x": "y"})
    t.ask("DELETE", POOLS, query={"labelSelector": "x=y", "dryRun": "All"}, keep=listing)
    t.ask("DELETE", POOLS, query={"labelSelector": "x=y"}, keep=listing)
    t.list()
    t.ask("DELETE", POOLS, query={"fieldSelector": "metadata.name=b"}, keep=listing)
    t.list()


@probe()
def a_collection_with_a_held_pool_keeps_it(t: Transcript) -> None:
    held(t)
    t.given("b", "10.1.0.0/24")
    t.ask("DELETE", POOLS)
    t.list()


@probe()
def a_collection_is_deleted_with_options(t: Transcript) -> None:
    t.given_pools("a", "b")
    t.ask("DELETE", POOLS, options(preconditions={"uid": OTHER_UID}))
    t.ask("DELETE", POOLS, query={"labelSelector": "=="})
    t.ask("DELETE", POOLS, query={"limit": "1"}, keep=listing)
    t.list()


@probe()
def options_of_a_collection_are_read_even_if_it_is_empty(t: Transcript) -> None:
    t.ask("DELETE", POOLS, {"dryRun": [1]})
    t.ask("DELETE", POOLS, {"preconditions": {"uid": "x"}}, keep=listing)
