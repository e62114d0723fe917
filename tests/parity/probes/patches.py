"""Merge patches and JSON patches, and patches of other kinds."""

import json
from typing import Any

from tests.builders import range_object
from tests.parity.probes.updates import OTHER_UID, without_revision
from tests.parity.registry import probe
from tests.parity.transcript import POOLS, Transcript

MERGE, JSON, STRATEGIC, APPLY = (
    "application/merge-patch+json",
    "application/json-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)


def op(word: str, path: str, **more: Any) -> dict[str, Any]:
    return {"op": word, "path": path, **more}


def labelled(**labels: Any) -> dict[str, Any]:
    return {"metadata": {"labels": labels}}


@probe()
def a_merge_patch_adds_changes_and_removes(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.patch("a", labelled(x="y", z="1"))
    t.patch("a", labelled(x=None, z="2"))
    t.patch("a", {"metadata": {"labels": None, "annotations": {"a": None}}})
    t.patch("a", {"spec": {"nodeSelector": {"matchLabels": {"a": "b"}}}})
    t.patch("a", {"spec": {"nodeSelector": {"matchLabels": None, "matchExpressions": []}}})
    t.patch("a", {"spec": {"subnetInfo": {"gateway": "10.0.0.1", "prefixLength": 24}}})
    t.patch("a", {"spec": {"subnetInfo": {"vlan": 3}}})
    t.patch("a", {"spec": {"ipRanges": [range_object("10.0.0.0/24"), range_object("10.0.0.0/30")]}})


@probe()
def a_patch_that_changes_nothing_has_no_new_revision(t: Transcript) -> None:
    body: Any
    t.given("a", "10.0.0.0/24")
    t.get("a")
    for body in (
        {},
        labelled(),
        labelled(x=None),
        {"spec": {}},
        {"metadata": {"generation": 9}},
        [],
    ):
        t.patch("a", body)


@probe()
def a_merge_patch_must_be_an_object(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for body in ("[]", '"x"', "3", "{", "", "true"):
        t.patch("a", body, content_type=MERGE)
    t.ask("PATCH", f"{POOLS}/a")


@probe()
def a_merge_patch_may_name_a_revision(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    revision = pool["metadata"]["resourceVersion"]
    t.patch("a", {"metadata": {"resourceVersion": revision, "labels": {"x": "y"}}})
    t.patch("a", {"metadata": {"resourceVersion": revision, "labels": {"x": "z"}}})
    t.patch("a", {"metadata": {"resourceVersion": revision}})
    t.patch("a", {"metadata": {"resourceVersion": "abc"}})
    t.patch("a", {"metadata": {"resourceVersion": None, "labels": {"x": "n"}}})
    t.patch("a", {"metadata": {"resourceVersion": "0", "labels": {"x": "0"}}})
    t.patch("a", {"metadata": {"resourceVersion": 3}})


@probe()
def a_merge_patch_cannot_change_who_a_pool_is(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.patch("a", {"metadata": {"name": "b"}})
    t.patch("a", {"metadata": {"name": None}})
    t.patch("a", {"metadata": {"namespace": "default"}})
    t.patch("a", {"metadata": {"creationTimestamp": "2001-01-01T00:00:00Z"}})
    t.patch("a", {"metadata": {"creationTimestamp": None, "generation": None}})
    t.patch("a", {"kind": "Egress"})
    t.patch("a", {"apiVersion": "apps/v1"})
    t.patch("a", {"metadata": None})


@probe()
def a_merge_patch_is_validated(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.patch("a", {"spec": None})
    t.patch("a", {"spec": {"ipRanges": None}})
    t.patch("a", {"spec": {"ipRanges": [{"cidr": "x"}]}})
    t.patch("a", {"spec": "x"})
    t.patch("a", labelled(**{"-": "-"}))
    t.patch("a", labelled(a=1))


@probe()
def a_patch_warns_of_unknown_fields(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    body = {"spec": {"color": "red"}, "data": 1, "metadata": {"shade": "dark"}}
    for word in ("", "Strict", "Warn", "Ignore"):
        t.patch("a", body, query={"fieldValidation": word} if word else {})
    t.patch("a", [op("add", "/spec/color", value="red")], query={"fieldValidation": "Strict"})


@probe()
def a_patch_does_not_change_the_status(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.patch("a", {"status": {"usage": {"total": 9, "used": 1}}}, keep=without_revision)
    t.patch("a", {"status": {"usage": "x"}}, keep=without_revision)
    t.patch("a", [op("add", "/status", value={})], keep=without_revision)


@probe()
def a_dry_patch_changes_nothing(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.patch("a", labelled(x="y"), query={"dryRun": "All"})
    t.patch("a", [op("add", "/metadata/labels", value={"x": "y"})], query={"dryRun": "All"})
    t.get("a")


@probe()
def a_patch_of_a_missing_pool_is_not_found(t: Transcript) -> None:
    t.patch("a", labelled(x="y"))
    t.patch("a", [])
    t.patch("a", {"metadata": {"resourceVersion": "1"}})


@probe()
def a_json_patch_adds_replaces_and_removes(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.patch("a", [op("add", "/metadata/labels", value={"x": "y"})])
    t.patch(
        "a",
        [
            op("add", "/metadata/labels/z", value="1"),
            op("replace", "/metadata/labels/x", value="2"),
        ],
    )
    t.patch("a", [op("remove", "/metadata/labels/x")])
    t.patch("a", [op("add", "/spec/ipRanges/-", value=range_object("10.1.0.0/24"))])
    t.patch("a", [op("add", "/spec/ipRanges/0", value=range_object("10.2.0.0/24"))])
    t.patch("a", [op("add", "/metadata/annotations", value={"a/b": "1", "c~d": "2"})])
    t.patch(
        "a",
        [
            op("replace", "/metadata/annotations/a~1b", value="3"),
            op("remove", "/metadata/annotations/c~0d"),
        ],
    )


@probe()
def a_json_patch_moves_copies_and_tests(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.patch(
        "a",
        [op("test", "/metadata/name", value="a"), op("add", "/metadata/labels", value={"x": "y"})],
    )
    t.patch("a", [op("copy", "/metadata/annotations", **{"from": "/metadata/labels"})])
    t.patch("a", [op("move", "/metadata/annotations/z", **{"from": "/metadata/annotations/x"})])
    t.patch("a", [op("test", "/spec/ipRanges/0", value=range_object("10.0.0.0/24"))])
    t.patch("a", [op("test", "/metadata/generation", value=1)])
    t.patch("a", [op("test", "/metadata/generation", value=1.0)])
    t.patch("a", [op("test", "/metadata/generation", value="1")])
    t.patch("a", [op("test", "", value={})])


@probe()
def a_failing_test_refuses_a_json_patch(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.patch("a", [op("test", "/metadata/name", value="b")])
    t.patch("a", [op("add", "/metadata/labels", value={"x": "y"}), op("test", "/spec/x", value=1)])
    t.get("a")


@probe()
def a_test_for_null_holds_where_a_key_is_missing(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for path in (
        "/metadata/deletionTimestamp",
        "/metadata/labels",
        "/metadata/labels/x",
        "/spec/x",
        "/x",
        "/x/y",
    ):
        t.patch("a", [op("test", path, value=None)])
    t.patch("a", labelled(y="z"))
    t.patch("a", [op("test", "/metadata/labels/x", value=None)])
    t.patch("a", [op("test", "/metadata/labels/y", value=None)])
    t.patch("a", [op("test", "/metadata/labels/x")])


@probe()
def a_json_patch_needs_its_paths(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for each in (
        op("remove", "/metadata/labels"),
        op("remove", "/metadata/labels/x"),
        op("replace", "/metadata/labels", value={}),
        op("add", "/metadata/labels/x", value="y"),
        op("remove", "/spec/ipRanges/5"),
        op("add", "/spec/ipRanges/5", value={}),
        op("add", "/spec/ipRanges/x", value={}),
        op("replace", "/spec/ipRanges/-", value={}),
        op("move", "/metadata/labels", **{"from": "/nowhere"}),
        op("copy", "/metadata/labels"),
    ):
        t.patch("a", [each])


@probe()
def a_json_patch_is_a_list_of_operations(t: Transcript) -> None:
    body: Any
    t.given("a", "10.0.0.0/24")
    for body in ("x", "{", "", [{}]):
        text = body if isinstance(body, str) else json.dumps(body)
        t.patch("a", text, content_type=JSON)
    for each in (
        {"op": "invent", "path": "/metadata/labels"},
        {"path": "/metadata/labels"},
        {"op": "add", "value": 1},
        {"op": "ADD", "path": "/metadata/labels", "value": {}},
    ):
        t.patch("a", [each])


@probe()
def a_json_patch_is_validated(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for each in (
        op("remove", "/spec"),
        op("replace", "/spec/ipRanges/0/cidr", value="x"),
        op("replace", "/spec/ipRanges/0", value={}),
        op("replace", "/metadata/name", value="b"),
        op("replace", "/metadata/resourceVersion", value="1"),
        op("remove", "/metadata/resourceVersion"),
        op("remove", "/metadata/name"),
        op("replace", "/kind", value="Egress"),
        op("replace", "/metadata/labels", value={"-": "-"}),
        op("add", "/metadata/labels", value={"-": "-"}),
        op("add", "/metadata/labels", value=3),
    ):
        t.patch("a", [each])


@probe()
def a_json_patch_with_a_revision_guards_against_others(t: Transcript) -> None:
    pool = t.given("a", "10.0.0.0/24")
    guard = op("test", "/metadata/resourceVersion", value=pool["metadata"]["resourceVersion"])
    add = op("add", "/metadata/labels", value={"x": "y"})
    t.patch("a", [guard, add])
    t.patch("a", [guard, add])
    t.patch("a", [op("test", "/metadata/uid", value=pool["metadata"]["uid"])])
    t.patch("a", [op("test", "/metadata/uid", value=OTHER_UID)])


@probe()
def other_kinds_of_patches_are_refused(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for kind in (
        STRATEGIC,
        "application/json",
        "text/plain",
        "nonsense",
        "application/yaml",
        f"{MERGE};charset=utf-8",
    ):
        t.patch("a", labelled(x="y"), content_type=kind)
    t.patch("missing", labelled(x="y"), content_type=STRATEGIC)


@probe()
def a_server_side_apply_creates_a_pool(t: Transcript) -> None:
    body = {
        "apiVersion": "crd.antrea.io/v1beta1",
        "kind": "ExternalIPPool",
        "metadata": {"name": "a"},
        "spec": {"ipRanges": [], "nodeSelector": {}},
    }
    t.patch("a", body, content_type=APPLY, query={"fieldManager": "me"})


@probe()
def a_merge_patch_may_name_its_manager(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.patch("a", {}, query={"fieldManager": "me"})


@probe()
def a_merge_patch_cannot_change_what_is_the_servers(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for metadata in (
        {"uid": OTHER_UID},
        {"uid": None},
        {"deletionTimestamp": "2001-01-01T00:00:00Z"},
        {"deletionGracePeriodSeconds": 0},
        {"creationTimestamp": "2001-01-01T00:00:00Z"},
    ):
        t.patch("a", {"metadata": metadata}, query={"dryRun": "All"})
