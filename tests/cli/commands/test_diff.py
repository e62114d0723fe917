"""``diff``: addresses added and removed, respelled ranges, a text diff."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from ippoolctl.ports.faults import UnreachableFault
from tests.builders import pool_object
from tests.cli.conftest import CONFLICT
from tests.cli.live_pools import consume, store
from tests.cli.program import Program, Result
from tests.fakes import FakeCluster


def diffed(program: Program, here: Path, before: str, after: str, *arguments: str) -> Result:
    (here / "before.yaml").write_text(before, encoding="utf-8")
    (here / "after.yaml").write_text(after, encoding="utf-8")
    return program("diff", "after.yaml", "--against", "before.yaml", *arguments)


def test_equal_pools_have_no_differences(program: Program, here: Path) -> None:
    text = CONFLICT["edge.yaml"]

    result = diffed(program, here, text, "# moved\n" + text)

    assert (result.code, result.out) == (0, "")


def test_respelled_ranges_are_predicted_to_be_denied(program: Program, here: Path) -> None:
    before = CONFLICT["edge.yaml"]
    after = before.replace("cidr: 10.0.0.0/24", "cidr: 10.0.0.1/24")

    result = diffed(program, here, before, after)

    assert result.code == 1
    assert (
        result.out
        == """\
pool edge: changed
    same addresses, spelled differently
    Antrea will deny this update: existing IPRanges [10.0.0.0/24] cannot be updated or deleted
--- before/edge
+++ after/edge
@@ -4,5 +4,5 @@
   name: edge
 spec:
   ipRanges:
-  - cidr: 10.0.0.0/24
+  - cidr: 10.0.0.1/24
   nodeSelector: {}
"""
    )


def test_addresses_gained_and_lost_are_counted(program: Program, here: Path) -> None:
    before = CONFLICT["edge.yaml"] + "---\n" + CONFLICT["lab.yaml"]
    after = CONFLICT["edge.yaml"].replace(
        "- cidr: 10.0.0.0/24", "- cidr: 10.0.0.0/25\n  - cidr: fd00::/64"
    )

    result = diffed(program, here, before, after, "-o", "json")

    edge, lab = result.document["items"]
    assert result.code == 1
    assert (edge["change"], edge["effect"]) == ("changed", "replaced")
    assert (edge["addressesGained"], edge["addressesLost"]) == (str(2**64), "128")
    assert (lab["change"], lab["addressesLost"]) == ("removed", "32")
    assert "-  - cidr: 10.0.0.0/24" in result.document["unified"]


def test_exit_zero_is_for_differences_only(program: Program, here: Path) -> None:
    text = CONFLICT["edge.yaml"]

    assert diffed(program, here, text, CONFLICT["lab.yaml"], "--exit-zero").code == 0
    assert diffed(program, here, text, "a: [", "--exit-zero").code == 2
    assert program("diff", "before.yaml", "--exit-zero").code == 3


def test_a_pool_that_is_defined_twice_is_a_warning(program: Program, here: Path) -> None:
    text = CONFLICT["edge.yaml"]

    result = diffed(program, here, text, f"{text}---\n{text}")

    assert "warning: pool edge is defined twice; the last one counts" in result.err


def test_a_new_pool_that_antrea_will_deny_is_marked(program: Program, here: Path) -> None:
    result = diffed(program, here, CONFLICT["edge.yaml"], "---\n".join(CONFLICT.values()))

    assert "Antrea will deny this pool: range [10.0.0.250-10.0.1.9] overlaps" in result.out


def written(*documents: dict[str, Any]) -> str:
    """The name of a file with these objects."""
    Path("new.yaml").write_text(yaml.safe_dump_all(documents), encoding="utf-8")
    return "new.yaml"


def test_pools_of_the_cluster_without_a_manifest_are_mentioned(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    store(cluster, "edge", "10.0.0.0/24")
    store(cluster, "lab", "10.1.0.0/24")
    file = written(pool_object("edge", "10.0.0.0/24"))

    result = program("diff", file)

    assert (result.code, result.out) == (0, "")
    assert "1 pool of the cluster has no manifest: lab" in result.err
    assert program("diff", file, "-o", "json").document["onlyInCluster"] == ["lab"]


def test_pools_without_a_manifest_differ_with_complete(
    program: Program, cluster: FakeCluster, here: Path, schema: Draft202012Validator
) -> None:
    store(cluster, "edge", "10.0.0.0/24")
    store(cluster, "lab", "10.1.0.0/24", used=1)
    consume(cluster, "lab", "10.1.0.9")
    file = written(pool_object("edge", "10.0.0.0/24"))

    result = program("diff", file, "--complete")
    document = program("diff", file, "--complete", "-o", "json").document

    assert result.code == 1
    assert result.out.startswith(
        """\
pool lab: only in the cluster
    - 256 addresses: 10.1.0.0/24
    would lose its address: Egress e0 (10.1.0.9)
--- before/lab
+++ after/lab
@@ -1,8 +0,0 @@
"""
    )
    store(cluster, "test", "10.2.0.0/24")
    file = written(pool_object("edge", "10.0.0.0/24", "10.3.0.0/24"))
    expected = "3 pools differ: 1 changed, 2 only in the cluster"
    assert expected in program("diff", file, "--complete").err
    schema.validate(document)
    (item,) = document["items"]
    assert (item["pool"], item["change"]) == ("lab", "removed")
    assert item["losing"] == [{"kind": "Egress", "name": "e0", "address": "10.1.0.9"}]


def test_consumers_that_would_lose_their_address_are_named(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    store(cluster, "edge", "10.0.0.0/24", used=2)
    consume(cluster, "edge", "10.0.0.9", "10.0.0.200")
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "api",
            "namespace": "shop",
            "uid": "u",
            "annotations": {"service.antrea.io/external-ip-pool": "edge"},
        },
        "spec": {"type": "LoadBalancer"},
        "status": {"loadBalancer": {"ingress": [{"ip": "10.0.0.201"}]}},
    }
    file = written(pool_object("edge", "10.0.0.0/25"), service)

    result = program("diff", file)

    expected = "would lose their addresses: Egress e1 (10.0.0.200), Service shop/api (10.0.0.201)"
    assert expected in result.out
    assert "e0" not in result.out


def test_a_diff_continues_without_permission_to_list_consumers(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    store(cluster, "edge", "10.0.0.0/24", used=2)
    cluster.forbidden = {"list:egresses", "list:services"}

    result = program("diff", written(pool_object("edge", "10.0.0.0/25")))
    document = program("diff", "new.yaml", "-o", "json").document
    append = written(pool_object("edge", "10.0.0.0/24", "10.0.1.0/24"))

    assert result.code == 1
    assert "2 addresses are in use; the consumers are unknown" in result.out
    assert "warning: no permission to list Egresses and Services; consumers" in result.err
    assert [each["why"] for each in document["unread"]] == ["forbidden", "forbidden"]
    assert "permission" not in program("diff", append).err


def test_every_change_has_its_class(
    program: Program, here: Path, schema: Draft202012Validator
) -> None:
    old = pool_object("edge", "10.0.0.0/24", "10.1.0.0/26")
    new = pool_object("edge", "10.0.0.1/24", "10.1.0.0/25", "10.2.0.0/24")
    new["metadata"]["labels"] = {"team": "net"}
    new["spec"]["nodeSelector"] = {"matchLabels": {"role": "gw"}}
    before, after = (yaml.safe_dump(each) for each in (old, new))

    document = diffed(program, here, before, after, "-o", "json").document
    text = diffed(program, here, before, after).out

    schema.validate(document)
    assert [each["class"] for each in document["items"][0]["changes"]] == [
        "respell", "expand", "append", "labels", "selector",
    ]  # fmt: skip
    for row in (
        "respells 10.0.0.0/24 as 10.0.0.1/24",
        "expands 10.1.0.0/26 to 10.1.0.0/25; 10.1.0.64-10.1.0.127 can be appended instead",
        "appends 10.2.0.0/24",
        "metadata.labels: adds team",
        "spec.nodeSelector changes: <all> -> role=gw",
    ):
        assert f"    {row}\n" in text


def test_many_changes_of_ranges_are_summed_up(program: Program, here: Path) -> None:
    old = pool_object("edge", *(f"10.0.{each}.0/28" for each in range(20)))
    new = pool_object(
        "edge",
        *(f"10.0.{each}.1/28" for each in range(12)),
        *(f"10.1.{each}.0/28" for each in range(10)),
    )

    result = diffed(program, here, *(yaml.safe_dump(each) for each in (old, new)))

    summary = result.out.partition("---")[0]
    assert summary.count("respells") == 8
    assert "    changes 4 other ranges\n" in summary
    assert "10.1.7.0/28 and 2 more\n" in summary


def test_new_ranges_before_existing_ones_change_the_order(program: Program, here: Path) -> None:
    old, new = pool_object("edge", "10.0.0.0/24"), pool_object("edge", "10.1.0.0/24", "10.0.0.0/24")

    result = diffed(program, here, *(yaml.safe_dump(each) for each in (old, new)))

    assert result.out.startswith(
        """\
pool edge: changed
    + 256 addresses: 10.1.0.0/24
    usable 254 -> 508
    appends 10.1.0.0/24
    changes the order of ranges, and thus the allocation order
---"""
    )


def test_a_field_of_a_newer_crd_is_compared(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    cluster.store(pool_object("edge", "10.0.0.0/24", ipFamilies=["IPv4"]))
    same = written(pool_object("edge", "10.0.0.0/24", ipFamilies=["IPv4"]))
    assert program("diff", same).code == 0

    result = program("diff", written(pool_object("edge", "10.0.0.0/24", ipFamilies=["IPv6"])))

    assert result.code == 1
    assert "spec.ipFamilies changes; Antrea up to 2.7 does not have this field" in result.out
    assert "   ipFamilies:\n-  - IPv4\n+  - IPv6\n" in result.out


def test_the_order_of_keys_does_not_appear_in_the_text_diff(program: Program, here: Path) -> None:
    old, new = (pool_object("edge", "10.0.0.0/24") for _ in range(2))
    old["metadata"]["labels"], new["metadata"]["labels"] = (
        {"a": "1", "b": "1"},
        {"b": "1", "a": "1"},
    )
    new["spec"]["nodeSelector"] = {"matchLabels": {"x": "1"}}
    before, after = (json.dumps(each) for each in (old, new))

    result = diffed(program, here, before, after)

    assert "labels" not in result.out.partition("spec:")[0].partition("@@")[2]


def test_nothing_is_sent_to_the_webhook(program: Program, cluster: FakeCluster, here: Path) -> None:
    store(cluster, "edge", "10.0.0.0/24")
    cluster.webhook_fault = UnreachableFault("the webhook does not answer")

    assert program("diff", written(pool_object("edge", "10.0.0.0/25"))).code == 1


def test_a_pool_that_is_being_deleted_is_a_warning(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    deleted: dict[str, Any] = {
        "deletionTimestamp": "2026-01-01T00:00:00Z",
        "finalizers": ["example.com/x"],
    }
    store(cluster, "edge", "10.0.0.0/24", **deleted)

    result = program("diff", written(pool_object("edge", "10.0.0.0/24", "10.0.1.0/24")))

    assert result.code == 1
    assert "warning: pool edge is terminating; it is compared as it is now" in result.err


def test_a_subnet_that_is_added_changed_or_removed(program: Program, here: Path) -> None:
    old, new = (pool_object("edge", "10.0.0.2-10.0.0.9") for _ in range(2))
    new["spec"]["subnetInfo"] = {"gateway": "10.0.0.1", "prefixLength": 24}
    before, after = yaml.safe_dump(old), yaml.safe_dump(new)
    new["spec"]["subnetInfo"]["vlan"] = 7
    tagged = yaml.safe_dump(new)

    def told(one: str, other: str) -> str:
        return diffed(program, here, one, other).out.splitlines()[1].strip()

    assert told(before, after) == "spec.subnetInfo is added: gateway 10.0.0.1, prefixLength 24"
    assert told(after, tagged) == "spec.subnetInfo changes: vlan none -> 7"
    assert told(after, before).startswith("spec.subnetInfo is removed: gateway 10.0.0.1")


def test_a_range_stored_in_pieces_is_a_note_and_not_a_difference(
    program: Program, cluster: FakeCluster, here: Path, schema: Draft202012Validator
) -> None:
    store(cluster, "edge", "10.0.0.0/26", "10.1.0.0/24", "10.0.0.64/26")
    file = written(pool_object("edge", "10.0.0.0/25", "10.1.0.0/24"))
    assert program("apply", file, "--yes").code == 0

    result = program("diff", file)
    document = program("diff", file, "-o", "json").document
    again = program("apply", file, "--yes")

    note = (
        "pool edge has 10.0.0.0/26, 10.0.0.64/26 instead of 10.0.0.0/25 (same addresses, usable"
        " 126 -> 124): Antrea does not allow changing existing ranges; use these ranges in the"
        " manifest\n"
    )
    assert (result.code, result.out) == (0, "")
    assert result.err == f"{note}no difference\n"
    schema.validate(document)
    (item,) = document["items"]
    assert (item["change"], item["effect"], document["unified"]) == ("unchanged", "none", "")
    assert item["changes"] == [
        {
            "class": "in-pieces",
            "field": "spec.ipRanges",
            "wanted": "10.0.0.0/25",
            "ranges": ["10.0.0.0/26", "10.0.0.64/26"],
            "usable": {"wanted": 126, "ranges": 124},
        }
    ]
    assert (again.code, again.err) == (0, f"{note}nothing to change\n")


def test_beside_ranges_in_pieces_only_the_rest_differs(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    store(cluster, "edge", "10.0.0.0/26", "10.0.0.64/26")

    result = program("diff", written(pool_object("edge", "10.0.0.0/25", "10.1.0.0/24")))

    assert result.code == 1
    assert "usable 124 -> 378" in result.out
    assert result.out.endswith(
        "   - cidr: 10.0.0.64/26\n+  - cidr: 10.1.0.0/24\n   nodeSelector: {}\n"
    )
    assert "spelled" not in result.out
    assert "pool edge has 10.0.0.0/26, 10.0.0.64/26 instead of 10.0.0.0/25" in result.err


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"subnetInfo": {}}, "spec.subnetInfo.gateway: Required value"),
        ({"ipRanges": [{"cidr": "10.0.0.0/28", "start": "", "end": ""}]}, "spec.ipRanges[0].end"),
    ],
)
def test_a_manifest_that_the_api_server_rejects_is_a_difference(
    program: Program, here: Path, spec: dict[str, Any], sentence: str
) -> None:
    live = pool_object("a", "10.0.0.0/28")
    (here / "live.json").write_text(json.dumps(live), encoding="utf-8")
    wanted = {**live, "spec": {**live["spec"], **spec}}
    (here / "pool.json").write_text(json.dumps(wanted), encoding="utf-8")

    result = program("diff", "pool.json", "--against", "live.json")

    assert result.code == 1
    assert "the API server will reject this update: " in result.out
    assert sentence in result.out
    assert ("@@" in result.out) == ("ipRanges" in spec)
    assert program("diff", "live.json", "--against", "pool.json").code == 0
    assert program("diff", "pool.json", "--against", "pool.json").code == 0
