"""``sandbox lag``, ``fault`` and ``restart``: changing the running sandbox."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.cli.commands.sandbox.process import (
    ready,
    sandbox,
)
from tests.cli.program import Program

pytestmark = pytest.mark.usefixtures("base")


def test_the_running_sandbox_is_changed(program: Program, schema: Draft202012Validator) -> None:
    with sandbox("--lag", "2s") as process:
        path = ready(process)

        lag = program("sandbox", "lag", "0.1..3s", "-o", "json")
        fault = program("sandbox", "fault", "down", "--kubeconfig", path)
        refused = program("create", "a", "--range", "10.0.0.0/28", "--kubeconfig", path)
        mended = program("sandbox", "fault", "none", "-o", "json")
        restart = program("sandbox", "restart")
        again = program("sandbox", "lag", "0", "-o", "json")

    for each in (lag, mended, again):
        schema.validate(each.document)
    assert (lag.document["lag"], lag.document["kubeconfig"]) == ("0.1..3s", path)
    assert fault.out.endswith(": webhook failure: down\n")
    assert refused.code == 5
    assert "connection refused" in refused.err
    assert mended.document["fault"] is None
    assert restart.out.endswith(": the controller restarts\n")
    assert again.document["lag"] == "0s"


def test_kubeconfig_selects_the_running_sandbox(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = program("sandbox", "lag", "1s")
    with sandbox() as one, sandbox() as other:
        paths = [ready(one), ready(other)]
        several = program("sandbox", "lag", "1s")
        wrong = program("sandbox", "lag", "1s", "--kubeconfig", "/nowhere")
        monkeypatch.setenv("KUBECONFIG", f"/nowhere:{paths[1]}")
        named = program("sandbox", "lag", "1s", "-o", "json")

    assert (none.code, several.code, wrong.code, named.code) == (3, 2, 3, 0)
    assert "start one: ippoolctl sandbox" in none.err
    assert all(each in several.err for each in paths)
    assert named.document["kubeconfig"] == paths[1]


def test_a_wrong_token_is_refused(program: Program) -> None:
    with sandbox() as process:
        control = Path(ready(process)).with_name("control")
        said = json.loads(control.read_text())
        control.write_text(json.dumps({**said, "token": "x"}))
        result = program("sandbox", "lag", "1s")

    assert result.code == 3
    assert "invalid sandbox token" in result.err
