"""``verdict``, ``create --dry-run client``, ``suggest``, ``diff``, ``version``, ``completion``."""

from pathlib import Path
from typing import Any

import pytest

from ippoolctl.reading.yaml_documents import read_yaml
from tests.cli.conftest import CONFLICT
from tests.cli.program import Program, run


@pytest.mark.usefixtures("conflict")
def test_create_from_a_file_is_the_same_document_as_verdict(program: Program) -> None:
    created = program("create", "-f", "lab.yaml", "--dry-run", "client", "-o", "json")
    judged = program("verdict", "lab.yaml", "-o", "json")

    assert created == judged
    assert created.code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["p", "--range", "10.0.0.0/28"], 3),
        (["p", "--dry-run", "client"], 2),
        (["--dry-run", "client"], 2),
        (["p", "-f", "x.yaml", "--dry-run", "client"], 2),
        (["p", "--range", "10.0.0.0/28", "--dry-run", "maybe"], 2),
        (["p", "--range", "10.0.0.0/28,10.0.0.0/29", "--dry-run", "client"], 4),
        (["P", "--range", "10.0.0.0/28", "--dry-run", "client"], 4),
        (["p", "--range", "blah", "--dry-run", "client"], 2),
        (["p", "--range", "010.0.0.0/28", "--dry-run", "client"], 4),
        (["p", "--range", "10.0.0.5", "--dry-run", "client"], 0),
    ],
)
@pytest.mark.usefixtures("here")
def test_exit_codes_of_create(program: Program, arguments: list[str], code: int) -> None:
    assert program("create", *arguments).code == code


COMMANDS: list[list[str]] = [
    ["check", "edge.yaml", "lab.yaml", "broken.yaml"],
    ["check", "good.yaml"],
    ["check", "fixable.yaml", "--fix", "--dry-run", "client"],
    ["check", "fixable.yaml", "--fix", "--dry-run", "client", "--against", "fixable.yaml"],
    ["check"],
    ["check", "--nonsense"],
    ["verdict", "edge.yaml", "lab.yaml"],
    ["verdict", "broken.yaml"],
    ["suggest", "--ips", "14", "--within", "fd00::/64", "edge.yaml"],
    ["suggest", "--prefix", "24", "--within", "10.0.0.0/23,fd00::/64", "edge.yaml", "--count", "2"],
    ["free", "--within", "10.0.0.0/22,fd00::/64", "edge.yaml"],
    ["free", "--within", "10.0.0.0/24", "edge.yaml"],
    ["map", "-f", "edge.yaml", "-f", "lab.yaml", "--within", "10.0.0.0/16"],
    ["map", "-f", "broken.yaml"],
    ["find", "10.0.0.251", "10.0.0.0/16", "-f", "edge.yaml", "-f", "lab.yaml"],
    ["find", "--waiting", "-f", "edge.yaml"],
    ["find", "10.0.0.256"],
    ["create", "p", "--range", "10.0.0.0/28,10.0.0.0/29", "--dry-run", "client"],
    ["create", "p", "--range", "10.0.0.0/28"],
    ["diff", "edge.yaml", "--against", "lab.yaml"],
    ["diff", "edge.yaml", "--against", "edge.yaml"],
    ["version"],
    ["explain", "EIP302"],
    ["explain", "--offline", "range [10.0.0.0/24] overlaps with range [10.0.0.0/24] of pool a"],
    ["nonsense"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_document_fits_the_published_schema(
    program: Program, conflict: Path, arguments: list[str], schema: Any
) -> None:
    (conflict / "broken.yaml").write_text("a: [b\n---\n5\n", encoding="utf-8")
    (conflict / "good.yaml").write_text(CONFLICT["edge.yaml"], encoding="utf-8")
    fixable = CONFLICT["edge.yaml"].replace("10.0.0.0/24", "10.0.0.7/24")
    (conflict / "fixable.yaml").write_text(fixable, encoding="utf-8")

    as_json = program(*arguments, "-o", "json")
    as_yaml = program(*arguments, "--output=yaml")

    schema.validate(as_json.document)
    assert read_yaml(as_yaml.out) == [as_json.document]
    assert as_json.code == as_yaml.code
    assert as_json.document.get("code", as_json.code) == as_json.code


@pytest.mark.usefixtures("conflict")
def test_a_predicted_creation_fits_the_published_schema(program: Program, schema: Any) -> None:
    arguments = ("create", "p", "--range", "::ffff:a00:1-::ffff:a00:9", "--dry-run", "client")

    schema.validate(program(*arguments, "-o", "json").document)


@pytest.mark.usefixtures("conflict")
def test_creating_a_name_that_exists_is_refused_in_the_end(program: Program) -> None:
    arguments = ["--dry-run", "client", "--against", "edge.yaml", "-o", "json"]

    same = program("create", "edge", "--range", "10.9.0.0/28", *arguments)
    overlap = program("create", "-f", "lab.yaml", *arguments)

    (item,) = same.document["items"]
    assert same.code == overlap.code == 4
    assert (item["operation"], item["stage"], item["code"]) == ("create", "storage", 409)
    assert item["reasons"][0]["message"] == 'externalippools.crd.antrea.io "edge" already exists'


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("command", ["verdict", "diff"])
def test_standard_input_is_not_read_twice(program: Program, command: str) -> None:
    result = run(command, "-", "--against", "-", input=CONFLICT["edge.yaml"])

    assert result.returncode == 2
    assert result.stderr.startswith("error: `-` can be used once")
