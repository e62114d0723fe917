"""Fields that the API server does not store: ``apply`` and ``diff`` agree about them."""

import json
from pathlib import Path
from typing import Any

import pytest

from ippoolctl.cli.app import main
from ippoolctl.sandbox.sandbox import Sandbox, Settings
from tests.allocation.clients import kubeconfig
from tests.builders import pool_object

SUBNET = {"gateway": "10.0.0.1", "prefixLength": 24}


def in_range() -> dict[str, Any]:
    made = pool_object("a", "10.0.0.8/29", "10.0.0.16/29")
    made["spec"]["ipRanges"][0]["vlan"] = 7
    return made


def beside() -> dict[str, Any]:
    return pool_object("a", "10.0.0.8/29", "10.0.0.16/29", avoidBuggyIPs=True)


def in_selector() -> dict[str, Any]:
    selector = {"matchLabels": {"a": "b"}, "zone": "x"}
    return pool_object("a", "10.0.0.8/29", "10.0.0.16/29", nodeSelector=selector)


def in_older_version() -> dict[str, Any]:
    return pool_object(
        "a", "10.0.0.8/29", "10.0.0.16/29", version="v1alpha2", subnetInfo=dict(SUBNET)
    )


@pytest.mark.parametrize(
    ("document", "warning"),
    [
        (in_range(), "pool a: spec.ipRanges[0].vlan ignored: the API server drops unknown fields"),
        (beside(), "pool a: spec.avoidBuggyIPs ignored: the API server drops unknown fields"),
        (in_selector(), "pool a: spec.nodeSelector.zone ignored"),
        (in_older_version(), "pool a: crd.antrea.io/v1alpha2 does not have spec.subnetInfo"),
    ],
    ids=["in a range", "in the spec", "in the selector", "of another version"],
)
@pytest.mark.parametrize("exists", [False, True], ids=["create", "update"])
def test_a_field_that_is_not_stored_does_not_differ_after_apply(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    document: dict[str, Any],
    warning: str,
    exists: bool,
) -> None:
    file, first = tmp_path / "pools.json", tmp_path / "first.json"
    file.write_text(json.dumps(document))
    first.write_text(json.dumps(pool_object("a", "10.0.0.8/29")))
    with Sandbox() as sandbox:
        config = kubeconfig(sandbox.url, tmp_path)

        def command(*arguments: str) -> tuple[int, str, str]:
            code = main([*arguments, "--kubeconfig", config])
            captured = capsys.readouterr()
            return code, captured.out, captured.err

        if exists:
            assert command("create", "-f", str(first))[0] == 0
        before, _, _ = command("diff", str(file))
        code, _, told = command("apply", str(file), "--yes")
        after = command("diff", str(file))
        again = command("apply", str(file), "--yes", "-o", "json")

    assert (before, code) == (1, 0)
    assert f"warning: {warning}" in told
    assert after[:2] == (0, "")
    assert f"warning: {warning}" in after[2]
    assert (again[0], json.loads(again[1])["result"]) == (0, "unchanged")


def test_a_field_of_a_later_release_is_written_with_a_warning_if_the_crd_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "pools.json"
    file.write_text(json.dumps(beside()))
    warning = (
        "warning: pool a: unknown whether the API server stores spec.avoidBuggyIPs: the CRD of"
        " ExternalIPPools could not be read"
    )
    settings = Settings(denied=("list:customresourcedefinitions", "get:customresourcedefinitions"))
    with Sandbox(settings) as sandbox:
        config = kubeconfig(sandbox.url, tmp_path)

        def told(*arguments: str) -> str:
            main([*arguments, "--antrea", "2.8", "--kubeconfig", config])
            return capsys.readouterr().err

        applied = told("apply", str(file), "--yes")
        compared, again = told("diff", str(file)), told("apply", str(file), "--dry-run", "client")

    assert [each.count(warning) for each in (applied, compared, again)] == [1, 1, 1]
