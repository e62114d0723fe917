"""Reading and replacing pools: revisions, generations, and immutable fields."""

from copy import deepcopy
from typing import Any

from tests.builders import pool_object, range_object
from tests.parity.registry import probe
from tests.parity.transcript import POOLS, Transcript

OTHER_UID = "0c5a9d8e-0000-4000-8000-000000000000"


def changed(pool: Any, **metadata: Any) -> Any:
    """A copy with other metadata; ``None`` takes a field away."""
    copy = deepcopy(pool)
    for key, value in metadata.items():
        copy["metadata"][key] = value
        if value is None:
            del copy["metadata"][key]
    return copy


def without_revision(body: Any) -> Any:
    """A pool after a write of which only the managed fields of a real server tell."""
    return changed(body, resourceVersion=None)


@probe()
def a_missing_pool_is_not_found(t: Transcript) -> None:
    t.get("missing")
    t.get("No_name")


@probe()
def a_deleted_pool_is_not_found(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.quietly("DELETE", f"{POOLS}/a")
    t.get("a")


@probe()
def a_get_takes_a_revision(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    revision = pool["metadata"]["resourceVersion"]
    for word in ("0", "1", revision, "abc", "-1"):
        t.get("a", query={"resourceVersion": word})
    t.get("a", query={"resourceVersion": revision, "resourceVersionMatch": "Exact"})
    t.get("missing", query={"resourceVersion": "0"})


@probe("slow")
def a_get_of_a_future_revision_times_out(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    future = str(int(pool["metadata"]["resourceVersion"]) + 100_000)
    t.get("a", query={"resourceVersion": future})


@probe()
def a_put_replaces_the_spec(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    pool["spec"]["ipRanges"].append(range_object("10.1.0.0/24"))
    pool["spec"]["nodeSelector"] = {"matchLabels": {"a": "b"}}
    t.put("a", pool)
    t.get("a")


@probe()
def a_put_without_a_revision_is_refused(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    t.put("a", changed(pool, resourceVersion=None))
    t.put("a", changed(pool, resourceVersion=""))
    t.put("a", changed(pool, resourceVersion="0"))
    t.put("a", pool_object("a", "10.0.0.0/24"))


@probe()
def a_stale_put_conflicts(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    t.patch("a", {"metadata": {"labels": {"x": "y"}}})
    t.put("a", pool)
    t.put("a", changed(pool, resourceVersion="1"))
    t.put("a", changed(pool, resourceVersion="99999999"))
    t.put("a", changed(pool, resourceVersion="abc"))
    t.put("a", changed(pool, resourceVersion=7))
    t.get("a")


@probe()
def a_put_under_another_name_is_refused(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    t.put("a", changed(pool, name="b"))
    t.put("b", pool)
    t.put("a", changed(pool, name=None))
    t.put("a", changed(pool, namespace="default"))


@probe()
def a_put_of_another_uid_conflicts(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    t.put("a", changed(pool, uid=OTHER_UID))
    t.put("a", changed(pool, uid="nonsense"))
    t.put("a", changed(pool, uid=None))
    t.put("a", changed(pool, uid=""))


@probe()
def a_put_of_a_missing_pool_is_refused(t: Transcript) -> None:
    t.put("a", pool_object("a", "10.0.0.0/24"))
    t.put("a", changed(pool_object("a", "10.0.0.0/24"), resourceVersion="1"))
    t.put("a", changed(pool_object("a", "10.0.0.0/24"), uid=OTHER_UID))
    t.put("a", changed(pool_object("a", "10.0.0.0/24"), resourceVersion="1", uid=OTHER_UID))
    t.list()


@probe()
def a_put_of_a_recreated_pool_conflicts(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    t.quietly("DELETE", f"{POOLS}/a")
    t.given("a", "10.0.0.0/24")
    t.put("a", pool)
    t.put("a", changed(pool, resourceVersion=None))
    now = t.quietly("GET", f"{POOLS}/a").body["metadata"]["resourceVersion"]
    t.put("a", changed(pool, resourceVersion=now))


@probe()
def a_put_that_changes_nothing_has_no_new_revision(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    first = t.put("a", pool).body
    second = t.put("a", changed(pool, managedFields=None)).body
    t.note(
        "same revisions",
        [
            each["metadata"]["resourceVersion"] == pool["metadata"]["resourceVersion"]
            for each in (first, second)
        ],
    )
    t.put("a", changed(pool, generation=9, creationTimestamp="2001-01-01T00:00:00Z", selfLink="/x"))


@probe()
def the_generation_grows_with_the_spec_only(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    pool = t.put("a", changed(pool, labels={"x": "y"})).body
    pool = t.put("a", changed(pool, annotations={"x": "y"}, finalizers=["x.io/y"])).body
    pool["spec"]["nodeSelector"] = {"matchLabels": {"a": "b"}}
    pool = t.put("a", pool).body
    pool["metadata"]["labels"] = {}
    t.put("a", pool)


@probe()
def a_put_removes_what_it_does_not_name(t: Transcript) -> None:
    pool = pool_object("a", "10.0.0.0/24", subnetInfo={"gateway": "10.0.0.1", "prefixLength": 24})
    pool["metadata"] |= {"labels": {"x": "y"}, "annotations": {"x": "y"}, "finalizers": ["x.io/y"]}
    pool = t.quietly("POST", POOLS, pool).body
    t.backend.settle()
    revision = pool["metadata"]["resourceVersion"]
    t.put("a", changed(pool_object("a", "10.0.0.0/24"), resourceVersion=revision))


@probe()
def a_put_is_validated(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    t.put("a", pool | {"spec": {"ipRanges": [{"cidr": "x"}]}})
    t.put("a", changed(pool, labels={"-": "-"}))
    t.put("a", pool | {"kind": "Egress"})
    t.put("a", pool | {"apiVersion": "apps/v1"})
    t.put("a", "{")
    t.put("a", "")
    t.put("a", changed(pool, generateName="other-"))


@probe()
def a_put_warns_of_unknown_fields(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    pool["spec"]["color"] = "red"
    t.put("a", pool)
    t.put("a", pool, query={"fieldValidation": "Strict"})


@probe()
def a_dry_put_changes_nothing(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    t.put("a", changed(pool, labels={"x": "y"}), query={"dryRun": "All"})
    pool["spec"]["nodeSelector"] = {"matchLabels": {"a": "b"}}
    t.put("a", pool, query={"dryRun": "All"})
    t.get("a")


@probe()
def revisions_grow_with_every_change(t: Transcript) -> None:
    found = [int(t.given("a", "10.0.0.0/24")["metadata"]["resourceVersion"])]
    for value in "xyz":
        answer = t.quietly("PATCH", f"{POOLS}/a", {"metadata": {"labels": {"x": value}}})
        found.append(int(answer.body["metadata"]["resourceVersion"]))
    listed = int(t.quietly("GET", POOLS).body["metadata"]["resourceVersion"])
    t.note("they grow", found == sorted(set(found)))
    t.note("a list is not older than its objects", listed >= found[-1])
