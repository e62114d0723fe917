"""The command against recorded answers: the document has Antrea's answer."""

import json
from pathlib import Path
from typing import Any

import pytest

from ippoolctl.cli.app import main
from tests.builders import json_lines

HERE = Path(__file__).parent
EACH = 97  # of 2,200 or 3,500 cases every so-and-so-many-th; all of them run against the model


def pool(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    version = {"apiVersion": "crd.antrea.io/v1beta1", "kind": "ExternalIPPool"}
    return {**version, "metadata": {"name": name}, "spec": spec}


def sample() -> list[Any]:
    return [
        pytest.param(case, id=case["id"])
        for release in ("1.15.1", "2.4.2", "2.7.0")
        for case in list(json_lines(HERE / f"antrea-{release}.jsonl"))[::EACH]
    ]


@pytest.mark.parametrize("case", sample())
def test_the_document_matches_antreas_answer(
    case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    existing = [
        pool(each["name"], {"ipRanges": each["ipRanges"], "nodeSelector": {}})
        for each in case["existing"]
    ]
    if "old" in case:
        existing.append(pool("new", case["old"]))
    asked, against = tmp_path / "new.json", tmp_path / "existing.json"
    asked.write_text(json.dumps(pool("new", case["new"])))
    against.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": existing}))

    code = main(
        ["verdict", str(asked), "--against", str(against), "--antrea", case["antrea"], "-ojson"]
    )

    (item,) = json.loads(capsys.readouterr().out)["items"]
    named = [reason for reason in item["reasons"] if reason["nameable"]]
    assert (item["operation"], item["code"]) == (case["op"], case["code"])
    assert (code, item["admitted"]) == ((0, True) if case["code"] < 300 else (4, False))
    if case["code"] == 400:
        assert case["sentence"] in [reason["message"] for reason in named]
    if case["code"] == 422:
        assert sorted({reason["field"] for reason in named}) == case["fields"]
    if "total" in case:
        assert item["total"] == (case["total"] or 0)
