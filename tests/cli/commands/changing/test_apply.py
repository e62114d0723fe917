"""``apply``: steps that Antrea admits, and no write without approval."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from ippoolctl.domain.antrea.consumers import Consumer
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.reading.documents import read_documents
from ippoolctl.reading.sources import Source
from tests.builders import pool_object
from tests.cli.live_pools import store
from tests.cli.program import Program
from tests.fakes import FakeCluster, FakeGateway

KIND = "externalippool.crd.antrea.io"


def manifests(here: Path, *documents: dict[str, Any]) -> str:
    path = here / "pools.yaml"
    path.write_text(yaml.safe_dump_all(documents), encoding="utf-8")
    return str(path)


def labelled(name: str, *ranges: str, labels: dict[str, str], **spec: Any) -> dict[str, Any]:
    made = pool_object(name, *ranges, **spec)
    made["metadata"]["labels"] = labels
    return made


def texts(cluster: FakeCluster, name: str) -> list[str]:
    document = cluster.document(name)
    assert document is not None
    return [each.get("cidr") or f"{each['start']}-{each['end']}" for each in ranges(document)]


def ranges(document: dict[str, Any]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = document["spec"]["ipRanges"]
    return found


def writes(gateway: FakeGateway) -> list[str]:
    reads = {"list", "get", "consumers", "may", "objects", "webhook"}
    return [method for _, method in gateway.requests if method not in reads]


@pytest.fixture
def wanted(cluster: FakeCluster, here: Path) -> str:
    """Six steps: a growing range, changes of all kinds, a deletion and a pool in its place."""
    store(cluster, "a", "10.0.0.0/26")
    store(cluster, "b", "10.0.1.0/24", labels={"x": "old", "theirs": "1"})
    store(cluster, "old", "10.0.3.0/24")
    selector = {"matchLabels": {"zone": "dmz"}}
    return manifests(
        here,
        pool_object("a", "10.0.0.0/25"),
        labelled("b", "10.0.2.0/24", "10.0.1.0/24", labels={"x": "new"}, nodeSelector=selector),
        pool_object("new", "10.0.3.0/24"),
    )


def test_a_plan_of_all_kinds_of_steps_is_carried_out_in_order(
    program: Program, cluster: FakeCluster, wanted: str, schema: Draft202012Validator
) -> None:
    arguments = ["apply", wanted, "--complete", "--ordered"]
    shown = program(*arguments, "--dry-run", "client")
    result = program(*arguments, "--yes", "-o", "json")

    assert shown.out.splitlines()[-7:] == [
        "plan: 6 steps",
        "  1. append 10.0.0.64/26 to pool a",
        "  2. change pool b: label x, nodeSelector",
        "  3. append 10.0.2.0/24 to pool b",
        "  4. change the order of the ranges of pool b",
        "  5. delete pool old (unused)",
        "  6. create pool new with 10.0.3.0/24 (takes addresses of old)",
    ]
    schema.validate(result.document)
    assert result.code == 0
    states = [each["outcome"]["state"] for each in result.document["steps"]]
    assert states == ["extended", "changed", "extended", "changed", "deleted", "created"]
    assert cluster.names == ["a", "b", "new"]
    assert texts(cluster, "a") == ["10.0.0.0/26", "10.0.0.64/26"]
    assert texts(cluster, "b") == ["10.0.2.0/24", "10.0.1.0/24"]
    changed = cluster.document("b")
    assert changed is not None
    assert changed["metadata"]["labels"] == {"x": "new", "theirs": "1"}
    assert changed["spec"]["nodeSelector"] == {"matchLabels": {"zone": "dmz"}}


def test_a_second_apply_writes_nothing(program: Program, gateway: FakeGateway, wanted: str) -> None:
    assert program("apply", wanted, "--complete", "--ordered", "--yes").code == 0
    gateway.requests.clear()

    again = program("apply", wanted, "--complete", "--ordered", "--yes")

    assert (again.code, writes(gateway)) == (0, [])
    assert "instead of 10.0.0.0/25 (same addresses, usable 126 -> 124)" in again.err
    assert "nothing to change" in again.err


def test_labels_removed_from_the_manifest_are_removed_and_foreign_ones_stay(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    file = manifests(here, labelled("a", "10.0.0.0/24", labels={"mine": "1", "also": "1"}))
    assert program("apply", file, "--yes").code == 0
    document = cluster.document("a")
    assert document is not None
    document["metadata"]["labels"]["theirs"] = "1"
    cluster.store(document)

    manifests(here, labelled("a", "10.0.0.0/24", labels={"also": "2"}))
    assert program("apply", file, "--yes").code == 0

    now = cluster.document("a")
    assert now is not None
    assert now["metadata"]["labels"] == {"also": "2", "theirs": "1"}
    assert program("diff", file).code == 0


def labels_of(cluster: FakeCluster, name: str) -> dict[str, str]:
    document = cluster.document(name)
    assert document is not None
    found: dict[str, str] = document["metadata"].get("labels", {})
    return found


def relabelled(cluster: FakeCluster, name: str, **labels: str | None) -> None:
    """Another client sets these labels, and removes those without a value."""
    document = cluster.document(name)
    assert document is not None
    found = {**document["metadata"].get("labels", {}), **labels}
    kept = {key: value for key, value in found.items() if value is not None}
    cluster.store({**document, "metadata": {**document["metadata"], "labels": kept}})


def test_a_label_that_predates_the_manifest_is_removed_with_it(
    program: Program, gateway: FakeGateway, here: Path
) -> None:
    cluster = gateway.cluster
    store(cluster, "a", "10.0.0.0/24", labels={"mine": "1", "theirs": "1"})
    store(cluster, "b", "10.0.1.0/24")
    bare = pool_object("b", "10.0.1.0/24")
    file = manifests(here, labelled("a", "10.0.0.0/24", labels={"mine": "1"}), bare)

    shown = program("apply", file, "--dry-run", "client")
    adopted = program("apply", file, "--yes")
    same = program("diff", file)
    gateway.requests.clear()
    again = program("apply", file, "--yes")
    kept = writes(gateway)
    manifests(here, pool_object("a", "10.0.0.0/24"), bare)
    removed = program("apply", file, "--yes")

    assert (adopted.code, adopted.out) == (0, f"{KIND}/a changed\n")
    assert shown.out.endswith(
        "plan: 1 step\n  1. record on pool a which labels and annotations its manifest has\n"
    )
    assert (same.code, same.out) == (0, "")
    assert (again.code, kept) == (0, [])
    assert removed.code == 0
    assert labels_of(cluster, "a") == {"theirs": "1"}


def test_a_label_that_left_both_manifest_and_pool_belongs_to_others_afterwards(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    file = manifests(here, labelled("a", "10.0.0.0/24", labels={"x": "1"}))
    assert program("apply", file, "--yes").code == 0
    relabelled(cluster, "a", x=None)
    manifests(here, pool_object("a", "10.0.0.0/24"))

    assert program("apply", file, "--yes").code == 0
    relabelled(cluster, "a", x="theirs")

    assert program("diff", file).code == 0
    assert program("apply", file, "--yes").code == 0
    assert labels_of(cluster, "a") == {"x": "theirs"}
    now = cluster.document("a")
    assert now is not None
    assert "ippoolctl/applied" not in now["metadata"].get("annotations", {})


def test_what_kubectl_has_recorded_counts_until_the_next_apply(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    record = json.dumps({"metadata": {"name": "a", "labels": {"x": "1", "y": "1"}}})
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": record}
    labels = {"x": "1", "y": "1"}
    store(cluster, "a", "10.0.0.0/24", labels=labels, annotations=annotations)
    file = manifests(here, labelled("a", "10.0.0.0/24", labels={"x": "1"}))

    assert program("apply", file, "--yes").code == 0
    assert labels_of(cluster, "a") == {"x": "1"}
    relabelled(cluster, "a", y="theirs")
    assert program("diff", file).code == 0
    assert program("apply", file, "--yes", "-o", "json").document["result"] == "unchanged"

    document = cluster.document("a")
    assert document is not None
    newer = json.dumps({"metadata": {"name": "a", "labels": {"y": "theirs", "x": "1"}}})
    document["metadata"]["annotations"] |= {next(iter(annotations)): newer}
    cluster.store(document)
    assert program("apply", file, "--yes").code == 0
    assert labels_of(cluster, "a") == {"x": "1"}


def test_a_frozen_pool_like_its_manifest_is_left_alone(
    program: Program, gateway: FakeGateway, here: Path
) -> None:
    store(gateway.cluster, "a", "10.0.0.0/24", labels={"x": "1"})
    store(gateway.cluster, "b", "10.0.0.0/25")
    file = manifests(here, labelled("a", "10.0.0.0/24", labels={"x": "1"}))

    result = program("apply", file, "--yes")

    assert (result.code, writes(gateway)) == (0, [])


def test_what_is_impossible_in_place_is_refused_with_the_procedure_and_the_users(
    program: Program, gateway: FakeGateway, here: Path, schema: Draft202012Validator
) -> None:
    store(gateway.cluster, "a", "10.0.0.0/24", used=2)
    gateway.cluster.consumers = [
        Consumer("Egress", "e", "a", "10.0.0.7"),
        Consumer("Service", "ns/s", "a", "10.0.0.200"),
    ]
    file = manifests(here, pool_object("a", "10.0.0.0/25"))

    result = program("apply", file, "--yes")
    document = program("apply", file, "--yes", "-o", "json").document

    lost = "the pool would lose 128 addresses (10.0.0.128-10.0.0.255)"
    assert (result.code, writes(gateway)) == (4, [])
    assert result.err.splitlines() == [
        f"error: pool a: Antrea does not allow removing or changing 10.0.0.0/24; {lost}",
        "    to recreate it:",
        "      1. detach its Egresses and Services, keeping their addresses",
        "      2. delete pool a",
        "      3. wait until the pool is gone from the webhook cache",
        "      4. create pool a with 10.0.0.0/25",
        "      5. attach them again",
        "    keep their address: Egress e holds 10.0.0.7",
        "    lose their address: Service ns/s holds 10.0.0.200",
        "hint: keep the existing ranges in the manifest, or use --replace",
    ]
    schema.validate(document)
    (refusal,) = document["refusals"]
    assert refusal["sentences"] == ["existing IPRanges [10.0.0.0/24] cannot be updated or deleted"]
    assert [each["name"] for each in refusal["losing"]] == ["ns/s"]


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["--complete"], "use --ordered to delete pool old first"),
        (
            [],
            "or delete pool old first; to rename it: ippoolctl rename old new",
        ),
    ],
)
def test_a_pool_takes_addresses_of_another_one_only_on_request(
    program: Program, gateway: FakeGateway, here: Path, options: list[str], hint: str
) -> None:
    store(gateway.cluster, "old", "10.0.0.0/24")
    file = manifests(here, pool_object("new", "10.0.0.0/24"))

    result = program("apply", file, "--yes", *options)

    assert (result.code, writes(gateway)) == (4, [])
    assert f"{hint}\n" in result.err


def test_a_pool_in_use_without_a_manifest_is_not_deleted(
    program: Program, gateway: FakeGateway, here: Path
) -> None:
    store(gateway.cluster, "a", "10.0.0.0/24")
    store(gateway.cluster, "b", "10.0.1.0/24")
    gateway.cluster.consumers = [Consumer("Egress", "e", "b", "10.0.1.7")]

    result = program(
        "apply", manifests(here, pool_object("a", "10.0.0.0/24")), "--complete", "--yes"
    )

    assert (result.code, writes(gateway)) == (4, [])
    assert "Egress e holds 10.0.1.7" in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no files specified"),
        (["pools.yaml"], "not a terminal; use --yes"),
        (["nothing.yaml"], "nothing.yaml: no such file or directory"),
        (["pools.yaml", "--plan", "plan.json"], "--plan cannot be used with PATH"),
        (["--plan", "plan.json", "--ordered", "--yes"], "--plan cannot be used with PATH"),
        (["--plan", "nothing.json", "--yes"], "nothing.json: no such file or directory"),
        (["--plan", "pools.yaml", "--yes"], "pools.yaml is not a plan of ippoolctl/v1"),
        (["--plan", "list.json", "--yes"], "list.json is not a plan of ippoolctl/v1"),
        (["pools.yaml", "-o", "plan"], "invalid value: -o plan"),
        (["pools.yaml", "--dry-run", "perhaps"], "--dry-run perhaps"),
        (["twice.yaml", "--yes"], "pool a is defined twice"),
    ],
)
def test_wrong_usage(
    program: Program, gateway: FakeGateway, here: Path, arguments: list[str], message: str
) -> None:
    document = pool_object("a", "10.0.0.0/24")
    (here / "twice.yaml").write_text(yaml.safe_dump_all([document, document]), encoding="utf-8")
    plan: dict[str, Any] = {
        "apiVersion": "ippoolctl/v1",
        "kind": "Plan",
        "result": "legal",
        "steps": [],
    }
    plan |= {"complete": False, "ordered": False, "replacement": [1], "manifests": [document]}
    (here / "list.json").write_text(json.dumps(plan), encoding="utf-8")
    manifests(here, document)

    result = program("apply", *arguments)

    assert (result.code, writes(gateway)) == (2, [])
    assert message in result.err


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("", 1)])
def test_on_a_terminal_it_asks_after_it_has_shown_the_plan(
    program: Program,
    cluster: FakeCluster,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    code: int,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)

    result = program("apply", manifests(here, pool_object("a", "10.0.0.0/24")))

    assert result.code == code
    assert "create pool a with 10.0.0.0/24" in result.err
    assert "Apply 1 step? [y/N]" in result.err
    assert cluster.names == (["a"] if code == 0 else [])


@pytest.mark.parametrize(
    ("name", "labels", "pool_", "field"),
    [("y", "{}", "(without a name)", "name"), ("lab", "{a: y}", "lab", "labels.a")],
)
def test_a_value_without_quotes_is_refused_in_plain_words_and_no_plan_is_saved(
    program: Program,
    cluster: FakeCluster,
    here: Path,
    name: str,
    labels: str,
    pool_: str,
    field: str,
) -> None:
    path = here / "pool.yaml"
    path.write_text(
        f"""apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata: {{name: {name}, labels: {labels}}}
spec:
  ipRanges: [{{cidr: 10.50.0.0/24}}]
  nodeSelector: {{}}
""",
        encoding="utf-8",
    )

    saved = program("apply", str(path), "-o", f"plan={here}/plan.json")
    applied = program("apply", str(path), "--yes", "-o", "json")

    message = (
        f"pool {pool_}: the API server will reject this pool: invalid metadata: metadata.{field}"
    )
    hint = "quote the value; without quotes it is read as true"
    assert saved.code == applied.code == 4
    assert saved.err == f"error: {message}\nhint: {hint}\n"
    (refusal,) = applied.document["refusals"]
    assert (refusal["message"], refusal["hint"]) == (message, hint)
    assert not (here / "plan.json").exists()
    assert cluster.names == []


def test_a_saved_plan_is_carried_out_or_the_run_stops(
    program: Program, cluster: FakeCluster, wanted: str, here: Path
) -> None:
    saved = program("apply", wanted, "--complete", "--ordered", "-o", f"plan={here}/plan.json")
    kept = json.loads((here / "plan.json").read_text(encoding="utf-8"))
    before = cluster.document("b")
    assert before is not None
    other = {**before, "metadata": {**before["metadata"], "labels": {"x": "foreign"}}}
    cluster.store(other)

    outdated = program("apply", "--plan", "plan.json", "--yes")
    cluster.store(before)
    cluster.write_status("b", 254, 3)
    done = program("apply", "--plan", "plan.json", "--yes")
    again = program("apply", "--plan", "plan.json", "--yes")

    assert (saved.code, kept["kind"], len(kept["steps"])) == (0, "Plan", 6)
    assert saved.out.count("plan: 6 steps") == 1
    assert outdated.code == 6
    assert "the cluster has changed since the plan was saved" in outdated.err
    assert (done.code, again.code) == (0, 0)
    assert cluster.names == ["a", "b", "new"]


def test_an_apply_stops_at_the_first_failure_and_the_next_one_continues(
    program: Program, gateway: FakeGateway, wanted: str
) -> None:
    arguments = ["apply", wanted, "--complete", "--ordered", "--yes"]
    gateway.fail("delete", RejectedFault(403, "no", reason="Forbidden"), times=1)

    failed = program(*arguments)
    continued = program(*arguments)

    assert failed.code == 3
    assert failed.out.splitlines() == [
        f"{KIND}/a extended",
        f"{KIND}/b changed",
        f"{KIND}/b extended",
        f"{KIND}/b changed",
    ]
    assert "not tried: new" in failed.err
    assert "run the same command again to continue" in failed.err
    assert continued.out.splitlines() == [f"{KIND}/old deleted", f"{KIND}/new created"]


Change = Callable[[FakeCluster], None]


def relabel(key: str) -> Change:
    def happen(cluster: FakeCluster) -> None:
        document = cluster.document("b")
        assert document is not None
        labels = {**document["metadata"]["labels"], key: "foreign"}
        cluster.store({**document, "metadata": {**document["metadata"], "labels": labels}})

    return happen


def append(cluster: FakeCluster) -> None:
    document = cluster.document("b")
    assert document is not None
    more = [*ranges(document), {"cidr": "10.9.9.0/24"}]
    cluster.store({**document, "spec": {**document["spec"], "ipRanges": more}})


@pytest.mark.parametrize(
    ("change", "before", "code"),
    [
        (relabel("other"), "patch", 0),
        (relabel("x"), "patch", 6),
        (append, "patch", 6),
        (append, "claim", 6),
    ],
    ids=["another label", "the same label", "a range", "a range before the claim"],
)
def test_a_foreign_write_before_a_step_stops_the_run_if_it_matters(
    program: Program,
    gateway: FakeGateway,
    here: Path,
    change: Change,
    before: str,
    code: int,
) -> None:
    cluster = gateway.cluster
    store(cluster, "b", "10.0.1.0/24", labels={"x": "old"})
    labels = {"x": "old" if before == "claim" else "new"}
    file = manifests(here, labelled("b", "10.0.1.0/24", "10.0.2.0/24", labels=labels))
    patch_pool = gateway.patch_pool
    pending = [change]

    def interleaved(*arguments: Any, **more: Any) -> Any:
        if pending:
            pending.pop()(cluster)
        return patch_pool(*arguments, **more)

    gateway.patch_pool = interleaved  # type: ignore[method-assign]

    result = program("apply", file, "--yes")

    assert result.code == code
    now = cluster.document("b")
    assert now is not None
    if code == 0:
        assert now["metadata"]["labels"] == {"x": "new", "other": "foreign"}
        assert texts(cluster, "b") == ["10.0.1.0/24", "10.0.2.0/24"]
    else:
        assert "the cluster has changed since the plan was approved" in result.err
        assert "pool b: changed" in result.err
        assert "10.0.2.0/24" not in texts(cluster, "b")
        assert "ippoolctl/claim" not in now["metadata"].get("annotations", {})
        assert now["metadata"]["labels"] in ({"x": "old"}, {"x": "foreign"})


def test_a_dry_run_on_the_server_writes_nothing(
    program: Program, gateway: FakeGateway, wanted: str
) -> None:
    before = gateway.cluster.snapshot(None)[1]

    result = program("apply", wanted, "--complete", "--ordered", "--dry-run", "server")

    assert result.code == 0
    assert gateway.cluster.snapshot(None)[1] == before
    assert f"{KIND}/a applied (server dry run)" in result.out
    assert f"{KIND}/new skipped (depends on an earlier step)" in result.out


def test_a_hazard_that_antrea_admits_is_refused_unless_it_is_allowed(
    program: Program, gateway: FakeGateway, here: Path
) -> None:
    store(gateway.cluster, "a", "10.0.0.0/24")
    file = manifests(here, pool_object("a", "10.0.0.0/24", "2001:DB8::1-2001:DB8::9"))

    refused = program("apply", file, "--yes")
    allowed = program("apply", file, "--yes", "--allow", "EIP302")

    assert (refused.code, "EIP302" in refused.err) == (4, True)
    assert allowed.code == 0


@pytest.mark.parametrize(
    "ranges",
    [{"a": ["2001:DB8::1-2001:DB8::9", "2001:DB9::1-2001:DB9::9"]},
     {"a": ["2001:DB8::1-2001:DB8::9"], "b": ["2001:DB9::1-2001:DB9::9"]},
     {"a": ["2001:DB8::1-2001:DB8::9"], "b": ["10.1.0.0/24"]}],
)  # fmt: skip
def test_all_hazards_of_all_pools_are_refused_before_the_first_write(
    program: Program, gateway: FakeGateway, here: Path, ranges: dict[str, list[str]]
) -> None:
    file = manifests(here, *(pool_object(name, *each) for name, each in ranges.items()))

    result = program("apply", file, "--yes")

    assert (result.code, gateway.cluster.names) == (4, [])
    assert result.err.count("(EIP302)") == str(ranges).count("::1-")


def test_missing_rights_are_reported_before_the_first_write(
    program: Program, gateway: FakeGateway, wanted: str
) -> None:
    gateway.cluster.forbidden |= {"delete"}

    result = program("apply", wanted, "--complete", "--ordered", "--yes")

    assert (result.code, writes(gateway)) == (3, [])
    assert "no permission to delete" in result.err


def test_a_file_is_read_once_however_many_pools_it_has(
    program: Program, cluster: FakeCluster, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def reading(source: Source) -> Any:
        read.append(source.name)
        return read_documents(source)

    monkeypatch.setattr("ippoolctl.manifests.read.read_documents", reading)
    items = [labelled(f"p{each}", f"10.0.{each}.0/24", labels={"n": "1"}) for each in range(5)]
    file = here / "list.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))

    result = program("apply", str(file), "--yes")

    assert (result.code, len(cluster.names)) == (0, 5)
    assert read == [str(file)]


def definition(**fields: Any) -> dict[str, Any]:
    """The CRD of a later release, whose ranges and ``spec`` have these fields."""
    spec = {
        "ipRanges": {"type": "array", "items": {"type": "object", "properties": {"note": {}}}},
        **fields,
    }
    schema = {"properties": {"spec": {"type": "object", "properties": spec}}}
    version = {"name": "v1beta1", "served": True, "schema": {"openAPIV3Schema": schema}}
    name = "externalippools.crd.antrea.io"
    return {"metadata": {"name": name, "uid": "u"}, "spec": {"versions": [version]}}


def test_a_field_of_a_newer_crd_is_written_beside_ranges_and_refused_inside_them(
    program: Program, gateway: FakeGateway, here: Path, schema: Draft202012Validator
) -> None:
    cluster = gateway.cluster
    crd = definition(ipFamilies={"type": "array"})
    cluster.others["customresourcedefinitions"] = [crd]
    store(cluster, "a", "10.0.0.0/24")
    file = manifests(here, pool_object("a", "10.0.0.0/24", ipFamilies=["IPv4"], typo=True))

    changed = program("apply", file, "--yes")
    same = program("diff", file)
    noted = pool_object("a", "10.0.0.0/24", ipFamilies=["IPv4"])
    noted["spec"]["ipRanges"][0]["note"] = "x"
    manifests(here, noted)
    gateway.requests.clear()
    refused = program("apply", file, "--yes")
    document = program("apply", file, "--yes", "-o", "json").document

    assert (changed.code, same.code, same.out) == (0, 0, "")
    assert "pool a: spec.typo ignored" in changed.err
    now = cluster.document("a")
    assert now is not None
    assert now["spec"]["ipFamilies"] == ["IPv4"]
    assert "typo" not in now["spec"]
    assert (refused.code, writes(gateway)) == (4, [])
    assert refused.err.splitlines() == [
        "error: pool a: ippoolctl cannot change spec.ipRanges[0].note; it only appends ranges",
        "hint: use kubectl edit externalippool a",
    ]
    schema.validate(document)
    assert document["refusals"][0]["reason"] == "range-fields"


def test_a_pool_that_is_deleted_meanwhile_and_cannot_be_created_ends_the_plan(
    program: Program, cluster: FakeCluster, gateway: FakeGateway, here: Path
) -> None:
    store(cluster, "a", "10.0.0.0/24")
    store(cluster, "kept", "10.0.1.0/24")
    finalized = pool_object("kept", "10.0.1.0/24")
    finalized["metadata"]["finalizers"] = ["x/y"]
    path = manifests(here, labelled("a", "10.0.0.0/24", labels={"x": "1"}), finalized)
    gateway.before("patch", lambda: cluster.remove("kept"))
    gateway.fail("patch", RejectedFault(409, "the object has been modified", reason="Conflict"))

    result = program("apply", path, "--yes")

    assert result.code == 6
    assert "the cluster has changed since the plan was approved" in result.err
    assert "create pool kept" in result.err
