"""``create`` with labels, annotations, Nodes and a subnet, derived names, and manifests."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from ippoolctl.reading.yaml_documents import read_yaml
from tests.builders import pool_object
from tests.cli.live_pools import store
from tests.cli.program import Program
from tests.fakes import FakeCluster, FakeGateway

RANGE = "10.0.0.2-10.0.0.30"
FIELDS = (
    "-l", "team=net,ci=true", "--label", "job=17",
    "--annotation", "owner=a, b", "--annotation", "note=x=y",
    "--node-selector", "zone in (a,b),!spot", "--node-selector", "role=egress",
    "--gateway", "10.0.0.1", "--prefix-length", "24", "--vlan", "7",
)  # fmt: skip


def stored(cluster: FakeCluster, name: str) -> Any:
    return cluster.document(name)


def test_every_field_is_stored(program: Program, cluster: FakeCluster) -> None:
    assert program("create", "lab", "--range", RANGE, *FIELDS).code == 0

    document = stored(cluster, "lab")
    assert document["metadata"]["labels"] == {"team": "net", "ci": "true", "job": "17"}
    annotations = document["metadata"]["annotations"]
    assert (annotations["owner"], annotations["note"]) == ("a, b", "x=y")
    assert document["spec"] == {
        "ipRanges": [{"start": "10.0.0.2", "end": "10.0.0.30"}],
        "nodeSelector": {
            "matchLabels": {"role": "egress"},
            "matchExpressions": [
                {"key": "zone", "operator": "In", "values": ["a", "b"]},
                {"key": "spot", "operator": "DoesNotExist"},
            ],
        },
        "subnetInfo": {"gateway": "10.0.0.1", "prefixLength": 24, "vlan": 7},
    }


def test_the_same_fields_are_the_same_request(program: Program, cluster: FakeCluster) -> None:
    program("create", "lab", "--range", RANGE, *FIELDS)

    again = program("create", "lab", "--range", RANGE, *FIELDS)
    other = program("create", "lab", "--range", RANGE, *FIELDS, "-l", "more=1")

    assert (again.code, "created by an earlier run" in again.out) == (0, True)
    assert other.code == 4


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("-l", "team=net"), 0),
        (("-l", "team=other"), 4),
        (("-l", "more=1"), 4),
        (("--annotation", "note=x=y"), 0),
        (("--annotation", "note=z"), 4),
        (("--node-selector", "role=egress,zone in (a,b),!spot"), 0),
        (("--node-selector", "role=egress"), 4),
        (("--gateway", "10.0.0.1", "--prefix-length", "24", "--vlan", "7"), 0),
        (("--gateway", "10.0.0.1", "--prefix-length", "24"), 4),
        ((), 0),
    ],
)
@pytest.mark.parametrize("how", [("--range", RANGE), ("--ips", "29", "--within", "10.0.0.0/24")])
def test_if_not_exists_compares_the_given_fields(
    program: Program,
    cluster: FakeCluster,
    arguments: tuple[str, ...],
    code: int,
    how: tuple[str, ...],
) -> None:
    program("create", "lab", "--range", RANGE, *FIELDS)

    result = program("create", "lab", *how, *arguments, "--if-not-exists")

    assert result.code == code
    if code:
        assert "a pool of this name exists but does not match: different " in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-l", "team"), "invalid label: 'team'"),
        (("-l", "te am=x"), "invalid label key: 'te am'"),
        (("-l", "team=a b"), "invalid value of label team: 'a b'"),
        (("-l", "a=b", "-l", "a=c"), "duplicate label a"),
        (("--annotation", "ippoolctl/ttl=1h"), "annotation ippoolctl/ttl is reserved"),
        (("--annotation", "/x=1h"), "invalid annotation key: '/x'"),
        (("--annotation", "x=a\udcff"), r"invalid value of annotation x: 'a\udcff'"),
        (("--node-selector", "cores>3"), "invalid --node-selector: 'cores>3'"),
        (("--node-selector", "zone=a b"), "invalid --node-selector: 'zone=a b'"),
        (("--gateway", "10.0.0.1"), "a subnet requires --prefix-length"),
        (("--vlan", "7"), "a subnet requires --gateway"),
        (("--gateway", "router", "--prefix-length", "24"), "invalid gateway: 'router'"),
        (("--name-from", "x"), "NAME and --name-from cannot be used together"),
    ],
)
def test_invalid_fields_are_refused_before_any_request(
    program: Program, gateway: FakeGateway, arguments: tuple[str, ...], message: str
) -> None:
    result = program("create", "lab", "--range", RANGE, *arguments)

    assert result.code == 2
    assert result.err.startswith(f"error: {message}")
    assert gateway.requests == []


def test_a_range_outside_the_subnet_is_refused(program: Program, cluster: FakeCluster) -> None:
    subnet = ("--gateway", "10.9.0.1", "--prefix-length", "24")

    result = program("create", "lab", "--range", RANGE, *subnet)

    assert (result.code, "EIP207" in result.err, cluster.names) == (4, True, [])


def test_a_name_from_any_text_is_made_valid(program: Program, cluster: FakeCluster) -> None:
    first = program("create", "--name-from", "Unit_Test #4", "--range", RANGE, "-o", "name")
    again = program("create", "--name-from", "Unit_Test #4", "--range", RANGE, "-o", "name")
    size = ("--prefix", "28", "--within", "10.1.0.0/24", "--count", "2")
    many = program("create", "--name-from", "x" * 80, *size, "-o", "name")

    assert first.out == again.out
    assert first.out.startswith("externalippool.crd.antrea.io/unit-test-4-")
    assert many.code == 0
    assert [len(each.partition("/")[2]) for each in many.out.split()] == [63, 63]
    assert program("create", "--name-from", " ", "--range", RANGE).code == 2


def test_a_client_dry_run_prints_what_kubectl_creates(program: Program, conflict: Path) -> None:
    dry_run = ("--ttl", "1h", "--dry-run", "client")
    made = program("create", "lab", "--range", RANGE, *FIELDS, *dry_run, "-o", "yaml")
    (conflict / "made.yaml").write_text(made.out, encoding="utf-8")
    same = program("create", "-f", "made.yaml", "--dry-run", "client", "-o", "manifest")
    judged = program("create", "-f", "made.yaml", "--dry-run", "client", "-o", "json")

    (document,) = read_yaml(made.out)
    assert [*document] == ["apiVersion", "kind", "metadata", "spec"]
    assert document["metadata"]["annotations"] == {"owner": "a, b", "note": "x=y"}
    assert same.out == made.out
    assert (judged.code, judged.document["kind"]) == (0, "VerdictList")


def test_a_client_dry_run_without_existing_pools_names_the_one_that_asks_the_cluster(
    program: Program,
) -> None:
    result = program("create", "lab", "--range", RANGE, "--dry-run", "client")

    assert result.out.endswith(
        "without existing pools (add them with --against, or use --dry-run server)\n"
    )


def test_a_client_dry_run_takes_the_resource_before_the_name_as_a_creation_does(
    program: Program, conflict: Path
) -> None:
    dry_run = ("--dry-run", "client", "--against", str(conflict / "edge.yaml"))

    result = program("create", "eip/new", "--range", "10.9.0.0/24", *dry_run)
    invalid = program("create", "eip/New", "--range", "10.9.0.0/24", *dry_run)

    assert (result.code, invalid.code) == (0, 4)
    assert 'Invalid value: "New"' in invalid.out


def test_a_refused_manifest_is_not_printed(program: Program, conflict: Path) -> None:
    arguments = ("create", "lab", "--range", RANGE, "--dry-run", "client", "-o", "yaml")

    result = program(*arguments, "--against", "edge.yaml")

    (document,) = read_yaml(result.out)
    assert (result.code, document["kind"]) == (4, "VerdictList")


def test_labels_are_added_to_the_pools_of_a_file(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    (here / "a.yaml").write_text(
        "apiVersion: crd.antrea.io/v1beta1\nkind: ExternalIPPool\n"
        "metadata: {name: lab, labels: {team: net}}\n"
        "spec: {ipRanges: [{cidr: 10.0.0.0/28}], nodeSelector: {}}\n",
        encoding="utf-8",
    )

    assert program("create", "-f", "a.yaml", "-l", "ci=true").code == 0
    assert stored(cluster, "lab")["metadata"]["labels"] == {"team": "net", "ci": "true"}
    assert program("create", "-f", "a.yaml", "--node-selector", "a=b").code == 2


@pytest.mark.parametrize("given", [(), ("--ttl", "1h"), ("-l", "a=b"), ("--annotation", "a=b")])
@pytest.mark.parametrize("size", [(), ("--ips", "3", "--within", "10.0.0.0/24")])
@pytest.mark.parametrize("field", ["labels", "annotations"])
@pytest.mark.parametrize("value", ["foo", ["foo"], 0])
def test_labels_or_annotations_that_are_no_mapping_are_refused_without_a_traceback(
    program: Program,
    cluster: FakeCluster,
    here: Path,
    given: tuple[str, ...],
    size: tuple[str, ...],
    field: str,
    value: Any,
) -> None:
    document = pool_object("lab", *([] if size else ["10.0.0.0/24"]))
    document["metadata"][field] = value
    (here / "lab.json").write_bytes(orjson.dumps(document))

    result = program("create", "-f", "lab.json", *given, *size)

    assert result.code == 4
    assert field in result.err
    assert "(EIP111)" in result.err
    assert cluster.names == []


def test_all_problems_of_all_pools_are_named_before_the_first_write(
    program: Program, cluster: FakeCluster, here: Path
) -> None:

    good, final, nameless = (pool_object(name, f"10.{n}.0.0/24") for n, name in enumerate("abc"))
    final["metadata"]["finalizers"] = ["x/y"]
    nameless["metadata"] = {"generateName": "c-"}
    bad = pool_object("d", "2001:DB8::1-2001:DB8::9")
    worse = pool_object("e", "10.5.0.0/33")
    overlap = pool_object("f", "10.0.0.0/28")
    items = [good, final, nameless, bad, worse, overlap]
    (here / "x.json").write_bytes(
        orjson.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    )

    result = program("create", "-f", "x.json")

    assert result.code == 2
    assert cluster.names == []
    for words in ("finalizers", "generateName", "EIP302", "EIP104", "overlaps another pool"):
        assert words in result.err
    assert len([each for each in result.err.splitlines() if each.startswith("error: ")]) == 5


def test_created_pools_can_be_printed_as_manifests(program: Program, cluster: FakeCluster) -> None:
    result = program("create", "lab", "--range", RANGE, "-l", "a=b", "-o", "manifest")

    (document,) = read_yaml(result.out)
    assert document["metadata"] == {"name": "lab", "labels": {"a": "b"}}
    store(cluster, "other", "10.1.0.0/28")
    assert program("create", "no", "--range", "10.1.0.0/28", "-o", "manifest").out == ""
