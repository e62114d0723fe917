"""``export``: live pools as manifests, in one stream or in files."""

import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from ippoolctl.domain.annotations import marks
from tests.cli.live_pools import store
from tests.cli.program import Program
from tests.fakes import FakeCluster

APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@pytest.fixture
def pools(cluster: FakeCluster) -> FakeCluster:
    """Two pools of users, with annotations of all kinds, and odd spellings."""
    annotations = {
        marks.REQUEST_ID: "edge/1",
        marks.TTL: "2h",
        marks.FULL: marks.EXPECTED,
        APPLIED: "{}",
        "example.com/owner": "net",
    }
    store(cluster, "edge", "10.0.0.7/24", labels={"team": "net"}, annotations=annotations)
    store(cluster, "lab.v6", "2001:DB8::/64", "10.1.0.0-10.1.0.9")
    return cluster


@pytest.mark.usefixtures("pools")
def test_an_export_has_what_users_wrote_and_nothing_else(program: Program) -> None:
    result = program("export")

    edge, lab = yaml.safe_load_all(result.out)
    assert (result.code, result.err) == (0, "")
    assert edge["metadata"] == {
        "name": "edge",
        "labels": {"team": "net"},
        "annotations": {marks.FULL: marks.EXPECTED, "example.com/owner": "net"},
    }
    assert edge["spec"] == {"ipRanges": [{"cidr": "10.0.0.7/24"}], "nodeSelector": {}}
    assert lab["spec"]["ipRanges"] == [
        {"cidr": "2001:DB8::/64"},
        {"start": "10.1.0.0", "end": "10.1.0.9"},
    ]
    assert program("export", "-o", "manifest").out == result.out


@pytest.mark.usefixtures("pools")
def test_an_export_does_not_differ_from_the_cluster(program: Program, here: Path) -> None:
    (here / "all.yaml").write_text(program("export").out, encoding="utf-8")

    assert program("diff", "-f", "all.yaml").code == 0
    verdicts = program("verdict", "all.yaml", "--live", "-o", "json").document["items"]
    assert [each["admitted"] for each in verdicts] == [True, True]
    assert program("check", "all.yaml", "--live", "--fail-on", "error").code == 0


@pytest.mark.usefixtures("pools")
def test_each_pool_gets_a_file_of_its_own(program: Program, here: Path) -> None:
    first = program("export", "--output-dir", "out/pools")
    (here / "out/pools/other.txt").write_text("kept", encoding="utf-8")
    (here / "out/pools/edge.yaml").chmod(0o640)
    again = program("export", "edge", "--output-dir", "out/pools", "-o", "json")

    assert first.out == "out/pools/edge.yaml\nout/pools/lab.v6.yaml\n"
    assert sorted(each.name for each in (here / "out/pools").iterdir()) == [
        "edge.yaml",
        "lab.v6.yaml",
        "other.txt",
    ]
    assert stat.S_IMODE((here / "out/pools/edge.yaml").stat().st_mode) == 0o640
    assert program("diff", "out/pools").code == 0
    (item,) = again.document["items"]
    assert item["file"] == "out/pools/edge.yaml"
    assert item["manifest"] == yaml.safe_load((here / "out/pools/edge.yaml").read_text())


def test_a_name_as_long_as_names_can_be_fits_a_file(
    program: Program, cluster: FakeCluster, here: Path
) -> None:
    names = [".".join(["a" * 62, "b" * 63, "c" * 63, f"{'d' * 60}{end}"]) for end in "xy"]
    for number, name in enumerate(names):
        store(cluster, name, f"10.{number}.0.0/24")

    assert program("export", "--output-dir", "out").code == 0

    written = {
        yaml.safe_load(each.read_text())["metadata"]["name"]
        for each in here.rglob("*")
        if each.is_file()
    }
    assert written == set(names)


@pytest.mark.usefixtures("pools")
def test_export_selects_pools_by_name_and_label(program: Program) -> None:
    missing = program("export", "lab.v6", "nothing", "-o", "name")

    assert (missing.code, missing.out) == (1, "externalippool.crd.antrea.io/lab.v6\n")
    assert missing.err.splitlines() == [
        "error: pool nothing not found",
        "hint: list all pools: ippoolctl list",
    ]
    assert program("export", "-l", "team=net", "-o", "name").out.endswith("/edge\n")


@pytest.mark.parametrize("place", ["file", "link"])
@pytest.mark.usefixtures("pools")
def test_export_refuses_an_output_directory_that_is_a_file_or_has_links(
    program: Program, here: Path, place: str
) -> None:
    (here / "file").write_text("kept", encoding="utf-8")
    (here / "link").mkdir()
    (here / "link" / "edge.yaml").symlink_to(here / "file")

    result = program("export", "--output-dir", place)

    assert result.code == 2
    assert result.err.startswith("error: cannot write ")
    assert (here / "file").read_text(encoding="utf-8") == "kept"


@pytest.mark.usefixtures("pools")
def test_the_document_fits_the_published_schema(
    program: Program, schema: Draft202012Validator
) -> None:
    document: Any = program("export", "-o", "json").document

    schema.validate(document)
    assert [each["pool"] for each in document["items"]] == ["edge", "lab.v6"]


@pytest.mark.usefixtures("gateway")
def test_a_cluster_without_pools_has_nothing_to_export(program: Program) -> None:
    result = program("export")

    assert (result.code, result.out) == (0, "")
    assert "no ExternalIPPools found" in result.err
