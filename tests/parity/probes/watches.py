"""Watches: their start, their events, and their end."""

import threading
import time
from typing import Any

from tests.builders import pool_object
from tests.parity.registry import probe
from tests.parity.transcript import POOLS, Transcript, event

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def since(t: Transcript) -> str:
    found: str = t.quietly("GET", POOLS).body["metadata"]["resourceVersion"]
    return found


def history(t: Transcript) -> str:
    """Create, change and delete a pool and its status; returns the revision before."""
    start = since(t)
    t.given("a", "10.0.0.0/24")
    t.quietly("PATCH", f"{POOLS}/a", {"metadata": {"labels": {"x": "y"}}})
    t.quietly("PATCH", f"{POOLS}/a/status", {"status": {"usage": {"total": 254, "used": 0}}})
    t.quietly("DELETE", f"{POOLS}/a")
    return start


def whole(found: Any) -> Any:
    return found


@probe()
def a_watch_tells_what_happened_since_a_revision(t: Transcript) -> None:
    start = history(t)
    stream = t.watch({"resourceVersion": start}, count=4, keep=whole)
    seen = [int(each["object"]["metadata"]["resourceVersion"]) for each in stream.events]
    t.note("revisions grow, also that of the deletion", seen == sorted(set(seen)))


@probe()
def a_watch_goes_on_in_the_middle(t: Transcript) -> None:
    start = history(t)
    events = t.backend.watch(POOLS, {"resourceVersion": start}, count=4).events
    second = events[1]["object"]["metadata"]["resourceVersion"]
    t.watch({"resourceVersion": second}, count=2)


@probe()
def a_watch_without_a_revision_begins_with_what_is_there(t: Transcript) -> None:
    t.given_pools("a", "b")
    t.watch(count=2)
    t.watch({"resourceVersion": ""}, count=2)
    t.watch({"resourceVersion": "0"}, count=2)


@probe()
def a_watch_tells_what_happens_later(t: Transcript) -> None:
    start = since(t)
    timer = threading.Timer(0.3, t.quietly, ("POST", POOLS, pool_object("late")))
    timer.start()
    t.watch({"resourceVersion": start}, count=1)
    timer.join()


@probe("slow")
def a_watch_ends_in_time(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for query in ({"resourceVersion": since(t)}, {"resourceVersion": "0"}):
        began = time.monotonic()
        t.watch(query | {"timeoutSeconds": "1"})
        t.note("after about a second", 0.7 < time.monotonic() - began < 20)


@probe()
def a_time_is_a_number(t: Transcript) -> None:
    start = since(t)
    for word in ("x", "1.5", ""):
        t.watch({"resourceVersion": start, "timeoutSeconds": word}, seconds=1)
    t.watch({"resourceVersion": start, "timeoutSeconds": "-1"}, seconds=1)


@probe()
def a_watch_has_words_for_true(t: Transcript) -> None:
    start = since(t)
    t.given("a", "10.0.0.0/24")
    for word in ("true", "1", "True", "yes", ""):
        stream = t.backend.watch(POOLS, {"watch": word, "resourceVersion": start}, count=1)
        listed = [
            each["kind"] for each in stream.events if isinstance(each, dict) and "kind" in each
        ]
        t.note(f"watch={word}", [stream.status, listed])
    query = {"watch": "false", "resourceVersion": "0"}
    t.note("watch=false", [each["kind"] for each in t.backend.watch(POOLS, query).events])


@probe()
def a_watch_of_the_first_revision_is_too_old(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.watch({"resourceVersion": "1"}, count=1)
    t.watch({"resourceVersion": "1"}, count=1, accept=TABLE)


@probe("slow")
def a_watch_survives_a_compaction(t: Transcript) -> None:
    start = history(t)
    t.backend.compact()
    stream = t.backend.watch(POOLS, {"resourceVersion": start}, count=4)
    # The real server has a cache of events, which outlive their revisions.
    t.note("there are events, or the revision is too old", stream.status in (200, 410))


@probe()
def a_watch_of_the_future_waits(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    future = str(int(since(t)) + 100_000)
    stream = t.watch({"resourceVersion": future, "timeoutSeconds": "1"}, seconds=6)
    t.note("events", len(stream.events))


@probe()
def a_revision_of_a_watch_is_a_number(t: Transcript) -> None:
    for word in ("abc", "-1", "1.5"):
        t.watch({"resourceVersion": word}, count=1, seconds=2)


@probe()
def a_bookmark_ends_what_was_there_before(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for query in ({"resourceVersion": "0"}, {}):
        t.watch({"allowWatchBookmarks": "true"} | query, count=2)
    quiet = {"allowWatchBookmarks": "true", "timeoutSeconds": "1", "resourceVersion": since(t)}
    t.watch(quiet)


@probe("slow")
def a_bookmark_may_come_before_the_end(t: Transcript) -> None:
    start = since(t)
    t.given("a", "10.0.0.0/24")
    query = {"allowWatchBookmarks": "true", "timeoutSeconds": "4", "resourceVersion": start}
    events = t.backend.watch(POOLS, query, seconds=9).events
    # Whether one comes, and when, is a matter of the server's timers.
    marks = [each["object"] for each in events if each["type"] == "BOOKMARK"]
    first = int(events[0]["object"]["metadata"]["resourceVersion"])
    t.note("the other events", [each["type"] for each in events if each["type"] != "BOOKMARK"])
    t.note("a bookmark is a kind and a revision", all(_is_bare(each) for each in marks))
    revisions = [int(each["metadata"]["resourceVersion"]) for each in marks]
    t.note("it is not older than an event", all(each >= first for each in revisions))


def _is_bare(found: Any) -> bool:
    return sorted(found) == ["apiVersion", "kind", "metadata"] and set(found["metadata"]) <= {
        "resourceVersion",
        "creationTimestamp",
    }


@probe()
def a_watch_may_begin_with_all_and_a_bookmark(t: Transcript) -> None:
    t.given_pools("a", "b")
    query = {
        "sendInitialEvents": "true",
        "resourceVersionMatch": "NotOlderThan",
        "allowWatchBookmarks": "true",
    }
    for revision in (
        {},
        {"resourceVersion": ""},
        {"resourceVersion": "0"},
        {"resourceVersion": since(t)},
    ):
        t.watch({**query, **revision}, count=3)
    stream = t.backend.watch(POOLS, query, count=3)
    bookmark = stream.events[-1]["object"]
    t.note("the bookmark", bookmark)
    t.note(
        "it is as new as its objects",
        int(bookmark["metadata"]["resourceVersion"])
        >= max(int(each["object"]["metadata"]["resourceVersion"]) for each in stream.events[:-1]),
    )


@probe()
def initial_events_of_nothing_are_a_bookmark(t: Transcript) -> None:
    query = {
        "sendInitialEvents": "true",
        "resourceVersionMatch": "NotOlderThan",
        "allowWatchBookmarks": "true",
    }
    t.watch(query, count=1)
    t.watch(query | {"timeoutSeconds": "1", "allowWatchBookmarks": "false"})


@probe("slow")
def initial_events_of_the_future_are_refused(t: Transcript) -> None:
    query = {
        "sendInitialEvents": "true",
        "resourceVersionMatch": "NotOlderThan",
        "allowWatchBookmarks": "true",
        "resourceVersion": str(int(since(t)) + 100_000),
        "timeoutSeconds": "1",
    }
    t.watch(query, count=1, seconds=6)


@probe()
def a_watch_with_labels_tells_what_comes_and_goes(t: Transcript) -> None:
    start = since(t)
    t.given("a", "10.0.0.0/24")
    for labels in ({"x": "y"}, {"x": "y", "z": "1"}, {"x": "n"}, {"x": "y"}):
        t.quietly("PATCH", f"{POOLS}/a", {"metadata": {"labels": labels}})
    t.quietly("DELETE", f"{POOLS}/a")
    t.watch({"resourceVersion": start, "labelSelector": "x=y"}, count=5)
    t.watch({"resourceVersion": start, "labelSelector": "x!=y"}, count=4)
    t.watch({"resourceVersion": start, "labelSelector": "=="}, count=1)


@probe()
def a_watch_with_a_name_tells_of_one_pool(t: Transcript) -> None:
    start = since(t)
    t.given_pools("a", "b")
    t.quietly("DELETE", f"{POOLS}/a")
    t.quietly("DELETE", f"{POOLS}/b")
    t.watch({"resourceVersion": start, "fieldSelector": "metadata.name=b"}, count=2)
    t.watch({"resourceVersion": start, "fieldSelector": "metadata.name!=b"}, count=2)
    t.watch({"resourceVersion": start, "fieldSelector": "spec.x=b"}, count=1)


@probe()
def a_watch_of_an_item_is_a_get(t: Transcript) -> None:
    start = since(t)
    t.given_pools("a", "b")
    for query in ({"fieldSelector": "metadata.name=b"}, {}, {"fieldSelector": "metadata.name=a"}):
        query = {"watch": "1", "resourceVersion": start, "timeoutSeconds": "1"} | query
        t.ask("GET", f"{POOLS}/b", query=query)
    t.ask("GET", f"{POOLS}/missing", query={"watch": "1"})


@probe()
def a_watch_may_be_a_table(t: Transcript) -> None:
    start = since(t)
    t.given("a", "10.0.0.0/24")
    t.quietly("DELETE", f"{POOLS}/a")
    t.watch({"resourceVersion": start}, count=2, accept=TABLE, keep=_rows)
    t.watch(
        {"resourceVersion": start, "includeObject": "Object"}, count=1, accept=TABLE, keep=_rows
    )


def _rows(found: Any) -> Any:
    table = found["object"]
    if table.get("kind") != "Table":
        return found
    rows = [
        {"cells": row["cells"][:3], "object": event({"type": "", "object": row["object"]})}
        for row in table["rows"]
    ]
    columns = [each["name"] for each in table["columnDefinitions"] or []]
    return {"type": found["type"], "columns": columns, "rows": rows, "metadata": table["metadata"]}


@probe()
def a_limit_means_nothing_to_a_watch(t: Transcript) -> None:
    t.given_pools("a", "b")
    t.watch({"limit": "1"}, count=2)
