"""The status subresource."""

from typing import Any

from tests.parity.probes.updates import OTHER_UID, changed, without_revision
from tests.parity.registry import probe
from tests.parity.transcript import POOLS, Transcript

USAGE = {"usage": {"total": 254, "used": 3}}


@probe()
def a_status_is_read_and_replaced(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    t.ask("GET", f"{POOLS}/a/status")
    t.ask("PUT", f"{POOLS}/a/status", pool | {"status": USAGE})
    t.get("a")
    t.ask("GET", f"{POOLS}/missing/status")


@probe()
def a_status_is_patched(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.ask("PATCH", f"{POOLS}/a/status", {"status": USAGE})
    t.ask(
        "PATCH", f"{POOLS}/a/status", [{"op": "replace", "path": "/status/usage/used", "value": 4}]
    )
    t.ask("PATCH", f"{POOLS}/a/status", {"status": {"usage": {"used": None}}})
    t.ask("PATCH", f"{POOLS}/a/status", {"status": None})
    t.ask("PATCH", f"{POOLS}/missing/status", {"status": USAGE})


@probe()
def a_status_update_changes_only_the_status(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    other = changed(pool, labels={"x": "y"}, annotations={"x": "y"}, finalizers=["x.io/y"])
    other["spec"] = {"ipRanges": [], "nodeSelector": {"matchLabels": {"a": "b"}}}
    t.ask("PUT", f"{POOLS}/a/status", other | {"status": USAGE})
    t.ask(
        "PATCH",
        f"{POOLS}/a/status",
        {"metadata": {"labels": {"x": "y"}}, "spec": {"nodeSelector": {"matchLabels": {"a": "b"}}}},
    )


@probe()
def an_update_does_not_change_the_status(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    pool = t.quietly("PATCH", f"{POOLS}/a/status", {"status": USAGE}).body
    t.put("a", pool | {"status": {"usage": {"total": 1, "used": 1}}})
    del pool["status"]
    t.put("a", pool)
    t.put("a", changed(pool, labels={"x": "y"}))
    nonsense = t.quietly("GET", f"{POOLS}/a").body | {"status": "nonsense"}
    t.put("a", nonsense, keep=without_revision)


def fields(body: Any) -> Any:
    """What a refusal is about; the real server names a field of a status in two ways at once."""
    return [body["reason"], [each["field"] for each in body["details"]["causes"]]]


@probe()
def a_status_is_validated(t: Transcript) -> None:
    status: Any
    pool = t.given("a", "10.0.0.0/24")
    wrong = pool | {"status": {"usage": {"total": "x"}}}
    t.ask("PUT", f"{POOLS}/a/status", wrong, keep=fields)
    for status in (None, {}):
        t.ask("PUT", f"{POOLS}/a/status", pool | {"status": status}, query={"dryRun": "All"})
    t.ask(
        "PUT", f"{POOLS}/a/status", {key: pool[key] for key in ("apiVersion", "kind", "metadata")}
    )
    t.ask("PUT", f"{POOLS}/a/status", pool | {"spec": {"ipRanges": "x"}, "status": USAGE})


@probe()
def an_unknown_field_of_a_status_is_dropped(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.ask("PATCH", f"{POOLS}/a/status", {"status": {"conditions": [], **USAGE}})
    t.ask(
        "PATCH",
        f"{POOLS}/a/status",
        {"status": {"conditions": []}},
        query={"fieldValidation": "Strict"},
    )


@probe()
def a_status_update_is_guarded_like_any_other(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24") | {"status": USAGE}
    t.ask("PUT", f"{POOLS}/a/status", changed(pool, resourceVersion="1"))
    t.ask("PUT", f"{POOLS}/a/status", changed(pool, resourceVersion=None))
    t.ask("PUT", f"{POOLS}/a/status", changed(pool, uid=OTHER_UID))
    t.ask("PUT", f"{POOLS}/a/status", changed(pool, name="b"))
    t.ask("PUT", f"{POOLS}/b/status", changed(pool, name="b"))
    t.ask("PUT", f"{POOLS}/a/status", pool, query={"dryRun": "All"})


@probe()
def a_status_that_changes_nothing_has_no_new_revision(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    pool = t.ask("PATCH", f"{POOLS}/a/status", {"status": USAGE}).body
    t.ask("PATCH", f"{POOLS}/a/status", {"status": USAGE})
    t.ask("PUT", f"{POOLS}/a/status", pool)
