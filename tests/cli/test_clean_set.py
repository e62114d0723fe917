"""The precision of check: a realistic cluster of 200 pools has no finding that interrupts."""

import pytest

from ippoolctl.crd.externalippool import read_pool
from ippoolctl.domain.antrea.capacity import counts
from tests.builders import ROOT
from tests.clean_set import FOLDER, egresses, files, nodes, pools, services
from tests.cli.program import Program
from tests.fakes import FakeCluster, Object

SYSTEM = {"namespace": "kube-system"}
ANTREA: dict[str, list[Object]] = {
    "deployments": [
        {"metadata": {"name": "antrea-controller", **SYSTEM}, "status": {"readyReplicas": 1}}
    ],
    "configmaps": [{"metadata": {"name": "antrea-config", **SYSTEM}, "data": {}}],
    "secrets": [{"metadata": {"name": "antrea-memberlist-keys", **SYSTEM}}],
    "antreacontrollerinfos": [{"metadata": {"name": "antrea-controller"}, "version": "v2.7.0"}],
    "customresourcedefinitions": [
        {
            "metadata": {"name": "externalippools.crd.antrea.io"},
            "status": {"storedVersions": ["v1beta1"]},
        }
    ],
    "validatingwebhookconfigurations": [
        {
            "metadata": {"name": "crdvalidator.antrea.io"},
            "webhooks": [
                {
                    "name": "externalippoolvalidator.antrea.io",
                    "clientConfig": {"caBundle": "eA=="},
                    "rules": [{"operations": ["CREATE", "UPDATE"]}],
                }
            ],
        }
    ],
}
"""Antrea itself, as a release installs it."""


def test_the_files_are_those_of_the_module() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}

    assert written == files()


@pytest.mark.parametrize("antrea", ["1.15", "2.4.2", "2.6", "2.7"])
def test_a_clean_set_has_no_error_and_no_warning(program: Program, antrea: str) -> None:
    path = str(FOLDER.relative_to(ROOT))

    result = program("check", path, "--antrea", antrea, "--fail-on", "warning", "-o", "json")

    assert [
        each["message"] for each in result.document["items"] if each["severity"] != "info"
    ] == []
    assert result.code == 0
    summary = result.document["summary"]
    assert (summary["pools"], summary["surroundings"]) == (200, 350)


def test_a_clean_cluster_has_no_error_and_no_warning(
    program: Program, cluster: FakeCluster
) -> None:
    annotation = "service.antrea.io/external-ip-pool"
    users = [each["spec"].get("externalIPPool") for each in egresses()]
    users += [each["metadata"].get("annotations", {}).get(annotation) for each in services()]
    for document in pools():
        cluster.store(document)
        total = counts(read_pool(document).ranges).total
        name = document["metadata"]["name"]
        cluster.write_status(name, total, sum(each == name for each in users))
    cluster.others |= {"nodes": [*nodes()], "egresses": [*egresses()], "services": [*services()]}
    cluster.others |= ANTREA

    checked = program("check", "--fail-on", "warning")
    listed = program("list", "-o", "json").document["items"]

    assert (checked.code, checked.err) == (0, "")
    assert [each["states"] for each in listed] == [["ok"]] * len(listed)
