"""``show``: one pool with its ranges, consumers and findings."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from ippoolctl.domain.annotations.marks import UNFINISHED
from ippoolctl.ports.faults import RejectedFault
from ippoolctl.render.text.space.map import UNICODE
from tests.builders import pool_object
from tests.cli.live_pools import store
from tests.cli.program import Program
from tests.consumers import detached, egress, service
from tests.fakes import FakeCluster, FakeGateway

RANGE = "10.0.0.0/24"
FULL = "Cannot allocate EgressIP from ExternalIPPool: cannot allocate IP in any range"


def fill(cluster: FakeCluster) -> None:
    """A pool of two ranges with five consumers that have addresses, and four that wait."""
    store(cluster, "edge", "10.0.0.0/29", "10.0.1.0-10.0.1.1", used=4)
    cluster.others["egresses"] = [
        egress("web", "edge", "10.0.0.1", node="node-1"),
        egress("pinned", "edge", "10.0.0.4"),
        egress("late", "edge", failure=FULL),
    ]
    cluster.others["services"] = [
        service("api", "edge", "10.0.0.2", requested="10.0.0.2", shared=True),
        service("api2", "edge", "10.0.0.2", requested="10.0.0.2", shared=True),
        service("dns", "edge", "10.0.1.1"),
        service("taken", "edge", requested="10.0.0.4"),
        service("last", "edge", requested="10.0.0.7"),
        service("outside", "edge", requested="10.9.9.9"),
    ]


def test_show_lists_every_range_and_finding(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "edge", RANGE, labels={"team": "net"})
    store(cluster, "lab", "10.0.0.0/25")

    shown = program("show", "lab")

    assert "State:   overlap,frozen" in shown.out
    assert "10.0.0.0/25      126         128" in shown.out
    assert "EIP209" in shown.out
    assert program("show", "lad").code == 1


@pytest.mark.parametrize(("vlan", "shown"), [(None, ""), (0, ""), (100, ", vlan 100")])
def test_the_vlan_of_a_subnet_is_shown_if_there_is_one(
    program: Program, here: Path, vlan: int | None, shown: str
) -> None:
    """It was "vlan 0" without one."""
    manifest = pool_object("edge", RANGE)
    subnet = {"gateway": "10.0.0.1", "prefixLength": 24, "vlan": vlan}
    manifest["spec"]["subnetInfo"] = {key: each for key, each in subnet.items() if each is not None}
    (here / "edge.yaml").write_text(json.dumps(manifest), encoding="utf-8")

    out = program("show", "edge", "-f", "edge.yaml").out

    assert f"\nSubnet:  10.0.0.1/24{shown}\n" in out


def test_the_map_of_a_range_fits_a_narrow_terminal(
    program: Program, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(cluster)
    monkeypatch.setenv("COLUMNS", "40")

    out = program("show", "edge").out

    drawn = [each for each in out.splitlines() if each.startswith("  Map:")]
    assert [len(each) for each in drawn] == [30, 30]


def test_show_lists_who_has_which_address_and_who_waits(
    program: Program, cluster: FakeCluster
) -> None:
    fill(cluster)

    out = program("show", "edge").out
    never = UNICODE.reserved[-1]

    assert out.partition("\nRANGE")[2].partition("\nwarning")[0].partition("\nerror")[0] == (
        "               USABLE   ADDRESSES   USED   FREE\n"
        "10.0.0.0/29              6           8      3      3\n"
        "10.0.1.0-10.0.1.1        2           2      1      1\n"
        "\n"
        "10.0.0.0/29\n"
        "  Addresses:  10.0.0.0-10.0.0.7\n"
        "  Window:     10.0.0.1-10.0.0.6\n"
        "  Reserved:   10.0.0.0 (first of the CIDR), 10.0.0.7 (last of the CIDR)\n"
        "  Free:       10.0.0.3, 10.0.0.5-10.0.0.6\n"
        f"  Map:        {never * 8}{'█' * 16}{'▒' * 8}{'█' * 8}{'▒' * 16}{never * 8}\n"
        "\n"
        "10.0.1.0-10.0.1.1\n"
        "  Addresses:  10.0.1.0-10.0.1.1\n"
        "  Window:     10.0.1.0-10.0.1.1\n"
        "  Free:       10.0.1.0\n"
        f"  Map:        {'▒' * 32}{'█' * 32}\n"
        "\n"
        "ADDRESS    HOLDER              NODE     STATUS\n"
        "10.0.0.1   Egress web          node-1   IPAllocated\n"
        "10.0.0.2   Service prod/api    -        shared\n"
        "10.0.0.2   Service prod/api2   -        shared\n"
        "10.0.0.4   Egress pinned       -        IPAllocated\n"
        "10.0.1.1   Service prod/dns    -        -\n"
        "\n"
        "WAITING                REQUESTED   REASON\n"
        f"Egress late            any         {FULL}"
        " (an address is free again; Antrea retries within 5 minutes)\n"
        "Service prod/last      10.0.0.7    10.0.0.7 is the last of a CIDR;"
        " Antrea never assigns it\n"
        "Service prod/outside   10.9.9.9    10.9.9.9 is not in the pool\n"
        "Service prod/taken     10.0.0.4    10.0.0.4 is in use by Egress pinned\n"
    )


def test_the_document_names_holders_and_holes(
    program: Program, cluster: FakeCluster, schema: Draft202012Validator
) -> None:
    fill(cluster)

    document = program("show", "edge", "-o", "json").document

    schema.validate(document)
    (item,) = document["items"]
    first, second = item["ranges"]
    assert (first["used"], first["free"], second["used"], second["free"]) == (3, 3, 1, 1)
    assert [each["first"] for each in first["holes"]] == ["10.0.0.3", "10.0.0.5"]
    assert [each["reason"] for each in first["reserved"]] == ["first-of-cidr", "last-of-cidr"]
    held = {each["address"]: each for each in item["held"]}
    assert held["10.0.0.1"]["holders"][0]["node"] == "node-1"
    assert [each["name"] for each in held["10.0.0.2"]["holders"]] == ["api", "api2"]
    assert held["10.0.0.2"]["shared"]
    reasons = {each["name"]: each["reason"] for each in item["waitingConsumers"]}
    assert reasons == {"late": "retry", "taken": "taken", "last": "reserved", "outside": "outside"}
    assert item["waitingConsumers"][0]["told"] == FULL
    assert "EIP607" in {each["rule"] for each in item["findings"]}
    assert item["unread"] == []


def test_the_findings_of_other_pools_are_not_shown(program: Program, cluster: FakeCluster) -> None:
    store(cluster, "edge", RANGE)
    store(cluster, "lab", "10.9.0.4/31")
    cluster.others["egresses"] = [egress("web", "nothing", failure="does not exist")]

    assert "EIP" not in program("show", "edge").out


def test_kinds_without_permission_are_one_line_and_the_rest_is_shown(
    program: Program,
    cluster: FakeCluster,
    gateway: FakeGateway,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(cluster)
    forbidden = RejectedFault(403, "Forbidden", "egresses is forbidden")
    listed = gateway.list_objects

    def list_objects(resource: Any, *arguments: Any, **options: Any) -> Any:
        if resource.plural in ("egresses", "nodes"):
            raise forbidden
        return listed(resource, *arguments, **options)

    monkeypatch.setattr(gateway, "list_objects", list_objects)

    shown = program("show", "edge")
    (item,) = program("show", "edge", "-o", "json").document["items"]

    assert shown.code == 0
    assert shown.err == (
        "warning: no permission to list Nodes and Egresses; holders and findings can be missing\n"
    )
    assert "Service prod/dns" in shown.out
    assert "10.0.0.0/29              6           8      -      -\n" in shown.out
    assert "Free:       unknown" in shown.out
    assert [each["kind"] for each in item["unread"]] == ["Node", "Egress"]
    assert "holes" not in item["ranges"][0]


@pytest.mark.usefixtures("here")
def test_a_pool_of_files_with_its_consumers(program: Program, tmp_path: Path) -> None:
    objects = [pool_object("edge", "10.0.0.0/29"), egress("web", "edge", "10.0.0.1")]
    file = tmp_path / "dump.yaml"
    file.write_text(yaml.safe_dump_all(objects), encoding="utf-8")

    shown = program("show", "edge", "-f", str(file))

    assert shown.code == 0
    assert "10.0.0.1   Egress web   -      IPAllocated" in shown.out
    assert "Used:    1\n" in shown.out
    assert "State:   ok\n" in shown.out  # a manifest has no status
    assert program("show", "edge", "-f", str(file), "-o", "manifest").code == 0
    assert program("show", "lab", "-f", str(file)).code == 1


def test_files_are_shown_as_if_they_were_applied(
    program: Program, cluster: FakeCluster, tmp_path: Path
) -> None:
    fill(cluster)
    store(cluster, "lab", "10.0.2.0/24")
    file = tmp_path / "edge.yaml"
    wider = pool_object("edge", "10.0.0.0/29", "10.0.1.0-10.0.1.1", "10.0.2.0/30")
    file.write_text(yaml.safe_dump(wider), encoding="utf-8")

    shown = program("show", "edge", "-f", str(file), "--live")
    other = program("show", "lab", "-f", str(file), "--live")

    assert "10.0.2.0/30              2           4      0      2\n" in shown.out
    assert "Egress web" in shown.out
    assert "EIP209" in shown.out
    assert "EIP209" in other.out


def test_show_of_a_pool_that_a_killed_run_has_deleted_names_the_command_that_finishes_it(
    program: Program, cluster: FakeCluster
) -> None:
    """It said "not found" and named another pool."""
    store(cluster, "egress-2", RANGE)
    cluster.others["egresses"] = [
        detached(egress("web", "", "10.0.9.1"), "rename egress-12 edge", "egress-12", "edge")
    ]

    shown, finish = program("show", "egress-12"), "ippoolctl rename egress-12 edge"

    assert shown.code == 1
    assert shown.err.splitlines() == [
        "error: pool egress-12 not found",
        f"hint: finish the unfinished run: {finish}",
    ]
    assert finish not in program("show", "egress-2").err
    store(cluster, "edge", "10.0.9.0/24")
    assert program("show", "edge").err.splitlines() == [
        "warning: unfinished run: rename egress-12 edge; detached: Egress web",
        f"hint: finish the unfinished run: {finish}",
    ]


def test_show_of_a_pool_that_a_killed_run_has_recorded_names_the_command(
    program: Program, cluster: FakeCluster
) -> None:
    record = {"request": "rename a b", "command": "", "relocation": {"delete": {"a": {}}}}
    pool = pool_object("ippoolctl-unfinished-1")
    pool["metadata"]["annotations"] = {UNFINISHED: json.dumps(record)}
    cluster.store(pool)

    assert "hint: finish the unfinished run: ippoolctl rename a b" in program("show", "a").err


@pytest.mark.parametrize(
    "selector", [{"matchLabels": ["zone"]}, {"matchLabels": "zone"}, {"matchExpressions": 5}]
)
def test_show_and_diff_of_a_manifest_with_an_invalid_selector_end_without_a_traceback(
    program: Program, here: Path, selector: dict[str, Any]
) -> None:
    valid, invalid = pool_object("edge", RANGE), pool_object("edge", RANGE, nodeSelector=selector)
    (here / "valid.json").write_text(json.dumps(valid), encoding="utf-8")
    (here / "invalid.json").write_text(json.dumps(invalid), encoding="utf-8")

    shown = program("show", "edge", "-f", "invalid.json")
    compared = program("diff", "invalid.json", "--against", "valid.json")

    assert (shown.code, compared.code) == (0, 1)
    assert "Nodes:   <invalid>" in shown.out
    assert "<invalid>" in compared.out
