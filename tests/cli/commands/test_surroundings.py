"""Objects beside pools that commands read, and the Antrea release of the cluster."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ippoolctl.crd.definition import definition
from tests.builders import pool_object
from tests.cli.program import Program
from tests.fakes import FakeCluster, FakeGateway

NODES = """\
apiVersion: v1
kind: NodeList
items:
- apiVersion: v1
  kind: Node
  metadata:
    name: n1
  status:
    addresses:
    - type: InternalIP
      address: 10.0.0.5
"""


def node(name: str, address: str) -> dict[str, Any]:
    addresses = [{"type": "InternalIP", "address": address}]
    return {"metadata": {"name": name}, "status": {"addresses": addresses}}


def report_release(cluster: FakeCluster, version: str) -> None:
    info = {"metadata": {"name": "antrea-controller"}, "version": version}
    cluster.others["antreacontrollerinfos"] = [info]


def deployment(image: str) -> dict[str, Any]:
    containers = [{"name": "antrea-controller", "image": image}]
    pod = {"spec": {"containers": containers}}
    meta = {"name": "antrea-controller", "namespace": "kube-system"}
    return {"metadata": meta, "spec": {"template": pod}}


def test_a_node_address_in_a_pool_of_the_cluster(
    program: Program, cluster: FakeCluster, schema: Draft202012Validator
) -> None:
    cluster.store(pool_object("edge", "10.0.0.0/28"))
    cluster.others["nodes"] = [node("n1", "10.0.0.5")]

    people = program("check", "--select", "EIP501")
    document = program("check", "--select", "EIP501", "-o", "json").document

    assert people.code == 1
    assert "contains Node addresses: 10.0.0.5 (Node n1)\n" in people.out
    schema.validate(document)
    (finding,) = document["items"]
    assert finding["other"] == {
        "kind": "Node",
        "name": "n1",
        "field": "status.addresses[0].address",
        "range": "10.0.0.5",
    }


def test_nodes_in_a_file_are_checked_against_the_manifest(program: Program, conflict: Path) -> None:
    (conflict / "nodes.yaml").write_text(NODES, encoding="utf-8")

    result = program("check", "edge.yaml", "nodes.yaml", "--select", "EIP501")

    assert result.code == 1
    assert "edge.yaml:7:5: error EIP501" in result.out
    assert "    overlaps with: nodes.yaml:11:7\n" in result.out
    assert "ignored" not in result.out


def test_nodes_of_files_are_compared_with_live_pools_only_where_files_are_concerned(
    program: Program, conflict: Path, cluster: FakeCluster
) -> None:
    cluster.store(pool_object("live", "10.0.0.4-10.0.0.6"))
    cluster.store(pool_object("other", "10.7.0.0/28"))
    cluster.others["nodes"] = [node("n7", "10.7.0.5")]
    (conflict / "nodes.yaml").write_text(NODES, encoding="utf-8")

    result = program("check", "nodes.yaml", "--live", "--select", "EIP501")

    assert "pool live contains Node addresses: 10.0.0.5 (Node n1)" in result.out
    assert "pool other" not in result.out


def test_a_forbidden_kind_skips_its_rules_and_no_others(
    program: Program, cluster: FakeCluster, schema: Draft202012Validator
) -> None:
    cluster.store(pool_object("edge", "10.0.0.0/28"))
    cluster.others["nodes"] = [node("n1", "10.0.0.5")]
    cluster.forbidden = {"list:services", "list:egresses"}

    document = program("check", "--select", "EIP5", "-o", "json").document

    schema.validate(document)
    skipped = {each["rule"]: (each["why"], each["reason"]) for each in document["skipped"]}
    assert skipped["EIP506"] == ("forbidden", "no permission to list Egresses")
    assert skipped["EIP507"] == ("forbidden", "no permission to list Services")
    assert skipped["EIP505"] == ("not-served", "the cluster does not serve IPAddressPools")
    assert [each["rule"] for each in document["items"]] == ["EIP501"]
    assert document["summary"]["skippedRules"] == len(skipped)


def test_a_missing_permission_is_told_also_without_verbose(
    program: Program, cluster: FakeCluster
) -> None:
    """A check that had lost its permissions looked like one without findings."""
    cluster.store(pool_object("edge", "10.0.0.0/28"))
    whole = program("check")
    cluster.forbidden = {"list:services", "list:egresses", "list:secrets"}

    limited, quiet = program("check"), program("check", "-q")

    assert (whole.code, whole.err) == (0, "")
    told = "warning: no permission to list Egresses and Services; rules were skipped\n"
    assert (limited.code, limited.err) == (0, f"{told}hint: use -v to list them\n")
    assert (quiet.code, quiet.err) == (0, "")
    assert "hint: use -v" not in program("check", "-v").err


def test_only_objects_that_the_selected_rules_need_are_read(
    program: Program, gateway: FakeGateway
) -> None:
    program("check", "--select", "EIP2", "--antrea", "2.7")
    assert [method for _, method in gateway.requests] == ["list"]

    gateway.requests.clear()
    program("check", "--select", "EIP501,EIP502", "--antrea", "2.7")
    assert sorted(method for _, method in gateway.requests) == ["list", "objects"]


def test_objects_for_a_part_of_a_rule_are_read(program: Program, cluster: FakeCluster) -> None:
    cluster.forbidden = {"list:configmaps"}
    annotations = {"service.antrea.io/external-ip-pool": "edge"}
    service = {
        "metadata": {"name": "s", "annotations": annotations},
        "spec": {"type": "LoadBalancer"},
    }
    cluster.others["services"] = [service]

    result = program("check", "--select", "EIP609", "--antrea", "2.2")

    assert "skipped EIP609: in part: no permission to list ConfigMaps" in result.err


def test_a_skipped_part_of_a_rule_is_reported(
    program: Program, cluster: FakeCluster, schema: Draft202012Validator
) -> None:
    subnet = {"gateway": "10.0.0.1", "prefixLength": 24}
    document = pool_object("edge", "10.0.0.16/28")
    cluster.store({**document, "spec": {**document["spec"], "subnetInfo": subnet}})
    cluster.forbidden = {"list:configmaps"}
    arguments = ("check", "--select", "EIP512", "--antrea", "2.2")

    result = program(*arguments)
    document = program(*arguments, "-o", "json").document

    assert "; 1 rule skipped in part" in result.out
    assert "skipped EIP512: in part: no permission to list ConfigMaps" in result.err
    assert (result.code, program(*arguments, "--require-all").code) == (0, 3)
    schema.validate(document)
    assert [(each["rule"], each["partly"]) for each in document["skipped"]] == [("EIP512", True)]


@pytest.mark.parametrize("option", ["--pod-cidr", "--service-cidr", "--node-subnet"])
@pytest.mark.usefixtures("conflict")
def test_a_network_that_is_not_a_cidr(program: Program, option: str) -> None:
    result = program("check", "edge.yaml", option, "10.0.0.0/24,10.0.0.0-10.0.0.9")

    assert result.code == 2
    assert result.err == (
        f"error: invalid CIDR: {option} 10.0.0.0-10.0.0.9\nhint: use a CIDR such as 10.244.0.0/16\n"
    )


@pytest.mark.parametrize(
    ("option", "rule"),
    [("--pod-cidr", "EIP502"), ("--service-cidr", "EIP503"), ("--node-subnet", "EIP516")],
)
@pytest.mark.usefixtures("conflict")
def test_a_given_network_lets_its_rule_run(program: Program, option: str, rule: str) -> None:
    result = program("check", "edge.yaml", option, "10.0.0.128/25", "--select", rule)

    assert f"EIP{rule[3:]}: " in result.out
    assert "skipped" not in result.out


@pytest.mark.parametrize(
    ("version", "arguments", "said"),
    [
        ("v2.4.2-abc", [], "(Antrea 2.4.2, reported by the cluster)"),
        ("v2.4.2", ["--antrea", "2.5"], "(Antrea 2.5.0, set by --antrea)"),
        ("latest", [], "(Antrea 2.7.0, assumed: the cluster does not report its release)"),
        ("", [], "(Antrea 2.7.0, assumed: the cluster does not report its release)"),
    ],
)
def test_check_uses_the_release_of_the_cluster(
    program: Program, cluster: FakeCluster, version: str, arguments: list[str], said: str
) -> None:
    report_release(cluster, version)

    assert said in program("check", *arguments).out


@pytest.mark.parametrize(
    ("image", "said"),
    [
        ("antrea/antrea-controller-ubuntu:v2.4.1", "2.4.1, from the image of antrea-controller"),
        (
            "r:5000/antrea/controller:v2.3.0_vmware.1@sha256:1f",
            "2.3.0, from the image of antrea-contro",
        ),
        ("r:5000/antrea/controller", "2.7.0, assumed: the CRD is that of 2.0 or later"),
        ("antrea/antrea-controller-ubuntu:latest", "2.7.0, assumed: the CRD is that of 2.0 or"),
    ],
)
def test_without_a_report_the_image_and_the_crd_tell_the_release(
    program: Program, cluster: FakeCluster, image: str, said: str, schema: Draft202012Validator
) -> None:
    cluster.store(pool_object("edge", "10.0.0.0/28"))
    cluster.forbidden.add("list:antreacontrollerinfos")
    cluster.others["deployments"] = [deployment(image)]
    cluster.others["customresourcedefinitions"] = [definition("externalippools-2.0.yaml")]

    result, document = program("check"), program("check", "-o", "json").document

    assert f"(Antrea {said}" in result.out
    assert result.err == ""
    schema.validate(document)
    assert document["releaseSource"] == ("crd" if "CRD" in said else "image")
    assert document.get("clusterRelease") == ("2.0 or later" if "CRD" in said else None)


@pytest.mark.parametrize(
    ("version", "versions", "actual", "why"),
    [
        ("v1.13.2", "v1alpha2 v1beta1", "1.13.2", "the cluster reports 1.13.2"),
        ("", "v1alpha2 v1beta1", "1.13 or 1.14", "the CRD is that of 1.13 or 1.14"),
        ("", "v1alpha2", "1.12 or earlier", "the CRD is that of 1.12 or earlier"),
    ],
)
def test_rules_of_115_for_an_older_release_are_a_warning(
    program: Program, cluster: FakeCluster, version: str, versions: str, actual: str, why: str
) -> None:
    cluster.store(pool_object("edge", "10.0.0.0/28"))
    report_release(cluster, version)
    served = [{"name": each, "served": True} for each in versions.split()]
    name = "externalippools.crd.antrea.io"
    crd = {"metadata": {"name": name}, "spec": {"versions": served}}
    cluster.others["customresourcedefinitions"] = [crd]

    result, shown = program("check"), program("show", "edge", "-o", "json")

    warning = f"warning: Antrea {actual} is older than 1.15.0; using the rules of 1.15.0\n"
    assert (result.err, shown.err) == (warning, warning)
    assert f"(Antrea 1.15.0, assumed: {why})" in result.out
    assert (shown.document["release"], shown.document["clusterRelease"]) == ("1.15.0", actual)


def test_show_judges_by_the_release_of_the_cluster(program: Program, cluster: FakeCluster) -> None:
    report_release(cluster, "v1.15.1")
    for name in ("a", "b"):
        cluster.store(pool_object(name, "10.0.0.0/24"))

    document = program("show", "a", "-o", "json").document

    assert (document["release"], document["releaseSource"]) == ("1.15.1", "cluster")
    assert "frozen" not in document["items"][0]["states"]


@pytest.mark.usefixtures("conflict")
def test_diff_predicts_by_the_release_of_the_cluster(
    program: Program, cluster: FakeCluster
) -> None:
    cluster.store(pool_object("edge", "10.0.0.0/25"))
    cluster.store(pool_object("lab", "10.0.0.0/24"))
    overlap = "overlaps with range"

    assert overlap in program("diff", "edge.yaml").out
    report_release(cluster, "v1.15.1")
    assert overlap not in program("diff", "edge.yaml").out


@pytest.mark.parametrize(
    "command",
    [
        "wait edge --until seen",
        "wait edge --until forgotten",
        "delete edge --until forgotten",
        "extend edge --range 10.0.1.0/28 --until seen",
    ],
)
def test_the_webhook_cache_is_not_waited_for_where_nothing_compares_pools(
    program: Program, cluster: FakeCluster, command: str
) -> None:
    cluster.store(pool_object("edge", "10.0.0.0/28"))
    report_release(cluster, "v1.15.1")

    result = program(*command.split())

    assert result.code == 3
    assert "1.15.1" in result.err
    assert cluster.names == ["edge"]


@pytest.mark.parametrize("command", ["wait edge --until ready", "delete edge --until gone"])
def test_other_waits_do_not_ask_for_the_release(
    program: Program, cluster: FakeCluster, gateway: FakeGateway, command: str
) -> None:
    cluster.store(pool_object("edge", "10.0.0.0/28"))
    cluster.write_status("edge", 14, 0)

    assert program(*command.split()).code == 0
    assert "objects" not in [method for _, method in gateway.requests]


@pytest.mark.usefixtures("conflict")
def test_a_verdict_beside_live_pools_is_that_of_the_cluster(
    program: Program, cluster: FakeCluster
) -> None:
    report_release(cluster, "v1.15.1")
    cluster.store(pool_object("there", "10.0.0.0/24"))

    result = program("verdict", "edge.yaml", "--live")
    document = program("verdict", "edge.yaml", "--live", "-o", "json").document

    assert "Antrea 1.15.1, reported by the cluster, admits 1 of 1 pool" in result.out
    assert document["items"][0]["releaseSource"] == "cluster"
    assert "Antrea 2.7.0 admits" in program("verdict", "edge.yaml").out


def test_a_list_asks_for_the_release_only_if_it_matters(
    program: Program, cluster: FakeCluster, gateway: FakeGateway
) -> None:
    report_release(cluster, "v1.15.1")
    cluster.store(pool_object("a", "10.0.0.0/24"))
    program("list")
    assert "antreacontrollerinfos" not in gateway.listed

    cluster.store(pool_object("b", "10.0.0.128/25"))
    document = program("list", "-o", "json").document

    assert (document["release"], document["releaseSource"]) == ("1.15.1", "cluster")
    assert all("frozen" not in each["states"] for each in document["items"])


def test_create_asks_for_the_release_only_if_it_matters(
    program: Program, cluster: FakeCluster, gateway: FakeGateway
) -> None:
    report_release(cluster, "v1.15.1")

    assert program("create", "a", "--range", "10.0.0.0/24").code == 0
    assert "antreacontrollerinfos" not in gateway.listed

    result = program("create", "b", "--range", "10.1.0.0/24", "--until", "seen")
    assert result.code == 3
    assert "1.15.1" in result.err


def test_a_cluster_newer_than_the_rules_is_a_warning(
    program: Program, cluster: FakeCluster
) -> None:
    report_release(cluster, "v3.1.0")

    assert "warning: Antrea 3.1.0 is newer than 2.7.0" in program("check").err


def test_a_lasting_difference_of_used_addresses_is_reported(
    program: Program, cluster: FakeCluster
) -> None:
    cluster.store(pool_object("edge", "10.0.0.0/28"))
    cluster.write_status("edge", 14, 2)
    cluster.others |= {"egresses": [], "services": []}

    result = program("check", "--select", "EIP414")

    assert (
        "EIP414: pool edge: status.usage.used is 2, its Egresses and Services have 0" in result.out
    )
    assert cluster.clock.now() >= 3


def test_a_passing_difference_of_used_addresses_is_not_reported(
    program: Program, cluster: FakeCluster, gateway: FakeGateway
) -> None:
    cluster.store(pool_object("edge", "10.0.0.0/28"))
    cluster.write_status("edge", 14, 2)
    cluster.others |= {"egresses": [], "services": []}
    gateway.before("list", lambda: None)
    gateway.before("list", lambda: cluster.write_status("edge", 14, 0))

    result = program("check", "--select", "EIP414")

    assert (result.code, "EIP414" in result.out) == (0, False)


def test_a_finding_that_cannot_change_needs_no_second_look(
    program: Program, cluster: FakeCluster
) -> None:
    cluster.store(pool_object("edge", "10.0.0.1/28"))
    before = cluster.clock.now()

    assert "EIP410" in program("check", "--select", "EIP410").out
    assert cluster.clock.now() == before
