"""``sandbox --load``: initial objects."""

import json
from pathlib import Path

import pytest

from ippoolctl.reading.yaml_documents import read_yaml
from tests.builders import HERE, ROOT
from tests.cli.commands.sandbox.process import (
    BIN,
    PATIENCE,
    runs,
    sandbox,
)
from tests.cli.conftest import CONFLICT
from tests.cli.program import Program, run

pytestmark = pytest.mark.usefixtures("base")


OBJECTS = """\
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Node, metadata: {name: one, resourceVersion: "7", uid: x}}
- {apiVersion: v1, kind: Namespace, metadata: {name: default}}
---
a: values of something
"""


def test_loaded_objects_are_not_checked_by_the_webhook(program: Program, conflict: Path) -> None:
    (conflict / "objects.json").write_text(json.dumps(next(iter(read_yaml(OBJECTS)))))
    command = f"{BIN}/kubectl get nodes -o name; {BIN}/ippoolctl list -o name"

    result = run(
        "sandbox", "run", "--load", str(conflict), "--load", f"{conflict}/edge.yaml",
        "--", "sh", "-c", command,
    )  # fmt: skip

    assert result.stdout.split() == [
        "node/one",
        "externalippool.crd.antrea.io/edge",
        "externalippool.crd.antrea.io/lab",
    ]
    assert "the sandbox provides Namespace default" in result.stderr


def test_objects_come_from_standard_input() -> None:
    with sandbox("--load", "-") as process:
        _, err = process.communicate(timeout=PATIENCE)

    assert process.returncode == 2
    assert err.startswith("error: <stdin>: no data on standard input")


BAD = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
---
apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata: {name: A_b}
spec: {ipRanges: [], nodeSelector: {}}
---
{apiVersion: v1, kind: Node, metadata: {name: one}}
---
{apiVersion: v1, kind: Node, metadata: {name: one}}
---
{kind: Node, metadata: {name: m}}
"""


def test_each_unloadable_object_is_an_error_with_its_place(
    program: Program, here: Path, base: Path
) -> None:
    (here / "bad.yaml").write_text(BAD, encoding="utf-8")

    result = program("sandbox", "run", "--load", "bad.yaml", "--load", "nowhere", "--", "true")

    errors = [each for each in result.err.splitlines() if each.startswith("error: ")]
    assert result.code == 2
    assert (
        errors[0] == "error: bad.yaml:1:1: Pod of v1 is not supported by a sandbox of Antrea 2.7.0"
    )
    assert errors[1].startswith("error: bad.yaml:5:1: ExternalIPPool.crd.antrea.io")
    assert errors[2] == "error: bad.yaml:12:1: Node one is already defined at bad.yaml:10:1"
    assert errors[3].startswith("error: bad.yaml:14:1: missing apiVersion")
    assert errors[4].startswith("error: nowhere: no such file")
    assert errors[5] == "error: cannot start the sandbox: 5 inputs cannot be loaded"
    assert runs(base) == []


def test_the_shipped_examples_can_be_loaded() -> None:
    good = ROOT / "examples" / "good"

    result = run("sandbox", "run", "-q", "--load", str(good), "--", str(BIN / "ippoolctl"), "check")

    assert result.returncode == 0, result.stdout + result.stderr
    assert CONFLICT


def test_kubectl_creates_and_replaces_the_items_of_a_list() -> None:
    cases = HERE / "cases" / "10-export"
    kubectl = f"KUBECACHEDIR=$(mktemp -d) {BIN}/kubectl"

    result = run(
        "sandbox", "run", "--", "sh", "-c",
        f"{kubectl} create -f {cases}/list.yaml && cat {cases}/list.yaml | {kubectl} replace -f -"
        f" && {kubectl} delete eip edge"
        f" && {kubectl} create --validate=false -f {cases}/eiplist.yaml",
    )  # fmt: skip

    pool = "externalippool.crd.antrea.io"
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        f"{pool}/edge created",
        f"{pool}/edge replaced",
        f'{pool} "edge" deleted',
        f"{pool}/edge created",
        f"{pool}/edge2 created",
    ]
