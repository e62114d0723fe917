"""Bodies with fields of wrong types, unknown fields and duplicates."""

from typing import Any

from tests.parity.probes.create import body
from tests.parity.registry import probe
from tests.parity.transcript import POOLS, Transcript

DRY = {"dryRun": "All"}
OWNER = {"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u"}


def owned(**fields: Any) -> dict[str, Any]:
    return body(ownerReferences=[OWNER | fields])


@probe()
def metadata_have_types(t: Transcript) -> None:
    metadata: Any
    for metadata in (
        {"uid": 1},
        {"selfLink": []},
        {"generation": "1"},
        {"generation": 1.5},
        {"generation": 1e30},
        {"generation": 1.0},
        {"deletionGracePeriodSeconds": True},
        {"ownerReferences": "x"},
        {"ownerReferences": [1]},
        {"ownerReferences": [{"name": 1}]},
        {"ownerReferences": [{"controller": "x"}]},
        {"managedFields": {}},
        {"managedFields": [{"manager": 1}]},
        {"managedFields": [{"time": "x"}]},
        {"finalizers": [1, 2]},
        {"labels": {"a": 1}, "finalizers": "x", "generateName": 1},
    ):
        t.ask("POST", POOLS, body(**metadata), query=DRY)
    for metadata in (1, True, "x", []):
        t.ask("POST", POOLS, body() | {"metadata": metadata}, query=DRY)


@probe()
def times_are_parsed(t: Transcript) -> None:
    time: Any
    for time in (
        "x",
        "",
        "2020-01-01",
        "2020-13-01T00:00:00Z",
        "2020-02-30T00:00:00Z",
        "2020-01-01T25:00:00Z",
        "2020-01-01T00:00:00",
        "2020-01-01T00:00:00Zz",
        1,
        {},
    ):
        t.ask("POST", POOLS, body(creationTimestamp=time), query=DRY)
    for time in ("2020-01-01T00:00:00+02:00", "2020-01-01T00:00:00.5Z"):
        t.ask("POST", POOLS, body(deletionTimestamp=time), query=DRY)


@probe()
def owners_are_validated(t: Transcript) -> None:
    owners: Any
    for field in OWNER:
        t.ask("POST", POOLS, owned(**{field: ""}), query=DRY)
    for version in ("a/b/c", "v1/", "/v1", "x"):
        t.ask("POST", POOLS, owned(apiVersion=version), query=DRY)
    t.ask("POST", POOLS, owned(kind="Event"), query=DRY)
    t.ask("POST", POOLS, owned(extra=1, controller=None, blockOwnerDeletion=True), query=DRY)
    for owners in ([None, {}], [OWNER, OWNER | {"name": "m"}, OWNER | {"uid": "v"}]):
        t.ask("POST", POOLS, body(ownerReferences=owners), query=DRY)
    three = [OWNER | {"name": name, "uid": name, "controller": True} for name in "abc"]
    t.ask("POST", POOLS, body(ownerReferences=three), query=DRY)
    t.ask("POST", POOLS, body(ownerReferences=three[:1]), query=DRY)


@probe()
def finalizers_of_the_garbage_collector_exclude_each_other(t: Transcript) -> None:
    t.ask("POST", POOLS, body(finalizers=["orphan", "foregroundDeletion"]), query=DRY)
    t.ask("POST", POOLS, body(finalizers=["orphan"]), query=DRY)


@probe()
def a_finalizer_without_a_domain_is_warned_of(t: Transcript) -> None:
    t.ask("POST", POOLS, body(finalizers=["x", "y/z", "w", "kubernetes"]))
    t.patch("a", {"metadata": {"finalizers": ["v"]}})
    t.patch("a", {"metadata": {"finalizers": ["u"]}}, query={"fieldValidation": "Ignore"})


@probe()
def unknown_fields_are_found_in_odd_places(t: Transcript) -> None:
    pool = body(extra=None, ownerReferences=[OWNER | {"extra": 1}])
    pool |= {"data": None}
    pool["spec"] |= {"color": None}
    for word in ("Warn", "Strict"):
        t.ask("POST", POOLS, pool, query=DRY | {"fieldValidation": word})
    spec = {"ipRanges": [{"a": None}], "nodeSelector": [{"cidr": 1}]}
    t.ask("POST", POOLS, body() | {"spec": spec})


@probe()
def an_object_comes_back_from_a_dry_run_with_its_revision(t: Transcript) -> None:
    t.ask("POST", POOLS, body(resourceVersion="1"), query=DRY)
    t.ask("POST", POOLS, body(resourceVersion="01"))
    t.ask("POST", POOLS, body("Bad", resourceVersion="1"))


@probe()
def a_json_patch_counts_from_the_end_too(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24", "10.1.0.0/24")
    for path in ("-1", "-2", "-3", "-4", "+1", "01", "2", "3", "x"):
        value = {"cidr": "10.9.0.0/24"}
        where = f"/spec/ipRanges/{path}"
        t.patch("a", [{"op": "add", "path": where, "value": value}], query=DRY)
        t.patch("a", [{"op": "test", "path": where, "value": value}], query=DRY)


@probe()
def a_json_patch_has_operations(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    for source in ("", "/", "/nope", "/metadata/labels/x"):
        t.patch("a", [{"op": "copy", "path": "/metadata/annotations", "from": source}], query=DRY)


@probe()
def a_patch_of_a_missing_pool_is_not_read(t: Transcript) -> None:
    for text in ("x", "0", "[]"):
        t.patch("missing", text, content_type="application/merge-patch+json")
        t.patch("missing", text, content_type="application/json-patch+json")


@probe()
def unknown_fields_of_another_kind_are_nobodys(t: Transcript) -> None:
    for given in ({"kind": "Egress"}, {"apiVersion": "apps/v1"}):
        t.ask("POST", POOLS, body() | {"data": 1} | given, query=DRY)


@probe()
def owners_are_named_twice_by_a_patch(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.patch("a", {"metadata": {"ownerReferences": [OWNER, OWNER]}})


@probe()
def texts_that_are_empty_are_not_kept(t: Transcript) -> None:
    t.given("a", "10.0.0.0/24")
    t.patch("a", {"metadata": {"generateName": ""}}, query=DRY)
    t.ask("POST", POOLS, body("b", generateName="", selfLink=""))
