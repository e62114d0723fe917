"""Creating pools: defaults, rejections, and the decoding of bodies."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.builders import pool_object
from tests.parity.registry import probe
from tests.parity.transcript import ANTREA, POOLS, Transcript


def body(name: str = "a", **metadata: Any) -> dict[str, Any]:
    pool = pool_object(name, "10.0.0.0/24")
    pool["metadata"] |= metadata
    return pool


def text(pool: Any) -> str:
    return json.dumps(pool)


def with_spec(spec: Any) -> dict[str, Any]:
    return body() | {"spec": spec}


@probe()
def a_create_fills_the_metadata(t: Transcript) -> None:
    t.create("a", "10.0.0.0/24", "10.1.0.1-10.1.0.9")
    t.get("a")


@probe()
def a_create_keeps_labels_annotations_and_owners(t: Transcript) -> None:
    owner = {"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "some-uid"}
    t.ask(
        "POST", POOLS, body(labels={"x": "y"}, annotations={"a/b": "ü\n"}, ownerReferences=[owner])
    )
    t.ask(
        "POST",
        POOLS,
        body("b", labels={}, annotations={}, finalizers=[])
        | {"spec": {"ipRanges": [], "nodeSelector": {}}},
    )


@probe()
def a_create_ignores_what_the_server_says(t: Transcript) -> None:
    given: dict[str, Any] = {
        "uid": "0c5a9d8e-0000-4000-8000-000000000000",
        "creationTimestamp": "2001-01-01T00:00:00Z",
        "generation": 7,
        "selfLink": "/x",
    }
    answer = t.ask("POST", POOLS, body(**given))
    metadata = answer.body.get("metadata", {})
    t.note("the uid is the given one", metadata.get("uid") == given["uid"])
    t.note("the time is the given one", metadata.get("creationTimestamp") == "2001-01-01T00:00:00Z")


@probe()
def a_create_with_a_resource_version_is_refused(t: Transcript) -> None:
    t.ask("POST", POOLS, body(resourceVersion="12"))
    t.ask("POST", POOLS, body(resourceVersion=""))
    t.ask("POST", POOLS, body("b", resourceVersion="abc"))


@probe()
def a_create_ignores_the_status(t: Transcript) -> None:
    t.ask("POST", POOLS, body() | {"status": {"usage": {"total": 9, "used": 1}}})


@probe()
def a_create_drops_unknown_fields(t: Transcript) -> None:
    spec = {
        "ipRanges": [{"cidr": "10.0.0.0/24", "extra": 1}],
        "nodeSelector": {"matchLabels": {"a": "b"}, "other": []},
        "color": "red",
    }
    t.ask("POST", POOLS, with_spec(spec) | {"data": {"x": 1}})


@probe()
def a_create_drops_null_fields(t: Transcript) -> None:
    spec = {
        "ipRanges": [{"cidr": "10.0.0.0/24", "start": None}],
        "nodeSelector": {"matchLabels": {"a": None}},
        "subnetInfo": None,
    }
    t.ask("POST", POOLS, with_spec(spec))


@probe()
def unknown_fields_are_refused_warned_of_or_ignored(t: Transcript) -> None:
    pool = with_spec(
        {"ipRanges": [{"cidr": "10.0.0.0/24", "extra": 1}], "nodeSelector": {}, "color": "red"}
    )
    pool["metadata"]["shade"] = "dark"
    for word in ("Strict", "Warn", "Ignore"):
        t.ask("POST", POOLS, pool, query={"fieldValidation": word, "dryRun": "All"})
    t.ask("POST", POOLS, pool | {"spec": {"color": "red"}}, query={"fieldValidation": "Strict"})


@probe()
def keys_in_another_case_are_unknown(t: Transcript) -> None:
    pool = body()
    pool["Spec"] = pool.pop("spec")
    t.ask("POST", POOLS, pool)
    t.ask("POST", POOLS, body() | {"Metadata": {"name": "b"}}, query={"fieldValidation": "Strict"})


@probe()
def a_duplicate_create_conflicts(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.create("a", "10.0.0.0/24")
    t.create("a", "10.5.0.0/24")


@probe()
def a_name_of_a_terminating_pool_is_taken(t: Transcript) -> None:
    t.quietly("POST", POOLS, body(finalizers=["x.io/hold"]))
    t.quietly("DELETE", f"{POOLS}/a")
    t.create("a", "10.0.0.0/24")


@probe()
def a_name_is_generated(t: Transcript) -> None:
    pool = pool_object("", "10.0.0.0/24")
    pool["metadata"] = {"generateName": "random-"}
    answer = t.ask("POST", POOLS, pool)
    name = answer.body["metadata"]["name"]
    t.note("five characters are appended", len(name) == len("random-") + 5)
    pool["metadata"] = {"generateName": "random-", "name": "mine"}
    pool["spec"]["ipRanges"] = []
    t.ask("POST", POOLS, pool)


@probe()
def a_long_generated_name_is_cut(t: Transcript) -> None:
    pool = body()
    pool["metadata"] = {"generateName": "x" * 70}
    name = t.quietly("POST", POOLS, pool).body["metadata"]["name"]
    t.note("its length", len(name))
    t.note("its beginning", name[:-5])


@probe()
def a_prefix_of_names_that_is_none_is_refused(t: Transcript) -> None:
    pool = body()
    pool["metadata"] = {"generateName": "Not_a_name"}
    found = t.quietly("POST", POOLS, pool)
    t.note("status, reason", [found.status, found.body.get("reason")])
    t.note("fields", [each["field"] for each in found.body["details"]["causes"]])


@probe()
def a_name_is_needed(t: Transcript) -> None:
    pool = body()
    for metadata in ({}, {"name": ""}, {"name": None}, None):
        t.ask("POST", POOLS, pool | {"metadata": metadata})
    del pool["metadata"]
    t.ask("POST", POOLS, pool)


@probe()
def names_are_validated(t: Transcript) -> None:
    for name in ("Upper", "under_score", "-a", "a..b", "a/b", "%", "x" * 254, "ü", ".", "a b"):
        t.ask("POST", POOLS, body(name))
    for name in ("x" * 253, "a.b-c.0", "0"):
        t.quietly("POST", POOLS, pool_object(name))
        t.note(f"{name[:9]} is taken", t.quietly("GET", f"{POOLS}/{name}").status)


@probe()
def a_name_that_is_no_text_is_refused(t: Transcript) -> None:
    for name in (12, ["a"], {"a": "b"}, True):
        pool = body()
        pool["metadata"]["name"] = name
        t.ask("POST", POOLS, pool)


@probe()
def a_namespace_of_a_cluster_wide_pool_is_dropped(t: Transcript) -> None:
    t.ask("POST", POOLS, body(namespace="default"))


@probe()
def labels_are_validated(t: Transcript) -> None:
    for key, value in (
        ("-bad", "x"),
        ("a/b/c", "x"),
        ("", "x"),
        ("Up.Case/x", "x"),
        ("good", "not good"),
        ("good", "x" * 64),
        ("k" * 64, "x"),
    ):
        t.ask("POST", POOLS, body(labels={key: value}))
    t.ask("POST", POOLS, body(labels={"-a": "-b"}, annotations={"-c": "d"}))


@probe()
def labels_that_are_no_texts_are_refused(t: Transcript) -> None:
    labels: Any
    for labels in ({"a": 1}, {"a": True}, {"a": {}}, ["a"], "a", {"a": None}):
        t.ask("POST", POOLS, body(labels=labels), query={"dryRun": "All"})
    t.ask("POST", POOLS, body(annotations={"a": 1}), query={"dryRun": "All"})
    t.ask("POST", POOLS, body(finalizers="a"), query={"dryRun": "All"})


@probe()
def annotations_are_validated(t: Transcript) -> None:
    t.ask("POST", POOLS, body(annotations={"not a key": "x"}))
    t.ask(
        "POST", POOLS, body(annotations={"A.b/C": "upper case is a key"}), query={"dryRun": "All"}
    )
    t.ask("POST", POOLS, body(annotations={"long": "x" * 262_140}))


@probe()
def finalizers_are_validated(t: Transcript) -> None:
    for finalizers in (["not good/x"], ["x.io/y", "x.io/y"]):
        t.ask("POST", POOLS, body(finalizers=finalizers), query={"dryRun": "All"})


@probe()
def a_spec_is_needed(t: Transcript) -> None:
    spec: Any
    pool = body()
    del pool["spec"]
    t.ask("POST", POOLS, pool)
    for spec in (None, {}, [], "x", 3, {"ipRanges": []}, {"nodeSelector": {}}):
        t.ask("POST", POOLS, pool | {"spec": spec})


@probe()
def a_range_needs_exactly_one_form(t: Transcript) -> None:
    for given in (
        {},
        {"start": "10.0.0.1"},
        {"end": "10.0.0.1"},
        {"cidr": "10.0.0.0/24", "start": "10.0.0.1", "end": "10.0.0.2"},
        {"cidr": None},
    ):
        t.ask("POST", POOLS, with_spec({"ipRanges": [given], "nodeSelector": {}}))
    t.ask(
        "POST",
        POOLS,
        with_spec({"ipRanges": [{"cidr": "10.0.0.0/24", "start": "10.0.0.1"}], "nodeSelector": {}}),
    )


@probe()
def addresses_have_a_format(t: Transcript) -> None:
    for given in (
        {"cidr": "nonsense"},
        {"cidr": "10.0.0.0/33"},
        {"cidr": "10.0.0.0"},
        {"cidr": ""},
        {"start": "x", "end": "10.0.0.9"},
        {"start": "10.0.0.1", "end": "10.0.0.999"},
        {"start": "x", "end": "y"},
        {"start": "::ffff:10.0.0.1", "end": "::ffff:10.0.0.2"},
        {"cidr": "fe80::1%eth0/64"},
    ):
        t.ask("POST", POOLS, with_spec({"ipRanges": [given], "nodeSelector": {}}))


@probe()
def types_are_checked(t: Transcript) -> None:
    spec: Any
    for spec in (
        {"ipRanges": "x", "nodeSelector": {}},
        {"ipRanges": {}, "nodeSelector": []},
        {"ipRanges": [None], "nodeSelector": {}},
        {"ipRanges": ["10.0.0.0/24"], "nodeSelector": {}},
        {"ipRanges": [{"cidr": 10}], "nodeSelector": {}},
        {"ipRanges": [{"cidr": ["x"]}], "nodeSelector": {}},
        {"ipRanges": [{"start": 1, "end": 2}], "nodeSelector": {}},
        {"ipRanges": [], "nodeSelector": "x"},
        {"ipRanges": [], "nodeSelector": {"matchLabels": {"a": 1}}},
        {"ipRanges": [], "nodeSelector": {"matchLabels": {"a": "-"}}},
        {"ipRanges": [], "nodeSelector": {"matchExpressions": [None]}},
        {
            "ipRanges": [],
            "nodeSelector": {"matchExpressions": [{"operator": "Near", "values": ["-", "a"]}]},
        },
    ):
        t.ask("POST", POOLS, with_spec(spec))


@probe()
def a_subnet_has_limits(t: Transcript) -> None:
    for subnet in (
        {},
        {"gateway": "10.0.0.1"},
        {"gateway": "x", "prefixLength": 24},
        {"gateway": "10.0.0.1", "prefixLength": 0},
        {"gateway": "10.0.0.1", "prefixLength": 128},
        {"gateway": "10.0.0.1", "prefixLength": 24.5},
        {"gateway": "10.0.0.1", "prefixLength": 24.0},
        {"gateway": "10.0.0.1", "prefixLength": "24"},
        {"gateway": "10.0.0.1", "prefixLength": 24, "vlan": 4095},
        {"gateway": "10.0.0.1", "prefixLength": 24, "vlan": -1},
    ):
        spec = {"ipRanges": [{"cidr": "10.0.0.0/24"}], "nodeSelector": {}, "subnetInfo": subnet}
        t.ask("POST", POOLS, with_spec(spec), query={"dryRun": "All"})


@probe()
def several_causes_are_told_at_once(t: Transcript) -> None:
    spec = {
        "ipRanges": [
            {"cidr": "x"},
            {"start": "10.0.0.1"},
            {},
            {"start": "a", "end": "b"},
            {"cidr": 1},
        ],
        "nodeSelector": {"matchLabels": {"a": "-", "b": 2}},
        "subnetInfo": {"gateway": "g", "prefixLength": 0, "vlan": 9999},
    }
    t.ask("POST", POOLS, with_spec(spec))
    t.ask("POST", POOLS, body("Bad_name", labels={"-": "-"}) | {"spec": spec})


@probe()
def a_bad_name_and_a_bad_spec_are_told_together(t: Transcript) -> None:
    t.ask("POST", POOLS, body("Bad_name") | {"spec": {"ipRanges": []}})


@probe()
def a_body_must_be_a_json_object(t: Transcript) -> None:
    for given in (
        "{",
        "",
        "[]",
        '"text"',
        "12",
        "{}",
        "hello",
        '{"a": 1} {"b": 2}',
        '{"a": tru}',
    ):
        t.ask("POST", POOLS, given, content_type="application/json")


@probe()
def a_create_without_a_body_is_refused(t: Transcript) -> None:
    t.ask("POST", POOLS)


@probe()
def a_body_has_a_kind_and_a_version(t: Transcript) -> None:
    for given in (
        {"kind": "Egress"},
        {"kind": ""},
        {"kind": "ExternalIPPoolList"},
        {"apiVersion": ""},
        {"apiVersion": "apps/v1"},
        {"apiVersion": "v1", "kind": "Node"},
    ):
        t.ask("POST", POOLS, body() | given)
    for key in ("kind", "apiVersion"):
        pool = body()
        del pool[key]
        t.ask("POST", POOLS, pool)


@probe()
def other_types_of_bodies_are_refused(t: Transcript) -> None:
    for given in (
        "text/plain",
        "application/cbor",
        "application/x-www-form-urlencoded",
        "application/merge-patch+json",
        "nonsense",
    ):
        t.ask("POST", POOLS, text(body()), content_type=given)
    t.ask(
        "POST",
        POOLS,
        body(),
        content_type="application/json; charset=utf-8",
        query={"dryRun": "All"},
    )


@probe()
def a_dry_run_creates_nothing(t: Transcript) -> None:
    t.ask("POST", POOLS, body(), query={"dryRun": "All"})
    t.get("a")
    t.given("a", "10.0.0.0/24")
    t.ask("POST", POOLS, body(), query={"dryRun": "All"})


@probe()
def unknown_parameters_are_ignored(t: Transcript) -> None:
    t.ask("POST", POOLS, body(), query={"nonsense": "1", "fieldManager": "me", "pretty": "true"})


@probe()
def a_body_has_a_limit(t: Transcript) -> None:
    t.ask("POST", POOLS, body(annotations={"x": "y" * 4_000_000}))


@probe()
def a_request_has_a_time(t: Transcript) -> None:
    for number, word in ((0, "x"), (2, "0s"), (3, ""), (4, "5"), (5, "1m")):
        t.ask("POST", POOLS, pool_object(f"p{number}"), query={"timeout": word})


@probe()
def of_twenty_creates_of_one_name_one_wins(t: Transcript) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: t.quietly("POST", POOLS, body()), range(20)))
    t.note("statuses", sorted(each.status for each in answers))
    losers = [each.body for each in answers if each.status == 409]
    t.note("what the others are told", losers[0])
    t.note("all the same", all(each == losers[0] for each in losers))
    t.list()


@probe()
def an_unknown_version_of_the_group_is_not_found(t: Transcript) -> None:
    pool = pool_object("a", "10.0.0.0/24", version="v1alpha2")
    t.ask("POST", "/apis/crd.antrea.io/v1alpha2/externalippools", pool)
    t.ask("POST", f"{ANTREA}/nonsense", body())


@probe()
def a_dash_alone_is_no_prefix_of_names(t: Transcript) -> None:
    for prefix in ("-", "a-", "a--", "a.-"):
        t.ask("POST", POOLS, body(generateName=prefix), query={"dryRun": "All"})
