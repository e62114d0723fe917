"""SARIF reports are valid by the official JSON Schema, which a package of npm contains."""

import base64
import hashlib
import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.builders import ROOT
from tests.cli.program import run

PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
INTEGRITY = (
    "sha512-A1fOhPd6Ic5iDk4F9YPw1qNB4XF+7+IviR7xl8r2F6QzQkx5cpY9LsGk2rEx"
    "iFIEcBbjpVnSmwWGBukASkiQ9A=="
)
MEMBER = "package/lib/schemas/sarif-2.1.0-rtm.5.json"

BROKEN = "apiVersion: crd.antrea.io/v1beta1\nkind: ExternalIPPool\nspec: [\n"


@pytest.fixture(scope="module")
def sarif(tmp_path_factory: pytest.TempPathFactory) -> Draft7Validator:
    directory = tmp_path_factory.mktemp("sarif")
    command = ["npm", "pack", "--silent", PACKAGE]
    packed = subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True)
    archive = directory / packed.stdout.split()[-1]
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    assert f"sha512-{digest}" == INTEGRITY
    with tarfile.open(archive) as opened:
        member = opened.extractfile(MEMBER)
        assert member is not None
        schema: dict[str, Any] = json.loads(member.read())
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


@pytest.mark.parametrize(
    "arguments",
    [
        ["examples/bad"],
        ["examples/good"],
        ["-R", "examples", "tests/cli"],
        ["broken.yaml"],
        ["no-such-file.yaml"],
    ],
    ids=" ".join,
)
def test_a_report_is_valid(sarif: Draft7Validator, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "tests").symlink_to(ROOT / "tests")

    result = run("check", *arguments, "--report", "sarif", cwd=tmp_path)

    sarif.validate(json.loads(result.stdout))


def test_the_schema_refuses_what_is_not_sarif(sarif: Draft7Validator) -> None:
    assert not sarif.is_valid({"version": "2.1.0", "runs": [{"results": 1}]})
