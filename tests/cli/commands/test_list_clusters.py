"""``list`` with several ``--context``: the pools of all clusters in one table."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.builders import pool_object
from tests.cli.program import Program, run
from tests.cli.two_clusters import two_clusters

BOTH = ("list", "--context", "prod", "--context", "lab")


@pytest.fixture(scope="module")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("clusters") / "kubeconfig"
    prod = [pool_object("edge", "10.0.0.0/24"), pool_object("other", "10.5.0.0/28")]
    full = pool_object("edge", "10.0.0.129-10.0.0.129")
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "web",
            "namespace": "default",
            "annotations": {"service.antrea.io/external-ip-pool": "edge"},
        },
        "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
        "status": {"loadBalancer": {"ingress": [{"ip": "10.0.0.129"}]}},
    }
    with two_clusters(path, prod, [full, service]):
        yield path


@pytest.fixture(autouse=True)
def selected(kubeconfig: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))


def test_the_first_column_is_the_cluster() -> None:
    result = run(*BOTH)

    assert (result.returncode, result.stderr) == (0, "")
    header, *rows = [row.split() for row in result.stdout.splitlines()]
    assert header[:3] == ["CLUSTER", "NAME", "RANGES"]
    assert [row[:3] for row in rows] == [
        ["lab", "edge", "10.0.0.129-10.0.0.129"],
        ["prod", "edge", "10.0.0.0/24"],
        ["prod", "other", "10.5.0.0/28"],
    ]
    assert "CLUSTER" not in run("list").stdout


def test_the_document_names_the_cluster_of_each_pool(
    program: Program, schema: Draft202012Validator
) -> None:
    document = program(*BOTH, "-o", "json").document

    schema.validate(document)
    assert [(each["cluster"], each["name"]) for each in document["items"]] == [
        ("lab", "edge"),
        ("prod", "edge"),
        ("prod", "other"),
    ]
    assert [(each["cluster"], each["pools"]) for each in document["groups"]] == [
        ("prod", 2),
        ("lab", 1),
    ]
    assert document["usedSource"] == "consumers"


def test_an_unreadable_cluster_does_not_hide_the_others(
    program: Program, schema: Draft202012Validator
) -> None:
    people = program(*BOTH, "--context", "gone")
    machines = program(*BOTH, "--context", "gone", "-o", "json")

    assert people.code == machines.code == 3
    assert people.err.startswith("error: cluster gone: ")
    assert len(people.out.splitlines()) == 4
    schema.validate(machines.document)
    assert machines.document["groups"][-1]["error"]["code"] == 3
    assert len(machines.document["items"]) == 3


def test_pools_of_all_clusters_are_sorted_selected_and_counted(program: Program) -> None:
    by_use = program(*BOTH, "--sort-by", "use", "--no-headers")
    named = program(*BOTH, "edge", "-o", "name")
    missing = program(*BOTH, "other", "nothing")

    assert by_use.out.split()[:2] == ["lab", "edge"]
    assert named.out == "externalippool.crd.antrea.io/edge\n" * 2
    assert missing.code == 1
    assert missing.err == "error: pool nothing not found\n"


def test_a_full_pool_and_its_metrics_name_the_cluster(program: Program) -> None:
    full = program(*BOTH, "--fail-above", "90%")
    metrics = program(*BOTH, "-o", "openmetrics")

    assert full.code == 1
    assert "pool edge in cluster lab is more than 90% full" in full.err
    assert 'ippoolctl_pool_used_addresses{cluster="lab",pool="edge"} 1\n' in metrics.out


@pytest.mark.parametrize(
    ("pool", "code"), [("lab/edge", 0), ("lab/*", 0), ("edge", 0), ("prod/edge", 1)]
)
def test_a_pool_can_be_full_on_purpose_in_one_cluster(
    program: Program, pool: str, code: int
) -> None:
    entry = f"accepted: [{{rule: EIP411, pool: {pool}, reason: one address}}]\n"
    Path(".ippoolctl.yaml").write_text(entry)

    assert program(*BOTH, "--fail-above", "90%").code == code


def test_several_clusters_are_not_watched(program: Program) -> None:
    result = program(*BOTH, "--watch")

    assert (result.code, result.out) == (2, "")
    assert "several --context and --watch cannot be used together" in result.err
